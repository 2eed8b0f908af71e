"""What is counted about an article: how much of it has a source, how long it takes to read."""

from __future__ import annotations

from dataclasses import dataclass

from citewright.model.article import Article, DefinitionList, Table
from citewright.site.evidence import Evidence

WORDS_PER_MINUTE = 238
"""Silent reading of English non-fiction by adults (Brysbaert 2019, 10.1016/j.jml.2019.104047)."""


@dataclass(frozen=True)
class ShareView:
    """How much of the article has a source, in statements and in whole percent of them.

    ``flags`` are the signs that stand behind source numbers on this page.
    """

    total: int
    sourced: int
    llm: int
    sourced_percent: int
    llm_percent: int
    citations: int
    unassessed: int
    flags: tuple[str, ...]


def share_view(article: Article, proof: Evidence) -> ShareView:
    """How much of an article has a source."""
    statements = list(article.statements())
    sourced = sum(statement.marker.kind == "sources" for statement in statements)
    percent = sourced_percent(article)
    return ShareView(
        total=len(statements),
        sourced=sourced,
        llm=len(statements) - sourced,
        sourced_percent=percent,
        llm_percent=100 - percent if statements else 0,
        citations=len(proof.cards),
        unassessed=sum(card.outcome == "not_assessed" for card in proof.cards),
        flags=tuple(sorted({m.flag for group in proof.markers.values() for m in group} - {""})),
    )


def sourced_percent(article: Article) -> int:
    """The share of statements with a source in whole percent, 0 where there are none.

    100 and 0 are said only where they are exact.
    """
    kinds = [statement.marker.kind for statement in article.statements()]
    if len(set(kinds)) < 2:
        return 100 if "sources" in kinds else 0
    return min(99, max(1, round(100 * kinds.count("sources") / len(kinds))))


def reading_minutes(article: Article) -> int:
    """Whole minutes, at least one, that reading the article takes; sources are not counted."""
    parts = [statement.text for statement in article.statements()]
    for section in article.sections:
        parts.append(section.title)
        for block in section.blocks:
            match block:
                case Table():
                    parts += [cell for row in block.rows for cell in row.cells]
                case DefinitionList():
                    parts += [entry.term for entry in block.entries]
                case _:
                    continue
    return max(1, round(sum(len(part.split()) for part in parts) / WORDS_PER_MINUTE))


def counted(number: int, noun: str) -> str:
    """A number and its noun, as in ``1 source`` or ``0 upvotes``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
