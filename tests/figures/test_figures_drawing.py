"""Figures of any labels: whole, inside the drawing, over no other, and nothing but text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations, pairwise
from xml.etree import ElementTree

import pytest
from figures.samples import LONG, RIGHT_TO_LEFT, SHORT, Told, diagram, drawn, element, marks
from hypothesis import given, settings
from hypothesis import strategies as st
from shared import shared

from citewright.figures import NARROW, WIDE, draw, svg
from citewright.figures.drawing import SIZE, Drawing
from citewright.figures.measure import fits, is_rtl, text_width, wrap
from citewright.model.base import clean_text
from citewright.model.diagram import FORMS, DiagramForm, describe, title
from citewright.model.figure import Spoke, Wheel
from citewright.model.statement import LLM

WIDTHS = st.sampled_from([NARROW, WIDE])
ALPHABETS = ("abcdefgh ijkl mnop-WMQ&<\"'", "אבגדהוזחט יכלמנס", "漢字仮名交じり文 ", "á̈bc ÁÉ🙂ß½ ")
LABELS = st.one_of(*(st.text(letters, min_size=1, max_size=60) for letters in ALPHABETS)).map(
    clean_text
).filter(bool)  # fmt: skip


@st.composite
def told(draw_one: st.DrawFn, form: DiagramForm) -> Told:
    """Labels that make a figure of this form."""
    label = lambda: draw_one(LABELS)  # noqa: E731
    count = draw_one(st.integers(2, 4 if form == "comparison" else 12))
    if form in ("cycle", "timeline"):
        return [(label(), None) for _ in range(count)]
    pairs: list[tuple[str, int | None]] = []
    if form == "comparison":
        for _ in range(count):
            side = len(pairs)
            points = draw_one(st.integers(1, 3))
            pairs += [(label(), None), *((label(), side) for _ in range(points))]
        return pairs
    pairs.append((label(), None))
    for _ in range(count):
        above = 0 if form == "wheel" else _above(draw_one, pairs)
        pairs.append((label(), above))
        if form == "wheel" and draw_one(st.booleans()):
            pairs.append((label(), len(pairs) - 1))
    return pairs


def _above(draw_one: st.DrawFn, pairs: list[tuple[str, int | None]]) -> int:
    """The part before, or one that stands above it."""
    path = [len(pairs) - 1]
    while (up := pairs[path[-1]][1]) is not None:
        path.append(up)
    return draw_one(st.sampled_from(path[-3:]))


def faults(drawing: Drawing) -> Iterator[str]:
    """The lines that leave the drawing, and those that overlap."""
    for line in drawing.lines:
        left, top, right, bottom = line.box
        if left < 0 or top < 0 or right > drawing.width or bottom > drawing.height:
            yield f"{line.whole!r} leaves the drawing"
    for one, other in combinations(drawing.lines, 2):
        a, b = one.box, other.box
        if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]:
            yield f"{one.whole!r} overlaps {other.whole!r}"


def letters(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=25, deadline=None)
@given(st.data(), WIDTHS)
def test_any_labels_stand_whole_and_apart(
    form: DiagramForm, data: st.DataObject, wide: float
) -> None:
    labels = data.draw(told(form))
    made = diagram(form, labels)
    drawing = draw(made, marks(made), wide)
    assert not list(faults(drawing))
    assert drawing.width <= wide
    together = letters("".join(line.whole for line in drawing.lines))
    known = marks(made)
    for part in made.parts:
        assert letters(f"{part.label.text}{known[part.label.id]}") in together
    assert drawing == draw(made, marks(made), wide)
    root = ElementTree.fromstring(element(form, labels, width=wide))
    assert letters("".join(root.itertext())).endswith(together)


@pytest.mark.parametrize("form", FORMS)
def test_samples_stand_whole_and_apart(form: DiagramForm) -> None:
    for labels in (SHORT[form], LONG[form], RIGHT_TO_LEFT[form]):
        assert not list(faults(drawn(form, labels)))
        assert not list(faults(drawn(form, labels, WIDE)))


def test_the_faults_are_seen() -> None:
    drawing = drawn("cycle", SHORT["cycle"])
    first = drawing.lines[0]
    moved = Drawing(drawing.width, first.y - 1, drawing.shapes, (first, first))
    assert len(list(faults(moved))) == 3


def test_few_short_labels_stand_in_a_ring_and_others_under_one_another() -> None:
    def kinds(form: DiagramForm, labels: Told, width: float) -> set[str]:
        return {shape.kind for shape in drawn(form, labels, width).shapes}

    assert "circle" in kinds("wheel", SHORT["wheel"], WIDE)
    assert "rect" in kinds("wheel", LONG["wheel"], WIDE)
    assert kinds("cycle", SHORT["cycle"], NARROW) == {"path"}
    assert "rect" in kinds("cycle", LONG["cycle"], NARROW)
    heads = [
        shape
        for shape in drawn("comparison", SHORT["comparison"]).shapes
        if shape.style == "strong"
    ]
    assert len({shape.at[1] for shape in heads}) == 1
    stacked = [
        shape for shape in drawn("comparison", LONG["comparison"]).shapes if shape.style == "strong"
    ]
    assert len({shape.at[1] for shape in stacked}) == 3


def test_text_is_at_least_twelve_pixels_high_on_the_narrowest_screen() -> None:
    for form in FORMS:
        for labels in (SHORT[form], LONG[form]):
            root = ElementTree.fromstring(element(form, labels))
            shown = min(float(root.attrib["width"]), 280.0)
            units = float(root.attrib["viewBox"].split()[2])
            assert SIZE * shown / units >= 12


def test_the_drawing_is_named_described_and_takes_the_colours_around_it() -> None:
    root = ElementTree.fromstring(element("timeline", SHORT["timeline"]))
    assert root.attrib["role"] == "img"
    named = [root.find(f"*[@id='{name}']") for name in root.attrib["aria-labelledby"].split()]
    assert [one.tag for one in named if one is not None] == ["title", "desc"]
    assert [one.text for one in named if one is not None] == [
        "Timeline diagram",
        describe("timeline", [text for text, _ in SHORT["timeline"]], [None] * 3),
    ]
    paints = {
        value
        for one in root.iter()
        for name, value in one.attrib.items()
        if name in ("fill", "stroke")
    }
    assert paints == {"currentColor", "none"}
    assert "height" not in root.attrib


def test_an_editors_wheel_has_the_one_marker_at_each_label() -> None:
    spokes = (Spoke(component="calm", opposite="hurry"), Spoke(component="rest", opposite=None))
    drawing = draw(Wheel(kind="wheel", hub="breathing", spokes=spokes, marker=LLM), {}, WIDE)
    assert [line.mark for line in drawing.lines].count("LLM") == 4


def test_what_runs_from_right_to_left_begins_at_the_right() -> None:
    first = drawn("hierarchy", RIGHT_TO_LEFT["hierarchy"]).lines[0]
    assert first.rtl
    assert first.box[2] > NARROW - 20
    assert 'direction="rtl"' in element("hierarchy", RIGHT_TO_LEFT["hierarchy"])
    assert not is_rtl("1995 abc אבג")
    assert is_rtl("1995: אבג abc")


def payloads() -> list[str]:
    """Every twentieth of the recorded attacks, as far as the model takes them."""
    texts: list[str] = []
    for path in sorted(shared("hostile/xss").iterdir()):
        lines = path.read_text(encoding="utf-8").splitlines()
        # A vector may hold what splits lines for Python, so that its JSON goes over two.
        texts += [line.partition('"payload": ')[2] or line for line in lines]
    return [text[:300] for text in map(clean_text, texts) if text][::20]


def test_hostile_texts_are_text() -> None:
    tags = {"svg", "title", "desc", "path", "rect", "text", "tspan"}
    names = {
        "class", "role", "aria-labelledby", "viewBox", "width", "fill", "font-family", "font-size",
        "id", "x", "y", "height", "rx", "d", "fill-opacity", "stroke", "stroke-width",
        "text-anchor", "font-weight", "font-style", "direction", "unicode-bidi",
    }  # fmt: skip
    attacks = payloads()
    assert len(attacks) > 50
    for one, other in pairwise(attacks):
        drawing = drawn("cycle", [(one, None), (other, None)])
        root = ElementTree.fromstring(
            svg(drawing, name=one, kind="any", title=other, description=one)
        )
        assert {each.tag for each in root.iter()} <= tags
        assert {name for each in root.iter() for name in each.attrib} <= names


@given(st.text("ab -漢", max_size=60), st.integers(20, 200))
def test_wrapping_loses_nothing(text: str, width: int) -> None:
    lines = wrap(text, 10, float(width))
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(text_width(line, 10) <= width for line in lines)
    if fits(text, 10, float(width)):
        assert all(line in text for line in lines), "no word is broken"


@pytest.mark.parametrize("form", FORMS)
def test_what_a_figure_shows_is_told_in_words(form: DiagramForm) -> None:
    texts, above = [text for text, _ in SHORT[form]], [under for _, under in SHORT[form]]
    words = describe(form, texts, above)
    assert words.startswith(f"A {form} diagram")
    assert all(text in words for text in texts)
    assert title(form, texts, above).startswith(f"{form.capitalize()} diagram")
