"""The catalogue's part on sources: what happened to them, and which statements cite them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

from sqlalchemy import Connection, Row, Table, delete, select

from citewright.database import Database, repeated
from citewright.database.tables import (
    articles,
    cited,
    snapshots,
    source_events,
    validators,
    versions,
)
from citewright.database.times import as_text
from citewright.model.version import Version
from citewright.versions.indexing import index_missing

SourceEventKind = Literal[
    "retrieved",
    "unchanged",
    "changed",
    "gone",
    "no_text",
    "unreachable",
    "standing",
    "retraction",
    "withdrawal",
    "concern",
    "correction",
    "reinstatement",
    "new_version",
]

TEXT_KINDS: frozenset[SourceEventKind] = frozenset(
    {"retrieved", "unchanged", "changed", "gone", "no_text", "unreachable"}
)
"""What may become of a source's text when it is asked for again."""

# Of these a source has one at a time: one that equals the last of its group is no news. The other
# kinds are facts that a service reports: each is news once.
_GROUPS: tuple[frozenset[str], ...] = (TEXT_KINDS, frozenset({"standing"}))


@dataclass(frozen=True)
class Happening:
    """Something that happened to a source.

    ``notice`` names the publication that says so and ``said_on`` its date, where known.
    """

    kind: SourceEventKind
    service: str | None
    detail: str
    notice: str | None = None
    said_on: str | None = None


@dataclass(frozen=True)
class SourceEvent(Happening):
    """A happening as it was recorded; ``at`` is when citewright learnt of it."""

    source: str = ""
    at: str = ""


@dataclass(frozen=True)
class LastSeen:
    """A source's snapshot as it was last found current, and what its server can be asked by."""

    url: str
    etag: str | None
    last_modified: str | None
    snapshot: str
    checked: str


@dataclass(frozen=True)
class Known:
    """What is on record of a source's text.

    ``snapshots`` are the digests of all that were taken, in no order; ``seen`` is what was last
    found current, None before the first check.
    """

    snapshots: tuple[str, ...]
    seen: LastSeen | None


@dataclass(frozen=True)
class Affected:
    """A statement of an article's current version that cites a source.

    ``citation`` is the citation's place among the statement's, from 0; ``snapshot`` the text that
    its quote stands in, None where it has none.
    """

    slug: str
    version: str
    number: str
    statement: str
    citation: int
    snapshot: str | None


class SourceLog:
    """Reads and writes of what is known of sources; each write is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @repeated
    def record(
        self, source: str, happenings: Iterable[Happening], now: datetime
    ) -> tuple[SourceEvent, ...]:
        """Record what happened to a source, and give what of it is news.

        What a service reports is recorded once, however often it is reported: by the same
        service, of the same kind, by the same notice, on the same date. Of how its retrieval went
        and of its standing, what equals the last one is left out.
        """
        said, new = list(happenings), list[SourceEvent]()
        # Most checks find no news, and nobody has to wait for those who write to see that.
        with self._database.reading() as connection:
            if all(_is_known(connection, source, one) for one in said):
                return ()
        with self._database.writing() as connection:
            for one in said:
                if _is_known(connection, source, one):
                    continue
                event = SourceEvent(**vars(one), source=source, at=as_text(now))
                connection.execute(source_events.insert().values(**_values(event)))
                new.append(event)
        return tuple(new)

    @repeated
    def events(self, source: str | None = None) -> list[SourceEvent]:
        """What happened to a source, or to all of them, oldest first."""
        query = select(source_events).order_by(source_events.c.id)
        if source is not None:
            query = query.where(source_events.c.source == source)
        with self._database.reading() as connection:
            return [_event(row) for row in connection.execute(query)]

    @repeated
    def standings(self, sources: Iterable[str]) -> dict[str, str]:
        """What befell these sources, by the last check that could tell; others are left out."""
        query = (
            select(source_events.c.source, source_events.c.detail)
            .where(
                source_events.c.kind == "standing",
                source_events.c.detail != "unknown",
                source_events.c.source.in_(list(sources)),
            )
            .order_by(source_events.c.id)
        )
        with self._database.reading() as connection:
            return {row.source: row.detail for row in connection.execute(query)}

    @repeated
    def standing_at(self, details: Iterable[str]) -> dict[str, str]:
        """All sources of which the last check that could tell told one of these, and which."""
        told = select(source_events.c.source, source_events.c.detail).where(
            source_events.c.kind == "standing", source_events.c.detail != "unknown"
        )
        wanted = list(details)
        ever = select(source_events.c.source).where(
            source_events.c.kind == "standing", source_events.c.detail.in_(wanted)
        )
        query = told.where(source_events.c.source.in_(ever)).order_by(source_events.c.id)
        with self._database.reading() as connection:
            found = {row.source: row.detail for row in connection.execute(query)}
        return {source: detail for source, detail in found.items() if detail in wanted}

    @repeated
    def saw(self, found: Mapping[str, LastSeen]) -> None:
        """Record that snapshots were found current, by source, in place of what stood there before.

        What another process has found since then stays. What a server says of it is left out where
        it is longer than the columns: cut, it would be another validator.
        """
        if not found:
            return
        mine = validators.c.source.in_(list(found))
        with self._database.writing() as connection:
            before = {
                row.source: row.checked
                for row in connection.execute(select(validators).where(mine))
            }
            # All of these times are in UTC, so that their order is that of their characters.
            new = {key: one for key, one in found.items() if before.get(key, "") <= one.checked}
            if new:
                connection.execute(delete(validators).where(validators.c.source.in_(list(new))))
                connection.execute(
                    validators.insert(), [_seen_values(key, one) for key, one in new.items()]
                )

    def last_seen(self, source: str) -> LastSeen | None:
        """The snapshot of a source that was last found current; None before its first check."""
        return self.known([source])[source].seen

    @repeated
    def known(self, sources: Iterable[str]) -> dict[str, Known]:
        """What is on record of the texts of these sources, by source."""
        wanted = list(sources)
        taken: dict[str, list[str]] = {key: [] for key in wanted}
        query = select(snapshots.c.source, snapshots.c.digest)
        with self._database.reading() as connection:
            for row in connection.execute(query.where(snapshots.c.source.in_(wanted))):
                taken[row.source].append(row.digest)
            rows = connection.execute(select(validators).where(validators.c.source.in_(wanted)))
            seen = {
                row.source: LastSeen(
                    row.url, row.etag, row.last_modified, row.snapshot, row.checked
                )
                for row in rows
            }
        return {key: Known(tuple(taken[key]), seen.get(key)) for key in wanted}

    def snapshots(self, source: str) -> list[str]:
        """The digests of all snapshots of a source, in no order."""
        return list(self.known([source])[source].snapshots)

    @repeated
    def cited_by(self, version: str) -> list[str]:
        """The sources that a version cites, by the index; its digest names it."""
        query = select(cited.c.source).where(cited.c.version == version).distinct()
        with self._database.reading() as connection:
            return list(connection.execute(query).scalars())

    def index_missing(self, load: Callable[[str], Version]) -> int:
        """Index the versions that are not indexed yet; see :mod:`citewright.versions.indexing`."""
        return index_missing(self._database, load)

    @repeated
    def affected(self, source: str) -> list[Affected]:
        """The statements of current versions that cite a source, by article and in order of id."""
        query = (
            select(cited, versions.c.major, versions.c.minor)
            .join(articles, articles.c.current == cited.c.version)
            .join(versions, versions.c.digest == cited.c.version)
            .where(cited.c.source == source)
            .order_by(cited.c.slug, cited.c.statement, cited.c.citation)
        )
        with self._database.reading() as connection:
            return [
                Affected(
                    slug=row.slug,
                    version=row.version,
                    number=f"{row.major}.{row.minor}",
                    statement=row.statement,
                    citation=row.citation,
                    snapshot=row.snapshot,
                )
                for row in connection.execute(query)
            ]


def _seen_values(source: str, seen: LastSeen) -> dict[str, str | None]:
    return vars(seen) | {
        "source": source,
        "etag": _if_short(seen.etag, 1000),
        "last_modified": _if_short(seen.last_modified, 100),
    }


def _if_short(text: str | None, most: int) -> str | None:
    return None if text is None or len(text) > most else text


def _is_known(connection: Connection, source: str, one: Happening) -> bool:
    table: Table = source_events
    mine = select(table).where(table.c.source == source)
    group = next((group for group in _GROUPS if one.kind in group), None)
    if group is None:
        same = mine.where(
            table.c.kind == one.kind,
            table.c.service.is_(one.service) if one.service is None
            else table.c.service == one.service,
            table.c.notice.is_not_distinct_from(one.notice),
            table.c.said_on.is_not_distinct_from(one.said_on),
        )  # fmt: skip
        return connection.execute(same).first() is not None
    last = connection.execute(
        mine.where(table.c.kind.in_(group)).order_by(table.c.id.desc())
    ).first()
    return last is not None and (last.kind, last.detail) == (one.kind, one.detail[:4000])


def _values(event: SourceEvent) -> dict[str, str | None]:
    return vars(event) | {"detail": event.detail[:4000]}


def _event(row: Row[tuple[object, ...]]) -> SourceEvent:
    return SourceEvent(
        kind=cast(SourceEventKind, row.kind),
        service=row.service,
        detail=row.detail,
        notice=row.notice,
        said_on=row.said_on,
        source=row.source,
        at=row.at,
    )
