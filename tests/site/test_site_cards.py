"""The cards of evidence in a real browser: folded away, opened where they hide nothing, found."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from browser import chromium

from citewright.site.write import write_article
from tests.site import sample

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("site-cards")]

PASSAGE = "It says that the name is older than the practice."
HEIGHT = "e => e.getBoundingClientRect().height"
HEIGHTS = f"es => es.map({HEIGHT})"
SCROLL = """(e, at) => window.scrollBy(
    {top: e.getBoundingClientRect().top - innerHeight * at, behavior: 'instant'})"""
# Whether the open card lies on a line of the statement whose marker opened it.
COVERS = """() => {
  const card = document.querySelector(':popover-open').getBoundingClientRect();
  const lines = [...document.activeElement.closest('.st').getClientRects()];
  const out = card.top < 0 || card.left < 0 || card.right > innerWidth + 1
    || card.bottom > innerHeight + 1 || card.height < 60;
  return out || lines.some(one => one.left < card.right && one.right > card.left
    && one.top < card.bottom - 1 && one.bottom > card.top + 1);
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> str:
    folder = tmp_path_factory.mktemp("cards")
    return write_article(folder, sample.version(), sample.context()).as_uri()


@pytest.mark.parametrize("size", [(320, 640), (768, 1024), (1000, 700), (1280, 800)])
def test_a_card_covers_no_line_of_its_statement(browser, address, size):
    view = {"width": size[0], "height": size[1]}
    tab = browser.new_page(viewport=view, bypass_csp=True)
    tab.goto(address)
    # Room above and below, so that each marker can stand at each height of the screen.
    tab.add_style_tag(content=".reading article { padding-block: 100vh }")
    buttons = tab.locator(".st .mark button")
    for number in (0, 3, 9, 13):
        for at in (0.15, 0.5, 0.85):
            button = buttons.nth(number)
            button.evaluate(SCROLL, at)
            button.click()
            assert tab.evaluate(COVERS) is False, (number, at)
            tab.keyboard.press("Escape")
    # The measurement sees a card that lies on its statement.
    tab.add_style_tag(content=".card:popover-open { position-area: none; inset: 0; height: 95vh }")
    tab.add_style_tag(content=".card:popover-open { max-height: none; width: 100vw }")
    buttons.first.evaluate(SCROLL, 0.5)
    buttons.first.click()
    assert tab.evaluate(COVERS) is True
    tab.close()


@pytest.mark.parametrize("script", [True, False])
def test_passages_are_folded_until_they_are_asked_for(browser, address, script):
    tab = browser.new_page(java_script_enabled=script)
    tab.goto(address)
    cards = tab.locator(".evidence .card")
    assert cards.count() > 10
    assert set(cards.evaluate_all(HEIGHTS)) == {0}
    folded = tab.evaluate("document.documentElement.scrollHeight")
    tab.get_by_label("Show all of them here").check()
    assert min(cards.evaluate_all(HEIGHTS)) > 0
    assert tab.evaluate("document.documentElement.scrollHeight") > folded + 1000
    tab.close()


@pytest.mark.parametrize("script", [True, False])
def test_a_passage_is_found_by_its_address_and_by_its_words(browser, address, script):
    tab = browser.new_page(java_script_enabled=script)
    tab.goto(address)
    card = tab.locator(".card", has_text=PASSAGE)
    name = card.get_attribute("id")
    tab.goto(f"{address}?address#{name}")
    assert card.evaluate(HEIGHT) > 0
    # A text fragment finds what a search in the page finds, by the same rules.
    tab.goto(f"{address}?words#:~:text={quote(PASSAGE)}")
    tab.wait_for_selector(f"#{name}:not([hidden])")
    others = tab.locator(".card[hidden]")
    assert others.count() == tab.locator(".card").count() - 1, "no other one was unfolded"
    tab.close()


def test_browsers_that_know_nothing_of_folding_show_all_passages(browser, tmp_path):
    path = write_article(tmp_path, sample.version(), sample.context())
    html = path.read_text(encoding="utf-8").replace('hidden="until-found"', "hidden")
    path.write_text(html, encoding="utf-8")
    tab = browser.new_page()
    tab.goto(path.as_uri())
    assert min(tab.locator(".evidence .card").evaluate_all(HEIGHTS)) > 0
    tab.close()
