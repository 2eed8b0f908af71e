"""A project as a whole, added up in the database: calls to the model, articles by their state."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Float, cast, func, select

from citewright.database import Database
from citewright.database.tables import articles, calls, versions
from citewright.model.outlay import Usage


@dataclass(frozen=True)
class CallTotal:
    """The calls of one role to one model in one state (``sent``, ``answered``, ``lost``, …).

    ``cost_usd`` is a binary fraction, good enough to be looked at; bills are added up exactly
    elsewhere. Of calls under way and lost ones it is what was reserved.
    """

    role: str
    model: str
    state: str
    calls: int
    usage: Usage
    cost_usd: float


def call_totals(database: Database) -> list[CallTotal]:
    """One entry for each role, model and state, in their order."""
    tokens = [func.coalesce(func.sum(calls.c[name]), 0).label(name) for name in Usage.model_fields]
    kinds = (calls.c.role, calls.c.model, calls.c.state)
    cost = func.sum(cast(calls.c.cost_usd, Float))
    query = select(*kinds, func.count().label("number"), *tokens, cost.label("cost"))
    with database.reading() as connection:
        rows = connection.execute(query.group_by(*kinds).order_by(*kinds)).all()
    return [
        CallTotal(
            role=row.role or "call",
            model=row.model,
            state=row.state,
            calls=row.number,
            usage=Usage(**{name: int(getattr(row, name)) for name in Usage.model_fields}),
            cost_usd=row.cost,
        )
        for row in rows
    ]


def article_states(database: Database) -> dict[str, int]:
    """How many articles have a current version in each state."""
    current = articles.c.current == versions.c.digest
    query = select(versions.c.state, func.count()).join(articles, current)
    with database.reading() as connection:
        rows = connection.execute(query.group_by(versions.c.state)).all()
    return {row[0]: row[1] for row in rows}
