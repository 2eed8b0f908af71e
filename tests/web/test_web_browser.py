"""The application in a real browser: accessibility, keys, no script, hostile text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import chromium, expect

from citewright.model.base import clean_text
from citewright.pipeline import reviewing
from citewright.versions.sources import Happening
from tests.web.desk import SLUG, Running, calls_of, opened, same, served, two
from tests.web.hostile import payloads

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("web-browser")]

PAGE = f"/review/{SLUG}/1.1"
KINDS = (
    "/sign-in", "/queue", PAGE, f"{PAGE}?view=side", f"/review/{SLUG}/1.0", "/articles",
    f"/versions/{SLUG}", "/sources", "/sources/invented-2020", "/runs", "/runs/run-1",
    "/accounts", "/account", "/audit", "/nothing",
)  # fmt: skip
ALARMS = "window.fired = []; for (const n of ['alert','prompt','confirm','print'])"
ALARMS += " window[n] = () => window.fired.push(n);"


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    workspace = opened(tmp_path_factory.mktemp("web") / "project")
    two(workspace)
    two(workspace, "by-keys")
    two(workspace, "without-script")
    same(workspace, "calm")
    calls_of(workspace)
    with served(workspace) as found:
        yield found


def tab(browser, running: Running, name: str | None = "Ada", **options):
    context = browser.new_context(**options)
    if name:
        token = running.signed_in(name).client.cookies["session"]
        cookie = {"name": "session", "value": token, "url": running.address}
        context.add_cookies([cookie])
    return context.new_page()


def test_the_pages_of_review_are_accessible(browser, running) -> None:
    page = tab(browser, running, color_scheme="dark", viewport={"width": 360, "height": 900})
    for path in ("/queue", PAGE):
        page.goto(running.address + path)
        found = Axe().run(page)
        assert found.violations_count == 0, (path, found.generate_report())
    page.context.close()


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible_and_fits_narrow_screens(browser, running, scheme) -> None:
    page = tab(browser, running, color_scheme=scheme)
    axe = Axe()
    for path in KINDS:
        said: list[str] = []
        page.on("console", lambda message, said=said: said.append(message.text))
        for width in (360, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(running.address + path)
            found = axe.run(page)
            assert found.violations_count == 0, (path, width, found.generate_report())
            wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, (path, width)
        if path != "/nothing":
            assert said == [], path
    page.context.close()


def test_a_reviewer_decides_by_keys(browser, running) -> None:
    page = tab(browser, running, "Bo")
    page.goto(f"{running.address}/review/by-keys/1.1")
    page.keyboard.press("?")
    expect(page.locator("dialog[open]")).to_have_count(1)
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    with page.expect_navigation():
        page.keyboard.press("a")
    assert page.locator("#change-1 .decision").inner_text() == "Accepted by Bo"
    assert page.evaluate("document.activeElement.id") == "change-1"
    page.keyboard.press("j")
    page.keyboard.press("r")
    page.keyboard.type("No jar.")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator("#change-2 .decision").inner_text() == "Rejected by Bo: No jar."
    page.keyboard.press("j")
    page.locator("#change-3 input[name=reason]").fill("Why so?")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator("#change-3 .decision").count() == 0, "Enter in the field only comments"
    assert "Why so?" in page.locator("#change-3 .comment").inner_text()
    page.context.close()


def test_it_works_without_script(browser, running) -> None:
    page = tab(browser, running, None, java_script_enabled=False)
    from datetime import timedelta

    account = running.community.accounts.by_email("bo@example.org")
    token = running.community.tokens.issue("sign-in", str(account.id), timedelta(minutes=5))
    page.goto(f"{running.address}/sign-in/{token}?next=/queue")
    page.get_by_role("button", name="Sign in").click()
    page.locator('a[href="/review/without-script/1.1"]').click()
    page.get_by_role("link", name="Side by side").click()
    # The meaning may have changed, so that the passage is there without a click.
    assert (
        page.locator("#change-1 .after details[open] mark").first.inner_text()
        == "The course lasts eight weeks"
    )
    page.locator("#change-1").get_by_role("button", name="Accept").click()
    expect(page.locator("#change-1 .decision")).to_have_text("Accepted by Bo")
    page.locator("#reason").fill("Read as a whole.")
    page.get_by_role("button", name="Approve").click()
    expect(page.locator(".state").first).to_have_text("approved")
    page.context.close()


@pytest.mark.slow
def test_hostile_text_neither_runs_nor_adds_anything(browser, tmp_path: Path) -> None:
    every = payloads()
    workspace = opened(tmp_path / "project", site_name="<script>alert(1)</script>")
    two(workspace)
    room = 3900
    joined = [" ".join(every)[at : at + room] for at in range(0, len(" ".join(every)), room)]
    (one, *_) = reviewing.under_review(workspace, SLUG).changes
    for text in joined[:20]:
        reviewing.comment(workspace, SLUG, "1.1", "'\"><img src=x onerror=alert(1)>", text, one.id)
    # One after another where each stands alone, and cut where it may in one long text.
    happened = [Happening(kind="correction", service=None, detail=text[:room], notice=str(n))
                for n, text in enumerate([*every[::7], *joined])]  # fmt: skip
    workspace.source_log.record("invented-2020", happened, workspace.clock())
    workspace.request_log.ask(SLUG, None, who=every[0][:200], why=joined[0], now=workspace.clock())
    with served(workspace) as running:
        for text in every[::60]:
            named = clean_text(text)[:200].strip()
            running.community.audit.note(named, text[:64], text, text)
        page = tab(browser, running)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.add_init_script(ALARMS)
        for path in (PAGE, f"{PAGE}?view=side", "/sources/invented-2020", f"/versions/{SLUG}",
                     "/audit", "/queue", f"/articles?q={'%22%3E%3Cscript%3Ealert(1)%3C/script%3E'}",
                     "/sign-in?next=javascript:alert(1)"):  # fmt: skip
            page.goto(running.address + path)
            assert page.evaluate("window.fired") == [], path
            foreign = "img, iframe, object, embed, svg, video, style, base, main script, main link"
            assert page.locator(foreign).count() == 0, path
            events = "() => [...document.querySelectorAll('*')].flatMap(e => e.getAttributeNames())"
            assert not [name for name in page.evaluate(events) if name.startswith("on")], path
            links = page.evaluate("() => [...document.links].map(a => a.protocol)")
            assert set(links) <= {"http:", "https:"}, path
        assert all(url.startswith((running.address, "data:,")) for url in asked), asked
        page.context.close()
