"""Drafting a section: what fails is handed back, then demoted or dropped, and all of it is kept."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from catalogues import open_workspace
from pipeline.scripted import (
    SLUG,
    ScriptedDrafter,
    fabricated,
    handed_in,
    run,
    texts,
    true_statement,
)

from citewright.drafting.ports import SectionTask
from citewright.errors import ModelError, NoText
from citewright.model.draft import (
    DraftStatement,
    SectionDraft,
)
from citewright.model.outcome import CheckedSection, Whole
from citewright.model.outlay import Outlay, total_cost
from citewright.model.version import Cause
from citewright.pipeline import commit, sections
from citewright.pipeline.workspace import Workspace


@pytest.fixture
def workspace(example_project: Path) -> Workspace:
    return open_workspace(example_project)


def test_a_fabricated_quote_is_handed_back_and_mended(workspace: Workspace) -> None:
    drafter = ScriptedDrafter(
        [
            lambda task: handed_in(fabricated(task, "It is made up.")),
            lambda task: handed_in(true_statement(task), calls=2),
        ]
    )
    outcome = run(workspace, drafter)
    assert texts(outcome) == {"It is put in other words.": "sources"}
    ((problem,),) = drafter.told
    assert problem.text == "It is made up."
    assert [reason.code for reason in problem.reasons] == ["quote-absent"]
    (event,) = outcome.history
    assert (event.action, event.text, event.attempt) == ("repaired", "It is made up.", 0)
    assert total_cost(outcome.spending) == Decimal("0.02")
    assert {verdict.outcome for verdict in outcome.verdicts} == {"not_assessed"}


def test_what_still_fails_is_demoted_or_dropped_with_its_history(workspace: Workspace) -> None:
    def both(task: SectionTask) -> SectionDraft:
        return handed_in(
            true_statement(task),
            fabricated(task, "It is thought to help."),
            fabricated(task, "It helped 97 of 100 people."),
        )

    drafter = ScriptedDrafter([both, both, both])
    outcome = run(workspace, drafter)
    assert texts(outcome) == {
        "It is put in other words.": "sources",
        "It is thought to help.": "llm",
    }
    assert len(drafter.told) == 2
    assert [event.action for event in outcome.history] == ["repaired"] * 4 + ["demoted", "dropped"]
    dropped = outcome.history[-1]
    assert dropped.text == "It helped 97 of 100 people."
    assert dropped.attempt == 2


def test_a_repair_that_fails_keeps_what_had_passed(workspace: Workspace) -> None:
    def refused(_: SectionTask) -> SectionDraft:
        failed = {"body": None, "failure": "The model refused."}
        return handed_in(
            DraftStatement(citations=(), marker="llm", text="Never shown."), calls=2
        ).model_copy(update=failed)

    drafter = ScriptedDrafter(
        [lambda t: handed_in(true_statement(t), fabricated(t, "It helped 9 people.")), refused]
    )
    outcome = run(workspace, drafter)
    assert texts(outcome) == {"It is put in other words.": "sources"}
    assert not outcome.failed
    assert total_cost(outcome.spending) == Decimal("0.02")
    assert [event.action for event in outcome.history] == ["dropped"]


def test_a_failed_section_is_absent_and_alone_makes_no_article(workspace: Workspace) -> None:
    def failed(_: SectionTask) -> SectionDraft:
        llm = DraftStatement(citations=(), marker="llm", text="Never shown.")
        return handed_in(llm).model_copy(update={"body": None, "failure": "The model refused."})

    outcome = run(workspace, ScriptedDrafter([failed]))
    assert outcome.failed
    assert outcome.section is not None
    assert outcome.section.absent == "The model refused."
    assert not outcome.section.blocks

    _refuse(workspace, outcome, ModelError, "The model refused.")
    _refuse(workspace, outcome.model_copy(update={"failed": False}), NoText, "hold nothing")


def _refuse(
    workspace: Workspace, outcome: CheckedSection, kind: type[Exception], words: str
) -> None:
    lead = outcome.model_copy(
        update={"id": "lead", "section": None, "absent": outcome.absent, "failed": outcome.failed}
    )
    digests = [
        workspace.store.put_document("section", sections.SECTION_TAG, one)
        for one in (lead, outcome)
    ]
    cause = Cause(kind="generate", detail="Test.")
    outlay = workspace.store.put_document("outlay", sections.OUTLAY_TAG, Outlay())
    seen = Whole(findings=(), outlay=Outlay())
    whole = workspace.store.put_document("whole", sections.WHOLE_TAG, seen)
    parts = commit.Parts(digests, [], outlay, whole)
    with pytest.raises(kind, match=words):
        commit.commit_version(workspace, SLUG, parts, "claude", cause)
    assert workspace.catalogue.all_versions() == []
