"""Who holds a request: its answer, a process with a lease, a batch, or nobody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, select

from citewright.database.tables import batches, calls
from citewright.database.times import as_text, as_time
from citewright.database.times import now as clock_now
from citewright.versions import call_rows
from citewright.versions.owners import is_dead

SENDINGS = 2
"""How often a run sends a request of which it does not know what became: once more, unasked."""

KEPT = timedelta(days=29)
"""How long the service keeps a batch's results (Anthropic, Message Batches)."""


@dataclass(frozen=True)
class Held:
    """Somebody is at it for so many seconds at the most; ``batch``: the batch that holds it."""

    seconds: float
    batch: int | None = None


def standing(
    connection: Connection, request: str, now: datetime, *, by_lease: bool = True
) -> Row[Any] | Held | None:
    """The call whose answer stands, or who is at it; None when the request may be sent.

    :param by_lease: whether a lease that ran out says that nobody is at it any more. It does not
        where nobody could renew one, since the database was away.

    Claims that nobody holds any longer are marked as lost, and a late answer is taken up where no
    other one came: this is for a transaction that writes.
    """
    answered = call_rows.answered(connection, request)
    if answered is not None:
        return answered
    return _held(connection, request, now, by_lease) or call_rows.adopt_late(connection, request)


def times_lost(connection: Connection, request: str, run: str) -> int:
    """How often the run has sent the request without knowing what became of it."""
    lost = select(func.count()).where(
        calls.c.request == request,
        calls.c.run == run,
        calls.c.state.in_(("lost", "late")),
    )
    return connection.execute(lost).scalar_one()


def _held(connection: Connection, request: str, now: datetime, by_lease: bool) -> Held | None:
    longest = None
    sent = select(calls).where(calls.c.request == request, calls.c.state == "sent")
    for row in connection.execute(sent).all():
        held, why = (
            _by_batch(connection, row, now) if row.batch else _by_process(row, now, by_lease)
        )
        if held is None:
            connection.execute(
                calls.update()
                .where(calls.c.id == row.id)
                .values(
                    state="lost",
                    ended=as_text(clock_now()),
                    detail=f"given up on: {why}",
                )
            )
        elif longest is None or held.seconds > longest.seconds:
            longest = held
    return longest


def _by_process(row: Row[Any], now: datetime, by_lease: bool) -> tuple[Held | None, str]:
    until = as_time(row.lease_until) if row.lease_until else now
    left = (until - now).total_seconds()
    if left <= 0 and by_lease:
        return None, "its lease ran out"
    return (None, "its process died") if is_dead(row.owner) else (Held(max(left, 0)), "")


def _by_batch(connection: Connection, row: Row[Any], now: datetime) -> tuple[Held | None, str]:
    began = connection.execute(select(batches.c.began).where(batches.c.id == row.batch)).scalar()
    left = (as_time(str(began)) + KEPT - now).total_seconds()
    if left <= 0:
        return None, "nobody fetched its batch's results while they were kept"
    return Held(left, row.batch), ""
