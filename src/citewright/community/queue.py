"""The review queue: which versions wait for review, the riskiest first, then the oldest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import Connection, Row, bindparam, delete, func, literal, select, tuple_, union

from citewright.database import Database, repeated
from citewright.database.community_tables import queue_items
from citewright.database.tables import articles, versions
from citewright.model.community import QueueItem, QueueOrigin


class Queue:
    """Reads and writes of the queue; each write is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, item: QueueItem, *, within: Connection | None = None) -> None:
        """Put a version into the queue, in place of what stood there of it.

        :param within: a transaction of the caller's that it is to be part of.
        """
        self.put_all([item], within=within)

    @repeated
    def put_all(self, items: Iterable[QueueItem], *, within: Connection | None = None) -> None:
        """Put versions into the queue, each in place of what stood there of it."""
        rows = [_values(item) for item in items]
        if within is not None:
            _put(within, rows)
            return
        with self._database.writing() as connection:
            _put(connection, rows)

    @repeated
    def remove(self, version: str, *, within: Connection | None = None) -> None:
        """Take a version out of the queue; one that is not in it is let pass."""
        query = delete(queue_items).where(queue_items.c.version == version)
        if within is not None:
            within.execute(query)
            return
        with self._database.writing() as connection:
            connection.execute(query)

    @repeated
    def find(self, version: str) -> QueueItem | None:
        """What the queue says of a version; None when it is not in it."""
        query = select(queue_items).where(queue_items.c.version == version)
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        return None if row is None else _item(row)

    @repeated
    def page(self, after: QueueItem | None = None, limit: int = 50) -> list[QueueItem]:
        """The next items of the queue.

        :param after: the last item of the page before, which need not be in the queue any more.
        """
        place = tuple_(queue_items.c.rank, queue_items.c.since, queue_items.c.version)
        query = select(queue_items).order_by(*place).limit(limit)
        if after is not None:
            query = query.where(
                place > tuple_(*map(literal, (-after.risk, after.since, after.version)))
            )
        with self._database.reading() as connection:
            return [_item(row) for row in connection.execute(query)]

    @repeated
    def astray(self, waiting: Sequence[str]) -> list[str]:
        """The articles whose place in the queue is not what the catalogue says of their versions.

        That is so where a program was killed between a step of a version and the queue's, or where
        the queue was lost.

        :param waiting: the states in which an article's newest version waits.
        """
        waits = versions.c.state.in_(waiting)
        queued = queue_items.c.version.is_not(None)
        missing = (
            select(articles.c.slug)
            .join(versions, versions.c.digest == articles.c.current)
            .outerjoin(queue_items, queue_items.c.version == versions.c.digest)
            .where(waits, ~queued)
        )
        left_over = (
            select(versions.c.slug)
            .join(queue_items, queue_items.c.version == versions.c.digest)
            .outerjoin(articles, articles.c.current == versions.c.digest)
            .where(articles.c.slug.is_(None) | ~waits)
        )
        with self._database.reading() as connection:
            return list(connection.execute(union(missing, left_over)).scalars())

    @repeated
    def counts(self) -> dict[QueueOrigin, int]:
        """How many items the queue has, by their origin."""
        query = select(queue_items.c.origin, func.count()).group_by(queue_items.c.origin)
        with self._database.reading() as connection:
            return {cast(QueueOrigin, origin): count for origin, count in connection.execute(query)}


def _put(connection: Connection, rows: list[dict[str, Any]]) -> None:
    if rows:
        mine = queue_items.c.version == bindparam("name")
        connection.execute(delete(queue_items).where(mine), [{"name": r["version"]} for r in rows])
        connection.execute(queue_items.insert(), rows)


def _values(item: QueueItem) -> dict[str, Any]:
    values = {name: value for name, value in vars(item).items() if name != "risk"}
    return values | {"rank": -item.risk, "cost_usd": str(item.cost_usd)}


def _item(row: Row[Any]) -> QueueItem:
    return QueueItem(
        version=row.version,
        slug=row.slug,
        origin=cast(QueueOrigin, row.origin),
        risk=-row.rank,
        meaning_changes=row.meaning_changes,
        unsupported=row.unsupported,
        llm_change=row.llm_change,
        cost_usd=Decimal(row.cost_usd),
        since=row.since,
    )
