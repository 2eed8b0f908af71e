"""Building a section's blocks of what may stand of its draft, statement by statement."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from citewright.checks.deciding import decide
from citewright.checks.examine import Examined, Role
from citewright.checks.figure import figure_of
from citewright.checks.verdicts import certain, verdicts_for
from citewright.model.article import (
    Block,
    Column,
    Definition,
    DefinitionList,
    Example,
    ListBlock,
    Paragraph,
    Questions,
    Row,
    Table,
)
from citewright.model.base import clean_text
from citewright.model.brief import SectionSpec
from citewright.model.draft import (
    DefinitionsDraft,
    DraftBlock,
    DraftStatement,
    ExamplesDraft,
    FigureDraft,
    MisconceptionsDraft,
    ProseDraft,
    QuestionsDraft,
    SectionDraft,
    SmartTableDraft,
)
from citewright.model.figure import Figure
from citewright.model.policy import Policy
from citewright.model.statement import LLM, SourceMarker, Statement, StatementIds
from citewright.model.verdict import Verdict
from citewright.model.version import Event

EXAMPLE_LABEL = "LLM-generated illustrative example (not a guideline)"
FRAMING_LABEL = "Therapeutic framing"
SMART_HEADERS = ("Goal", "SMART objective (example)", "Measure (example)", "Time frame (example)")

Action = Literal["repaired", "demoted", "dropped"]

LEAD = "lead"
"""The id by which an outline's lead is known."""


@dataclass(frozen=True)
class Review:
    """A draft whose statements have all been examined, and the policy they were examined under."""

    spec: SectionSpec
    draft: SectionDraft
    examined: tuple[Examined, ...]
    policy: Policy

    @property
    def failures(self) -> tuple[Examined, ...]:
        """The statements that may not stand as drafted."""
        return tuple(one for one in self.examined if one.failures)


def shape(block: DraftBlock, spec: SectionSpec) -> Literal["paragraph", "list", "example"]:
    """The block's type where the outline has it in this section, else a paragraph.

    The lead is plain statements, where an example would stand without its label.
    """
    allowed = block.type in spec.blocks and not (spec.id == LEAD and block.type == "example")
    return block.type if allowed else "paragraph"


def walk(draft: SectionDraft, spec: SectionSpec) -> Iterator[tuple[DraftStatement, Role]]:
    """The statements of a draft with what they are, in the order in which they are built."""
    match draft.body:
        case ProseDraft(blocks=blocks):
            for block in blocks:
                role: Role = "example" if shape(block, spec) == "example" else "prose"
                yield from ((statement, role) for statement in block.statements)
        case SmartTableDraft(rows=rows, framing=framing):
            yield from ((row.mechanism, "claim") for row in rows)
            yield framing, "framing"
        case DefinitionsDraft(entries=entries):
            yield from ((entry.definition, "claim") for entry in entries)
        case QuestionsDraft(questions=questions):
            yield from ((question, "question") for question in questions)
        case ExamplesDraft(examples=examples):
            yield from ((example, "example") for example in examples)
        case MisconceptionsDraft(entries=mistaken):
            yield from ((entry.correction, "claim") for entry in mistaken)
        case FigureDraft(caption=caption, parts=parts):
            yield caption, "claim"
            yield from ((part.statement, "label") for part in parts)
        case None:
            return


def event(spec: SectionSpec, one: Examined, action: Action, attempt: int) -> Event:
    """The record of what was done with a statement that failed its checks."""
    return Event(
        section=spec.id,
        text=one.text or "(no visible text)",
        action=action,
        attempt=attempt,
        reasons=one.failures,
    )


class Settler:
    """Decides on each examined statement, in the draft's order, and builds the blocks."""

    def __init__(self, result: Review, now: datetime, attempt: int) -> None:
        self._result = result
        self._attempt = attempt
        self._now = now
        self._left = iter(result.examined)
        self._ids = StatementIds(result.spec.id)
        self.kept: list[Statement] = []
        self.verdicts: list[Verdict] = []
        self.events: list[Event] = []

    def blocks(self) -> list[Block]:
        """The blocks of all that may stand; a figure is one block."""
        match self._result.draft.body:
            case ProseDraft() as body:
                return self._prose(body)
            case SmartTableDraft() as body:
                return self._smart_table(body)
            case DefinitionsDraft() as body:
                return self._definitions(body)
            case QuestionsDraft(questions=questions):
                items = self._statements(len(questions))
                return [Questions(type="questions", items=items)] if items else []
            case ExamplesDraft(examples=examples):
                return [_example(one) for one in self._statements(len(examples))]
            case MisconceptionsDraft() as body:
                return self._misconceptions(body)
            case FigureDraft() as body:
                return self._figure(body)
            case None:
                return []

    def _prose(self, body: ProseDraft) -> list[Block]:
        makers: dict[str, Callable[[tuple[Statement, ...]], list[Block]]] = {
            "paragraph": lambda kept: [Paragraph(type="paragraph", label=None, statements=kept)],
            "list": lambda kept: [ListBlock(type="list", ordered=False, items=kept)],
            "example": lambda kept: [_example(one) for one in kept],
        }
        blocks: list[Block] = []
        for block in body.blocks:
            kept = self._statements(len(block.statements))
            if kept:
                blocks += makers[shape(block, self._result.spec)](kept)
        return blocks

    def _smart_table(self, body: SmartTableDraft) -> list[Block]:
        rows = []
        for drafted in body.rows:
            claim = self._next()
            parts = (drafted.goal, drafted.objective, drafted.measure, drafted.time_frame)
            cells = tuple(clean_text(part) for part in parts)
            if claim and all(cells):
                rows.append(Row(cells=cells, claim=claim))
            elif claim:
                self._forget(claim, "the row lacks a goal, an objective, a measure or a time")
        framing = self._next()
        blocks: list[Block] = []
        if rows:
            columns = tuple(Column(header=header, marker=LLM) for header in SMART_HEADERS)
            blocks.append(
                Table(type="table", columns=columns, claim_header="Mechanism", rows=tuple(rows))
            )
        if framing:
            blocks.append(Paragraph(type="paragraph", label=FRAMING_LABEL, statements=(framing,)))
        return blocks

    def _definitions(self, body: DefinitionsDraft) -> list[Block]:
        terms = [entry.term for entry in body.entries]
        return self._entries(terms, "the definition has no term")

    def _misconceptions(self, body: MisconceptionsDraft) -> list[Block]:
        beliefs = [entry.belief for entry in body.entries]
        return self._entries(beliefs, "the correction does not say of what")

    def _entries(self, terms: list[str], lack: str) -> list[Block]:
        entries = []
        for drafted in terms:
            statement, term = self._next(), clean_text(drafted)
            if statement and term:
                entries.append(Definition(term=term, statement=statement))
            elif statement:
                self._forget(statement, lack)
        return [DefinitionList(type="definition_list", entries=tuple(entries))] if entries else []

    def _figure(self, body: FigureDraft) -> list[Block]:
        caption, *labels = [self._next() for _ in range(len(body.parts) + 1)]
        standing = [one for one in (caption, *labels) if one]
        built = figure_of(body, caption, labels)
        if isinstance(built, Figure):
            return [built]
        for one in standing:
            self._forget(one, built)
        return []

    def _statements(self, count: int) -> tuple[Statement, ...]:
        return tuple(one for one in (self._next() for _ in range(count)) if one)

    def _next(self) -> Statement | None:
        """Decide on the next examined statement; None when it is dropped."""
        one = next(self._left)
        match decide(one, self._result.spec, self._result.policy):
            case "keep" if one.draft.marker == "sources":
                return self._keep_sourced(one)
            case "keep":
                return self._keep_llm(one)
            case "demote":
                self._event(one, "demoted")
                return self._keep_llm(one)
            case "drop":
                self._event(one, "dropped")
                return None

    def _keep_llm(self, one: Examined) -> Statement:
        statement = Statement(
            id=self._ids.mint(one.text), text=one.text, form="own_words", marker=LLM
        )
        self.kept.append(statement)
        return statement

    def _keep_sourced(self, one: Examined) -> Statement:
        statement = Statement(
            id=self._ids.mint(one.text),
            text=one.text,
            form=one.form,
            marker=SourceMarker(kind="sources", citations=one.citations),
        )
        self.kept.append(statement)
        self.verdicts += verdicts_for(statement, one.notes, self._now, one.judgements)
        return statement

    def _forget(self, statement: Statement, why: str) -> None:
        self.kept.remove(statement)
        self.verdicts = [v for v in self.verdicts if v.statement != statement.id]
        self.events.append(
            Event(
                section=self._result.spec.id,
                text=statement.text,
                action="dropped",
                attempt=self._attempt,
                reasons=(certain("no-label", why),),
            )
        )

    def _event(self, one: Examined, action: Action) -> None:
        self.events.append(event(self._result.spec, one, action, self._attempt))


def _example(statement: Statement) -> Example:
    return Example(type="example", label=EXAMPLE_LABEL, statement=statement)
