"""A PostgreSQL server that is killed and started again at a statement within a transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from clusters import Cluster
from sqlalchemy import event

from citewright.database import Database


class Statements:
    """Counts what is executed; the server is restarted behind the statement of a number."""

    def __init__(self, cluster: Cluster, at: int | None) -> None:
        self.executed = 0
        self._cluster = cluster
        self._at = at

    def count(self, *_: object) -> None:
        self.executed += 1
        if self.executed == self._at:
            self._cluster.restart()


@contextmanager
def restarted(cluster: Cluster, database: Database, at: int | None) -> Iterator[Statements]:
    """While it is open, the statements of a database count.

    :param at: behind which of them the server is restarted, counted from 1; None for none.
    """
    counted = Statements(cluster, at)
    event.listen(database._engine, "after_cursor_execute", counted.count)
    try:
        yield counted
    finally:
        event.remove(database._engine, "after_cursor_execute", counted.count)
