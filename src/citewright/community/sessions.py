"""Sessions on the server's side: a browser holds a token, the database its sha256."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select

from citewright.community.accounts import account_of
from citewright.community.tokens import hashed, new_token
from citewright.database import Database, repeated
from citewright.database.community_tables import accounts, sessions
from citewright.database.times import as_text, as_time, now
from citewright.errors import NotFound
from citewright.model.community import Session

IDLE = timedelta(hours=8)
"""How long a session may go unused: a working day."""

LONGEST = timedelta(days=7)
"""After how long one has to sign in again in any case."""

_SEEN_EVERY = timedelta(minutes=5)


class Sessions:
    """Reads and writes of sessions; each write is one transaction.

    :param idle: how long a session may go unused.
    :param longest: how long it may last in all.
    :param clock: the time that both are measured by.
    """

    def __init__(
        self,
        database: Database,
        *,
        idle: timedelta = IDLE,
        longest: timedelta = LONGEST,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._database = database
        self._idle = idle
        self._longest = longest
        self._clock = clock

    @repeated
    def open(self, account: int) -> tuple[str, str]:
        """A new session: its token, and what its forms carry against forgery (CSRF).

        :raises NotFound: when there is no such account, or it may not sign in.
        """
        token, moment = new_token(), self._clock()
        with self._database.writing() as connection:
            allowed = accounts.c.disabled.is_(False) & (accounts.c.id == account)
            if connection.execute(select(accounts.c.id).where(allowed)).first() is None:
                raise NotFound(f"there is no account {account} that may sign in.")
            gone = or_(
                sessions.c.expires <= as_text(moment),
                sessions.c.seen <= as_text(moment - self._idle),
            )
            connection.execute(delete(sessions).where(gone))
            connection.execute(
                sessions.insert().values(
                    hash=hashed(token),
                    account=account,
                    opened=as_text(moment),
                    seen=as_text(moment),
                    expires=as_text(moment + self._longest),
                )
            )
        return token, _csrf(token)

    @repeated
    def find(self, token: str) -> Session | None:
        """The session of a token; None when it is closed, unknown, too old or was unused too long.

        That it was used is recorded every five minutes at the most.
        """
        moment, key = self._clock(), hashed(token)
        query = (
            select(accounts, sessions.c.opened, sessions.c.seen)
            .join(sessions, sessions.c.account == accounts.c.id)
            .where(
                sessions.c.hash == key,
                sessions.c.expires > as_text(moment),
                sessions.c.seen > as_text(moment - self._idle),
                accounts.c.disabled.is_(False),
            )
        )
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        if moment - as_time(row.seen) >= min(_SEEN_EVERY, self._idle / 4):
            with self._database.writing() as connection:
                mine = sessions.update().where(sessions.c.hash == key)
                connection.execute(mine.values(seen=as_text(moment)))
        return Session(account_of(row), _csrf(token), row.opened)

    @repeated
    def close(self, token: str) -> None:
        """End a session; one that is not there is let pass."""
        with self._database.writing() as connection:
            connection.execute(delete(sessions).where(sessions.c.hash == hashed(token)))

    @repeated
    def close_all(self, account: int) -> int:
        """End all sessions of an account, and give how many there were."""
        with self._database.writing() as connection:
            mine = delete(sessions).where(sessions.c.account == account)
            return connection.execute(mine).rowcount


def _csrf(token: str) -> str:
    # Derived, so that it need not be kept: it tells nothing of the token.
    return hashlib.sha256(b"citewright csrf " + token.encode("utf-8", "surrogatepass")).hexdigest()
