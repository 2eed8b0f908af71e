"""The way of a reader and of two reviewers in a browser, with script and without."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from browser import chromium

from citewright.pipeline import pages
from tests.web.desk import SLUG, Running, opened, served, two
from tests.web.walking import decide_too_late, open_by_keys, open_by_mouse

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("web-browser")]

SLUGS = {True: SLUG, False: "without-script"}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    workspace = opened(tmp_path_factory.mktemp("walk") / "project", app_url="http://127.0.0.1:9")
    for slug in SLUGS.values():
        two(workspace, slug)
    pages.build_site(workspace, index=False)
    with served(workspace, serve_site=True) as found:
        yield found


def test_evidence_is_read_and_a_late_decision_refused(browser: Browser, running: Running) -> None:
    for script, slug in SLUGS.items():
        context = browser.new_context(java_script_enabled=script)
        page = context.new_page()
        page.goto(f"{running.address}/{slug}/")
        quote = "eight weeks"
        assert quote in open_by_mouse(page, "main")
        assert quote in open_by_keys(page, "main")
        decide_too_late(browser, running, f"/review/{slug}/1.1", script=script)
        context.close()


def test_a_vote_is_acknowledged_and_taken_back(browser: Browser, running: Running) -> None:
    for script, slug in SLUGS.items():
        context = browser.new_context(java_script_enabled=script)
        page = context.new_page()
        page.goto(f"{running.address}/vote/{slug}")
        page.get_by_role("button", name="Upvote").click()
        page.get_by_text("You have upvoted this: 1 upvote now").wait_for()
        page.get_by_role("button", name="Take it back").click()
        page.get_by_text("0 upvotes now").wait_for()
        assert page.url == f"{running.address}/vote/{slug}"
        assert context.cookies() == []
        context.close()
