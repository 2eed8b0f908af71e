"""The journal of paid calls: the intent before each call, the raw answer after it.

An answer is stored before anybody parses it and is found again by the digest of its request, so
that a run that was killed goes on without paying twice. Who is to send a request claims it first:
a claim is a row of the table ``calls`` with a lease, which a thread renews as long as its process
lives. One of two processes sends; the other waits for the answer. A call whose outcome is unknown
counts with the cost that was reserved for it.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, or_, select

from citewright.database import Database, repeated
from citewright.database.tables import calls
from citewright.database.times import as_text
from citewright.database.times import now as clock_now
from citewright.errors import IntegrityError
from citewright.model.call import Busy, Claim, GivenUp, Order, Stored
from citewright.model.outlay import Spending, Usage, merged
from citewright.versions import call_rows, claiming
from citewright.versions.claiming import SENDINGS
from citewright.versions.leases import KEEPER
from citewright.versions.owners import this_process
from citewright.versions.runs import note_run
from citewright.versions.store import Store

LEASE_SECONDS = 30.0
"""How long a claim stands without a sign of life, where its process cannot be told to be dead."""

POLL_SECONDS = 0.2
"""The longest wait before asking again for somebody else's answer."""


class Journal:
    """The calls of one run, within its cap; see :class:`citewright.drafting.ports.CallLog`.

    Safe to use from threads; several journals and processes share one database.

    :param owner: who claims; None for this process.
    :param lease_seconds: how long a claim stands without a sign of life.
    :param clock: the time that leases are measured by.
    """

    def __init__(
        self,
        database: Database,
        store: Store,
        *,
        run: str,
        cap_usd: Decimal,
        owner: str | None = None,
        lease_seconds: float = LEASE_SECONDS,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        self._database = database
        self._store = store
        self._run = run
        self._cap = cap_usd
        self._named = owner
        self._lease = timedelta(seconds=lease_seconds)
        self._clock = clock or clock_now
        self._open: set[int] = set()
        self._lock = threading.Lock()
        self._kept = object()

    @repeated
    def find(self, request: str) -> Stored | None:
        """The stored answer to the request of this digest, from any run.

        :raises NotFound: when its bytes are gone from the store.
        :raises IntegrityError: when they were altered.
        """
        with self._database.reading() as connection:
            row = call_rows.answered(connection, request)
        return self._stored(row) if row else None

    def claim(self, order: Order) -> Stored | Claim | Busy | GivenUp:
        """The stored answer, or the right to send the request with its cost reserved.

        :raises BudgetExceeded: when the run's cap does not cover it; nothing is recorded then.
        :raises NotFound: when the stored answer's bytes are gone.
        :raises IntegrityError: when they were altered.
        """
        found = self._claimed(order)
        if isinstance(found, Claim):
            self._hold(found)
        return self._stored(found, order) if isinstance(found, Row) else found

    def received(self, claim: Claim, raw: bytes) -> Stored | Busy:
        """Store a raw answer before anybody reads it; gives the answer that stands.

        That is another one where the claim had been taken over and its successor was faster. Busy
        where the successor is still at it: the answer is kept, and stands if no other one comes.

        :raises CitewrightError: when the answer cannot be stored.
        :raises IntegrityError: when the claim is unknown, or settled already.
        """
        try:
            digest = self._store.put("answer", raw)
            row = self._answered(claim, digest)
        finally:
            self._drop(claim)
        if row is None:
            return Busy(POLL_SECONDS)
        if row.id == claim.token:
            return Stored(digest, raw, unsettled=claim)
        return self._stored(row, claim.order)

    @repeated
    def billed(self, claim: Claim, usage: Usage, cost_usd: Decimal) -> None:
        """Put what the answer cost in the place of what was reserved.

        :raises IntegrityError: when no answer of this claim stands.
        """
        with self._database.writing() as connection:
            state = call_rows.state_of(connection, claim)
            if state != "answered":
                raise IntegrityError(f"the call {claim.token} has no answer to bill: {state}.")
            self._settle(connection, claim, cost_usd=str(cost_usd), **usage.model_dump())

    def failed(self, claim: Claim, *, why: str, spent: bool) -> None:
        """Record that no usable answer came; ``spent``: it counts as paid, at what was reserved.

        An answer that was received and is none (a web page, half a message) is not found again.

        :raises IntegrityError: when the claim is unknown.
        """
        try:
            self._given_up(claim, why, spent=spent)
        finally:
            self._drop(claim)

    @repeated
    def spent(self) -> Decimal:
        """What the run has spent or reserved, in US dollars."""
        with self._database.reading() as connection:
            return call_rows.spent(connection, self._run)

    @repeated
    def spending(self) -> tuple[Spending, ...]:
        """What the run's calls took, by section, role and model, in the order of their first.

        Calls whose outcome is unknown count with what was reserved and without tokens; those that
        cost nothing are left out.
        """
        paid = select(calls).where(
            calls.c.run == self._run,
            calls.c.role.is_not(None),
            or_(calls.c.cost_usd != "0", calls.c.input_tokens.is_not(None)),
        )
        with self._database.reading() as connection:
            rows = connection.execute(paid.order_by(calls.c.id)).all()
        return merged(call_rows.spending(row) for row in rows)

    @repeated
    def _claimed(self, order: Order) -> Row[Any] | Claim | Busy | GivenUp:
        with self._database.writing() as connection:
            return self._decided(connection, order)

    @repeated
    def _answered(self, claim: Claim, digest: str) -> Row[Any] | None:
        """Record an answer; gives the call whose answer stands."""
        with self._database.writing() as connection:
            state = call_rows.state_of(connection, claim)
            if state not in _ENDS:
                raise IntegrityError(f"the call {claim.token} is settled already: {state}.")
            self._settle(connection, claim, state=_ENDS[state], answer=digest)
            return call_rows.answered(connection, claim.order.request)

    @repeated
    def _given_up(self, claim: Claim, why: str, *, spent: bool) -> None:
        with self._database.writing() as connection:
            state = call_rows.state_of(connection, claim)
            values = {} if spent else {"cost_usd": "0"}
            values["state"] = _UNKNOWN.get(state, "failed") if spent else "failed"
            self._settle(connection, claim, detail=why[:4000], **values)

    def _decided(self, connection: Connection, order: Order) -> Row[Any] | Claim | Busy | GivenUp:
        # Whose lease ran out while the database was away may well be at it still.
        missed = self._database.was_missed_within(self._lease.total_seconds())
        match claiming.standing(connection, order.request, self._clock(), by_lease=not missed):
            case claiming.Held() as held:
                if held.batch:
                    return Busy(held.seconds, batch=True)
                return Busy(min(held.seconds or POLL_SECONDS, POLL_SECONDS))
            case None:
                times = claiming.times_lost(connection, order.request, self._run)
                gone = times >= SENDINGS
                return GivenUp(times) if gone else self._recorded(connection, order)
            case row:
                return row

    def _recorded(self, connection: Connection, order: Order) -> Claim:
        call_rows.within_cap(connection, self._run, self._cap, order.worst_usd, "the next call")
        note_run(connection, self._run, self._cap)
        inserted = calls.insert().values(
            **call_rows.intent(order, self._run, self._owner()),
            lease_until=as_text(self._clock() + self._lease),
        )
        token = connection.execute(inserted.returning(calls.c.id)).scalar_one()
        return Claim(order, token)

    def _stored(self, row: Row[Any], order: Order | None = None) -> Stored:
        return call_rows.stored(row, self._store, order)

    def _settle(self, connection: Connection, claim: Claim, **values: str | int) -> None:
        connection.execute(
            calls.update()
            .where(calls.c.id == claim.token)
            .values(ended=as_text(clock_now()), **values)
        )

    def _owner(self) -> str:
        return self._named or this_process()

    def _hold(self, claim: Claim) -> None:
        with self._lock:
            self._open.add(claim.token)
            # A journal that is gone settles none of its claims: nothing of it is kept up then.
            renew = partial(_renew, weakref.ref(self))
            KEEPER.hold(self._kept, renew, every=self._lease.total_seconds() / 3)

    def _drop(self, claim: Claim) -> None:
        with self._lock:
            self._open.discard(claim.token)
            if not self._open:
                KEEPER.drop(self._kept)

    def _renew(self) -> None:
        with self._lock:
            tokens = tuple(self._open)
        with self._database.writing() as connection:
            connection.execute(
                calls.update()
                .where(
                    calls.c.id.in_(tokens),
                    calls.c.state == "sent",
                    # A process that was forked off keeps up none of its parent's.
                    calls.c.owner == self._owner(),
                )
                .values(lease_until=as_text(self._clock() + self._lease))
            )


def _renew(journal: weakref.ref[Journal]) -> bool:
    there = journal()
    if there is not None:
        there._renew()
    return there is not None


_ENDS = {"sent": "answered", "lost": "late"}
"""What a call becomes when its answer is there."""

_UNKNOWN = {"sent": "lost", "lost": "lost", "late": "late"}
"""What a call becomes that may have been paid, where nobody has read an answer to it."""
