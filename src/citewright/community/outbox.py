"""Mail that is to go out: written in the transaction that gives cause for it, sent later.

Each message is sent at least once. Who sends it takes it for a while; where that process dies, the
next one takes it again, with the same Message-ID.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, select

from citewright.community.message import refuse_unsendable
from citewright.database import Database, repeated
from citewright.database.community_tables import outbox
from citewright.database.times import as_text, now
from citewright.errors import NotFound
from citewright.model.community import Mail

LEASE = timedelta(minutes=5)
"""How long who took a message has to send it."""


class Outbox:
    """Reads and writes of the outbox; each write is one transaction.

    :param lease: how long who took a message has to send it.
    """

    def __init__(
        self,
        database: Database,
        *,
        lease: timedelta = LEASE,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._database = database
        self._lease = lease
        self._clock = clock

    @repeated
    def put(
        self, to: str, subject: str, body: str, key: str, *, within: Connection | None = None
    ) -> None:
        """Have a message sent, once for each key.

        :param to: one address.
        :param body: plain text.
        :param key: what the message is about and when: ``sign-in 12 2026-03-01T…``.
        :param within: a transaction of the caller's that it is to be part of.
        :raises InputError: when the address, the subject or the key cannot be one.
        """
        refuse_unsendable(to, subject, key)
        if within is not None:
            self._put(within, to, subject, body, key)
            return
        with self._database.writing() as connection:
            self._put(connection, to, subject, body, key)

    @repeated
    def due(self, moment: datetime, limit: int) -> list[Mail]:
        """Take messages that are due, the longest waiting first; nobody else gets them meanwhile.

        Each has to be named to :meth:`sent` or :meth:`failed`, or it is due again after the lease.
        """
        ready = (outbox.c.state == "due") & (outbox.c.due <= as_text(moment))
        query = select(outbox).where(ready).order_by(outbox.c.due, outbox.c.id).limit(limit)
        with self._database.writing() as connection:
            rows = connection.execute(query).all()
            connection.execute(
                outbox.update()
                .where(outbox.c.id.in_([row.id for row in rows]))
                .values(due=as_text(moment + self._lease), attempts=outbox.c.attempts + 1)
            )
        return [_mail(row) for row in rows]

    def sent(self, number: int) -> None:
        """Record that a message went out; its recipient and body are not kept.

        :raises NotFound: when there is no such message.
        """
        self._settle(number, state="sent", recipient="", body="", error="")

    def failed(self, number: int, error: str, retry_at: datetime | None) -> None:
        """Record that a message did not go out.

        :param retry_at: when to try again; None: never, its body is not kept then.
        :raises NotFound: when there is no such message.
        """
        said = error[:1000]
        if retry_at is None:
            self._settle(number, state="failed", body="", error=said)
        else:
            self._settle(number, due=as_text(retry_at), error=said)

    @repeated
    def counts(self) -> dict[str, int]:
        """How many messages are ``due``, were ``sent``, or ``failed`` for good."""
        query = select(outbox.c.state, func.count()).group_by(outbox.c.state)
        with self._database.reading() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    @repeated
    def failures(self) -> list[tuple[str, str, str]]:
        """The messages that were given up on: key, recipient and why, the oldest first."""
        query = select(outbox.c.key, outbox.c.recipient, outbox.c.error)
        query = query.where(outbox.c.state == "failed").order_by(outbox.c.id)
        with self._database.reading() as connection:
            return [(row.key, row.recipient, row.error) for row in connection.execute(query)]

    def _put(self, connection: Connection, to: str, subject: str, body: str, key: str) -> None:
        known = select(outbox.c.id).where(outbox.c.key == key)
        if connection.execute(known).first() is not None:
            return
        moment = as_text(self._clock())
        connection.execute(
            outbox.insert().values(
                key=key,
                recipient=to,
                subject=subject,
                body=body,
                message_id=hashlib.sha256(f"citewright {key}".encode()).hexdigest()[:40],
                made=moment,
                state="due",
                due=moment,
                attempts=0,
                error="",
            )
        )

    @repeated
    def _settle(self, number: int, /, **values: str) -> None:
        with self._database.writing() as connection:
            # What was sent stays sent, whatever a late one says.
            mine = (outbox.c.id == number) & (outbox.c.state != "sent")
            done = connection.execute(outbox.update().where(mine).values(**values))
            known = select(outbox.c.id).where(outbox.c.id == number)
            if not done.rowcount and connection.execute(known).first() is None:
                raise NotFound(f"the outbox has no message {number}.")


def _mail(row: Row[Any]) -> Mail:
    return Mail(
        id=row.id,
        key=row.key,
        to=row.recipient,
        subject=row.subject,
        body=row.body,
        message_id=row.message_id,
        made=row.made,
        attempts=row.attempts + 1,
    )
