"""The page in a real browser: cards, contrast, narrow screens, print, hostile text."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pypdfium2
import pytest
from browser import chromium
from shared import shared

from citewright.site.plain import visible
from citewright.site.write import write_article
from tests.site import hostile, sample

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("site-browser")]

CONTRAST = (Path(__file__).parent / "contrast.js").read_text(encoding="utf-8")
POSITION = "e => getComputedStyle(e).position"
ALARMS = "window.fired = []; for (const n of ['alert','prompt','confirm','print'])"
ALARMS += " window[n] = () => window.fired.push(n);"


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> str:
    folder = tmp_path_factory.mktemp("site")
    return write_article(folder, sample.version(), sample.context()).as_uri()


def opened(browser, address, **options):
    """The page and the requests it made for anything but itself."""
    tab = browser.new_page(**options)
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.add_init_script(ALARMS)
    tab.goto(address)
    return tab, asked


@pytest.mark.parametrize("script", [True, False])
def test_a_marker_opens_its_card_and_escape_puts_it_back(browser, address, script):
    tab, _ = opened(browser, address, java_script_enabled=script)
    marker = tab.locator(".mark", has_text="3~").first
    card = tab.locator(f"#{marker.locator('button').get_attribute('popovertarget')}")
    marker.locator("button").click()
    assert card.evaluate(POSITION) == "fixed"
    assert card.is_visible()
    assert "Notes on the source, not its text." in card.inner_text()
    assert card.locator("mark").inner_text() == "It says that the name is older than the practice."
    tab.keyboard.press("Escape")
    assert card.evaluate(POSITION) == "static", "it stands in the list of evidence again"
    tab.close()


def test_all_markers_can_be_reached_by_keyboard_and_have_names(browser, address):
    tab, _ = opened(browser, address)
    tab.locator(".mark button").first.focus()
    tab.keyboard.press("Enter")
    assert tab.locator("#card-llm").evaluate("e => e.matches(':popover-open')")
    tree = tab.locator("body").aria_snapshot()
    assert 'button "LLM: no source"' in tree
    assert 'button "Source 3: partly supported by this passage"' in tree
    tab.close()


def test_without_popovers_markers_are_links_to_the_evidence(browser, tmp_path):
    path = write_article(tmp_path, sample.version(), sample.context())
    html = path.read_text(encoding="utf-8")
    # An older browser drops what it does not know: the rules, and the attributes' meaning.
    old = html.replace("selector(:popover-open)", "selector(:unknown-to-it)")
    old = (
        old.replace("style-src", "x").replace("default-src 'none'; ", "").replace(" popover ", " ")
    )
    path.write_text(old, encoding="utf-8")
    tab, _ = opened(browser, path.as_uri())
    link = tab.locator(".mark.partial a").nth(1)
    link.click()
    card = tab.locator(link.get_attribute("href"))
    assert card.is_visible()
    assert card.evaluate("e => e.matches(':target')")
    assert not tab.locator(".mark button").first.is_visible()
    tab.close()


def test_the_switch_dims_what_has_no_source_and_stays_legible(browser, address):
    tab, _ = opened(browser, address)
    colour = "e => getComputedStyle(e).color"
    llm, sourced = tab.locator(".st.unsourced").first, tab.locator(".st:not(.unsourced)").first
    before = llm.evaluate(colour), sourced.evaluate(colour)
    tab.get_by_label("Dim what has no source").check()
    assert llm.evaluate(colour) != before[0]
    assert sourced.evaluate(colour) == before[1]
    assert tab.evaluate(CONTRAST) == []
    tab.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_the_contrast_of_wcag_aa(browser, tmp_path, scheme):
    context = sample.context(checked=False, number_is_current=False, current_href="../x/")
    path = write_article(tmp_path, sample.version("import"), context)
    tab, _ = opened(browser, path.as_uri(), color_scheme=scheme)
    assert tab.evaluate(CONTRAST) == []
    tab.locator(".mark.partial button").first.click()
    assert tab.evaluate(CONTRAST) == []
    tab.evaluate("document.querySelector('.lead').style.setProperty('color', '#777')")
    assert tab.evaluate(CONTRAST) != [], "the measurement sees what is too faint"
    tab.close()


def test_narrow_screens_scroll_the_table_and_nothing_else(browser, address):
    tab, _ = opened(browser, address, viewport={"width": 320, "height": 640})
    assert tab.evaluate("document.documentElement.scrollWidth") == 320
    table = tab.locator(".scroll")
    assert table.evaluate("e => e.scrollWidth > e.clientWidth")
    tab.locator(".mark button").first.click()
    assert tab.locator("#card-llm").bounding_box()["width"] <= 320
    tab.close()


def test_print_holds_the_passages_as_endnotes_and_the_version_on_each_page(browser, address):
    tab, _ = opened(browser, address)
    with pypdfium2.PdfDocument(tab.pdf(format="A4")) as document:
        texts = [page.get_textpage().get_text_range() for page in document]
    tab.close()
    whole = " ".join(" ".join(texts).split())
    assert len(texts) > 2
    assert all("paced-walking · version 1.0 · 2026-06-04" in text for text in texts)
    for wanted in (
        "Labels: steady rhythm (versus hurry)",
        "It says that the name is older than the practice.",
        "What this version can be checked by",
        "<https://doi.org/10.99999/sample.12345>",
    ):
        assert wanted in whole, wanted
    assert re.search(r"in one small sample\.\s*1\s?b\s?~\s*3\s?a\s?~", whole)
    assert "3a Partly supported by this passage" in whole
    assert "Dim what has no source" not in whole


def test_a_page_asks_nobody_for_anything(browser, address):
    tab, asked = opened(browser, address)
    tab.locator(".mark button").nth(3).click()
    tab.wait_for_load_state("networkidle")
    assert asked == [address, *[url for url in asked[1:] if url == "data:,"]]
    tab.close()


def batched(texts: list[str], size: int) -> list[list[str]]:
    rest = iter(texts)
    return list(iter(lambda: list(islice(rest, size)), []))


def payloads() -> list[str]:
    folder = shared("hostile", "xss")
    found = (folder / "payloadbox.txt").read_text(encoding="utf-8").splitlines()
    for name, field in (
        ("h5sc_vectors.jsonl", "html"),
        ("dompurify_expect.jsonl", "payload"),
        ("httpleaks.jsonl", "html"),
    ):
        with (folder / name).open(encoding="utf-8") as lines:
            found += [json.loads(line)[field] for line in lines]
    return [text for text in found if text.strip()]


# How a figure is drawn depends on what its labels say.
SHAPE = """() => [...document.querySelectorAll(':not(figure *)')].map(
    e => e.tagName + ' ' + e.getAttributeNames().sort().join(' '))"""
IN_FIGURES = "() => [...new Set([...document.querySelectorAll('figure *')].map(e => e.tagName))]"
RUNNING = set(
    "SCRIPT script IMG image IFRAME OBJECT EMBED foreignObject FORM STYLE style set animate use "
    "LINK META BASE VIDEO AUDIO".split()
)


def test_hostile_markup_changes_nothing_and_runs_nothing(browser, tmp_path):
    every = payloads()
    assert len(every) > 4000
    twin = write_article(tmp_path / "twin", hostile.version(lambda: "harmless"), sample.context())
    tab, _ = opened(browser, twin.as_uri())
    shape = tab.evaluate(SHAPE)
    tab.close()
    # Some of the payloads alone, then all of them, joined to as many texts as there is room for.
    alone = every[::101]
    room = len(sample.version().verdicts) - 1
    joined = [" ".join(batch) for batch in batched(every, 60)]
    quotes = [" ".join(batch) for batch in batched(every, len(every) // room + 1)]
    for texts, passages in ((alone, alone[:room]), (joined, quotes)):
        attacked = hostile.quoting(
            hostile.version(hostile.plain(texts)),
            [(alone[0], passage, alone[-1]) for passage in passages],
        )
        path = write_article(tmp_path / "attacked", attacked, sample.context(site_name=texts[0]))
        tab, asked = opened(browser, path.as_uri())
        for button in tab.locator(".st .mark button").all()[:3]:
            button.dispatch_event("click")
            tab.keyboard.press("Escape")
        assert tab.evaluate(SHAPE) == shape
        assert not RUNNING & set(tab.evaluate(IN_FIGURES))
        assert tab.evaluate("window.fired") == []
        assert {url for url in asked if url != "data:,"} == {path.as_uri()}
        shown = " ".join(tab.locator("body").evaluate("e => e.textContent").split())
        tab.close()
        for passage in passages:
            assert " ".join(visible(passage).split()) in shown


def test_the_alarm_of_these_tests_rings(browser, tmp_path):
    (tmp_path / "bad.html").write_text("<img src=x onerror=alert(1)>", encoding="utf-8")
    tab, asked = opened(browser, (tmp_path / "bad.html").as_uri())
    tab.wait_for_function("window.fired.length > 0")
    assert len(asked) == 2
    tab.close()


def test_what_cannot_be_seen_is_spelled_out(browser, tmp_path):
    hidden = [chr(code) for code in (0x202E, 0x200B, 0x2066, 0xFEFF, 0x00AD, 0x0000, 0xE0041)]
    quotes = [(f"a{char}b", f"nehc{char}tu", f"{char}z") for char in hidden]
    path = write_article(
        tmp_path, hostile.quoting(sample.version(), quotes), sample.context(site_name="a\u202eb")
    )
    tab, _ = opened(browser, path.as_uri())
    text = tab.locator("html").evaluate("e => e.textContent")
    tab.close()
    assert not [char for char in text if unicodedata.category(char) in {"Cf", "Co", "Cs", "Cn"}]
    assert "a⟨U+202E⟩b" in text
    for char in hidden:
        assert f"nehc⟨U+{ord(char):04X}⟩tu" in text


def test_look_alikes_are_shown_as_they_are(browser, tmp_path):
    lines = shared("hostile", "unicode", "intentional_confusables.txt").read_text(encoding="utf-8")
    pairs = [line.split("#")[0].split(";") for line in lines.splitlines() if ";" in line[:12]]
    texts = ["".join(chr(int(code, 16)) for code in pair) for pair in pairs]
    assert len(texts) > 40
    joined = ["".join(batch) for batch in batched(texts, 20)]
    path = write_article(
        tmp_path,
        hostile.quoting(sample.version(), [(t, t, t) for t in joined]),
        sample.context(),
    )
    tab, _ = opened(browser, path.as_uri())
    text = tab.locator("html").evaluate("e => e.textContent")
    tab.close()
    assert all(visible(batch) in text for batch in joined)
