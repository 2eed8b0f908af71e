"""What comes of drafting: a section after the checks, and the article read as a whole."""

from __future__ import annotations

from collections.abc import Iterator

from citewright.model.article import Section, block_statements
from citewright.model.base import PlainText, Value
from citewright.model.figure import Figure
from citewright.model.outlay import Outlay
from citewright.model.statement import Statement
from citewright.model.verdict import Finding, Verdict
from citewright.model.version import Event


class CheckedSection(Outlay):
    """The outcome of one section; the lead comes as statements, the figure as itself.

    ``absent`` is the reason where nothing is left to stand; ``failed`` tells a draft that failed
    from a section that has no evidence.
    """

    id: PlainText
    section: Section | None
    lead: tuple[Statement, ...]
    figure: Figure | None = None
    absent: PlainText | None
    failed: bool
    verdicts: tuple[Verdict, ...]
    history: tuple[Event, ...]

    def statements(self) -> Iterator[Statement]:
        """What stands, in reading order."""
        yield from self.lead
        if self.figure:
            yield from self.figure.statements
        for block in self.section.blocks if self.section else ():
            yield from block_statements(block)


class Whole(Value):
    """What a drafter saw in the article as a whole, and what reading it took.

    ``failure`` says why it could not be read; the article stands without.
    """

    findings: tuple[Finding, ...]
    outlay: Outlay
    failure: PlainText | None = None
