"""Figures out of drafts: every label stands, or the figure does not."""

from __future__ import annotations

from typing import Any

import pytest
from checks.desk import GOOD, cited, draft, settled
from hypothesis import given
from hypothesis import strategies as st

from citewright.model.diagram import FORMS, depths, problem
from citewright.model.draft import DraftPart, DraftStatement, FigureDraft
from citewright.model.figure import Diagram
from citewright.model.statement import LLM, Statement

WORDS = "slow breathing"


def said(text: str, *quotes: Any) -> DraftStatement:
    return DraftStatement(citations=quotes, marker="sources" if quotes else "llm", text=text)


def part(
    name: str, under: str = "", when: str = "", label: DraftStatement | None = None
) -> DraftPart:
    return DraftPart(statement=label or said(f"Part {name}"), id=name, under=under, when=when)


def built(form: Any, *parts: DraftPart, caption: DraftStatement | None = None) -> Any:
    body = FigureDraft(kind="figure", form=form, caption=caption or said("It shows."), parts=parts)
    return settled(draft(body, "own_words"), id="figure", kind="figure", blocks=("figure",))


def test_parts_are_put_below_what_they_stand_under() -> None:
    outcome = built("hierarchy", part("c", "b"), part("b", "a"), part("d", "a"), part("a"))
    data = outcome.figure.data
    assert [(one.label.text, one.under) for one in data.parts] == [
        ("Part a", None), ("Part b", 0), ("Part c", 1), ("Part d", 0),
    ]  # fmt: skip
    assert outcome.figure.alt.startswith("A hierarchy diagram with Part a at the top.")
    assert all(one.marker == LLM for one in data.labels)


def test_a_label_in_the_words_of_its_quote_is_a_quotation_of_them_alone() -> None:
    outcome = built("cycle", part("a", label=said(WORDS, cited(GOOD))), part("b"))
    label = outcome.figure.data.labels[0]
    assert label.form == "quotation"
    assert label.citations[0].evidence.quote.exact == WORDS
    assert [one.outcome for one in outcome.verdicts] == ["supported"]
    again = built("cycle", part("a", label=said(WORDS, cited(WORDS))), part("b"))
    assert again.figure.data.labels[0] == label
    other = built("cycle", part("a", label=said("Unhurried breaths", cited(WORDS))), part("b"))
    assert other.figure is None or other.figure.data.labels[0].marker == LLM


@pytest.mark.parametrize(
    ("form", "parts", "why"),
    [
        ("cycle", [part("a"), part("b", label=said("It fell by 99 %."))], "label"),
        ("cycle", [part("a")], "cannot be drawn"),
        ("cycle", [part("a"), part("a")], "name each other"),
        ("cycle", [part("a"), part("b", "z")], "name each other"),
        ("hierarchy", [part("a", "b"), part("b", "a")], "name each other"),
        ("hierarchy", [part("a"), part("b")], "at its top"),
        ("timeline", [part("a"), part("b")], "a time each"),
        ("timeline", [part("a", when="Part"), part("b", when="1999")], "does not stand"),
        ("comparison", [part("a"), part("b"), part("c", "a")], "no point"),
        ("wheel", [part(one, "" if one == "h" else "h") for one in "hx"], "cannot be drawn"),
    ],
)
def test_what_cannot_be_drawn_is_dropped_with_the_reason(form: str, parts: Any, why: str) -> None:
    outcome = built(form, *parts)
    assert outcome.figure is None
    assert outcome.absent
    assert outcome.verdicts == ()
    reasons = [reason.detail for past in outcome.history for reason in past.reasons]
    assert any(why in detail for detail in reasons), reasons


def test_a_figure_without_one_of_its_labels_is_none() -> None:
    figure = built("timeline", part("a", when="a"), part("b", when="b")).figure
    assert isinstance(figure.data, Diagram)
    lost = figure.data.labels[1].id
    assert figure.chosen(lambda one: one) == figure

    def choose(one: Statement) -> Statement | None:
        return None if one.id == lost else one

    assert figure.chosen(choose) is None


@given(st.sampled_from(FORMS), st.lists(st.none() | st.integers(-1, 6), max_size=8))
def test_any_list_is_a_tree_or_told_to_be_none(form: Any, above: list[int | None]) -> None:
    if problem(form, above) is None:
        assert max(depths(above)) < 4
        assert all(up is None or up < place for place, up in enumerate(above))
