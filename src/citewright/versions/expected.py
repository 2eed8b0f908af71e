"""What the articles of runs were expected to cost, recorded when each was begun."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row

from citewright.database import Database
from citewright.database.tables import run_estimates
from citewright.database.times import as_text, now


@dataclass(frozen=True)
class Expected:
    """What an article, or several, were expected to cost, in US dollars.

    ``articles`` is how many were begun; ``drafters`` who writes them. All amounts are 0 where that
    calls no model.
    """

    articles: int
    drafters: tuple[str, ...]
    low: Decimal
    expected: Decimal
    worst: Decimal


class ExpectedLog:
    """Writes of what is expected.

    :param clock: the time that is recorded.
    """

    def __init__(self, database: Database, clock: Callable[[], datetime] = now) -> None:
        self._database = database
        self._clock = clock

    def note(
        self, run: str, slug: str, drafter: str, low: Decimal, expected: Decimal, worst: Decimal
    ) -> None:
        """Record what an article is expected to cost; what was recorded first stands.

        So a run that is gone on with is compared with what it was begun for, and not with what is
        left of it.
        """
        mine = (run_estimates.c.run == run) & (run_estimates.c.slug == slug)
        with self._database.writing() as connection:
            if connection.execute(run_estimates.select().where(mine)).first() is not None:
                return
            row = run_estimates.insert().values(
                run=run,
                slug=slug,
                drafter=drafter,
                began=as_text(self._clock()),
                low_usd=str(low),
                expected_usd=str(expected),
                worst_usd=str(worst),
            )
            connection.execute(row)


def summed(rows: Iterable[Row[Any]]) -> Expected | None:
    """What rows of the table come to together; None where there is none."""
    every = list(rows)
    if not every:
        return None
    return Expected(
        articles=len(every),
        drafters=tuple(sorted({row.drafter for row in every})),
        low=sum((Decimal(row.low_usd) for row in every), Decimal(0)),
        expected=sum((Decimal(row.expected_usd) for row in every), Decimal(0)),
        worst=sum((Decimal(row.worst_usd) for row in every), Decimal(0)),
    )
