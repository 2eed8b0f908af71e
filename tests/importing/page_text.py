"""Writing an article in the text form of a published page, and small parts for such pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from citewright.model.article import (
    Article,
    Block,
    DefinitionList,
    Example,
    ListBlock,
    Paragraph,
    Questions,
    Section,
    Table,
    Video,
)
from citewright.model.figure import Diagram, Figure
from citewright.model.source import CslItem, CslName, Source
from citewright.model.statement import Statement

HEAD = (
    "Example Wiki\n⚠︎ LLM-generated — verify before use.\nmodality · Sleep · Stimulus control\n\n"
    "Stimulus Control (SC)\n\n"
)
PROVENANCE = (
    "Provenance. This article is AI-generated (model: test-model-1) · version 2.3 · "
    "last generated 2026-01-31 · 1 min read · {count} sources. Claims carry a marker.\n"
)
BOOTZIN = "Bootzin, R. R. (1972). Stimulus control treatment for insomnia. Proceedings, 7, 395-396."
PERLIS = "Perlis, M. L., & Lichstein, K. L. (2003). Treating sleep disorders. Wiley."
NHS = "National Sleep Office. Sleeping better. Sleep.example."
REFERENCES = (BOOTZIN, PERLIS, NHS)


def page(
    body: str,
    *,
    lead: str = "It is a treatment for insomnia. It was made in 1972.\n\n",
    references: Iterable[str] = REFERENCES,
    head: str = HEAD,
    tail: str = "See also\n\n",
) -> str:
    """A page around the sections in ``body``."""
    lines = [f"  {n}. {reference} — linkT1" for n, reference in enumerate(references, 1)]
    listed = "Sources\n\n" + "\n".join(lines) + "\n\n" if lines else ""
    return head + lead + body + "\n\n" + listed + tail + PROVENANCE.format(count=len(lines))


def numbered_library(count: int) -> dict[str, Source]:
    """Sources ``study-1`` and so on, whose ``printed`` references the reader recognises."""
    made = {}
    for number in range(1, count + 1):
        title = f"A study called number {number}"
        made[f"study-{number}"] = Source(
            key=f"study-{number}",
            tier="T1",
            tier_reason="A peer-reviewed study.",
            csl=CslItem(type="article-journal", title=title, author=(CslName(family="Roe"),)),
            access=(),
            printed=f"Roe, J. {title}. Journal of Studies.",
        )
    return made


def with_marker(text: str, marker: str) -> str:
    """A statement's text with its marker before the punctuation that ends it."""
    match = re.search(r"[.?!;]+[”’\"')\]]*$", text)
    place = match.start() if match else len(text)
    return f"{text[:place]} {marker}{text[place:]}"


def marker_of(statement: Statement, numbers: Mapping[str, int]) -> str:
    return ", ".join(str(numbers[each.source]) for each in statement.citations) or "LLM"


def render_section(section: Section, numbers: Mapping[str, int]) -> str:
    """The section's text without its heading, a blank line between blocks."""
    return "\n\n".join(_block(block, numbers) for block in section.blocks)


def _labels(figure: Figure, numbers: Mapping[str, int]) -> list[str]:
    if not isinstance(figure.data, Diagram):
        return []
    times = [f"{part.when}: " if part.when else "" for part in figure.data.parts]
    return [
        f"{'•' * (level + 1)} {when}{label.text} {marker_of(label, numbers)}"
        for level, when, label in zip(figure.data.levels, times, figure.data.labels, strict=True)
    ]


def render(article: Article, *, upvotes: bool, newline: str = "\n") -> str:
    """The whole page; every statement, in lead and caption too, with its marker."""
    numbers = {source.key: number for number, source in enumerate(article.sources, 1)}

    def shown(statement: Statement) -> str:
        return with_marker(statement.text, marker_of(statement, numbers))

    parts = ["Example Wiki\n" + " · ".join(article.taxonomy), article.title]
    if article.lead.statements:
        parts.append(" ".join(shown(each) for each in article.lead.statements))
    front = ["0 upvotes"] if upvotes else []
    if article.figure:
        caption = article.figure.caption
        front += [article.figure.alt, *_labels(article.figure, numbers)]
        front.append(f"{caption.text} {marker_of(caption, numbers)}")
    if front:
        parts.append("\n".join(front))
    for section in article.sections:
        parts += [section.title, *([render_section(section, numbers)] if section.blocks else [])]
    if article.sources:
        listed = [f"  {n}. {x.printed} — link{x.tier}" for n, x in enumerate(article.sources, 1)]
        parts += ["Sources", "\n".join(listed)]
    if article.see_also:
        parts += ["See also", "\n".join(f"• {entry.title}" for entry in article.see_also)]
    parts.append(PROVENANCE.format(count=len(article.sources)))
    return "\n\n".join(parts).replace("\n", newline)


def _block(block: Block, numbers: Mapping[str, int]) -> str:
    def shown(statement: Statement) -> str:
        return with_marker(statement.text, marker_of(statement, numbers))

    match block:
        case Paragraph():
            label = f"{block.label}. " if block.label else ""
            return label + " ".join(shown(each) for each in block.statements)
        case ListBlock() | Questions():
            ordered = isinstance(block, ListBlock) and block.ordered
            signs = (f"{n}." if ordered else "•" for n in range(1, len(block.items) + 1))
            pairs = zip(signs, block.items, strict=True)
            return "\n".join(f"  {sign} {shown(item)}" for sign, item in pairs)
        case DefinitionList():
            return " ".join(f"{entry.term} — {shown(entry.statement)}" for entry in block.entries)
        case Table():
            head = " ".join([*(column.header for column in block.columns), block.claim_header])
            rows = (" ".join([*row.cells, shown(row.claim)]) for row in block.rows)
            return "\n".join([head, *rows])
        case Example():
            return f"{block.label}: {shown(block.statement)}"
        case Video():
            return f"▶ {block.label}:"
    raise AssertionError(f"no text form for {block.type}")


GOOD_PAGE = page(
    "Origin & Use\n\nIt was made by Bootzin in 1972 1. Does it work (for “most”)? LLM\n\n"
    "LLM-generated illustrative example (not a guideline): A client rose. He slept LLM.\n\n"
    "  1. Get up 1, 2.\n  2. Stay up 3.\n\n"
    "Plan\n\nGoal SMART objective (example) Mechanism\n"
    "Sleep better Over 8 weeks, client will rise at 7 on 4 of 7 days Consistent rhythm 2\n"
    "Therapeutic framing. Client and clinician used it LLM.\n\n"
    "Key Terms\n\nBed — a place to sleep 1. Sleep — a state of rest 2.\n\n"
    "Resources\n\n▶ Watch — a video:\n\n"
    "Questions\n\n  • How do I use it LLM?\n  • When is it safe LLM?",
    lead=(
        "It is a treatment for insomnia. It was made in 1972.\n\n0 upvotes\n"
        "A wheel diagram with sleep at the hub, surrounded by its two components: rhythm and "
        "pressure.\nThe parts of sleep. LLM\n\n"
    ),
)
"""A page with a part of every kind."""
