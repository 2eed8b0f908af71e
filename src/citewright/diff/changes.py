"""What :func:`citewright.diff.compare.compare` says of two versions, as plain values."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Literal

from pydantic import Field

from citewright.diff.align import Kind
from citewright.diff.flags import MeaningFlag
from citewright.diff.words import Span
from citewright.model.base import Digest, PlainText, Slug, Usd, UtcTime, Value
from citewright.model.source import Tier
from citewright.model.statement import StatementId
from citewright.model.verdict import Outcome
from citewright.model.version import VersionNumber

Aspect = Literal["re-sourced", "evidence changed", "verdict changed", "tier changed", "form", "id"]
"""What besides its wording and place changed of a statement.

``re-sourced``: other sources, another order of them, or a change from or to ``LLM``; ``form``: own
words or quotation; ``id``: its text was kept under another id.
"""

CitationAspect = Literal["added", "removed", "evidence changed", "verdict changed", "tier changed"]

LEAD = "lead"
FIGURE = "figure"


class Place(Value):
    """A statement of one version. ``section`` is a section's id, ``lead`` or ``figure``."""

    section: PlainText
    id: StatementId
    text: PlainText
    form: Literal["own_words", "quotation"]
    marker: Literal["sources", "llm"]
    sources: tuple[Slug, ...]


class Cited(Value):
    """A citation of one version with its verdict; ``quote`` is null where none is at hand."""

    quote: str | None
    snapshot: Digest | None
    tier: Tier
    outcome: Outcome
    reasons: tuple[Slug, ...]


class CitationChange(Value):
    """What changed of one citation of a statement."""

    source: Slug
    aspects: Annotated[tuple[CitationAspect, ...], Field(min_length=1)]
    old: Cited | None
    new: Cited | None


class StatementChange(Value):
    """Statements of both versions that belong together.

    ``kind`` is as in :class:`citewright.diff.align.Alignment`, except that a statement moved where
    it left its section or the order within it: a section that moved as a whole is a field's
    change. ``spans`` and ``flags`` compare the wordings and are empty where these are equal or
    where one side is missing; where there are several texts on a side, a space joins them.
    """

    kind: Kind
    moved: bool
    aspects: tuple[Aspect, ...]
    old: tuple[Place, ...]
    new: tuple[Place, ...]
    spans: tuple[Span, ...]
    flags: tuple[MeaningFlag, ...]
    citations: tuple[CitationChange, ...]

    @property
    def changed(self) -> bool:
        """Whether anything differs."""
        return self.kind != "unchanged" or bool(self.aspects)

    @property
    def section(self) -> str:
        """Where to show it: the new version's section, the old one's for what was removed."""
        return (self.new or self.old)[0].section


class SourceChange(Value):
    """A source that is new, gone, renumbered or described otherwise.

    ``old`` and ``new`` are its numbers, null where it is not in the list; ``fields`` names what
    differs of its entry, ``snapshot`` standing for the text that was retrieved.
    """

    source: Slug
    title: PlainText
    old: int | None
    new: int | None
    fields: tuple[PlainText, ...]


class FieldChange(Value):
    """Anything else that has a name and a text, such as the title; null where it is not there."""

    name: PlainText
    old: str | None
    new: str | None


class VersionSide(Value):
    """The figures of one of the two versions."""

    number: VersionNumber
    digest: Digest
    content: Digest
    created: UtcTime
    cost_usd: Usd
    statements: int
    llm: int


class VersionDiff(Value):
    """The difference of two versions of one article.

    ``statements`` holds all of them, the unchanged ones too, in the new version's reading order;
    what was removed stands behind what it followed. Where :attr:`changed` is false, both articles
    are equal.
    """

    format: Literal["citewright/diff/1"]
    slug: Slug
    old: VersionSide
    new: VersionSide
    statements: tuple[StatementChange, ...]
    sources: tuple[SourceChange, ...]
    fields: tuple[FieldChange, ...]

    @property
    def changed(self) -> bool:
        """Whether anything a reader or reviewer sees differs."""
        return bool(self.sources or self.fields) or any(one.changed for one in self.statements)

    @property
    def flagged(self) -> tuple[StatementChange, ...]:
        """The changes that may change the meaning."""
        return tuple(one for one in self.statements if one.flags)

    def counts(self) -> dict[str, int]:
        """How many statements changed in which way; one may count under several."""
        found: Counter[str] = Counter()
        for one in self.statements:
            found.update(labels(one))
        return dict(sorted(found.items()))


def labels(change: StatementChange) -> tuple[str, ...]:
    """All names for what happened to a statement; none for an unchanged one."""
    parts: dict[Kind, tuple[str, ...]] = {
        "unchanged": (),
        "moved_and_reworded": ("moved", "reworded"),
    }
    names = parts.get(change.kind, (change.kind,))
    if change.moved and "moved" not in names:
        names = ("moved", *names)
    return (*names, *change.aspects)
