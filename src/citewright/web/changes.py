"""The review page's view of a version: what changed against the live one, and what was decided.

What changed is :mod:`citewright.diff.view`; here it gets the passages behind both wordings, the
decisions and the comments.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from citewright.diff import compare
from citewright.diff.changes import FIGURE, LEAD, Place, StatementChange, VersionDiff
from citewright.diff.view import ChangeView, DiffView, view
from citewright.model.article import block_statements
from citewright.model.staleness import ChangeCause
from citewright.model.statement import Citation, Statement
from citewright.model.version import Version
from citewright.pipeline.reviewing import UnderReview
from citewright.versions.catalogue import Entry
from citewright.versions.reviews import LogEntry
from citewright.web.wording import OUTCOMES


@dataclass(frozen=True)
class MarkerView:
    """A source behind a statement: its number and title, the passage, and the verdict in words."""

    number: int
    source: str
    title: str
    tier: str
    before: str
    quote: str | None
    after: str
    outcome: str
    verdict: str


@dataclass(frozen=True)
class ProofView:
    """What marks a statement; ``llm``: it has no source."""

    llm: bool
    markers: tuple[MarkerView, ...]


@dataclass(frozen=True)
class Reviewed:
    """What a reviewer is shown of a change beside the change itself.

    ``decidable`` is its id for decisions; None where it came with an earlier version that is not
    live, whose review it belongs to. ``before`` and ``after`` are None where the statement is not
    there.
    """

    decidable: str | None
    before: ProofView | None
    after: ProofView | None
    decision: LogEntry | None
    comments: tuple[LogEntry, ...]


@dataclass(frozen=True)
class ReviewView:
    """Everything on the page that is about the two versions.

    ``live`` is the version that readers see, None where there is none; ``diff`` is None where there
    is nothing to compare. ``reviewed`` has an entry for each change by its id, ``shares`` the
    percentage of statements without a source before and after, ``cost`` is of the new version,
    ``sequence`` the newest entry of the version's log that the page shows.
    """

    live: str | None
    diff: DiffView | None
    reviewed: Mapping[str, Reviewed]
    shares: tuple[int, int] | None
    sequence: int

    @property
    def decided(self) -> int:
        """How many of the changes that are decided on here have been."""
        return sum(one.decidable is not None and bool(one.decision) for one in self._all)

    @property
    def undecided(self) -> int:
        """How many wait for a decision."""
        return sum(one.decidable is not None and not one.decision for one in self._all)

    @property
    def first_open(self) -> str | None:
        """The first change that waits for a decision."""
        waiting = (name for name, one in self.reviewed.items() if one.decidable)
        return next((name for name in waiting if not self.reviewed[name].decision), None)

    @property
    def _all(self) -> Iterable[Reviewed]:
        return self.reviewed.values()


def review_view(
    shown: UnderReview,
    live: tuple[Entry, Version] | None,
    causes: Iterable[ChangeCause] | None = None,
) -> ReviewView:
    """What the page shows of a version.

    :param live: the article's published version, if it has one.
    :param causes: why statements were changed since; those of the version itself if None.
    """
    sequence = max((one.sequence or 0 for one in shown.log), default=0)
    if live is None or live[0].digest == shown.entry.digest:
        return ReviewView(live[0].number if live else None, None, {}, None, sequence)
    difference = compare(live[1], shown.version)
    told = view(
        difference,
        titles=_titles(live[1], shown.version),
        causes=shown.version.changes if causes is None else causes,
    )
    reviewed = _reviewed(shown, live[1], difference, told.changes)
    return ReviewView(live[0].number, told, reviewed, _shares(difference), sequence)


def _titles(*versions: Version) -> Mapping[str, str]:
    titles = {LEAD: "Summary", FIGURE: "Figure"}
    for version in versions:
        titles |= {one.id: one.title for one in version.article.sections}
    return titles


def _shares(difference: VersionDiff) -> tuple[int, int]:
    old, new = (
        round(100 * side.llm / side.statements) if side.statements else 0
        for side in (difference.old, difference.new)
    )
    return old, new


def _reviewed(
    shown: UnderReview, live: Version, difference: VersionDiff, views: Iterable[ChangeView]
) -> dict[str, Reviewed]:
    changed = [one for one in difference.statements if one.changed]
    named = {_key(one.change): one for one in shown.changes}
    old, new = citations_of(live), citations_of(shown.version)
    found = {}
    for told, change in zip(views, changed, strict=True):
        mine = named.get(_key(change))
        found[told.id] = Reviewed(
            decidable=mine.id if mine else None,
            before=_proof(change.old, old),
            after=_proof(change.new, new),
            decision=mine.decision if mine else None,
            comments=tuple(
                one
                for one in shown.log
                if mine and one.kind == "commented" and one.change == mine.id
            ),
        )
    return found


def _key(change: StatementChange) -> tuple[tuple[str, str], ...]:
    """The statements of the new version that a change is about; of the old one where it has none.

    So a change against the live version is known again as one against the version before, which
    is what decisions are made on.
    """
    return tuple((place.id, place.text) for place in change.new or change.old)


def _proof(
    places: tuple[Place, ...], cited: Mapping[str, tuple[MarkerView, ...]]
) -> ProofView | None:
    if not places:
        return None
    markers = (marker for place in places for marker in cited.get(place.id, ()))
    return ProofView(all(place.marker == "llm" for place in places), tuple(markers))


def citations_of(version: Version) -> Mapping[str, tuple[MarkerView, ...]]:
    """What stands behind each statement of a version, by the statement's id."""
    verdicts = {(one.statement, one.citation): one for one in version.verdicts}
    sources = {one.key: (i, one) for i, one in enumerate(version.article.sources, 1)}

    def marker(statement: str, place: int, cited: Citation) -> MarkerView:
        verdict, (number, source) = verdicts[statement, place], sources[cited.source]
        quote = cited.evidence.quote if cited.evidence.kind == "quote" else None
        return MarkerView(
            number=number,
            source=cited.source,
            title=source.csl.title,
            tier=source.tier,
            before=quote.prefix if quote else "",
            quote=quote.exact if quote else None,
            after=quote.suffix if quote else "",
            outcome=verdict.outcome,
            verdict=f"{OUTCOMES[verdict.outcome]}, says {verdict.checker.name}",
        )

    return {
        one.id: tuple(marker(one.id, place, cited) for place, cited in enumerate(one.citations))
        for one in version.article.statements()
    }


@dataclass(frozen=True)
class StatementView:
    """A statement as it stands, with what marks it."""

    text: str
    proof: ProofView


@dataclass(frozen=True)
class PartView:
    """A section read as a whole; ``absent`` says why there is nothing in it."""

    title: str
    absent: str | None
    statements: tuple[StatementView, ...]


def whole_view(version: Version) -> tuple[PartView, ...]:
    """A version to be read as a whole, where there is nothing to compare it with."""
    return tuple(_parts(version))


def _parts(version: Version) -> Iterator[PartView]:
    article, cited = version.article, citations_of(version)

    def shown(statements: Iterable[Statement]) -> tuple[StatementView, ...]:
        return tuple(
            StatementView(one.text, ProofView(one.marker.kind == "llm", cited[one.id]))
            for one in statements
        )

    yield PartView("Summary", article.lead.absent, shown(article.lead.statements))
    for section in article.sections:
        said = [one for block in section.blocks for one in block_statements(block)]
        yield PartView(section.title, section.absent, shown(said))
