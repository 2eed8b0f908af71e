"""From drafts to sections: whatever is handed in, what stands is sound and the rest is told."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from checks.desk import CORPUS, GOOD, PAGE, cited, draft, llm, settled, sourced, spec
from hypothesis import given, settings
from hypothesis import strategies as st
from model.values import NOW, Desk, bare

from citewright.checks.building import EXAMPLE_LABEL, event
from citewright.checks.numbers import digit_numbers
from citewright.checks.section import NO_EVIDENCE, NOTHING_LEFT, review, settle
from citewright.checks.verdicts import verdicts_for
from citewright.model.article import Example, Paragraph, Questions, block_statements
from citewright.model.canonical import dump
from citewright.model.diagram import FORMS
from citewright.model.draft import (
    DefinitionsDraft,
    DraftBlock,
    DraftCitation,
    DraftDefinition,
    DraftMisconception,
    DraftPart,
    DraftRow,
    DraftStatement,
    ExamplesDraft,
    FigureDraft,
    MisconceptionsDraft,
    ProseDraft,
    QuestionsDraft,
    SmartTableDraft,
)
from citewright.model.outcome import CheckedSection
from citewright.model.statement import Statement
from citewright.resources import parse

TEXTS = st.sampled_from(
    [
        "Slow breathing helps.", "Slow breathing helps.", "It fell by 3.5 beats.", GOOD, PAGE,
        "COVID-19 is a name.", "\u200b", " \n", "e\u0301 \u202ehidden", "52 adults", "½ of them",
    ]
)  # fmt: skip
QUOTES = st.sampled_from(
    [
        cited(), cited(), cited("lowered the pulse by −3.5 beats"), cited(PAGE, "page"),
        cited(PAGE), cited("short"), cited("slow breathing raised the pulse of all"),
        DraftCitation(passage="p-unknown", quote=GOOD), cited("In an … slow breathing lowered"),
    ]
)  # fmt: skip
STATEMENTS = st.builds(
    DraftStatement,
    citations=st.lists(QUOTES, max_size=3).map(tuple),
    marker=st.sampled_from(["sources", "sources", "llm"]),
    text=TEXTS | st.text(min_size=1, max_size=20),
)
LABELS = st.sampled_from(["Calm", "\u200b", " ", "e\u0301"]) | st.text(min_size=1, max_size=5)
SOME = st.lists(STATEMENTS, min_size=1, max_size=4).map(tuple)
BLOCKS = st.builds(
    DraftBlock, type=st.sampled_from(["paragraph", "list", "example"]), statements=SOME
)
BODIES = st.one_of(
    st.none(),
    st.builds(ProseDraft, kind=st.just("prose"), blocks=st.lists(BLOCKS, max_size=3).map(tuple)),
    st.builds(
        SmartTableDraft,
        kind=st.just("smart_table"),
        rows=st.lists(
            st.builds(
                DraftRow,
                mechanism=STATEMENTS,
                goal=LABELS,
                objective=LABELS,
                measure=LABELS,
                time_frame=LABELS,
            ),
            max_size=3,
        ).map(tuple),
        framing=STATEMENTS,
    ),
    st.builds(
        DefinitionsDraft,
        kind=st.just("definitions"),
        entries=st.lists(
            st.builds(DraftDefinition, term=LABELS, definition=STATEMENTS), max_size=3
        ).map(tuple),
    ),
    st.builds(
        QuestionsDraft,
        kind=st.just("questions"),
        questions=st.lists(STATEMENTS, max_size=3).map(tuple),
    ),
    st.builds(
        ExamplesDraft,
        kind=st.just("examples"),
        examples=st.lists(STATEMENTS, max_size=3).map(tuple),
    ),
    st.builds(
        MisconceptionsDraft,
        kind=st.just("misconceptions"),
        entries=st.lists(
            st.builds(DraftMisconception, correction=STATEMENTS, belief=LABELS), max_size=3
        ).map(tuple),
    ),
    st.builds(
        FigureDraft,
        kind=st.just("figure"),
        caption=STATEMENTS,
        form=st.sampled_from(FORMS),
        parts=st.lists(
            st.builds(
                DraftPart,
                statement=STATEMENTS,
                id=st.sampled_from("abcdefgh"),
                under=st.sampled_from(["", "", "a", "b"]),
                when=st.sampled_from(["", "pulse", "8"]),
            ),
            max_size=5,
            unique_by=lambda part: part.id,
        ).map(tuple),
    ),
)
SPECS = st.fixed_dictionaries(
    {
        "llm": st.booleans(),
        "tiers": st.sampled_from([("T1",), ("T3",), ("T1", "T3")]),
        "id": st.sampled_from(["evidence-base", "lead"]),
        "blocks": st.sampled_from([("paragraph",), ("paragraph", "list", "example")]),
    }
)


def standing(outcome: CheckedSection) -> list[Statement]:
    return list(outcome.statements())


def drafted(body: Any) -> list[DraftStatement]:
    match body:
        case ProseDraft():
            return [one for block in body.blocks for one in block.statements]
        case SmartTableDraft():
            return [*(row.mechanism for row in body.rows), body.framing]
        case DefinitionsDraft():
            return [entry.definition for entry in body.entries]
        case QuestionsDraft():
            return list(body.questions)
        case ExamplesDraft():
            return list(body.examples)
        case MisconceptionsDraft():
            return [entry.correction for entry in body.entries]
        case FigureDraft():
            return [body.caption, *(part.statement for part in body.parts)]
    return []


@settings(max_examples=150)
@given(BODIES, st.sampled_from(["own_words", "quotation"]), SPECS)
def test_whatever_is_handed_in(body: Any, form: Any, changes: dict[str, Any]) -> None:
    if isinstance(body, FigureDraft):
        changes = changes | {"id": "figure", "kind": "figure"}
    outcome = settled(draft(body, form), **changes)
    assert parse(CheckedSection, "checked_section", dump(outcome), what="it") == outcome
    kept = standing(outcome)
    actions = Counter(past.action for past in outcome.history)
    assert len(kept) + actions["dropped"] == len(drafted(body))
    assert all(past.reasons for past in outcome.history)
    assert len({one.id for one in kept}) == len(kept)
    assert bool(kept) == (outcome.absent is None)
    pairs = [(one.id, index, c.source) for one in kept for index, c in enumerate(one.citations)]
    assert sorted(pairs) == sorted((v.statement, v.citation, v.source) for v in outcome.verdicts)
    for one in kept:
        for citation in one.citations:
            evidence = citation.evidence
            assert evidence.kind == "quote"
            text = CORPUS.finders[evidence.snapshot].text
            assert text[evidence.position.start : evidence.position.end] == evidence.quote.exact
            assert CORPUS.passages[evidence.passage].source == citation.source
        assert one.marker.kind == "sources" or changes["llm"]
        label = isinstance(body, FigureDraft) and one.form == "quotation"
        assert one.form == form or one.marker.kind == "llm" or label
    if actions["demoted"]:
        assert changes["llm"]
        assert form == "own_words"


@settings(max_examples=100)
@given(st.lists(BLOCKS, max_size=3).map(tuple), SPECS)
def test_no_number_stands_without_a_source_but_in_an_example(
    blocks: tuple[DraftBlock, ...], changes: dict[str, Any]
) -> None:
    outcome = settled(draft(ProseDraft(kind="prose", blocks=blocks)), **changes)
    for block in outcome.section.blocks if outcome.section else ():
        if isinstance(block, Example):
            assert "example" in changes["blocks"]
            assert block.label == EXAMPLE_LABEL
            continue
        for one in block_statements(block):
            assert one.citations or not digit_numbers(one.text)
    for one in outcome.lead:
        assert one.citations or not digit_numbers(one.text)


def prose(*statements: DraftStatement) -> ProseDraft:
    return ProseDraft(kind="prose", blocks=(DraftBlock(type="paragraph", statements=statements),))


WRONG = cited("slow breathing raised the pulse")


def test_a_failed_statement_is_demoted_or_dropped_with_its_reasons() -> None:
    body = prose(
        sourced("Slow breathing helps."),
        sourced("It is liked.", WRONG),
        sourced("It fell by 9 beats.", WRONG),
    )
    outcome = settled(draft(body))
    assert [(one.text, one.marker.kind) for one in standing(outcome)] == [
        ("Slow breathing helps.", "sources"),
        ("It is liked.", "llm"),
    ]
    assert [(past.text, past.action, past.reasons[0].code) for past in outcome.history] == [
        ("It is liked.", "demoted", "quote-absent"),
        ("It fell by 9 beats.", "dropped", "quote-absent"),
    ]
    strict = settled(draft(body), llm=False)
    assert [past.action for past in strict.history] == ["dropped", "dropped"]


def test_a_quotation_is_never_demoted() -> None:
    outcome = settled(draft(prose(sourced(GOOD), sourced("It is liked.", WRONG)), "quotation"))
    assert [one.form for one in standing(outcome)] == ["quotation"]
    assert [past.action for past in outcome.history] == ["dropped"]
    assert [v.outcome for v in outcome.verdicts] == ["supported"]
    assert outcome.verdicts[0].reasons[-1].code == "verbatim"


def test_own_words_are_not_judged_here() -> None:
    outcome = settled(draft(prose(sourced("It fell in three places."))))
    [verdict] = outcome.verdicts
    assert verdict.outcome == "not_assessed"
    assert [reason.code for reason in verdict.reasons] == [
        "quote-located", "number-word-absent", "support-not-judged",
    ]  # fmt: skip


def test_the_history_of_repairs_is_kept_and_counted() -> None:
    body = prose(sourced("It is liked.", WRONG))
    first = review(spec(), draft(body), CORPUS)
    past = tuple(event(spec(), one, "repaired", 0) for one in first.failures)
    outcome = settle(review(spec(), draft(body), CORPUS), past, NOW)
    assert [(e.action, e.attempt) for e in outcome.history] == [("repaired", 0), ("demoted", 1)]


def test_a_row_or_a_term_without_a_label_is_dropped_and_told() -> None:
    row = DraftRow(
        mechanism=sourced("It calms."),
        goal="\u200b",
        objective="Breathe.",
        measure="A diary.",
        time_frame="Four weeks.",
    )
    table = SmartTableDraft(kind="smart_table", rows=(row,), framing=llm("Breathed together."))
    entry = DraftDefinition(term=" ", definition=sourced("It calms."))
    for body in (table, DefinitionsDraft(kind="definitions", entries=(entry,))):
        outcome = settled(draft(body))
        assert "It calms." not in [one.text for one in standing(outcome)]
        assert outcome.verdicts == ()
        [past] = outcome.history
        assert (past.action, past.text, past.reasons[0].code) == (
            "dropped",
            "It calms.",
            "no-label",
        )


def test_an_example_stands_only_where_the_outline_has_examples() -> None:
    body = ProseDraft(
        kind="prose",
        blocks=(DraftBlock(type="example", statements=(llm("She breathes 5 times."),)),),
    )
    [block] = settled(draft(body)).section.blocks
    assert isinstance(block, Example)
    for changes in ({"blocks": ("paragraph",)}, {"id": "lead"}):
        outcome = settled(draft(body), **changes)
        assert standing(outcome) == []
        assert outcome.history[0].reasons[0].code == "number-without-source"


@pytest.mark.parametrize(
    ("made", "absent", "failed"),
    [
        (draft(None, failure="the model refused"), "the model refused", True),
        (draft(None, omitted="it has to be written"), "it has to be written", False),
        (draft(ProseDraft(kind="prose", blocks=())), NO_EVIDENCE, False),
        (draft(None), NO_EVIDENCE, False),
        (draft(prose(sourced("It fell by 9.", WRONG))), NOTHING_LEFT, False),
    ],
)
def test_an_absent_section_says_why(made: Any, absent: str, failed: bool) -> None:
    for changes in ({}, {"id": "lead"}):
        outcome = settled(made, **changes)
        assert (outcome.absent, outcome.failed) == (absent, failed)
        assert standing(outcome) == []
        assert outcome.section is None or outcome.section.absent == absent


def test_questions_and_framing_have_their_blocks() -> None:
    [block] = settled(
        draft(QuestionsDraft(kind="questions", questions=(llm("Why now?"),)))
    ).section.blocks
    assert isinstance(block, Questions)
    table = SmartTableDraft(kind="smart_table", rows=(), framing=llm("Breathed together."))
    [block] = settled(draft(table)).section.blocks
    assert isinstance(block, Paragraph)
    assert block.label == "Therapeutic framing"


def test_missing_evidence_is_never_supported() -> None:
    statement = Desk().cited("It is so.", bare())
    for form in ("own_words", "quotation"):
        [verdict] = verdicts_for(statement.model_copy(update={"form": form}), (), NOW)
        assert verdict.outcome == "not_assessed"
        assert verdict.reasons[0].code == "evidence-missing"
