"""What the model refuses: unmarked statements, and everything that does not fit together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model import values
from model.values import Desk, article, citation, paragraph, section, version, with_sections
from pydantic import ValidationError

from citewright.model.article import Column, Example, Row, Section, Table
from citewright.model.evidence import Evidence, TextPositionSelector
from citewright.model.figure import Wheel
from citewright.model.source import Source
from citewright.model.statement import LLM, Statement, StatementIds

ID = "s-0123456789ab"


@pytest.mark.parametrize(
    "marker", [None, {}, {"kind": "sources", "citations": ()}, {"kind": "none"}]
)
def test_a_statement_has_exactly_one_marker(marker: object) -> None:
    values = {"id": ID, "text": "x", "form": "own_words"}
    with pytest.raises(ValidationError):
        Statement.model_validate(values if marker is None else values | {"marker": marker})
    both = {"kind": "llm", "citations": [citation().model_dump()]}
    with pytest.raises(ValidationError):
        Statement.model_validate(values | {"marker": both})
    assert Statement.model_validate(values | {"marker": {"kind": "llm"}}).citations == ()


def test_a_quotation_needs_a_source() -> None:
    with pytest.raises(ValidationError, match="a quotation needs a source"):
        Statement(id=ID, text="x", form="quotation", marker=LLM)


def test_an_example_is_never_sourced() -> None:
    with pytest.raises(ValidationError, match="always tagged LLM"):
        Example(type="example", label="x", statement=Desk().cited())


@pytest.mark.parametrize("absent", [None, "a reason"])
def test_a_section_has_blocks_or_a_reason(absent: str | None) -> None:
    blocks = (paragraph(Desk().llm()),) if absent else ()
    with pytest.raises(ValidationError, match="needs either blocks or a reason"):
        Section(id="x", title="x", kind="prose", blocks=blocks, absent=absent)


def test_a_table_is_rectangular_and_its_rows_carry_claims() -> None:
    column = Column(header="Goal", marker=LLM)
    row = Row(cells=("one", "two"), claim=Desk().llm())
    with pytest.raises(ValidationError, match="2 cells for 1 columns"):
        Table(type="table", columns=(column,), claim_header="x", rows=(row,))
    with pytest.raises(ValidationError):
        Row.model_validate({"cells": ["one"]})


def test_statement_ids_are_unique_in_an_article() -> None:
    twice = Desk().llm()
    with pytest.raises(ValidationError, match="stands twice"):
        article(twice, twice)
    with pytest.raises(ValidationError, match="section id stands twice"):
        with_sections(section(paragraph(Desk().llm("a"))), section(paragraph(Desk().llm("b"))))


@pytest.mark.parametrize("where", ["statement", "caption"])
def test_a_citation_of_an_unknown_source_is_refused(where: str) -> None:
    desk, foreign = Desk(), citation(key="unknown-1999")
    drawn = values.figure(desk)
    if where == "caption":
        drawn = drawn.model_copy(update={"caption": desk.cited("A caption.", foreign)})
    said = desk.cited("It is so.", foreign) if where == "statement" else desk.llm()
    with pytest.raises(ValidationError, match="'unknown-1999', which is no source of it"):
        with_sections(section(paragraph(said)), figure=drawn)


def test_a_version_names_its_article_and_its_hash() -> None:
    content = article()
    assert version(content).digest != version(content, number="1.1").digest
    with pytest.raises(ValidationError, match="the article is 'an-article'"):
        version(content, slug="another")
    with pytest.raises(ValidationError, match="content hash"):
        version(content, content="sha256:" + "0" * 64)


def test_each_citation_has_one_verdict() -> None:
    statement = Desk().cited("Twice.", citation(), citation("taught in groups"))
    content = article(statement)
    found = values.verdicts(content)
    assert len(version(content, verdicts=found).verdicts) == 2
    with pytest.raises(ValidationError, match="1 citations have no verdict"):
        version(content, verdicts=found[:1])
    with pytest.raises(ValidationError, match="names no citation, or one twice"):
        version(content, verdicts=(*found, found[0]))
    elsewhere = found[1].model_copy(update={"source": "another-2001"})
    with pytest.raises(ValidationError, match="names no citation, or one twice"):
        version(content, verdicts=(found[0], elsewhere))


def test_evidence_is_in_a_snapshot_of_the_source_it_is_cited_for() -> None:
    content = article()
    with pytest.raises(ValidationError, match="unknown snapshot"):
        version(content, snapshots=())
    two = content.model_copy(update={"sources": (values.source(), values.source("other-2001"))})
    wrong = citation().model_copy(update={"source": "other-2001"})
    crossed = two.model_copy(
        update={"sections": (section(paragraph(Desk().cited("It is so.", wrong))),)}
    )
    with pytest.raises(ValidationError, match="'other-2001' is cited with a quote from"):
        version(crossed)
    short = values.snapshot().model_dump() | {"length": 10}
    with pytest.raises(ValidationError, match=r"unknown snapshot|behind the text"):
        version(content, snapshots=(short,))


def test_a_quote_behind_the_end_of_its_text_is_refused() -> None:
    taken = values.snapshot().model_copy(update={"length": 20})
    held = citation().evidence
    assert isinstance(held, Evidence)
    cited = citation().model_copy(
        update={"evidence": held.model_copy(update={"snapshot": taken.digest})}
    )
    with pytest.raises(ValidationError, match="ends behind the text"):
        version(article(Desk().cited("It is so.", cited)), snapshots=(taken,))


def test_labels_of_a_figure_are_never_sourced() -> None:
    drawn = values.figure(Desk()).data
    assert drawn is not None
    marker = {"kind": "sources", "citations": [citation().model_dump()]}
    with pytest.raises(ValidationError, match="marker"):
        Wheel.model_validate(drawn.model_dump() | {"marker": marker})


def test_positions_and_quotes_agree() -> None:
    with pytest.raises(ValidationError, match="ends after it starts"):
        TextPositionSelector(type="TextPositionSelector", start=3, end=3)
    held = citation().evidence.model_dump()
    with pytest.raises(ValidationError, match="not as long as"):
        Evidence.model_validate(held | {"position": held["position"] | {"end": 500}})


@pytest.mark.parametrize(
    "key", ["", "A", "a b", "a--b", "-a", "a-", "../a", "a/b", "ä", "a\n", "a" * 101]
)
def test_a_slug_cannot_leave_its_folder(key: str) -> None:
    with pytest.raises(ValidationError):
        values.source(key)


@pytest.mark.parametrize("number", ["0.1", "1", "1.01", "01.0", "1.0\n", "1.0.0", "1.٢", "1٢.0"])
def test_a_version_number_has_one_spelling(number: str) -> None:
    with pytest.raises(ValidationError):
        version(number=number)


@pytest.mark.parametrize("change", [{"cost_usd": "-1"}, {"cost_usd": "NaN"}, {"extra": 1}])
def test_a_version_refuses_what_it_cannot_mean(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        version(**change)


def test_values_do_not_change() -> None:
    with pytest.raises(ValidationError):
        values.source().tier = "T2"
    with pytest.raises(ValidationError):
        Source.model_validate(values.source().model_dump() | {"tier": "T4"})


@given(st.lists(st.sampled_from(["a", "b", "a\0b", ""]), max_size=20))
def test_minted_ids_never_repeat_within_or_between_scopes(texts: list[str]) -> None:
    first, second = StatementIds("one"), StatementIds("two")
    minted = [first.mint(text) for text in texts] + [second.mint(text) for text in texts]
    assert len(set(minted)) == len(minted)
    again = StatementIds("one")
    assert [again.mint(text) for text in texts] == minted[: len(texts)]
