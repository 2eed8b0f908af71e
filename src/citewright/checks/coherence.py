"""The article read as a whole by rule: what stands twice, and abbreviations nobody explains.

What is the same to the letter in two sections is certain and is dropped where it stands second.
What merely reads alike is a finding for a person: two sections may need the same fact. The summary
may repeat what the sections say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from citewright.checks.verdicts import certain
from citewright.model.article import (
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
from citewright.model.figure import Figure
from citewright.model.outcome import CheckedSection
from citewright.model.statement import Statement
from citewright.model.verdict import Checker, Finding
from citewright.model.version import Event

CHECKER = Checker(name="coherence-rules", version="1")

ALIKE = 0.8
"""Share of common words (Jaccard) from which two statements are said to read alike. Chosen high, so
that little is told: in the demonstration article no two statements of different sections come above
0.48, and those two say much the same."""

FEWEST_WORDS = 5
"""Statements of fewer words repeat each other by chance."""

REPEATED = "An earlier section says the same to the letter."

_WORD = re.compile(r"[^\W_]+")
_ABBREVIATION = re.compile(r"\b(?=[A-Z0-9-]*[A-Z][A-Z0-9-]*[A-Z])[A-Z][A-Z0-9-]{1,7}\b")
_EXPLAINED = re.compile(r"\(([A-Z][A-Za-z0-9-]{1,8}s?)\)|\b([A-Z][A-Z0-9-]{1,7}) \([^()]{4,}\)")

KNOWN = frozenset({"US", "USA", "UK", "EU", "WHO", "DSM", "DSM-5", "ICD", "ICD-10", "ICD-11"})
"""Abbreviations that clinicians need no explanation of."""


@dataclass(frozen=True)
class _Said:
    section: str
    statement: Statement
    words: frozenset[str]

    @property
    def plain(self) -> str:
        return " ".join(_WORD.findall(self.statement.text.casefold()))


def without_repeats(sections: Iterable[CheckedSection]) -> tuple[CheckedSection, ...]:
    """The sections, each without the statements that an earlier one has to the letter.

    Each that is dropped is kept as an event. The lead takes no part.
    """
    seen: set[str] = set()
    kept = []
    for section in sections:
        said = [] if section.section is None else list(_said(section))
        repeated = {one.statement.id for one in said if one.plain in seen}
        seen.update(one.plain for one in said if len(one.words) >= FEWEST_WORDS)
        kept.append(_without(section, repeated) if repeated else section)
    return tuple(kept)


def findings(sections: Iterable[CheckedSection], title: str) -> tuple[Finding, ...]:
    """Statements of different sections that read alike, and abbreviations that stand unexplained.

    :param title: the article's title, which may explain an abbreviation.
    """
    said = [one for section in sections for one in _said(section)]
    return (*_alike(said), *_unexplained(said, title))


def _said(section: CheckedSection) -> Iterator[_Said]:
    for statement in section.statements():
        words = frozenset(_WORD.findall(statement.text.casefold()))
        yield _Said(section.id, statement, words)


def _alike(said: list[_Said]) -> Iterator[Finding]:
    long = [one for one in said if len(one.words) >= FEWEST_WORDS and one.section != "lead"]
    for place, one in enumerate(long):
        for other in long[place + 1 :]:
            if one.section == other.section:
                continue
            common = len(one.words & other.words)
            if common >= ALIKE * len(one.words | other.words):
                yield Finding(
                    kind="repeat",
                    statements=(one.statement.id, other.statement.id),
                    detail=f"The sections {one.section!r} and {other.section!r} say almost the "
                    "same.",
                    checker=CHECKER,
                )


def _unexplained(said: list[_Said], title: str) -> Iterator[Finding]:
    explained = set(KNOWN)
    for text in (title, *(one.statement.text for one in said)):
        for inside, before in _EXPLAINED.findall(text):
            explained.update({inside, inside.removesuffix("s"), before})
    reported: set[str] = set()
    for one in said:
        for term in _ABBREVIATION.findall(one.statement.text):
            if term not in explained and term not in reported:
                reported.add(term)
                yield Finding(
                    kind="undefined_term",
                    statements=(one.statement.id,),
                    detail=f"The abbreviation {term} is explained nowhere in the article.",
                    checker=CHECKER,
                )


def _without(section: CheckedSection, dropped: set[str]) -> CheckedSection:
    """The section without some of its statements, which it had from its draft."""
    assert section.section is not None
    blocks = [_thinned(block, dropped) for block in section.section.blocks]
    left = tuple(block for block in blocks if block is not None)
    absent = None if left else REPEATED
    events = tuple(
        Event(
            section=section.id,
            text=statement.text,
            action="dropped",
            attempt=max((past.attempt for past in section.history), default=-1) + 1,
            reasons=(certain("repeated", REPEATED),),
        )
        for statement in section.statements()
        if statement.id in dropped
    )
    thinned = Section.model_validate(
        section.section.model_copy(update={"blocks": left, "absent": absent}).model_dump()
    )
    return section.model_copy(
        update={
            "section": thinned,
            "absent": absent,
            "verdicts": tuple(v for v in section.verdicts if v.statement not in dropped),
            "history": section.history + events,
        }
    )


def _thinned(block: Block, dropped: set[str]) -> Block | None:
    match block:
        case Paragraph(statements=statements):
            kept = tuple(one for one in statements if one.id not in dropped)
            return block.model_copy(update={"statements": kept}) if kept else None
        case ListBlock(items=items) | Questions(items=items):
            kept = tuple(one for one in items if one.id not in dropped)
            return block.model_copy(update={"items": kept}) if kept else None
        case DefinitionList(entries=entries):
            terms = tuple(one for one in entries if one.statement.id not in dropped)
            return block.model_copy(update={"entries": terms}) if terms else None
        case Table(rows=rows):
            left = tuple(one for one in rows if one.claim.id not in dropped)
            return block.model_copy(update={"rows": left}) if left else None
        case Example(statement=statement):
            return None if statement.id in dropped else block
        case Figure() | Video():
            return block
