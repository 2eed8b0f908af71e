"""What a drafter hands in for one section, before anything of it has been checked.

These are also the shapes a language model answers in. They stay within the limits of structured
outputs (no recursion, no optional property, one level of union), and properties stand in the
order in which they are to be written: the quote first, then the sentence.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from citewright.model.base import PlainText, Value
from citewright.model.diagram import DiagramForm
from citewright.model.outlay import Outlay


class DraftCitation(Value):
    """A passage's key as it was offered, and the exact words of it that carry the statement."""

    passage: Annotated[str, Field(min_length=1)]
    quote: Annotated[str, Field(min_length=1)]


class DraftStatement(Value):
    """One claim. ``marker`` is ``sources`` with citations, or ``llm`` with none."""

    citations: tuple[DraftCitation, ...]
    marker: Literal["sources", "llm"]
    text: Annotated[str, Field(min_length=1)]


class DraftBlock(Value):
    """A run of statements: a paragraph, a list, or an example (always ``llm``)."""

    type: Literal["paragraph", "list", "example"]
    statements: Annotated[tuple[DraftStatement, ...], Field(min_length=1)]


class ProseDraft(Value):
    """A section of running text."""

    kind: Literal["prose"]
    blocks: tuple[DraftBlock, ...]


class DraftRow(Value):
    """A row of the treatment-plan table; ``mechanism`` is the claim that carries the marker.

    ``objective`` says what the client will do, ``measure`` by what it is seen, ``time_frame`` until
    when: the parts of a SMART objective that a plan is checked for.
    """

    mechanism: DraftStatement
    goal: Annotated[str, Field(min_length=1)]
    objective: Annotated[str, Field(min_length=1)]
    measure: Annotated[str, Field(min_length=1)]
    time_frame: Annotated[str, Field(min_length=1)]


class SmartTableDraft(Value):
    """Goals with SMART objectives and mechanisms, and the sentence for the clinical record."""

    kind: Literal["smart_table"]
    rows: tuple[DraftRow, ...]
    framing: DraftStatement


class DraftDefinition(Value):
    """A key term and its definition."""

    term: Annotated[str, Field(min_length=1)]
    definition: DraftStatement


class DefinitionsDraft(Value):
    """Key terms."""

    kind: Literal["definitions"]
    entries: tuple[DraftDefinition, ...]


class QuestionsDraft(Value):
    """Questions for reflection or supervision."""

    kind: Literal["questions"]
    questions: tuple[DraftStatement, ...]


class ExamplesDraft(Value):
    """Illustrations, each one statement that is always ``llm``."""

    kind: Literal["examples"]
    examples: tuple[DraftStatement, ...]


class DraftMisconception(Value):
    """What people mistakenly think, as a short phrase, and what is known instead."""

    correction: DraftStatement
    belief: Annotated[str, Field(min_length=1)]


class MisconceptionsDraft(Value):
    """Mistaken ideas with their corrections."""

    kind: Literal["misconceptions"]
    entries: tuple[DraftMisconception, ...]


class DraftPart(Value):
    """A part of a figure; ``statement`` is its label and the claim that carries the marker.

    ``id`` names the part, ``under`` the part above it or nothing; ``when`` is the time of an event
    in a timeline, in words of its label, and nothing elsewhere.
    """

    statement: DraftStatement
    id: Annotated[str, Field(min_length=1)]
    under: str
    when: str


class FigureDraft(Value):
    """The data of a figure: what it shows, and its parts as a flat list.

    What it shows in words is made of the labels, so that it needs no marker of its own.
    """

    kind: Literal["figure"]
    form: DiagramForm
    caption: DraftStatement
    parts: tuple[DraftPart, ...]


DraftBody = (
    ProseDraft
    | SmartTableDraft
    | DefinitionsDraft
    | QuestionsDraft
    | ExamplesDraft
    | MisconceptionsDraft
    | FigureDraft
)


class SectionAnswer(Value):
    """What a model answers for a section of whatever kind.

    One shape for all kinds: the shape is part of the request's prefix, and a prefix that differs
    is paid for anew.
    """

    section: Annotated[DraftBody, Field(discriminator="kind")]


DRAFT_MODELS: dict[str, type[DraftBody]] = {
    "prose": ProseDraft,
    "smart_table": SmartTableDraft,
    "definitions": DefinitionsDraft,
    "questions": QuestionsDraft,
    "examples": ExamplesDraft,
    "misconceptions": MisconceptionsDraft,
    "figure": FigureDraft,
}
"""The shape of a draft by section kind; ``resources`` is built from the brief and not drafted."""


class SectionDraft(Outlay):
    """A drafted section, or the reason why there is none, and what it took.

    ``body`` is null where drafting failed (``failure`` says how) or where the drafter by its
    nature has nothing to hand in (``omitted`` says why). ``unusable`` says besides what was wrong
    with an answer where asking once more may help.
    ``form`` is the form of every sourced statement in it: an extractive drafter only quotes.
    """

    section: PlainText
    form: Literal["own_words", "quotation"]
    body: DraftBody | None
    failure: PlainText | None
    omitted: PlainText | None = None
    unusable: PlainText | None = None
