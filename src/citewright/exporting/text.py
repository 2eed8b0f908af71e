"""A version as plain text, in the form of a published page that ``citewright import`` reads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from citewright.errors import InputError
from citewright.model.article import (
    Article,
    Block,
    Definition,
    DefinitionList,
    Example,
    ListBlock,
    Paragraph,
    Questions,
    Table,
    Video,
)
from citewright.model.figure import Diagram, Figure
from citewright.model.statement import Statement
from citewright.model.version import Version

SEPARATOR = " · "

_SENTENCE_END = re.compile(r"[.?!;]+[”’\"')\]]*$")


def export_text(version: Version, references: Mapping[str, str]) -> str:
    """The page's text: a marker behind each statement, before the punctuation that ends it.

    The form has no place for evidence, verdicts, a drawn figure, the reason why a section is
    absent, and quotation marks around a statement that is a quotation; the last line counts these.

    :param references: the reference of each source as one line, by its key.
    :raises InputError: when a source has no reference.
    """
    article = version.article
    parts = [_taxonomy(article.taxonomy), article.title]
    parts += _lines_of(article, article.lead.statements, lead=True)
    if article.figure:
        parts.append("\n".join(_figure(article, article.figure)))
    for section in article.sections:
        parts.append(section.title)
        parts += [_block(article, block) for block in section.blocks]
    if article.sources:
        listed = [
            f"  {number}. {reference(references, source.key)} — {source.tier}"
            for number, source in enumerate(article.sources, 1)
        ]
        parts += ["Sources", "\n".join(listed)]
    if article.see_also:
        parts += ["See also", "\n".join(f"• {entry.title}" for entry in article.see_also)]
    return "\n\n".join([*parts, "\n".join(_provenance(version))]) + "\n"


def reference(references: Mapping[str, str], key: str) -> str:
    """The reference of a source.

    :raises InputError: when there is none.
    """
    if key not in references:
        raise InputError(
            f"the source {key!r} has no reference.", hint="Give one for each source of the article."
        )
    return references[key]


def origin(version: Version) -> str:
    """Who wrote the article and from what, as one sentence without its full stop.

    A model's name loses brackets, since the line that holds it is read by them.
    """
    models = ", ".join(re.sub(r"[()]", "", name) for name in version.generator.models)
    if version.generator.drafter == "extractive" and not models:
        return "This article is made of quotations from its sources (model: none)"
    return f"This article is AI-generated (model: {models or 'not recorded'})"


def _provenance(version: Version) -> Iterator[str]:
    count = len(version.article.sources)
    yield (
        f"Provenance. {origin(version)} · version {version.number} · last generated "
        f"{version.created:%Y-%m-%d} · {count} source{'' if count == 1 else 's'}. "
        "Each statement ends with its sources' numbers or LLM."
    )
    quoted = sum(one.form == "quotation" for one in version.article.statements())
    if quoted:
        yield (
            f"Quotations: {quoted} of the statements are their sources' own words, to the letter; "
            "they stand here without quotation marks."
        )


def _taxonomy(names: Sequence[str]) -> str:
    # The line is known by its separators, which an article with fewer than two names lacks.
    return SEPARATOR.join([*names, *["·"] * max(0, 2 - len(names))]) if names else "· · ·"


def _marked(article: Article, statement: Statement) -> str:
    """The statement with its marker where the importer looks for it."""
    numbers = [str(article.number(citation.source)) for citation in statement.citations]
    end = _SENTENCE_END.search(statement.text)
    place = end.start() if end else len(statement.text)
    marker = ", ".join(numbers) or "LLM"
    return f"{statement.text[:place]} {marker}{statement.text[place:]}"


def _lines_of(article: Article, statements: Sequence[Statement], *, lead: bool) -> list[str]:
    """Running text; a statement that no punctuation ends closes its line, and so its paragraph."""
    lines: list[list[str]] = [[]]
    for statement in statements:
        lines[-1].append(_marked(article, statement))
        if lead or not _SENTENCE_END.search(statement.text):
            lines.append([])
    return [" ".join(line) for line in lines if line]


def _block(article: Article, block: Block) -> str:
    match block:
        case Paragraph():
            label = f"{block.label}. " if block.label else ""
            return label + "\n\n".join(_lines_of(article, block.statements, lead=False))
        case ListBlock() | Questions():
            ordered = isinstance(block, ListBlock) and block.ordered
            signs = [f"{n}." if ordered else "•" for n in range(1, len(block.items) + 1)]
            pairs = zip(signs, block.items, strict=True)
            return "\n".join(f"  {sign} {_marked(article, item)}" for sign, item in pairs)
        case DefinitionList():
            return "\n".join(map(partial(_definition, article), block.entries))
        case Table():
            head = _row([column.header for column in block.columns], block.claim_header)
            rows = (_row(row.cells, _marked(article, row.claim)) for row in block.rows)
            return "\n".join([head, *rows])
        case Example():
            return f"{block.label}: {_marked(article, block.statement)}"
        case Figure():
            # Within a section the form knows no figure; what has a marker stands there.
            return "\n\n".join(_marked(article, one) for one in block.statements)
        case Video():
            return f"▶ {block.label}:"


def _figure(article: Article, figure: Figure) -> Iterator[str]:
    """The description, the labels, each behind as many bullets as it has levels, the caption."""
    yield figure.alt
    if isinstance(figure.data, Diagram):
        for part, level in zip(figure.data.parts, figure.data.levels, strict=True):
            when = f"{part.when}: " if part.when else ""
            yield f"{'•' * (level + 1)} {when}{_marked(article, part.label)}"
    yield _marked(article, figure.caption)


def _definition(article: Article, entry: Definition) -> str:
    return f"{entry.term} — {_marked(article, entry.statement)}"


def _row(cells: Sequence[str], claim: str) -> str:
    """A row of goal, objective and claim; what stands between goal and claim is one objective.

    A semicolon joins the cells in between: behind it, a capital letter begins no new cell.
    """
    goal, *between = cells or ("",)
    return " ".join(part for part in (goal, "; ".join(between), claim) if part)
