"""The catalogue: which versions an article has, in which state, and which one is current."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast

from sqlalchemy import ColumnElement, Connection, Row, select

from citewright.database import Database, repeated
from citewright.database.tables import articles, snapshots, versions
from citewright.database.times import as_text
from citewright.errors import InputError, NotFound
from citewright.model.evidence import Snapshot
from citewright.model.review import EventKind
from citewright.model.shares import Share
from citewright.model.version import State, Version
from citewright.versions.indexing import index_version
from citewright.versions.reviews import MADE, Reviews, append
from citewright.versions.share_rows import hold, note_made

# Up to nine digits, which fit into the column of any database.
_NUMBER = re.compile(r"[1-9][0-9]{0,8}\.(?:0|[1-9][0-9]{0,8})")


@dataclass(frozen=True)
class Entry:
    """What the catalogue knows of a version; ``title`` is empty for one of an older citewright."""

    digest: str
    slug: str
    number: str
    state: State
    content: str
    parent: str | None
    recipe: str | None = None
    title: str = ""


class Writer:
    """One transaction that adds a version to an article."""

    def __init__(self, connection: Connection, slug: str) -> None:
        self._connection = connection
        self._slug = slug
        row = connection.execute(
            select(versions).join(articles, articles.c.current == versions.c.digest)
            .where(articles.c.slug == slug)
        ).first()  # fmt: skip
        self.head: Entry | None = _entry(row) if row else None

    def next_number(self, *, major: bool) -> str:
        """The number after the current one: MAJOR when all sections were drafted anew."""
        if self.head is None:
            return "1.0"
        whole, part = (int(piece) for piece in self.head.number.split("."))
        return f"{whole + 1}.0" if major else f"{whole}.{part + 1}"

    def add(
        self,
        version: Version,
        kind: EventKind,
        actor: str | None = None,
        recipe: str | None = None,
    ) -> None:
        """Add a version, which the store holds already, and make it the current one.

        :param actor: who had it made, who may then not approve it; None for the program itself.
        :param recipe: the digest of what it can be made again from.
        :raises InputError: when it is not the next one of this article.
        """
        self._refuse_gap(version)
        digest = version.digest
        major, minor = version.number.split(".")
        self._connection.execute(
            versions.insert().values(
                digest=digest,
                slug=version.slug,
                major=int(major),
                minor=int(minor),
                state="draft",
                content=version.content,
                parent=version.parent,
                created=as_text(version.created),
                recipe=recipe,
                title=version.article.title,
            )
        )
        if self.head is None:
            self._connection.execute(articles.insert().values(slug=version.slug, current=digest))
        else:
            self._connection.execute(
                articles.update().where(articles.c.slug == version.slug).values(current=digest)
            )
        index_version(self._connection, digest, version)
        self.note(kind, digest, version.cause.detail, actor)

    def _refuse_gap(self, version: Version) -> None:
        head = self.head.digest if self.head else None
        follows = {self.next_number(major=True), self.next_number(major=False)}
        if (version.slug, version.parent) != (self._slug, head) or version.number not in follows:
            raise InputError(
                f"{version.slug} {version.number} does not follow "
                f"{self.head.number if self.head else 'nothing'} of {self._slug!r}."
            )

    def note(self, kind: EventKind, version: str, detail: str, actor: str | None = None) -> None:
        """Record that something happened to a version, and who had it done."""
        state: State | None = "draft" if kind in MADE else None
        append(self._connection, kind, self._slug, version, detail, actor=actor, state=state)


class Catalogue:
    """Reads and writes of the catalogue; each write is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def writing(self, slug: str, share: Share | None = None) -> Iterator[Writer]:
        """A transaction on an article; concurrent ones wait, so numbers have no gaps.

        :param share: by what a worker of a run holds the article, where it is one of several.
        :raises TakenOver: when another worker has it by now.
        """
        with self._database.writing() as connection:
            if share is not None:
                hold(connection, share)
            yield Writer(connection, slug)
            if share is not None:
                note_made(connection, share)

    @repeated
    def version(self, slug: str, number: str | None = None) -> Entry:
        """An article's current version, or the one of that number.

        :raises NotFound: for an unknown article or number.
        """
        query = select(versions).where(versions.c.slug == slug)
        if number is None:
            query = query.join(articles, articles.c.current == versions.c.digest)
        else:
            if not _NUMBER.fullmatch(number):
                raise NotFound(f"{number!r} is not a version number.", hint="Give one like 1.0.")
            major, minor = number.split(".")
            query = query.where(versions.c.major == int(major), versions.c.minor == int(minor))
        with self._database.reading() as connection:
            row = connection.execute(query).first()
            if row is None:
                raise _unknown(connection, slug, number)
        return _entry(row)

    @repeated
    def all_versions(self) -> list[Entry]:
        """Every version of every article, oldest first."""
        order = (versions.c.slug, versions.c.major, versions.c.minor)
        with self._database.reading() as connection:
            return [_entry(row) for row in connection.execute(select(versions).order_by(*order))]

    @repeated
    def newest(self, limit: int) -> list[Entry]:
        """The versions of all articles that were made last, the newest first."""
        order = (versions.c.created.desc(), versions.c.digest)
        with self._database.reading() as connection:
            rows = connection.execute(select(versions).order_by(*order).limit(limit))
            return [_entry(row) for row in rows]

    @repeated
    def of_article(self, slug: str) -> list[Entry]:
        """Every version of an article, oldest first; none for an unknown one."""
        query = select(versions).where(versions.c.slug == slug)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(versions.c.major, versions.c.minor))
            return [_entry(row) for row in rows]

    @repeated
    def published(self, slug: str) -> Entry | None:
        """The version of an article that readers see, if there is one."""
        query = select(versions).where(versions.c.slug == slug, versions.c.state == "published")
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        return None if row is None else _entry(row)

    @repeated
    def titles(self, slugs: Iterable[str]) -> dict[str, str]:
        """The titles of these articles, as their current versions have them; the others' are left
        out.
        """
        current = versions.c.digest == articles.c.current
        query = select(articles.c.slug, versions.c.title).join(versions, current)
        with self._database.reading() as connection:
            rows = connection.execute(query.where(articles.c.slug.in_(set(slugs))))
            return {row.slug: row.title for row in rows if row.title}

    @repeated
    def entries(self, digests: Iterable[str]) -> dict[str, Entry]:
        """What is known of these versions, by digest; unknown ones are left out."""
        query = select(versions).where(versions.c.digest.in_(list(digests)))
        with self._database.reading() as connection:
            return {row.digest: _entry(row) for row in connection.execute(query)}

    @repeated
    def heads(self, part: str = "", after: str = "", limit: int = 100) -> list[Entry]:
        """The current versions of articles whose slug or title has this part, by slug.

        :param after: only slugs behind this one.
        """
        query = (
            select(versions)
            .join(articles, articles.c.current == versions.c.digest)
            .where(articles.c.slug > after, _named(part))
            .order_by(articles.c.slug)
            .limit(limit)
        )
        with self._database.reading() as connection:
            return [_entry(row) for row in connection.execute(query)]

    @repeated
    def currents(self) -> dict[str, str]:
        """The digest of each article's current version."""
        with self._database.reading() as connection:
            rows = connection.execute(select(articles.c.slug, articles.c.current))
            return {row.slug: row.current for row in rows}

    @property
    def reviews(self) -> Reviews:
        """The log of versions and the changes of their states."""
        return Reviews(self._database)

    @repeated
    def known_snapshot(self, snapshot: Snapshot) -> str | None:
        """The digest of an earlier snapshot of the same bytes, text and extractor, if any."""
        with self._database.reading() as connection:
            return _same_snapshot(connection, snapshot)

    @repeated
    def add_snapshot(self, snapshot: Snapshot) -> str:
        """Record a snapshot, which the store holds already, and give the digest of the one that
        stands: an earlier one of the same, also if it came while this one was being stored.
        """
        with self._database.writing() as connection:
            known = _same_snapshot(connection, snapshot)
            if known is not None:
                return known
            connection.execute(
                snapshots.insert().values(
                    digest=snapshot.digest,
                    source=snapshot.source,
                    raw=snapshot.raw,
                    requested=snapshot.requested,
                    extractor=_extractor(snapshot),
                    text=snapshot.text,
                    covers=snapshot.covers,
                )
            )
            return snapshot.digest


def _same_snapshot(connection: Connection, snapshot: Snapshot) -> str | None:
    same = select(snapshots.c.digest).where(
        snapshots.c.source == snapshot.source,
        snapshots.c.raw == snapshot.raw,
        snapshots.c.text == snapshot.text,
        snapshots.c.requested == snapshot.requested,
        snapshots.c.covers == snapshot.covers,
        snapshots.c.extractor == _extractor(snapshot),
    )
    found: str | None = connection.execute(same).scalar()
    return found


def _unknown(connection: Connection, slug: str, number: str | None) -> NotFound:
    of_article = select(versions).where(versions.c.slug == slug)
    numbers = [
        f"{row.major}.{row.minor}"
        for row in connection.execute(of_article.order_by(versions.c.major, versions.c.minor))
    ]
    if numbers:
        return NotFound(
            f"there is no version {number} of {slug!r}.",
            hint=f"Known versions: {', '.join(numbers[-20:])}.",
        )
    known = connection.execute(select(articles.c.slug).order_by(articles.c.slug)).scalars()
    listed = ", ".join(list(known)[:20]) or "none yet"
    return NotFound(f"there is no article {slug!r}.", hint=f"Known articles: {listed}.")


def _named(part: str) -> ColumnElement[bool]:
    slug = articles.c.slug.contains(part.lower().replace(" ", "-"), autoescape=True)
    return slug | versions.c.title.icontains(part, autoescape=True)


def _extractor(snapshot: Snapshot) -> str:
    return f"{snapshot.extractor} {snapshot.extractor_version}"


def _entry(row: Row[tuple[object, ...]]) -> Entry:
    return Entry(
        digest=row.digest,
        slug=row.slug,
        number=f"{row.major}.{row.minor}",
        state=cast(State, row.state),
        content=row.content,
        parent=row.parent,
        recipe=row.recipe,
        title=row.title or "",
    )
