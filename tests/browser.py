"""A real browser for tests that need one; they are skipped where there is none."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


PATIENCE = 180_000
"""Milliseconds that a busy machine's browser may take for one step."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running Chromium: ``$CITEWRIGHT_CHROMIUM`` or the first one on the path."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    found = [os.environ.get("CITEWRIGHT_CHROMIUM"), *(shutil.which(name) for name in NAMES)]
    path = next((path for path in found if path), None)
    if path is None:
        pytest.skip("no Chromium is at hand (set CITEWRIGHT_CHROMIUM)")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=list(ARGUMENTS), timeout=PATIENCE
        )
        browser.on("context", lambda context: context.set_default_timeout(PATIENCE))
        try:
            yield browser
        finally:
            browser.close()


def expect(found: Any, said: str | None = None) -> Any:
    """What a page or a part of it is to be, at the latest when patience ends; see playwright.

    A click does not wait for the page that follows it: what is read at once may be the old one's.
    """
    from playwright.sync_api import expect as within

    within.set_options(timeout=PATIENCE)
    return within(found, said)


@contextmanager
def chromium_page(**options: Any) -> Iterator[Page]:
    """A page in a fresh Chromium; ``options`` are those of playwright's ``new_page``."""
    with chromium() as browser:
        yield browser.new_page(**options)
