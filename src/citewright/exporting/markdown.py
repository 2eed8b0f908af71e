"""A version as Markdown (CommonMark with GitHub's tables)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from citewright.exporting.text import SEPARATOR, origin, reference
from citewright.model.article import (
    Article,
    Block,
    DefinitionList,
    Example,
    ListBlock,
    Paragraph,
    Questions,
    Table,
    Video,
)
from citewright.model.figure import Diagram, Figure, Part
from citewright.model.statement import Statement
from citewright.model.version import Version

# Everything that can begin a construct of CommonMark or GitHub's tables within a line.
_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~]|&(?=[#\w]))")
# What would be one at the start of a line only: a list's sign, a heading's underline.
_LINE_START = re.compile(r"^(?:([-+=])|(\d{1,9})([.)]))")


def export_markdown(version: Version, references: Mapping[str, str]) -> str:
    """The article with ``[n]`` or ``[LLM]`` behind each statement and a numbered list of sources.

    A quotation stands in quotation marks. Every text is escaped, so that none of it is markup.

    :param references: the reference of each source as one line, by its key.
    :raises InputError: when a source has no reference.
    """
    article = version.article
    parts = [f"# {_text(article.title)}"]
    if article.taxonomy:
        parts.append(_line(SEPARATOR.join(article.taxonomy)))
    parts.append(_running(article, article.lead.statements) or _absent(article.lead.absent))
    if article.figure:
        parts.append(_block(article, article.figure))
    for section in article.sections:
        parts.append(f"## {_text(section.title)}")
        parts += [_block(article, one) for one in section.blocks] or [_absent(section.absent)]
    if article.sources:
        parts += ["## Sources", "\n".join(_sources(article, references))]
    if article.see_also:
        entries = [f"- {_line(entry.title)}" for entry in article.see_also]
        parts += ["## See also", "\n".join(entries)]
    parts += ["## Provenance", _provenance(version)]
    return "\n\n".join(parts) + "\n"


def _sources(article: Article, references: Mapping[str, str]) -> Iterator[str]:
    for number, source in enumerate(article.sources, 1):
        yield f"{number}. {_line(reference(references, source.key))} ({source.tier})"


def _provenance(version: Version) -> str:
    said = f"{origin(version)}. Version {version.number}, {version.created:%Y-%m-%d}, "
    return _line(said) + f"`{version.digest}`."


def _text(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)


def _line(text: str) -> str:
    """A text that may stand at the start of a line."""
    return _LINE_START.sub(
        lambda found: f"\\{found[1]}" if found[1] else f"{found[2]}\\{found[3]}", _text(text)
    )


def _marked(article: Article, statement: Statement) -> str:
    # As in the text form, the numbers stand in the order of the citations.
    numbers = [str(article.number(citation.source)) for citation in statement.citations]
    quoted = statement.form == "quotation"
    text = _text(f"“{statement.text}”") if quoted else _line(statement.text)
    return f"{text} \\[{', '.join(numbers) or 'LLM'}\\]"


def _running(article: Article, statements: Sequence[Statement]) -> str:
    return " ".join(_marked(article, one) for one in statements)


def _absent(reason: str | None) -> str:
    return f"*Absent: {_text(reason or '')}*"


def _figure(article: Article, figure: Figure) -> Iterator[str]:
    """The description, the labels as a nested list, the caption."""
    yield f"*Figure: {_text(figure.alt)}*"
    if isinstance(figure.data, Diagram):
        pairs = zip(figure.data.parts, figure.data.levels, strict=True)
        lines = (f"{'  ' * level}- {_part(article, part)}" for part, level in pairs)
        yield "\n".join(lines)
    yield _marked(article, figure.caption)


def _part(article: Article, part: Part) -> str:
    when = f"**{_text(part.when)}:** " if part.when else ""
    return when + _marked(article, part.label)


def _block(article: Article, block: Block) -> str:
    match block:
        case Paragraph():
            label = f"**{_text(block.label)}.** " if block.label else ""
            return label + _running(article, block.statements)
        case ListBlock() | Questions():
            ordered = isinstance(block, ListBlock) and block.ordered
            signs = [f"{n}." if ordered else "-" for n in range(1, len(block.items) + 1)]
            pairs = zip(signs, block.items, strict=True)
            return "\n".join(f"{sign} {_marked(article, item)}" for sign, item in pairs)
        case DefinitionList():
            entries = (
                f"**{_text(e.term)}** — {_marked(article, e.statement)}" for e in block.entries
            )
            return "\n\n".join(entries)
        case Table():
            return _table(article, block)
        case Example():
            return f"> **{_text(block.label)}:** {_marked(article, block.statement)}"
        case Figure():
            return "\n\n".join(_figure(article, block))
        case Video():
            address = f"<{block.url}>" if block.url else "none has been chosen"
            return f"*Video: {_text(block.label)}* — {address}"


def _table(article: Article, table: Table) -> str:
    heads = [f"{_text(column.header)} \\[LLM\\]" for column in table.columns]
    rows = [[*map(_text, row.cells), _marked(article, row.claim)] for row in table.rows]
    rule = ["---"] * (len(heads) + 1)
    lines = [[*heads, _text(table.claim_header)], rule, *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
