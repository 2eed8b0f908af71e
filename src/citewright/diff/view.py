"""A version diff as plain values for a page, before any markup.

:func:`view` gives a :class:`DiffView`: its sections with their changes and the unchanged texts
between them, then the source list and the other fields. Every text is plain and unescaped, all
wording is done. :mod:`citewright.diff.html` renders it; a page with templates of its own loops over
``sections`` and renders each :class:`ChangeView` as it likes, for instance with a form behind it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from citewright.diff import wording
from citewright.diff.align import Kind
from citewright.diff.changes import CitationChange, Cited, Place, StatementChange, VersionDiff
from citewright.diff.words import Span
from citewright.errors import InputError
from citewright.model.base import clean_text
from citewright.model.staleness import ChangeCause


@dataclass(frozen=True)
class PassageView:
    """A statement of one version; ``marker`` is its sources' keys or ``LLM``, in words."""

    id: str
    section: str
    text: str
    marker: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class FlagView:
    """A meaning flag: its kind, what of that kind is gone and new, and all of it in words."""

    kind: str
    removed: tuple[str, ...]
    added: tuple[str, ...]
    words: str


@dataclass(frozen=True)
class EvidenceView:
    """What one version cites: the quoted passage, if one is at hand, the tier, the verdict."""

    quote: str | None
    tier: str
    verdict: str


@dataclass(frozen=True)
class CitationView:
    """A citation that changed; ``words`` has a line for each thing that did."""

    source: str
    words: tuple[str, ...]
    old: EvidenceView | None
    new: EvidenceView | None


@dataclass(frozen=True)
class ChangeView:
    """A changed statement.

    ``kind`` is as in :class:`citewright.diff.changes.StatementChange`; ``names`` are all names of
    what happened (``moved``, ``reworded``, ``re-sourced`` …) and ``words`` says it in one line.
    ``spans`` lead from the old wording to the new one; of what was added or removed there is one,
    and one that is equal where the wording stayed. ``edits`` tells them in words. Where
    ``rewritten``, no words are shared and both wordings are to be shown whole. ``causes`` says in
    words why it was changed, as far as the version records it.
    """

    id: str
    kind: Kind
    names: tuple[str, ...]
    words: str
    section: str
    flags: tuple[FlagView, ...]
    old: tuple[PassageView, ...]
    new: tuple[PassageView, ...]
    spans: tuple[Span, ...]
    rewritten: bool
    edits: tuple[str, ...]
    citations: tuple[CitationView, ...]
    causes: tuple[str, ...]

    @property
    def resourced(self) -> bool:
        """Whether the marker says something else than before."""
        return "re-sourced" in self.names

    @property
    def marker_before(self) -> str:
        """The markers of the old wording."""
        return "; ".join(one.marker for one in self.old)

    @property
    def marker_after(self) -> str:
        """The markers of the new wording."""
        return "; ".join(one.marker for one in self.new)


@dataclass(frozen=True)
class UnchangedView:
    """Unchanged statements that follow one another."""

    texts: tuple[str, ...]


@dataclass(frozen=True)
class SectionView:
    """A section of the new version, or one that is gone: changes, unchanged runs in between."""

    id: str
    title: str
    items: tuple[ChangeView | UnchangedView, ...]

    @property
    def changes(self) -> tuple[ChangeView, ...]:
        """What changed in it."""
        return tuple(one for one in self.items if isinstance(one, ChangeView))


@dataclass(frozen=True)
class SourceView:
    """A source that is new, gone, renumbered or described otherwise."""

    id: str
    source: str
    title: str
    words: str


@dataclass(frozen=True)
class FieldView:
    """Anything else that differs; ``old`` or ``new`` is None where it is not there."""

    id: str
    name: str
    old: str | None
    new: str | None


@dataclass(frozen=True)
class DiffView:
    """All of a diff; ``counts`` says how many statements changed in which way."""

    slug: str
    old: str
    new: str
    heading: str
    summary: str
    counts: Mapping[str, int]
    flagged: int
    sections: tuple[SectionView, ...]
    sources: tuple[SourceView, ...]
    fields: tuple[FieldView, ...]

    @property
    def changes(self) -> tuple[ChangeView, ...]:
        """The changed statements of all sections."""
        return tuple(change for section in self.sections for change in section.changes)


def view(
    diff: VersionDiff,
    ids: Sequence[str] | None = None,
    titles: Mapping[str, str] | None = None,
    causes: Iterable[ChangeCause] = (),
    sources: Mapping[str, str] | None = None,
) -> DiffView:
    """The values a page shows.

    :param ids: one for each changed statement in the diff's order, such as the ids that a review
        gives them; else ``change-1``, ``change-2`` and so on.
    :param titles: the sections' titles by id; a section without one is called by its id.
    :param causes: why statements were changed: ``changes`` of the new version, and of those
        between the two.
    :param sources: what sources are called, by their keys; one without a name by its key.
    :raises InputError: when there are not as many ids as changes.
    """
    changed = [one for one in diff.statements if one.changed]
    names = [f"change-{number}" for number in range(1, len(changed) + 1)] if ids is None else ids
    if len(names) != len(changed):
        raise InputError(
            f"{len(names)} ids for {len(changed)} changes.", hint="Give each change its id."
        )
    named = {id(one): name for one, name in zip(changed, names, strict=True)}
    told = _told(causes)
    called = sources or {}
    views = {at: _change(one, named[at], told, called) for one in changed for at in [id(one)]}
    return DiffView(
        slug=diff.slug,
        old=diff.old.number,
        new=diff.new.number,
        heading=wording.heading(diff),
        summary=wording.summary(diff),
        counts=diff.counts(),
        flagged=len(diff.flagged),
        sections=tuple(_sections(diff.statements, views, titles or {})),
        sources=tuple(
            SourceView(f"source-{n}", one.source, one.title, wording.source(one))
            for n, one in enumerate(diff.sources, 1)
        ),
        fields=tuple(
            FieldView(f"field-{n}", one.name, one.old, one.new)
            for n, one in enumerate(diff.fields, 1)
        ),
    )


def _sections(
    changes: Iterable[StatementChange], views: Mapping[int, ChangeView], titles: Mapping[str, str]
) -> Iterator[SectionView]:
    for section, members in groupby(changes, lambda change: change.section):
        items: list[ChangeView | UnchangedView] = []
        for changed, run in groupby(members, lambda change: change.changed):
            if changed:
                items += [views[id(one)] for one in run]
            else:
                items.append(UnchangedView(tuple(one.new[0].text for one in run)))
        yield SectionView(section, titles.get(section, section), tuple(items))


def _told(causes: Iterable[ChangeCause]) -> dict[str, list[str]]:
    """The causes in words by the statement's id."""
    told: dict[str, list[str]] = defaultdict(list)
    for cause in causes:
        told[cause.statement] += [f"{why.kind}: {why.detail}" for why in cause.causes]
    return told


def _change(
    change: StatementChange,
    name: str,
    causes: Mapping[str, Sequence[str]],
    called: Mapping[str, str],
) -> ChangeView:
    spans = change.spans or (_whole(change),)
    rewritten = bool(change.spans) and all(span.op != "equal" for span in spans)
    return ChangeView(
        id=name,
        kind=change.kind,
        names=wording.names(change),
        words=wording.what(change),
        section=change.section,
        flags=tuple(
            FlagView(one.kind, one.removed, one.added, wording.flag(one)) for one in change.flags
        ),
        old=tuple(_passage(one, called) for one in change.old),
        new=tuple(_passage(one, called) for one in change.new),
        spans=spans,
        rewritten=rewritten,
        edits=tuple(wording.edits(change.spans)),
        citations=tuple(_citation(one, called) for one in change.citations),
        causes=tuple(
            dict.fromkeys(
                line for place in (*change.new, *change.old) for line in causes.get(place.id, ())
            )
        ),
    )


def _whole(change: StatementChange) -> Span:
    """The wording where there is none to compare it with, or the same."""
    text = " ".join(place.text for place in change.new or change.old)
    if not change.old:
        return Span(op="inserted", text=text)
    return Span(op="equal" if change.new else "deleted", text=text)


def _passage(place: Place, called: Mapping[str, str]) -> PassageView:
    marker = wording.marker(place, called)
    return PassageView(place.id, place.section, place.text, marker, place.sources)


def _citation(change: CitationChange, called: Mapping[str, str]) -> CitationView:
    return CitationView(
        source=change.source,
        words=tuple(wording.citation(change, called)),
        old=_evidence(change.old),
        new=_evidence(change.new),
    )


def _evidence(cited: Cited | None) -> EvidenceView | None:
    if cited is None:
        return None
    quote = None if cited.quote is None else clean_text(cited.quote)
    return EvidenceView(quote, cited.tier, wording.verdict(cited))
