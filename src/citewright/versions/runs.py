"""What runs did and what they cost, from the journal of paid calls."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, func, select, union_all

from citewright.database import Database, repeated
from citewright.database.tables import calls, run_estimates, runs
from citewright.database.times import as_text
from citewright.errors import NotFound
from citewright.model.outlay import merged, total_usage
from citewright.versions.call_rows import spending
from citewright.versions.expected import Expected, summed

FAILED = ("failed", "lost")
"""The states of calls that gave nothing to go on with."""

ROLES = ("draft", "repair", "coherence", "judge")
"""The stages of an article, in their order."""

_NEXT = {
    "failed": "Run the same command again: what was answered is not paid twice.",
    "lost": "Nobody knows whether it was answered; its cost counts. The same command asks once "
    "more.",
}


@dataclass(frozen=True)
class Failure:
    """A call that gave nothing, and what to do about it."""

    slug: str | None
    section: str | None
    role: str
    state: str
    detail: str
    next: str


@dataclass
class Stage:
    """How far a run has come with one article: answered calls by role."""

    slug: str | None
    answered: Counter[str] = field(default_factory=Counter)
    open: int = 0
    failed: int = 0
    cost_usd: Decimal = Decimal(0)
    expected: Expected | None = None


@dataclass(frozen=True)
class RunLine:
    """A run in a list. ``cost_usd`` counts what is reserved for calls under way.

    ``expected`` is what its articles were expected to cost when they were begun; None for runs
    that were before that was recorded.
    """

    run: str
    began: str
    articles: int
    calls: int
    open: int
    failed: int
    cost_usd: Decimal
    expected: Expected | None


@dataclass(frozen=True)
class RunFigures:
    """A run in full; ``cap_usd`` is None for runs without paid calls, and for those that were
    before caps were recorded. ``expected`` is as in :class:`RunLine`.
    """

    run: str
    began: str
    ended: str | None
    calls: int
    open: int
    spent_usd: Decimal
    reserved_usd: Decimal
    cap_usd: Decimal | None
    cache_share: float | None
    models: tuple[str, ...]
    roles: tuple[str, ...]
    stages: tuple[Stage, ...]
    failures: tuple[Failure, ...]
    expected: Expected | None

    @property
    def going_on(self) -> bool:
        """Whether a call is under way, or the first one is still to come."""
        return bool(self.open or (not self.calls and self.expected and self.expected.worst))

    @property
    def percent(self) -> int:
        """How much of the cap is spent or reserved; 0 where it is not known."""
        if not self.cap_usd:
            return 0
        return min(100, round(100 * (self.spent_usd + self.reserved_usd) / self.cap_usd))


def note_run(connection: Connection, run: str, cap: Decimal) -> None:
    """Record what a run may spend, inside the transaction that records its call.

    Where a run is gone on with under another cap, the new one stands.
    """
    known = connection.execute(select(runs.c.cap_usd).where(runs.c.run == run)).scalar()
    if known is None:
        began = as_text(datetime.now(UTC))
        connection.execute(runs.insert().values(run=run, cap_usd=str(cap), began=began))
    elif known != str(cap):
        connection.execute(runs.update().where(runs.c.run == run).values(cap_usd=str(cap)))


class RunLog:
    """Reads of runs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @repeated
    def listing(self, limit: int = 50) -> list[RunLine]:
        """The newest runs that drafted something, the newest first."""
        begun = union_all(*(
            select(one.c.run, func.min(one.c.began).label("began")).group_by(one.c.run)
            for one in (calls, run_estimates)
        )).subquery()  # fmt: skip
        last = func.min(begun.c.began).desc()
        newest = select(begun.c.run).group_by(begun.c.run).order_by(last, begun.c.run).limit(limit)
        with self._database.reading() as connection:
            names = list(connection.execute(newest).scalars())
            called, begun_for = (
                _by_run(connection.execute(select(one).where(one.c.run.in_(names))))
                for one in (calls, run_estimates)
            )
        return [_line(name, called[name], begun_for[name]) for name in names]

    @repeated
    def find(self, run: str) -> RunFigures:
        """One run.

        :raises NotFound: when neither a call nor an article of such a run is known.
        """
        query = select(calls).where(calls.c.run == run).order_by(calls.c.id)
        begun = select(run_estimates).where(run_estimates.c.run == run)
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
            estimates = connection.execute(begun.order_by(run_estimates.c.slug)).all()
            cap = connection.execute(select(runs.c.cap_usd).where(runs.c.run == run)).scalar()
        if not rows and not estimates:
            raise NotFound(f"Nothing of a run {run!r} is known.")
        return _figures(run, rows, estimates, None if cap is None else Decimal(cap))

    @repeated
    def that_paid(self, answers: Iterable[str]) -> list[str]:
        """The runs that paid for these answers, the first one first.

        :param answers: digests of stored answers.
        """
        first = func.min(calls.c.id)
        query = select(calls.c.run).where(calls.c.answer.in_(list(answers)))
        with self._database.reading() as connection:
            return list(connection.execute(query.group_by(calls.c.run).order_by(first)).scalars())


def _cost(rows: Iterable[Row[Any]]) -> Decimal:
    return sum((Decimal(row.cost_usd) for row in rows), Decimal(0))


def _by_run(rows: Iterable[Row[Any]]) -> defaultdict[str, list[Row[Any]]]:
    found: defaultdict[str, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        found[row.run].append(row)
    return found


def _line(run: str, rows: list[Row[Any]], estimates: list[Row[Any]]) -> RunLine:
    every = [*rows, *estimates]
    return RunLine(
        run=run,
        began=min(row.began for row in every),
        articles=len({row.slug for row in every if row.slug}),
        calls=len(rows),
        open=sum(row.state == "sent" for row in rows),
        failed=sum(row.state in FAILED for row in rows),
        cost_usd=_cost(rows),
        expected=summed(estimates),
    )


def _figures(
    run: str, rows: Iterable[Row[Any]], estimates: Sequence[Row[Any]], cap: Decimal | None
) -> RunFigures:
    every = list(rows)
    under_way = [row for row in every if row.state == "sent"]
    read = merged(spending(row) for row in every if row.input_tokens is not None and row.role)
    return RunFigures(
        run=run,
        began=min(row.began for row in (*every, *estimates)),
        ended=max((row.ended for row in every if row.ended), default=None),
        calls=len(every),
        open=len(under_way),
        spent_usd=_cost(every) - _cost(under_way),
        reserved_usd=_cost(under_way),
        cap_usd=cap,
        cache_share=total_usage(read).cache_share if read else None,
        models=tuple(sorted({row.model for row in every})),
        roles=tuple(sorted({row.role or "call" for row in every}, key=_place)),
        stages=_stages(every, estimates),
        failures=tuple(_failure(row) for row in every if row.state in FAILED),
        expected=summed(estimates),
    )


def _place(role: str) -> tuple[int, str]:
    return (ROLES.index(role) if role in ROLES else len(ROLES), role)


def _stages(rows: list[Row[Any]], estimates: Sequence[Row[Any]]) -> tuple[Stage, ...]:
    found: dict[str | None, Stage] = {
        row.slug: Stage(row.slug, expected=summed([row])) for row in estimates
    }
    for row in rows:
        stage = found.setdefault(row.slug, Stage(row.slug))
        stage.cost_usd += Decimal(row.cost_usd)
        stage.open += row.state == "sent"
        stage.failed += row.state in FAILED
        if row.state in ("answered", "late"):
            stage.answered[row.role or "call"] += 1
    return tuple(sorted(found.values(), key=lambda one: one.slug or ""))


def _failure(row: Row[Any]) -> Failure:
    role = row.role or "call"
    return Failure(row.slug, row.section, role, row.state, row.detail, _NEXT[row.state])
