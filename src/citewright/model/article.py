"""The article: sections of blocks of statements, each statement with exactly one marker."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from citewright.model.base import PlainText, Slug, Value
from citewright.model.figure import Figure
from citewright.model.source import Source
from citewright.model.statement import Citation, LlmMarker, Statement


class Paragraph(Value):
    """Running text; ``label`` is a bold lead-in such as "Therapeutic framing"."""

    type: Literal["paragraph"]
    label: PlainText | None
    statements: Annotated[tuple[Statement, ...], Field(min_length=1)]


class ListBlock(Value):
    """A bulleted or numbered list, one statement an item."""

    type: Literal["list"]
    ordered: bool
    items: Annotated[tuple[Statement, ...], Field(min_length=1)]


class Definition(Value):
    """A term and the statement that defines it."""

    term: PlainText
    statement: Statement


class DefinitionList(Value):
    """Terms with their definitions."""

    type: Literal["definition_list"]
    entries: Annotated[tuple[Definition, ...], Field(min_length=1)]


class Column(Value):
    """A column beside the claim; its cells share the one marker that stands in its head.

    They are labels and illustrations, never sourced: what is sourced is the row's claim.
    """

    header: PlainText
    marker: LlmMarker


class Row(Value):
    """The cells of the columns, in their order, and the row's claim, which has a marker."""

    cells: tuple[PlainText, ...]
    claim: Statement


class Table(Value):
    """A table whose last column holds a marked claim in each row."""

    type: Literal["table"]
    columns: tuple[Column, ...]
    claim_header: PlainText
    rows: Annotated[tuple[Row, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _rectangular(self) -> Self:
        for row in self.rows:
            if len(row.cells) != len(self.columns):
                raise ValueError(
                    f"a row has {len(row.cells)} cells for {len(self.columns)} columns"
                )
        return self


class Example(Value):
    """An illustrative example: written by the model, labelled as such, never a guideline."""

    type: Literal["example"]
    label: PlainText
    statement: Statement

    @model_validator(mode="after")
    def _never_sourced(self) -> Self:
        if self.statement.marker.kind != "llm":
            raise ValueError("an illustrative example is always tagged LLM")
        return self


class Questions(Value):
    """Questions for reflection or supervision."""

    type: Literal["questions"]
    items: Annotated[tuple[Statement, ...], Field(min_length=1)]


class Video(Value):
    """A place for a video; ``url`` is null while none has been chosen."""

    type: Literal["video"]
    label: PlainText
    url: Annotated[str, Field(pattern=r"^https://[^\s<>\"]+$")] | None


Block = Annotated[
    Paragraph | ListBlock | DefinitionList | Table | Example | Questions | Figure | Video,
    Field(discriminator="type"),
]

SectionKind = Literal[
    "prose", "smart_table", "definitions", "questions", "examples", "misconceptions", "figure",
    "resources",
]  # fmt: skip


class Section(Value):
    """A section: either its blocks, or the reason why it is absent; never both, never neither."""

    id: Slug
    title: PlainText
    kind: SectionKind
    blocks: tuple[Block, ...]
    absent: PlainText | None

    @model_validator(mode="after")
    def _blocks_or_reason(self) -> Self:
        if bool(self.blocks) == bool(self.absent):
            raise ValueError(f"section {self.id!r} needs either blocks or a reason for having none")
        return self


class Lead(Value):
    """The summary under the title; either statements or the reason why there are none."""

    statements: tuple[Statement, ...]
    absent: PlainText | None

    @model_validator(mode="after")
    def _statements_or_reason(self) -> Self:
        if bool(self.statements) == bool(self.absent):
            raise ValueError("the lead needs either statements or a reason for having none")
        return self


class SeeAlso(Value):
    """A related article of this wiki."""

    slug: Slug
    title: PlainText


class Article(Value):
    """An article's content. A source's number is its place in ``sources``, from 1."""

    slug: Slug
    title: PlainText
    taxonomy: tuple[PlainText, ...]
    lead: Lead
    figure: Figure | None
    sections: Annotated[tuple[Section, ...], Field(min_length=1)]
    sources: tuple[Source, ...]
    see_also: tuple[SeeAlso, ...]

    @model_validator(mode="after")
    def _names_resolve(self) -> Self:
        keys = [source.key for source in self.sources]
        if len(set(keys)) != len(keys):
            raise ValueError("a source stands twice in the article")
        if len({section.id for section in self.sections}) != len(self.sections):
            raise ValueError("a section id stands twice in the article")
        seen: set[str] = set()
        for statement in self.statements():
            if statement.id in seen:
                raise ValueError(f"the statement id {statement.id} stands twice in the article")
            seen.add(statement.id)
        for citation in self.citations():
            if citation.source not in keys:
                raise ValueError(f"the article cites {citation.source!r}, which is no source of it")
        return self

    def statements(self) -> Iterator[Statement]:
        """All statements in reading order: lead, figure, sections."""
        yield from self.lead.statements
        if self.figure:
            yield from self.figure.statements
        for section in self.sections:
            for block in section.blocks:
                yield from block_statements(block)

    def citations(self) -> Iterator[Citation]:
        """All citations of the statements, in reading order."""
        for statement in self.statements():
            yield from statement.citations

    def number(self, key: str) -> int:
        """The number under which a source stands in the article."""
        return next(i for i, source in enumerate(self.sources, 1) if source.key == key)


def block_statements(block: Block) -> Iterator[Statement]:
    """The statements of a block in reading order."""
    match block:
        case Paragraph():
            yield from block.statements
        case ListBlock() | Questions():
            yield from block.items
        case DefinitionList():
            yield from (entry.statement for entry in block.entries)
        case Table():
            yield from (row.claim for row in block.rows)
        case Example():
            yield block.statement
        case Figure():
            yield from block.statements
        case Video():
            return
