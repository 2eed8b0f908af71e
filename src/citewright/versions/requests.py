"""The catalogue's part on what readers and reviewers asked to be written anew."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from citewright.database import Database, repeated
from citewright.database.tables import articles, requests
from citewright.database.times import as_text
from citewright.errors import InputError, NotFound

MOST = 200
"""Letters of a name."""


@dataclass(frozen=True)
class Request:
    """What somebody asked to be written anew: a statement, or without one the whole article."""

    id: int
    at: str
    slug: str
    statement: str | None
    who: str
    why: str


class RequestLog:
    """Reads and writes of requests; each write is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @repeated
    def ask(
        self, slug: str, statement: str | None, *, who: str, why: str, now: datetime
    ) -> Request:
        """Record a request to write a statement, or the whole article, anew.

        :raises NotFound: when there is no such article.
        :raises InputError: when it is not said who asks, or why.
        """
        who, why = " ".join(who.split()), why.strip()
        if not why or not 1 <= len(who) <= MOST:
            raise InputError(
                "a request needs a name and a reason.",
                hint=f"Say what is wrong (--why), and who asks (--as, at most {MOST} letters).",
            )
        with self._database.writing() as connection:
            _known(connection, slug)
            values = {"at": as_text(now), "slug": slug, "who": who, "why": why[:4000]}
            made = connection.execute(requests.insert().values(statement=statement, **values))
            key = made.inserted_primary_key
            assert key is not None
            return Request(id=key[0], statement=statement, **values)

    @repeated
    def open(self) -> list[Request]:
        """The requests that have not been answered, oldest first."""
        query = select(requests).where(requests.c.answered.is_(None)).order_by(requests.c.id)
        with self._database.reading() as connection:
            return [
                Request(row.id, row.at, row.slug, row.statement, row.who, row.why)
                for row in connection.execute(query)
            ]

    @repeated
    def answer(self, ids: Iterable[int], version: str) -> None:
        """Close requests with the version that stands after they were tried."""
        with self._database.writing() as connection:
            connection.execute(
                requests.update().where(requests.c.id.in_(list(ids))).values(answered=version)
            )


def _known(connection: Connection, slug: str) -> None:
    if connection.execute(select(articles).where(articles.c.slug == slug)).first() is None:
        raise NotFound(f"there is no article {slug!r}.")
