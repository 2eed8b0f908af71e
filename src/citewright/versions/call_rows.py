"""Rows of the journal's table: reading and writing them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, func, select

from citewright.database.tables import USAGE, calls
from citewright.database.times import as_text, now
from citewright.errors import BudgetExceeded, IntegrityError
from citewright.model.call import Claim, Order, Stored
from citewright.model.outlay import Spending, Usage
from citewright.versions.store import Store


def answered(connection: Connection, request: str) -> Row[Any] | None:
    """The call whose answer is that of the request of this digest."""
    return connection.execute(
        select(calls)
        .where(calls.c.request == request, calls.c.state == "answered")
        .order_by(calls.c.id.desc())
    ).first()


def adopt_late(connection: Connection, request: str) -> Row[Any] | None:
    """Let the first late answer stand, since no other one came."""
    first = (
        select(func.min(calls.c.id))
        .where(calls.c.request == request, calls.c.state == "late")
        .scalar_subquery()
    )
    connection.execute(calls.update().where(calls.c.id == first).values(state="answered"))
    return answered(connection, request)


def state_of(connection: Connection, claim: Claim) -> str:
    """What a claimed call has come to.

    :raises IntegrityError: when there is no such call.
    """
    found = connection.execute(select(calls.c.state).where(calls.c.id == claim.token)).scalar()
    if found is None:
        raise IntegrityError(f"the journal has no call {claim.token}.")
    return str(found)


def spending(row: Row[Any]) -> Spending:
    """What one call took; nothing is known of the tokens where no answer was read."""
    return Spending(
        section=row.section,
        role=row.role,
        model=row.model,
        calls=1,
        usage=Usage(**{name: getattr(row, name) or 0 for name in USAGE}),
        cost_usd=Decimal(row.cost_usd),
    )


def stored(row: Row[Any], store: Store, order: Order | None = None) -> Stored:
    """The answer of an answered call.

    :param order: what to settle it by, where nobody has read yet what it cost.
    :raises NotFound: when its bytes are gone from the store.
    :raises IntegrityError: when they were altered.
    """
    raw, batch = store.get("answer", row.answer), row.batch is not None
    if row.input_tokens is not None:
        return Stored(row.answer, raw, cost_usd=Decimal(row.cost_usd), batch=batch)
    unsettled = Claim(order, row.id) if order else None
    return Stored(row.answer, raw, unsettled=unsettled, batch=batch)


def spent(connection: Connection, run: str) -> Decimal:
    """What a run has spent or reserved, in US dollars."""
    costs = connection.execute(select(calls.c.cost_usd).where(calls.c.run == run))
    return sum((Decimal(cost) for cost in costs.scalars()), Decimal(0))


def within_cap(connection: Connection, run: str, cap: Decimal, worst: Decimal, what: str) -> None:
    """See that what comes next is covered.

    :param worst: the most that it can cost, in US dollars.
    :param what: its name in the message: ``the next call``.
    :raises BudgetExceeded: when the run's cap does not cover it.
    """
    gone = spent(connection, run)
    if gone + worst > cap:
        raise BudgetExceeded(
            f"{what} could cost {worst:.4f} USD; {gone:.4f} of the cap of "
            f"{cap} USD are spent or reserved.",
            hint="Raise the cap (--budget); what is paid for is kept and not paid again.",
        )


def intent(order: Order, run: str, owner: str) -> dict[str, str | None]:
    """The columns of a call that is about to be sent."""
    return {
        "request": order.request,
        "run": run,
        "model": order.model,
        "role": order.role,
        "slug": order.slug,
        "section": order.section,
        "state": "sent",
        "reserved_usd": str(order.worst_usd),
        "cost_usd": str(order.worst_usd),
        "began": as_text(now()),
        "detail": "",
        "owner": owner,
    }
