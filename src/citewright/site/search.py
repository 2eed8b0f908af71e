"""The search index of a site, by Pagefind: the extra ``search``, which brings its program."""

from __future__ import annotations

import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from citewright.errors import CitewrightError

SCRIPT = "search.js"
_PACKAGE = "pagefind_bin"
_SECONDS = 1800


def can_search() -> bool:
    """Whether Pagefind is at hand."""
    return find_spec(_PACKAGE) is not None


def build_index(site: Path, aside: Path) -> None:
    """Index the articles' current pages anew, and put the index in place of the one before.

    Pages are those right below the site's folder; of these Pagefind takes the ones with
    ``data-pagefind-body``.

    :param aside: a folder on the same file system for the index until it is whole.
    :raises CitewrightError: when Pagefind fails.
    """
    from pagefind_bin import get_executable

    shutil.rmtree(aside, ignore_errors=True)
    command = [
        str(get_executable()), "--site", str(site), "--output-path", str(aside),
        "--glob", "*/index.html", "--force-language", "en", "--quiet",
    ]  # fmt: skip
    done = subprocess.run(  # noqa: S603 - a program of a package, with folders of this project
        command, capture_output=True, text=True, timeout=_SECONDS, check=False
    )
    if done.returncode != 0:
        raise CitewrightError(
            f"the search index was not made: {done.stderr.strip()[-300:]}",
            hint="The pages are written; `citewright publish` tries again.",
        )
    old = aside.with_name(f"{aside.name}-old")
    shutil.rmtree(old, ignore_errors=True)
    target = site / "pagefind"
    if target.exists():
        target.rename(old)
    aside.rename(target)
    shutil.rmtree(old, ignore_errors=True)
