"""The audit log of the application: who did what to what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, select

from citewright.database import Database, repeated
from citewright.database.community_tables import audit
from citewright.database.times import as_text, now
from citewright.model.community import AuditEntry


class Audit:
    """Adds to the log and reads it; nothing in it is altered."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = now) -> None:
        self._database = database
        self._clock = clock

    @repeated
    def note(
        self,
        actor: str,
        action: str,
        subject: str,
        detail: str = "",
        *,
        within: Connection | None = None,
    ) -> None:
        """Add an entry; what is too long is cut.

        :param within: a transaction of the caller's that it is to be part of.
        """
        row = audit.insert().values(
            at=as_text(self._clock()),
            actor=actor[:200],
            action=action[:64],
            subject=subject[:300],
            detail=detail[:4000],
        )
        if within is not None:
            within.execute(row)
            return
        with self._database.writing() as connection:
            connection.execute(row)

    @repeated
    def listing(self, before: int | None = None, limit: int = 100) -> list[AuditEntry]:
        """Entries, the newest first.

        :param before: only those that are older than the entry of this id.
        """
        query = select(audit).order_by(audit.c.id.desc()).limit(limit)
        if before is not None:
            query = query.where(audit.c.id < before)
        with self._database.reading() as connection:
            return [AuditEntry(*row) for row in connection.execute(query)]
