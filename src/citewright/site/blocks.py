"""The parts of a section as a page shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from markupsafe import Markup, escape

from citewright.model.article import (
    Block,
    DefinitionList,
    Example,
    ListBlock,
    Paragraph,
    Questions,
    Table,
    Video,
)
from citewright.model.figure import Diagram, Figure, Wheel
from citewright.model.statement import Statement
from citewright.site.crosslinks import Span
from citewright.site.evidence import Evidence, MarkerView, llm_marker
from citewright.site.figure import figure_svgs
from citewright.site.frame import Frame
from citewright.site.plain import host, outgoing, visible


@dataclass(frozen=True)
class Marking:
    """What stands with statements beyond their text: markers, links to articles, to suggest.

    ``spans`` are the titles of other articles by statement; ``suggest`` is the address of the form
    for changes, which a statement's id is added to.
    """

    proof: Evidence
    frame: Frame | None = None
    spans: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)
    suggest: str | None = None


@dataclass(frozen=True)
class StatementView:
    """A statement with its markers; ``id`` is its anchor; ``amend`` leads to a form for changes."""

    id: str
    text: str | Markup
    quotation: bool
    llm: bool
    markers: tuple[MarkerView, ...]
    amend: str | None = None


@dataclass(frozen=True)
class ParagraphView:
    """Running text; ``quoted`` when it holds nothing but quotations, which then stand apart."""

    type: Literal["paragraph"]
    label: str | None
    quoted: bool
    statements: tuple[StatementView, ...]


@dataclass(frozen=True)
class ListView:
    """A list, one statement an item."""

    type: Literal["list", "questions"]
    ordered: bool
    items: tuple[StatementView, ...]


@dataclass(frozen=True)
class DefinitionsView:
    """Terms, each with the statement that defines it."""

    type: Literal["definition_list"]
    entries: tuple[tuple[str, StatementView], ...]


@dataclass(frozen=True)
class ColumnView:
    """The head of a column and the marker its cells share."""

    header: str
    marker: MarkerView


@dataclass(frozen=True)
class TableView:
    """A table; each row has its cells and its claim."""

    type: Literal["table"]
    name: str
    columns: tuple[ColumnView, ...]
    claim_header: str
    rows: tuple[tuple[tuple[str, ...], StatementView], ...]


@dataclass(frozen=True)
class ExampleView:
    """An illustrative example in its box."""

    type: Literal["example"]
    label: str
    statement: StatementView


@dataclass(frozen=True)
class LabelView:
    """A label with its markers, how deep it stands, and the time of an event."""

    level: int
    when: str | None
    statement: StatementView


@dataclass(frozen=True)
class FigureView:
    """A figure, its text equivalent, its caption; without ``svgs`` where there is no data.

    ``labels`` have markers of their own; ``named`` are a wheel's components with their opposites,
    in words, which share the markers.
    """

    type: Literal["figure"]
    svgs: tuple[Markup, ...]
    alt: str
    labels: tuple[LabelView, ...]
    named: tuple[str, ...]
    markers: tuple[MarkerView, ...]
    caption: StatementView


@dataclass(frozen=True)
class VideoView:
    """The place for a video: an outgoing link, or nothing yet."""

    type: Literal["video"]
    label: str
    href: str | None
    host: str


BlockView = (
    ParagraphView | ListView | DefinitionsView | TableView | ExampleView | FigureView | VideoView
)


def statement_view(statement: Statement, marking: Marking) -> StatementView:
    """A statement as the page shows it."""
    spans = marking.spans.get(statement.id, ())
    return StatementView(
        id=statement.id,
        text=_linked(statement.text, spans, marking.frame) if marking.frame else statement.text,
        quotation=statement.form == "quotation",
        llm=statement.marker.kind == "llm",
        markers=marking.proof.markers[statement.id],
        amend=f"{marking.suggest}?statement={statement.id}" if marking.suggest else None,
    )


def _linked(text: str, spans: tuple[Span, ...], frame: Frame) -> str | Markup:
    """A text in which each span leads to its article."""
    if not spans:
        return text
    parts, end = list[Markup](), 0
    for start, stop, slug in spans:
        words = escape(visible(text[start:stop]))
        link = Markup('<a class="article" href="{}">{}</a>').format(frame.to(f"{slug}/"), words)
        parts += [escape(visible(text[end:start])), link]
        end = stop
    return Markup("").join([*parts, escape(visible(text[end:]))])


def paragraph_view(
    label: str | None, statements: tuple[Statement, ...], marking: Marking
) -> ParagraphView:
    """Running text as the page shows it."""
    return ParagraphView(
        type="paragraph",
        label=_closed(label, ".") if label else None,
        quoted=all(statement.form == "quotation" for statement in statements),
        statements=_each(statements, marking),
    )


def figure_view(figure: Figure, marking: Marking) -> FigureView:
    """A figure as the page shows it."""
    data = figure.data
    return FigureView(
        type="figure",
        svgs=figure_svgs(figure, marking.proof.markers) if data else (),
        alt=figure.alt,
        labels=_labels(data, marking) if isinstance(data, Diagram) else (),
        named=_named(data) if isinstance(data, Wheel) else (),
        markers=(llm_marker(),) if isinstance(data, Wheel) else (),
        caption=statement_view(figure.caption, marking),
    )


def _labels(data: Diagram, marking: Marking) -> tuple[LabelView, ...]:
    return tuple(
        LabelView(level, part.when, statement_view(part.label, marking))
        for part, level in zip(data.parts, data.levels, strict=True)
    )


def _named(data: Wheel) -> tuple[str, ...]:
    return tuple(
        f"{spoke.component} (versus {spoke.opposite})" if spoke.opposite else spoke.component
        for spoke in data.spokes
    )


def block_view(block: Block, marking: Marking, section: str) -> BlockView:
    """A block as the page shows it; ``section`` is its section's title."""
    match block:
        case Paragraph():
            return paragraph_view(block.label, block.statements, marking)
        case ListBlock():
            return ListView("list", block.ordered, _each(block.items, marking))
        case Questions():
            return ListView("questions", False, _each(block.items, marking))
        case DefinitionList():
            entries = ((e.term, statement_view(e.statement, marking)) for e in block.entries)
            return DefinitionsView("definition_list", tuple(entries))
        case Table():
            return _table_view(block, marking, section)
        case Example():
            statement = statement_view(block.statement, marking)
            return ExampleView("example", _closed(block.label, ":"), statement)
        case Figure():
            return figure_view(block, marking)
        case Video():
            href = outgoing(block.url)
            return VideoView("video", block.label.rstrip(" :"), href, host(href) if href else "")


def _table_view(table: Table, marking: Marking, section: str) -> TableView:
    return TableView(
        type="table",
        name=section,
        columns=tuple(ColumnView(column.header, llm_marker()) for column in table.columns),
        claim_header=table.claim_header,
        rows=tuple((row.cells, statement_view(row.claim, marking)) for row in table.rows),
    )


def _each(statements: tuple[Statement, ...], marking: Marking) -> tuple[StatementView, ...]:
    return tuple(statement_view(statement, marking) for statement in statements)


def _closed(label: str, mark: str) -> str:
    return label if label.endswith((".", ":", "?", "!")) else label + mark
