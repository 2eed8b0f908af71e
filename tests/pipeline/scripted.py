"""A drafter that hands in what a test scripted, and the steps of one section with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal

from citewright.checks.judging import Judge
from citewright.drafting.ports import Drafter, Problem, SectionTask
from citewright.model.article import SectionKind
from citewright.model.brief import Brief
from citewright.model.draft import (
    DraftBlock,
    DraftCitation,
    DraftStatement,
    ProseDraft,
    SectionDraft,
)
from citewright.model.outcome import CheckedSection, Whole
from citewright.model.outlay import Outlay, Spending, Usage
from citewright.model.statement import Statement
from citewright.pipeline import evidence, sections
from citewright.pipeline.workspace import RunOptions, Workspace

SLUG = "mindful-self-compassion"
SECTION = "core-principles"
Maker = Callable[[SectionTask], SectionDraft]


@dataclass
class ScriptedDrafter:
    """Hands in one draft after the other, and keeps what it was told about each."""

    drafts: list[Maker]
    repairs: int = 2
    told: list[tuple[Problem, ...]] = field(default_factory=list)
    read: list[tuple[tuple[str, tuple[Statement, ...]], ...]] = field(default_factory=list)
    name: Literal["claude"] = "claude"
    exclusive: bool = False
    kinds: frozenset[SectionKind] = frozenset({"prose"})

    def draft(self, task: SectionTask) -> SectionDraft:
        return self.drafts.pop(0)(task)

    def repair(
        self, task: SectionTask, draft: SectionDraft, problems: tuple[Problem, ...]
    ) -> SectionDraft:
        self.told.append(problems)
        return self.drafts.pop(0)(task)

    def prepare(self, task: SectionTask) -> Outlay:
        return Outlay()

    def read_whole(
        self, brief: Brief, sections: tuple[tuple[str, tuple[Statement, ...]], ...]
    ) -> Whole:
        self.read.append(sections)
        return Whole(findings=(), outlay=Outlay())


def spent(calls: int) -> Spending:
    return Spending(
        section=SECTION,
        role="draft",
        model="a-model",
        calls=calls,
        usage=Usage(output_tokens=100 * calls),
        cost_usd=Decimal("0.01") * calls,
    )


def handed_in(*statements: DraftStatement, calls: int = 1) -> SectionDraft:
    return SectionDraft(
        section=SECTION,
        form="own_words",
        body=ProseDraft(
            kind="prose", blocks=(DraftBlock(type="paragraph", statements=statements),)
        ),
        failure=None,
        models=("a-model",),
        spending=(spent(calls),),
    )


def true_statement(task: SectionTask) -> DraftStatement:
    passage = task.offered[0]
    start, end = passage.sentences[0]
    quote = passage.text[start - passage.start : end - passage.start]
    cited = DraftCitation(passage=passage.id, quote=quote)
    return DraftStatement(citations=(cited,), marker="sources", text="It is put in other words.")


def fabricated(task: SectionTask, text: str) -> DraftStatement:
    cited = DraftCitation(
        passage=task.offered[0].id, quote="The authors never wrote this sentence anywhere."
    )
    return DraftStatement(citations=(cited,), marker="sources", text=text)


def run(workspace: Workspace, drafter: Drafter, judge: Judge | None = None) -> CheckedSection:
    """Draft and check one section."""
    brief = workspace.brief(SLUG)
    snapshots = [evidence.snapshot_source(workspace, key) for key in brief.sources[:2]]
    plan = evidence.select_evidence(workspace, SLUG, snapshots, kinds={"prose"}, exclusive=False)
    scripted = replace(workspace, make_drafter=lambda _: drafter, make_judge=lambda _: judge)
    options = RunOptions(run="test")
    draft = sections.draft_section(scripted, SLUG, SECTION, plan, snapshots, options)
    digest = sections.check_section(scripted, SLUG, draft, plan, snapshots, options)
    return workspace.checked_section(digest)


def texts(outcome: CheckedSection) -> dict[str, str]:
    assert outcome.section is not None
    (block,) = outcome.section.blocks
    assert block.type == "paragraph"
    return {statement.text: statement.marker.kind for statement in block.statements}
