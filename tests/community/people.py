"""What tests of the community share: a clock that is set by hand, articles, many at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import TypeVar

from sqlalchemy import Connection

from citewright.database import Database
from citewright.database.tables import articles, versions
from citewright.errors import InputError

T = TypeVar("T")

SECRET = b"a secret of the tests, and of nobody else"


class Time:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **time: float) -> datetime:
        self.now += timedelta(**time)
        return self.now


def digest(number: int) -> str:
    return f"sha256:{number:064x}"


def add_version(
    connection: Connection, number: int, slug: str = "an-article", parent: int | None = None
) -> str:
    """A row of a version that has no document."""
    connection.execute(
        versions.insert().values(
            digest=digest(number),
            slug=slug,
            major=number + 1,
            minor=0,
            state="draft",
            content=digest(0),
            parent=None if parent is None else digest(parent),
            created="2026",
        )
    )
    return digest(number)


def add_article(database: Database, slug: str = "an-article", number: int = 0) -> str:
    with database.writing() as connection:
        made = add_version(connection, number, slug)
        connection.execute(articles.insert().values(slug=slug, current=made))
    return made


def at_once(count: int, do: Callable[[], T]) -> list[T | InputError]:
    """What threads get that do the same at the same time; their refusals too."""
    barrier = Barrier(count)

    def one(_: int) -> T | InputError:
        barrier.wait(120)
        try:
            return do()
        except InputError as error:
            return error

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(one, range(count)))
