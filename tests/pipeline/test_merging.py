"""Drafted sections put into what stands: nothing that stands is lost or altered."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from model.values import citation, paragraph, section, verdict, version, with_sections

from citewright.model.article import Definition, DefinitionList, ListBlock, block_statements
from citewright.model.outcome import CheckedSection
from citewright.model.statement import LLM, SourceMarker, Statement, StatementIds
from citewright.pipeline.merging import (
    Elsewhere,
    merged_section,
    said_elsewhere,
    standing_section,
)

TEXTS = [
    "Breathing slowly lowers the pulse of adults.",
    "Walking daily improves the sleep of nurses.",
    "Groups of twelve are taught for eight weeks.",
    "Nobody knows whether music changes the pain.",
    "Letters were written by hand before the course.",
    "Children were asked about their teachers first.",
]
texts = st.lists(st.sampled_from(TEXTS), unique=True, min_size=1)


def said(text: str, ids: StatementIds, *, sourced: bool) -> Statement:
    marker = SourceMarker(kind="sources", citations=(citation(),)) if sourced else LLM
    return Statement(id=ids.mint(text), text=text, form="own_words", marker=marker)


def outcome(statements: list[Statement]) -> CheckedSection:
    made = section(paragraph(*statements)) if statements else None
    return CheckedSection(
        id="overview",
        section=made or section(paragraph(said("x", StatementIds(), sourced=False))),
        lead=(),
        absent=None,
        failed=False,
        verdicts=tuple(verdict(one, 0) for one in statements if one.citations),
        history=(),
    )


@given(texts, texts, st.data())
def test_what_stands_stays_and_ids_are_unique(
    old_texts: list[str], new_texts: list[str], data: st.DataObject
) -> None:
    ids = StatementIds("before")
    old = [said(text, ids, sourced=place % 2 == 0) for place, text in enumerate(old_texts)]
    touched = data.draw(st.frozensets(st.sampled_from([one.id for one in old])))
    marks = {one.text: bool(one.citations) for one in old}
    scope = data.draw(st.sampled_from(["overview", "before"]))
    minted = StatementIds(scope)
    new = [said(text, minted, sourced=marks.get(text, True)) for text in new_texts]
    taken = data.draw(st.frozensets(st.sampled_from([one.id for one in new])))
    taken -= {one.id for one in old}
    elsewhere = Elsewhere(ids=taken)
    merged = merged_section(outcome(old), outcome(new), touched, elsewhere, replace=False)

    standing = [one for one in old if one.id not in touched]
    got = list(merged.statements())
    assert all(one in got for one in standing)
    names = [one.id for one in got]
    assert len(set(names)) == len(names)
    assert not set(names) & taken
    # What is new was drafted, with the marker it was drafted with.
    fresh = [one for one in got if one not in standing]
    drafted = {one.text: one.marker for one in new}
    assert all(drafted[one.text] == one.marker for one in fresh)
    # Every citation has one verdict, and nothing else has.
    pairs = [(one.id, 0) for one in got if one.citations]
    assert sorted((one.statement, one.citation) for one in merged.verdicts) == sorted(pairs)
    assert bool(got) == (merged.absent is None)
    handed = {one.text for one in standing} <= set(new_texts)
    if handed:
        assert [one.text for one in got] == new_texts
    else:
        assert [one for one in got if one in standing] == standing
        assert len(fresh) <= len(touched)


def test_a_rewording_keeps_the_id_and_gets_its_own_verdict() -> None:
    ids = StatementIds("overview")
    old = [said(text, ids, sourced=True) for text in TEXTS[:3]]
    new = [said("Breathing slowly lowers the pulse of men.", ids, sourced=True)]
    merged = merged_section(outcome(old), outcome(new), {old[0].id}, Elsewhere(), replace=False)
    first, *rest = merged.statements()
    assert (first.id, first.text) == (old[0].id, "Breathing slowly lowers the pulse of men.")
    assert rest == old[1:]


def test_what_another_section_says_is_not_said_again() -> None:
    ids = StatementIds("overview")
    other = outcome([said(TEXTS[1], ids, sourced=True)])
    old = [said(TEXTS[0], ids, sourced=True)]
    new = [said(text, StatementIds("new"), sourced=True) for text in TEXTS[1:3]]
    elsewhere = said_elsewhere([other])
    merged = merged_section(outcome(old), outcome(new), {old[0].id}, elsewhere, replace=False)
    assert [one.text for one in merged.statements()] == [TEXTS[2]]


def test_a_replaced_section_is_the_draft_with_the_ids_that_were_handed_back() -> None:
    ids = StatementIds("before")
    old = [said(text, ids, sourced=True) for text in TEXTS[:2]]
    new = [said(text, StatementIds("new"), sourced=True) for text in TEXTS[1:3]]
    merged = merged_section(outcome(old), outcome(new), (), Elsewhere(), replace=True)
    assert [one.text for one in merged.statements()] == TEXTS[1:3]
    assert next(merged.statements()) == old[1]


def test_a_definition_is_replaced_with_its_term() -> None:
    ids = StatementIds("overview")
    statements = [said(text, ids, sourced=True) for text in TEXTS[:2]]
    entries = tuple(
        Definition(term=f"Term {place}", statement=one) for place, one in enumerate(statements)
    )
    block = DefinitionList(type="definition_list", entries=entries)
    old = outcome(statements).model_copy(update={"section": section(block)})
    fresh = said(TEXTS[4], ids, sourced=True)
    another = DefinitionList(
        type="definition_list", entries=(Definition(term="Letters", statement=fresh),)
    )
    new = outcome([fresh]).model_copy(update={"section": section(another)})
    merged = merged_section(old, new, {statements[0].id}, Elsewhere(), replace=False)
    assert merged.section is not None
    terms = [
        (entry.term, entry.statement.text)
        for part in merged.section.blocks
        if isinstance(part, DefinitionList)
        for entry in part.entries
    ]
    assert terms == [("Term 1", TEXTS[1]), ("Letters", TEXTS[4])]


def test_a_standing_section_is_the_versions_own() -> None:
    ids = StatementIds("overview")
    items = tuple(said(text, ids, sourced=True) for text in TEXTS[:2])
    block = ListBlock(type="list", ordered=False, items=items)
    made = version(with_sections(section(block)))
    kept = standing_section(made, "overview")
    assert kept.section == made.article.sections[0]
    assert tuple(kept.statements()) == tuple(block_statements(block))
    assert kept.verdicts == made.verdicts
    assert kept.spending == ()
    lead = standing_section(made, "lead")
    assert (lead.lead, lead.absent) == ((), made.article.lead.absent)
