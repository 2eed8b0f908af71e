"""What of a version is neither a statement nor a source, as named texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from citewright.diff.changes import FieldChange
from citewright.model.article import (
    Block,
    DefinitionList,
    Example,
    ListBlock,
    Paragraph,
    Section,
    Table,
    Video,
)
from citewright.model.figure import Diagram, Figure
from citewright.model.version import Version


def compare_fields(old: Version, new: Version) -> tuple[FieldChange, ...]:
    """All that differ, in the new version's order; what is gone comes last."""
    before, after = dict(fields(old)), dict(fields(new))
    names = [*after, *(name for name in before if name not in after)]
    return tuple(
        FieldChange(name=name, old=before.get(name), new=after.get(name))
        for name in names
        if before.get(name) != after.get(name)
    )


def fields(version: Version) -> Iterator[tuple[str, str]]:
    """Names and texts of a version's article, then of how it was made.

    Left out is what differs whenever anything is drafted: times, costs, raw answers, and the
    history of the drafts.
    """
    article = version.article
    yield "title", article.title
    yield "taxonomy", " › ".join(article.taxonomy)
    if article.lead.absent:
        yield "lead: absent", article.lead.absent
    if article.figure:
        yield "figure", _figure(article.figure)
    yield "sections", ", ".join(section.id for section in article.sections)
    for section in article.sections:
        yield from _section(section)
    yield "see also", _lines(f"{link.title} ({link.slug})" for link in article.see_also)
    yield "drafter", version.generator.drafter
    yield "models", ", ".join(version.generator.models)
    yield "done without", ", ".join(version.generator.without)
    yield "sections that failed", ", ".join(version.failed)
    for file in version.files:
        yield f"file {file.name}", file.sha256


def _section(section: Section) -> Iterator[tuple[str, str]]:
    yield f"{section.id}: title", section.title
    yield f"{section.id}: kind", section.kind
    if section.absent:
        yield f"{section.id}: absent", section.absent
    else:
        yield f"{section.id}: blocks", _lines(_block(block) for block in section.blocks)


def _block(block: Block) -> str:
    """A block without its statements, on one line."""
    match block:
        case Paragraph():
            return f"paragraph {block.label!r}" if block.label else "paragraph"
        case ListBlock():
            return "numbered list" if block.ordered else "list"
        case DefinitionList():
            return f"definitions of {[entry.term for entry in block.entries]}"
        case Table():
            heads = [*(column.header for column in block.columns), block.claim_header]
            return f"table {heads} {[list(row.cells) for row in block.rows]}"
        case Example():
            return f"example {block.label!r}"
        case Figure():
            return f"figure {_figure(block)}"
        case Video():
            return f"video {block.label!r} {block.url}"
        case _:
            return block.type


def _figure(figure: Figure) -> str:
    if figure.data is None:
        return repr(figure.alt)
    if isinstance(figure.data, Diagram):
        parts = [(part.under, part.when) for part in figure.data.parts]
        return f"{figure.data.form} {figure.alt!r}: {parts}"
    spokes = [(spoke.component, spoke.opposite) for spoke in figure.data.spokes]
    return f"{figure.alt!r}: {figure.data.hub!r} {spokes}"


def _lines(texts: Iterable[str]) -> str:
    return "\n".join(texts)
