"""Figures in a browser, as their page shows them: measured text, one drawing at a time, colours."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser import chromium_page
from figures.samples import LONG, RIGHT_TO_LEFT, SHORT, element

import citewright.site
from citewright.figures import NARROW, WIDE

if TYPE_CHECKING:
    from playwright.sync_api import Page

STATIC = Path(citewright.site.__file__).parent / "static"
CONTRAST = Path(__file__).parents[1] / "site" / "contrast.js"

# Of each drawing that is shown: texts that leave it, texts that overlap, texts that are too small.
FAULTS = """() => [...document.querySelectorAll('svg')]
  .filter(svg => getComputedStyle(svg).display !== 'none')
  .flatMap(svg => {
    const view = svg.viewBox.baseVal, texts = [...svg.querySelectorAll('text')];
    const boxes = texts.map(t => t.getBBox());
    const scale = svg.getBoundingClientRect().width / view.width;
    // The font's own line is higher than its letters.
    const trim = 2.5;
    return texts.flatMap((t, i) => {
      const a = boxes[i], found = [];
      if (a.x < 0 || a.x + a.width > view.width || a.y + trim < 0 ||
          a.y + a.height - trim > view.height) found.push('leaves: ' + t.textContent);
      if (15 * scale < 12) found.push('small: ' + t.textContent);
      boxes.slice(i + 1).forEach((b, n) => {
        if (a.x < b.x + b.width && b.x < a.x + a.width && a.y + trim < b.y + b.height - trim &&
            b.y + trim < a.y + a.height - trim)
          found.push('overlaps: ' + t.textContent + ' | ' + texts[i + 1 + n].textContent);
      });
      return found;
    });
  })"""
# The boxes that hold text: none is left by it.
OUTSIDE = """() => [...document.querySelectorAll('svg')]
  .filter(svg => getComputedStyle(svg).display !== 'none')
  .flatMap(svg => {
    const shapes = [...svg.querySelectorAll('rect, circle[fill-opacity], path[fill-opacity]')];
    if (!shapes.length) return [];
    return [...svg.querySelectorAll('text')].filter(t => {
      const b = t.getBBox(), y = b.y + b.height / 2;
      const ends = [[b.x, y], [b.x + b.width, y]];
      return !shapes.some(s => ends.every(([px, py]) => s.isPointInFill(new DOMPoint(px, py))));
    }).map(t => t.textContent);
  })"""


@pytest.fixture(scope="module")
def tab() -> Iterator[Page]:
    with chromium_page() as page:
        page.set_content(_page())
        yield page


def _page() -> str:
    css = "".join((STATIC / f"{name}.css").read_text() for name in ("base", "article"))
    figures = "".join(
        f'<figure><div class="drawing">{both}</div></figure>'
        for kind, sample in enumerate((SHORT, LONG, RIGHT_TO_LEFT))
        for form, told in sample.items()
        for both in [
            element(form, told, f"n{kind}-{form}", NARROW)
            + element(form, told, f"w{kind}-{form}", WIDE)
        ]
    )
    return f'<!doctype html><html lang="en"><style>{css}</style><article>{figures}</article>'


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 360, 1280])
def test_each_kind_on_a_screen(tab: Page, width: int, scheme: str) -> None:
    tab.set_viewport_size({"width": width, "height": 800})
    tab.emulate_media(color_scheme=scheme)
    shown = tab.evaluate(
        "[...document.querySelectorAll('svg')].filter(s => s.checkVisibility()).length"
    )
    assert shown == 15, "one drawing of each figure"
    assert tab.evaluate(FAULTS) == []
    assert tab.evaluate(OUTSIDE) == []
    assert tab.evaluate(CONTRAST.read_text()) == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.browser
def test_paper_takes_the_wide_drawing_and_the_measurements_see_faults(tab: Page) -> None:
    tab.set_viewport_size({"width": 1280, "height": 800})
    tab.emulate_media(media="print", color_scheme="light")
    shown = "[...document.querySelectorAll('svg.{}')].filter(s => s.checkVisibility()).length"
    assert tab.evaluate(shown.format("wide")) == 15
    assert tab.evaluate(shown.format("narrow")) == 0
    tab.evaluate("document.querySelector('svg.wide text').setAttribute('x', '-40')")
    assert tab.evaluate(FAULTS)
    assert tab.evaluate(OUTSIDE)
