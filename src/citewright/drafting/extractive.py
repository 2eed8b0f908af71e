"""The drafter that needs no model: it quotes, and writes nothing of its own.

For each section it takes sentences of the offered passages that say most of what the section asks
for and least of what has been quoted before (``extractive_select``), provided that they stand
alone (``extractive_sentences``), and hands them in as quotations. Definitions, questions, mistaken
ideas and goals are found by their wording (``extractive_lists``), and so is a sentence that makes a
figure (``extractive_figure``). What would have to be written is
omitted with the reason.
"""

from __future__ import annotations

from typing import Literal

from citewright.drafting.extractive_cover import paragraphs
from citewright.drafting.extractive_figure import figure
from citewright.drafting.extractive_lists import definitions, goals, misconceptions, questions
from citewright.drafting.extractive_select import Choice
from citewright.drafting.extractive_sentences import Sentence
from citewright.drafting.extractive_suggested import suggested
from citewright.drafting.ports import Problem, SectionTask
from citewright.model.article import SectionKind
from citewright.model.brief import Brief
from citewright.model.draft import (
    DefinitionsDraft,
    DraftBlock,
    DraftBody,
    DraftCitation,
    DraftDefinition,
    DraftStatement,
    ProseDraft,
    QuestionsDraft,
    SectionDraft,
)
from citewright.model.outcome import Whole
from citewright.model.outlay import Outlay
from citewright.model.statement import Statement

NEEDS_WRITING = (
    "This section has to be written, and this article was compiled from quotations alone, "
    "without a language model."
)
NOTHING_SAID: dict[SectionKind, str] = {
    "questions": "No source of this article asks a question for reflection that could be quoted.",
    "smart_table": (
        "No source of this article states a goal with what a client is to do, how much and by "
        "when, that could be quoted."
    ),
    "misconceptions": "No source of this article names a mistaken idea that could be quoted.",
    "figure": "No source of this article counts and names parts in a sentence that could be drawn.",
}


class ExtractiveDrafter:
    """Builds sections of exact quotations; the same input always gives the same draft."""

    name: Literal["extractive"] = "extractive"
    repairs = 0
    exclusive = True
    kinds: frozenset[SectionKind] = frozenset(
        {"prose", "definitions", "questions", "smart_table", "misconceptions", "figure"}
    )

    def prepare(self, task: SectionTask) -> Outlay:
        """Nothing: quoting costs nothing."""
        del task
        return Outlay()

    def draft(self, task: SectionTask) -> SectionDraft:
        """Quotations for one section, or the reason why there are none; raises nothing."""
        kind = task.spec.kind
        if kind not in self.kinds:
            return _draft(task, None, omitted=NEEDS_WRITING)
        body = _body(task)
        if (body is None or _is_empty(body)) and kind in NOTHING_SAID:
            return _draft(task, None, omitted=NOTHING_SAID[kind])
        return _draft(task, body)

    def repair(
        self, task: SectionTask, draft: SectionDraft, problems: tuple[Problem, ...]
    ) -> SectionDraft:
        """The draft as it is: a quotation that failed cannot be mended, only dropped."""
        del task, problems
        return draft

    def read_whole(
        self, brief: Brief, sections: tuple[tuple[str, tuple[Statement, ...]], ...]
    ) -> Whole:
        """Nothing to find: sections that quote apart were chosen apart."""
        del brief, sections
        return Whole(findings=(), outlay=Outlay())


def _body(task: SectionTask) -> DraftBody | None:
    choice = Choice(task)
    match task.spec.kind:
        case "definitions":
            return _definitions(definitions(choice.glossary()))
        case "questions":
            asked = questions(choice.sentences())
            return QuestionsDraft(kind="questions", questions=tuple(map(_quotation, asked)))
        case "smart_table":
            return _prose(task, goals(choice.sentences()))
        case "figure":
            return figure(choice.sentences())
        case "misconceptions":
            return _prose(task, misconceptions(choice.sentences()))
        case _:
            return _prose(task, suggested(task) if task.proposed else choice.prose())


def _is_empty(body: DraftBody) -> bool:
    match body:
        case ProseDraft(blocks=parts):
            return not parts
        case QuestionsDraft(questions=asked):
            return not asked
        case _:
            return False


def _prose(task: SectionTask, chosen: list[Sentence]) -> ProseDraft:
    blocks = (
        DraftBlock(type="paragraph", statements=tuple(map(_quotation, part)))
        for part in paragraphs(chosen, task)
    )
    return ProseDraft(kind="prose", blocks=tuple(blocks))


def _definitions(found: list[tuple[str, Sentence]]) -> DefinitionsDraft:
    entries = (DraftDefinition(term=term, definition=_quotation(one)) for term, one in found)
    return DefinitionsDraft(kind="definitions", entries=tuple(entries))


def _quotation(sentence: Sentence) -> DraftStatement:
    cited = DraftCitation(passage=sentence.passage.id, quote=sentence.quote)
    return DraftStatement(citations=(cited,), marker="sources", text=sentence.text)


def _draft(task: SectionTask, body: DraftBody | None, omitted: str | None = None) -> SectionDraft:
    return SectionDraft(
        section=task.spec.id, form="quotation", body=body, failure=None, omitted=omitted
    )
