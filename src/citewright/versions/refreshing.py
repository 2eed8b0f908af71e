"""The catalogue's part on refreshing: what changed under current versions, and what was done.

Each question is one query over the reverse index, so that what a refresh costs follows what
changed; no version is read to find that nothing has.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, bindparam, delete, func, or_, select

from citewright.database import Database, repeated
from citewright.database.tables import (
    affirmed,
    anchors,
    articles,
    cited,
    made_with,
    source_events,
    validators,
    versions,
)
from citewright.database.times import as_text
from citewright.versions.sources import TEXT_KINDS

Row = tuple[object, ...]


@dataclass(frozen=True)
class Head:
    """An article's current version, and when it was last drafted with this result."""

    slug: str
    version: str
    number: str
    drafted: str


@dataclass(frozen=True)
class Moved:
    """A citation of a current version whose source has another text now than its quote is from."""

    slug: str
    version: str
    statement: str
    citation: int
    source: str
    snapshot: str


@dataclass(frozen=True)
class Befallen:
    """A citation of a current version whose source something befell."""

    slug: str
    statement: str
    citation: int
    source: str
    kind: str
    detail: str


@dataclass(frozen=True)
class Anchored:
    """A citation of a version, and where its quote stands in a later snapshot."""

    version: str
    statement: str
    citation: int
    snapshot: str
    start: int
    end: int


class RefreshLog:
    """Reads and writes of what refreshing remembers; each write is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @repeated
    def heads(self) -> list[Head]:
        """The current version of every article, by name."""
        query = (
            select(versions, affirmed.c.drafted.label("again"))
            .join(articles, articles.c.current == versions.c.digest)
            .outerjoin(affirmed, affirmed.c.version == versions.c.digest)
            .order_by(versions.c.slug)
        )
        with self._database.reading() as connection:
            return [
                Head(row.slug, row.digest, f"{row.major}.{row.minor}", row.again or row.created)
                for row in connection.execute(query)
            ]

    @repeated
    def sources(self, slugs: Collection[str]) -> set[str]:
        """The sources that the current versions of these articles cite, or of all if none."""
        query = _current(select(cited.c.source).distinct())
        if slugs:
            query = query.where(cited.c.slug.in_(slugs))
        with self._database.reading() as connection:
            return {row.source for row in connection.execute(query)}

    @repeated
    def through(self) -> int:
        """The id of the last source event; 0 before the first."""
        with self._database.reading() as connection:
            return connection.execute(select(func.max(source_events.c.id))).scalar() or 0

    @repeated
    def moved(self) -> list[Moved]:
        """The citations whose quotes were last found in another text than the source's present."""
        stood = func.coalesce(anchors.c.snapshot, cited.c.snapshot)
        query = (
            _current(select(cited, validators.c.snapshot.label("now")))
            .join(validators, validators.c.source == cited.c.source)
            .outerjoin(
                anchors,
                and_(
                    anchors.c.version == cited.c.version,
                    anchors.c.statement == cited.c.statement,
                    anchors.c.citation == cited.c.citation,
                ),
            )
            .where(cited.c.snapshot.is_not(None), stood != validators.c.snapshot)
        )
        with self._database.reading() as connection:
            return [
                Moved(row.slug, row.version, row.statement, row.citation, row.source, row.now)
                for row in connection.execute(query)
            ]

    def standing(self, states: Sequence[str]) -> list[Befallen]:
        """The citations of sources that stand in one of these states now (``retracted``, …)."""
        return self._last(("standing",), source_events.c.detail.in_(states))

    def gone(self) -> list[Befallen]:
        """The citations of sources whose text cannot be retrieved any more."""
        return self._last(tuple(sorted(TEXT_KINDS)), source_events.c.kind == "gone")

    def news(self, kinds: Sequence[str]) -> list[Befallen]:
        """The citations of sources of which such a thing was learnt since they were looked at.

        That is since the last refresh of their article, or before the first since its version.
        """
        query = (
            _current(select(cited, source_events.c.kind, source_events.c.detail))
            .join(source_events, source_events.c.source == cited.c.source)
            .join(versions, versions.c.digest == cited.c.version)
            .outerjoin(affirmed, affirmed.c.slug == cited.c.slug)
            .where(
                source_events.c.kind.in_(kinds),
                or_(
                    source_events.c.id > affirmed.c.through,
                    and_(affirmed.c.through.is_(None), source_events.c.at > versions.c.created),
                ),
            )
            .order_by(source_events.c.id)
        )
        return self._befallen(query)

    @repeated
    def made_with(self) -> dict[str, dict[str, frozenset[str]]]:
        """What each current version was made with, by the version and then by name."""
        query = select(made_with).join(articles, articles.c.current == made_with.c.version)
        found: dict[str, dict[str, frozenset[str]]] = {}
        with self._database.reading() as connection:
            for version, name, value in connection.execute(query):
                values = found.setdefault(version, {})
                values[name] = values.get(name, frozenset()) | {value}
        return found

    @repeated
    def made_again(self, version: str, values: Mapping[str, Iterable[str]]) -> None:
        """Record that a version would be the same if it were made with these now."""
        rows = [
            {"version": version, "name": name, "value": value}
            for name, found in values.items()
            for value in found
        ]
        with self._database.writing() as connection:
            connection.execute(delete(made_with).where(made_with.c.version == version))
            if rows:
                connection.execute(made_with.insert(), rows)

    @repeated
    def anchors(self, version: str) -> list[Anchored]:
        """Where a version's quotes stand in later snapshots than its own."""
        query = select(anchors).where(anchors.c.version == version)
        with self._database.reading() as connection:
            return [Anchored(*row) for row in connection.execute(query)]

    @repeated
    def anchor(self, version: str, found: Iterable[Anchored]) -> None:
        """Record where quotes of a version were found, and that it stands, if it is current."""
        rows = [vars(one) for one in found]
        with self._database.writing() as connection:
            for row in rows:
                mine = (
                    anchors.c.version == version,
                    anchors.c.statement == row["statement"],
                    anchors.c.citation == row["citation"],
                )
                connection.execute(delete(anchors).where(*mine))
            if rows:
                connection.execute(anchors.insert(), [row | {"version": version} for row in rows])

    @repeated
    def affirmations(self) -> dict[str, str]:
        """When each version was last looked at and left to stand, by its digest."""
        with self._database.reading() as connection:
            return {row.version: row.at for row in connection.execute(select(affirmed))}

    @repeated
    def affirm(
        self,
        found: Iterable[tuple[str, str]],
        through: int,
        now: datetime,
        *,
        drafted: bool = False,
    ) -> None:
        """Record that articles were looked at and left to stand.

        :param found: the names with the versions that stand; one that is not current any more is
            left out.
        :param through: the last source event that was known then.
        :param drafted: they were drafted anew with the same result.
        """
        at = as_text(now)
        with self._database.writing() as connection:
            current = {row.slug: row.current for row in connection.execute(select(articles))}
            before = {row.slug: row for row in connection.execute(select(affirmed))}
            rows = []
            for slug, version in found:
                if current.get(slug) != version:
                    continue
                known = before.get(slug)
                same = known is not None and known.version == version
                rows.append(
                    {
                        "slug": slug,
                        "version": version,
                        "at": at,
                        "through": through,
                        "drafted": at if drafted else known.drafted if known and same else None,
                    }
                )
            if rows:
                mine = affirmed.c.slug == bindparam("name")
                connection.execute(
                    delete(affirmed).where(mine), [{"name": r["slug"]} for r in rows]
                )
                connection.execute(affirmed.insert(), rows)

    def _last(self, kinds: Sequence[str], is_so: ColumnElement[bool]) -> list[Befallen]:
        """The citations of sources whose last event of these kinds is so."""
        last = (
            select(func.max(source_events.c.id))
            .where(source_events.c.kind.in_(kinds), source_events.c.detail != "unknown")
            .group_by(source_events.c.source)
        )
        query = (
            _current(select(cited, source_events.c.kind, source_events.c.detail))
            .join(source_events, source_events.c.source == cited.c.source)
            .where(
                source_events.c.id.in_(last),
                is_so,
            )
        )
        return self._befallen(query)

    @repeated
    def _befallen(self, query: Select[Row]) -> list[Befallen]:
        with self._database.reading() as connection:
            return [
                Befallen(row.slug, row.statement, row.citation, row.source, row.kind, row.detail)
                for row in connection.execute(query)
            ]


def _current(query: Select[Row]) -> Select[Row]:
    """A query over the citations of current versions only."""
    return query.select_from(articles).join(cited, cited.c.version == articles.c.current)
