"""The same articles by the site builders that a user would take instead.

Each gets one Markdown file an article, with a footnote that quotes the passage behind each sourced
statement: a page that says what ours says, without its evidence cards, versions, source pages, feed
of changes, JSON and PROV, so they make fewer pages and files of the same articles. The figure is
pages by seconds of processor of the whole command, which has its start in it. ``jinja`` is no
builder: it is one template with autoescape, filled in and written, in this process; below it is
nothing that renders pages by templates in Python.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment

from benchmarks.installing import Absent, python_of
from benchmarks.measuring import run


class Page(NamedTuple):
    """An article: title, and each statement with the quote behind it, or none."""

    slug: str
    title: str
    statements: tuple[tuple[str, str | None], ...]


class Built(NamedTuple):
    """What a builder made, and the seconds of processor it took."""

    pages: int
    cpu_seconds: float


def markdown(page: Page) -> str:
    """The article as Markdown with footnotes."""
    said, notes = [], []
    for number, (text, quote) in enumerate(page.statements, 1):
        said.append(text if quote is None else f"{text}[^{number}]")
        if quote is not None:
            notes.append(f"[^{number}]: {quote}")
    return "\n\n".join([" ".join(said), *notes]) + "\n"


def pelican(folder: Path, pages: Sequence[Page]) -> Built:
    """Pelican's own theme.

    :raises Absent: when it is not installed, or fails.
    """
    for page in pages:
        head = f"Title: {page.title}\nDate: 2026-01-02\nSlug: {page.slug}\n\n"
        _write(folder / "content" / f"{page.slug}.md", head + markdown(page))
    _write(
        folder / "pelicanconf.py",
        "SITENAME = 'Bench'\nSITEURL = ''\nTIMEZONE = 'UTC'\nFEED_ALL_ATOM = 'feeds/all.atom.xml'\n"
        "MARKDOWN = {'extensions': ['footnotes']}\n",
    )
    command = ["content", "-s", "pelicanconf.py", "-o", "site", "-q"]
    return _built([str(python_of("rivals")), "-m", "pelican", *command], folder)


def mkdocs(folder: Path, pages: Sequence[Page]) -> Built:
    """MkDocs with its plain theme and its search index.

    :raises Absent: when it is not installed, or fails.
    """
    for page in pages:
        _write(folder / "docs" / f"{page.slug}.md", f"# {page.title}\n\n{markdown(page)}")
    _write(folder / "docs" / "index.md", "# Bench\n")
    config = {"site_name": "Bench", "theme": "mkdocs", "markdown_extensions": ["footnotes"]}
    _write(folder / "mkdocs.yml", json.dumps(config))
    return _built([str(python_of("rivals")), "-m", "mkdocs", "build", "-q"], folder)


def hugo(folder: Path, pages: Sequence[Page]) -> Built:
    """Hugo with two templates of a few lines.

    :raises Absent: when it is not installed, or fails.
    """
    if shutil.which("hugo") is None:
        raise Absent("hugo is not installed (Debian's package hugo)")
    for page in pages:
        head = f"---\ntitle: {json.dumps(page.title)}\n---\n"
        _write(folder / "content" / f"{page.slug}.md", head + markdown(page))
    _write(folder / "config.toml", 'baseURL = "https://wiki.example/"\ntitle = "Bench"\n')
    single = "<!doctype html><title>{{ .Title }}</title><h1>{{ .Title }}</h1>{{ .Content }}"
    listed = "<!doctype html><title>{{ .Title }}</title>{{ range .Pages }}{{ .Title }}{{ end }}"
    _write(folder / "layouts" / "_default" / "single.html", single)
    _write(folder / "layouts" / "_default" / "list.html", listed)
    return _built(["hugo", "--quiet", "--destination", "site"], folder)


_TEMPLATE = """<!doctype html><title>{{ title }}</title><h1>{{ title }}</h1>
{% for text, quote in statements %}<p>{{ text }}{% if quote %}<a href="#n{{ loop.index }}">{{
loop.index }}</a>{% endif %}</p>
{% endfor %}<ol>{% for text, quote in statements if quote %}<li id="n{{ loop.index }}">{{ quote }}
{% endfor %}</ol>"""


def jinja(folder: Path, pages: Sequence[Page]) -> Built:
    """One template of Jinja, filled in and written."""
    template = Environment(autoescape=True).from_string(_TEMPLATE)
    began = time.process_time()
    for page in pages:
        _write(folder / "site" / page.slug / "index.html", template.render(page._asdict()))
    return Built(len(pages), time.process_time() - began)


BUILDERS: dict[str, Callable[[Path, Sequence[Page]], Built]] = {
    "jinja": jinja,
    "hugo": hugo,
    "mkdocs": mkdocs,
    "pelican": pelican,
}


def _built(command: Sequence[str], folder: Path) -> Built:
    done = run(command, seconds=900, folder=folder)
    pages = sum(1 for _ in (folder / "site").rglob("*.html"))
    if done.why is not None or not pages:
        raise Absent(f"{Path(command[0]).name} failed: {done.why or 'it made no page'}")
    return Built(pages, done.cpu_seconds)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
