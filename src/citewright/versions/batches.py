"""The journal of Message Batches: the intent and all costs before one is made, then its results.

A batch outlives the process that sent it. Whoever needs one of its answers asks for its results:
to record them twice is the same as once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any, get_args

from sqlalchemy import Connection, Row, select

from citewright.database import Database, repeated
from citewright.database.tables import batches, calls
from citewright.database.times import as_text, as_time
from citewright.database.times import now as clock_now
from citewright.model.batch import Batch, Ending, InBatch, Refused, Result
from citewright.model.call import Busy, GivenUp, Order, Stored
from citewright.versions import call_rows, claiming
from citewright.versions.owners import is_dead, this_process
from citewright.versions.runs import note_run
from citewright.versions.store import Store

_ENDINGS: frozenset[str] = frozenset(get_args(Ending))
_AT_ONCE = 500
"""Requests looked up in one query: fewer than the variables that SQLite takes."""


class BatchLog:
    """The batches of one run within its cap; see :class:`citewright.drafting.batch_ports.BatchLog`.

    :param lease: how long who intends a batch may take to make it, where nobody can tell whether
        its process lives.
    """

    def __init__(
        self,
        database: Database,
        store: Store,
        *,
        run: str,
        cap_usd: Decimal,
        lease: timedelta = timedelta(hours=1),
    ) -> None:
        self._database = database
        self._store = store
        self._run = run
        self._cap = cap_usd
        self._lease = lease

    @repeated
    def look(self, order: Order) -> Stored | Refused | InBatch | Busy | GivenUp | None:
        """The stored answer, or what stands in the way of sending the request; None: nothing does.

        :raises NotFound: when the stored answer's bytes are gone.
        :raises IntegrityError: when they were altered.
        """
        with self._database.writing() as connection:
            match claiming.standing(connection, order.request, clock_now()):
                case claiming.Held() as held:
                    return InBatch(held.batch) if held.batch else Busy(held.seconds)
                case None:
                    return self._in_the_way(connection, order)
                case row:
                    found = row
        return call_rows.stored(found, self._store, order)

    @repeated
    def reserve(self, orders: Sequence[Order]) -> tuple[Batch, frozenset[str]] | None:
        """Record that a batch is about to be made, with the worst case of all its requests.

        Gives the batch and its requests: those of the orders that nobody answered or took
        meanwhile. None when there are none.

        :raises BudgetExceeded: when the run's cap does not cover them; nothing is recorded then.
        """
        with self._database.writing() as connection:
            taken = set(_taken(connection, [order.request for order in orders]))
            free = {one.request: one for one in orders if one.request not in taken}
            if not free:
                return None
            worst = sum((one.worst_usd for one in free.values()), Decimal(0))
            what = f"the next batch of {len(free)} calls"
            call_rows.within_cap(connection, self._run, self._cap, worst, what)
            note_run(connection, self._run, self._cap)
            now = clock_now()
            made = batches.insert().values(
                run=self._run,
                state="intended",
                requests=len(free),
                began=as_text(now),
                owner=this_process(),
                lease_until=as_text(now + self._lease),
                detail="",
            )
            name = connection.execute(made.returning(batches.c.id)).scalar_one()
            rows = [
                call_rows.intent(one, self._run, this_process()) | {"batch": name}
                for one in free.values()
            ]
            connection.execute(calls.insert(), rows)
        return Batch(name, now, len(free)), frozenset(free)

    @repeated
    def made(self, batch: Batch, service_id: str) -> None:
        """Record the service's id of a batch."""
        with self._database.writing() as connection:
            _settle(connection, batch.id, state="sent", service_id=service_id)

    def unsent(self, batch: Batch, *, why: str, refused: Refused | None) -> None:
        """Record that the service did not take a batch: nothing of it is spent.

        :param refused: what each of its requests ends with; None when they may be sent again.
        """
        values = {"state": "failed", "cost_usd": "0", "detail": _detail(refused, why)}
        self._end(batch, "unsent", why, values)

    def lost(self, batch: Batch, *, why: str) -> None:
        """Record that nobody knows what became of a batch: it counts as spent."""
        self._end(batch, "lost", why, {"state": "lost", "detail": why[:4000]})

    @repeated
    def received(self, batch: Batch, results: Iterable[Result]) -> None:
        """Store a batch's results: the answers' bytes first, then all in one transaction.

        Those that are recorded already, and requests that the batch does not have, are let pass.

        :raises CitewrightError: when an answer cannot be stored.
        """
        changed: list[tuple[str, dict[str, str]]] = []
        for one in results:
            if isinstance(one.end, bytes):
                answer = self._store.put("answer", one.end)
                changed.append((one.request, {"state": "answered", "answer": answer}))
            else:
                # Who learns of it is who must not send it again unasked.
                detail = _detail(one.end, one.end.ending)
                values = {"state": "failed", "cost_usd": "0", "detail": detail, "run": self._run}
                changed.append((one.request, values))
        ended = as_text(clock_now())
        with self._database.writing() as connection:
            for request, values in changed:
                held = (calls.c.batch == batch.id) & (calls.c.state == "sent")
                connection.execute(
                    calls.update()
                    .where(held, calls.c.request == request)
                    .values(ended=ended, **values)
                )

    def ended(self, batch: Batch) -> None:
        """Record that all results of a batch are here; a request without one is lost."""
        why = "its batch ended without a result for it"
        self._end(batch, "ended", "", {"state": "lost", "detail": why})

    @repeated
    def going(self, names: Collection[int]) -> list[Batch]:
        """Those of the batches that have not ended, by the journal's ids."""
        with self._database.reading() as connection:
            live = select(batches).where(batches.c.state.in_(("intended", "sent")))
            rows = connection.execute(live.order_by(batches.c.id)).all()
        return [_batch(row) for row in rows if row.id in names]

    @repeated
    def take_over(self, batch: Batch) -> bool:
        """Whether it is this process that has to find out what became of an intended batch."""
        now = clock_now()
        with self._database.writing() as connection:
            found = select(batches).where(batches.c.id == batch.id, batches.c.state == "intended")
            row = connection.execute(found).first()
            if row is None:
                return False
            free = is_dead(row.owner) or as_time(row.lease_until) <= now
            if row.owner != this_process() and not free:
                return False
            lease = as_text(now + self._lease)
            _settle(connection, batch.id, owner=this_process(), lease_until=lease)
            return True

    @repeated
    def known(self) -> frozenset[str]:
        """The service's ids of all batches that were recorded."""
        with self._database.reading() as connection:
            return frozenset(connection.execute(select(batches.c.service_id)).scalars()) - {None}

    @repeated
    def holds(self, batch: Batch, request: str) -> bool:
        """Whether the request went out in the batch."""
        wanted = select(calls.c.id).where(calls.c.batch == batch.id, calls.c.request == request)
        with self._database.reading() as connection:
            return connection.execute(wanted).first() is not None

    def _in_the_way(self, connection: Connection, order: Order) -> Refused | GivenUp | None:
        failed = select(calls.c.detail).where(
            calls.c.request == order.request,
            calls.c.run == self._run,
            calls.c.state == "failed",
            calls.c.batch.is_not(None),
        )
        for detail in connection.execute(failed.order_by(calls.c.id.desc())).scalars():
            refused = _refused(detail)
            if refused is not None:
                return refused
        times = claiming.times_lost(connection, order.request, self._run)
        return GivenUp(times) if times >= claiming.SENDINGS else None

    @repeated
    def _end(self, batch: Batch, state: str, why: str, values: dict[str, str]) -> None:
        """End a batch, and with these values all its requests of which nothing is known."""
        ended = as_text(clock_now())
        with self._database.writing() as connection:
            going = batches.c.state.in_(("intended", "sent"))
            found = connection.execute(
                batches.update()
                .where(batches.c.id == batch.id, going)
                .values(state=state, ended=ended, detail=why[:4000])
            )
            if found.rowcount:
                held = (calls.c.batch == batch.id) & (calls.c.state == "sent")
                connection.execute(calls.update().where(held).values(ended=ended, **values))


def _taken(connection: Connection, requests: list[str]) -> Iterator[str]:
    for start in range(0, len(requests), _AT_ONCE):
        some = requests[start : start + _AT_ONCE]
        yield from connection.execute(
            select(calls.c.request).where(
                calls.c.request.in_(some), calls.c.state.in_(("sent", "answered", "late"))
            )
        ).scalars()


def _settle(connection: Connection, name: int, **values: str) -> None:
    connection.execute(batches.update().where(batches.c.id == name).values(**values))


def _batch(row: Row[Any]) -> Batch:
    return Batch(row.id, as_time(row.began), row.requests, row.service_id)


def _detail(refused: Refused | None, why: str) -> str:
    """How a request ended, as it stands in its row; see :func:`_refused`."""
    if refused is None:
        return f"not taken: {why}"[:4000]
    return f"{refused.ending}: {refused.kind}: {refused.message}"[:4000]


def _refused(detail: str) -> Refused | None:
    ending, _, rest = detail.partition(": ")
    kind, _, message = rest.partition(": ")
    if ending not in _ENDINGS:
        return None
    refused: dict[str, Any] = {"ending": ending, "kind": kind, "message": message}
    return Refused(**refused)
