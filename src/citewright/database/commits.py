"""Whether a transaction was kept whose commit had no answer.

A server that goes away between taking a commit and saying so leaves its caller in doubt. So each
transaction that writes writes its number too, under the name of its connection: whoever is cut off
reads it again. The number of the transaction that the server gives (``pg_xact_status``) would not
do: after a crash the server may give one again that was never written down.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from sqlalchemy import Connection, delete, func, literal, select
from sqlalchemy.dialects.postgresql import insert

from citewright.database.tables import commits
from citewright.database.times import as_text, now

KEPT = timedelta(days=1)
"""How long a connection's last number stays after it was written; nobody is in doubt for longer."""


@dataclass(frozen=True)
class Mark:
    """A transaction: the name of its connection, and its number in it."""

    writer: str
    number: int


def mark(connection: Connection) -> Mark:
    """Write down the transaction that is about to be committed, if it has written anything."""
    made = connection.info
    own = Mark(made.setdefault("writer", uuid4().hex), made.get("number", 0) + 1)
    made["number"] = own.number
    moment = now()
    if own.number == 1:
        connection.execute(delete(commits).where(commits.c.at < as_text(moment - KEPT)))
    # What has only read needs no disk, and gets none by this.
    values = select(literal(own.writer), literal(own.number), literal(as_text(moment))).where(
        func.pg_current_xact_id_if_assigned().is_not(None)
    )
    added = insert(commits).from_select(["writer", "number", "at"], values)
    changed = {"number": added.excluded.number, "at": added.excluded.at}
    connection.execute(added.on_conflict_do_update(index_elements=["writer"], set_=changed))
    return own


def stands(connection: Connection, marked: Mark) -> bool:
    """Whether a transaction was kept; ``connection`` has the lock that it had."""
    last = select(commits.c.number).where(commits.c.writer == marked.writer)
    return connection.execute(last).scalar() == marked.number
