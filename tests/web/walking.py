"""What people do in a browser, step by step, with script and without."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from browser import expect

from tests.web.desk import Running

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page


def signed_in(browser: Browser, running: Running, name: str, *, script: bool) -> BrowserContext:
    """A browser of somebody who is signed in."""
    context = browser.new_context(java_script_enabled=script)
    token = running.signed_in(name).client.cookies["session"]
    context.add_cookies([{"name": "session", "value": token, "url": running.address}])
    return context


def open_by_mouse(page: Page, within: str) -> str:
    """The evidence behind the first statement of a part of the page; gives its text."""
    page.locator(f"{within} .mark button:visible").first.click()
    card = page.locator(":popover-open")
    expect(card).to_have_count(1)
    text = card.inner_text()
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)
    return text


def open_by_keys(page: Page, within: str) -> str:
    """The same without a mouse: from the top of the page by Tab, Enter and Escape."""
    marker = page.locator(f"{within} .mark button:visible").first
    page.locator("body").press("Home")
    for _ in range(200):
        page.keyboard.press("Tab")
        if is_focused(marker):
            break
    else:
        raise AssertionError(f"Tab does not come to the first marker of {within}")
    page.keyboard.press("Enter")
    card = page.locator(":popover-open")
    expect(card).to_have_count(1)
    text = card.inner_text()
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)
    expect(marker, "the focus is back where it was").to_be_focused()
    return text


def is_focused(element) -> bool:  # type: ignore[no-untyped-def]
    return bool(element.evaluate("one => one === document.activeElement"))


def decided(page: Page, said: str) -> None:
    """Wait for the page that shows this decision on the first change."""
    page.locator("#change-1 .decision").get_by_text(said, exact=True).wait_for()


def decide_too_late(browser: Browser, running: Running, path: str, *, script: bool) -> None:
    """Two reviewers look at one change; the second one's decision is refused, and told why."""
    first = signed_in(browser, running, "Bea", script=script)
    second = signed_in(browser, running, "Bo", script=script)
    bea, bo = first.new_page(), second.new_page()
    for page in (bea, bo):
        page.goto(running.address + path)
    bea.locator("#change-1").get_by_role("button", name="Accept").click()
    decided(bea, "Accepted by Bea")

    change = bo.locator("#change-1")
    change.locator("input[name=reason]").fill("Not what the source says.")
    change.get_by_role("button", name="Reject").click()
    expect(bo.get_by_role("alert")).to_have_text(re.compile(r"^\s*Not done\..*Bea", re.DOTALL))
    decided(bo, "Accepted by Bea")
    kept = bo.locator("#change-1 input[name=reason]")
    expect(kept, "what was entered is kept").to_have_value("Not what the source says.")

    # On the page as it is now the same decision is taken.
    bo.locator("#change-1").get_by_role("button", name="Reject").click()
    decided(bo, "Rejected by Bo: Not what the source says.")

    # And so with the version: who has the page of before approves nothing.
    bea.locator("#reason").fill("Read.")
    bea.get_by_role("button", name="Approve").click()
    expect(bea.get_by_role("alert")).to_have_text(re.compile(r"^\s*Not done\..*Bo", re.DOTALL))
    bea.goto(running.address + path)
    again = bea.locator("#change-1")
    again.locator("details.again > summary").click()
    # What was rejected is accepted with a reason only.
    again.locator("input[name=reason]").fill("It does: page 3.")
    again.get_by_role("button", name="Accept").click()
    decided(bea, "Accepted by Bea: It does: page 3.")
    first.close()
    second.close()
