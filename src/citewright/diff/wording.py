"""The sentences in which the renderers tell a change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from types import MappingProxyType

from citewright.diff.changes import (
    CitationChange,
    Cited,
    FieldChange,
    Place,
    SourceChange,
    StatementChange,
    VersionDiff,
    labels,
)
from citewright.diff.flags import MeaningFlag
from citewright.diff.words import Span
from citewright.model.base import clean_text

NONE: Mapping[str, str] = MappingProxyType({})
"""No source has another name than its key."""


def heading(diff: VersionDiff) -> str:
    """The article and its two versions."""
    return f"{diff.slug}: {diff.old.number} → {diff.new.number}"


def summary(diff: VersionDiff) -> str:
    """How many statements changed in which way, and the LLM share before and after."""
    counts = ", ".join(f"{count} {name}" for name, count in diff.counts().items())
    share = " → ".join(f"{side.llm} of {side.statements}" for side in (diff.old, diff.new))
    flagged = len(diff.flagged)
    return (
        f"{counts or 'no statement changed'}; "
        f"{flagged} may change the meaning; without a source: {share}."
    )


def names(change: StatementChange) -> tuple[str, ...]:
    """All names of what happened; ``unchanged`` for an unchanged statement."""
    return labels(change) or ("unchanged",)


def what(change: StatementChange) -> str:
    """The names of what happened, such as ``moved, reworded``; where it moved, from where."""
    told = ", ".join(names(change))
    sections = [side[0].section for side in (change.old, change.new) if side]
    if change.moved and sections[0] != sections[-1]:
        return f"{told} (from {sections[0]})"
    return told


def edits(spans: Sequence[Span]) -> Iterator[str]:
    """What happened to the words, a line for each place, for who hears a page or sees no colour."""
    before: Span | None = None
    for span, after in zip_longest(spans, spans[1:]):
        follows = before is not None and before.op == "deleted"
        if span.op == "deleted" and after is not None and after.op == "inserted":
            yield f"{_told(span)} became {_told(after)}"
        elif span.op == "deleted":
            yield f"removed: {_told(span)}"
        elif span.op == "inserted" and not follows:
            yield f"added: {_told(span)}"
        before = span


def _told(span: Span) -> str:
    text = span.text.strip()
    return f"“{text}”" if text else "a space"


def flag(raised: MeaningFlag) -> str:
    """A meaning flag in words."""
    gone, come = (", ".join(cues) or "–" for cues in (raised.removed, raised.added))
    return f"{raised.kind}: {gone} → {come}"


def marker(place: Place, called: Mapping[str, str] = NONE) -> str:
    """The sources a statement cites, or ``LLM``.

    :param called: what sources are called, by their keys; one without a name by its key.
    """
    return ", ".join(called.get(key, key) for key in place.sources) or "LLM"


def citation(change: CitationChange, called: Mapping[str, str] = NONE) -> Iterator[str]:
    """What happened to a citation, a line for each aspect; ``called`` as for :func:`marker`."""
    old, new, name = change.old, change.new, called.get(change.source, change.source)
    for aspect in change.aspects:
        if old is None or new is None:
            cited = old or new
            yield f"{name}: citation {aspect}: {_quoted(cited)}"
        elif aspect == "evidence changed":
            quotes = [_quoted(side) for side in (old, new)]
            same = quotes[0] == quotes[1]
            told = "the same words, found elsewhere" if same else " → ".join(quotes)
            yield f"{name}: {aspect}: {told}"
        elif aspect == "verdict changed":
            told = " → ".join(map(verdict, (old, new)))
            yield f"{name}: {aspect}: {told}"
        else:
            yield f"{name}: {aspect}: {old.tier} → {new.tier}"


def verdict(cited: Cited) -> str:
    """The outcome of a check, with its reasons."""
    return f"{cited.outcome} ({', '.join(cited.reasons)})"


def _quoted(cited: Cited | None) -> str:
    """The quote as text that a terminal may show: a source's own text may hold anything."""
    return f"“{clean_text(cited.quote)}”" if cited and cited.quote else "no quote"


def source(change: SourceChange) -> str:
    """What happened to a source of the list."""
    if change.old is None:
        return f"{change.title} ({change.source}): new, number {change.new}"
    if change.new is None:
        return f"{change.title} ({change.source}): no longer cited, was number {change.old}"
    parts = [f"{', '.join(change.fields)} changed"] if change.fields else []
    if change.old != change.new:
        parts.append(f"number {change.old} → {change.new}")
    return f"{change.title} ({change.source}): {'; '.join(parts)}"


def field(change: FieldChange) -> str:
    """What happened to a named field."""
    return f"{change.name}: {change.old or '–'} → {change.new or '–'}"
