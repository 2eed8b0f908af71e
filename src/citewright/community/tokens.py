"""Tokens that are mailed or handed out: 256 random bits, of which only the sha256 is kept."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select

from citewright.database import Database, repeated
from citewright.database.community_tables import tokens
from citewright.database.times import as_text, now
from citewright.errors import InputError, NotFound
from citewright.model.community import REUSABLE, TokenPurpose

_KEPT = timedelta(days=30)
"""How long an expired token is known as one, to say so."""

_SEEN_EVERY = timedelta(minutes=5)

_ID = 16
"""So many digits of a token's hash name it; they open nothing."""

_HINT = "Ask for a new one."


def new_token() -> str:
    """A token that nobody can guess, fit for an address."""
    return secrets.token_urlsafe(32)


def hashed(token: str) -> str:
    """What is kept of a token. It needs no salt: nobody can try 2^256 of them."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True)
class Handed:
    """A token that somebody has, without the token; ``used`` is None before its first use."""

    id: str
    name: str
    made: str
    expires: str
    used: str | None


class Tokens:
    """Reads and writes of tokens; each write is one transaction.

    :param clock: the time that lifetimes are measured by.
    """

    def __init__(self, database: Database, clock: Callable[[], datetime] = now) -> None:
        self._database = database
        self._clock = clock

    @repeated
    def issue(
        self,
        purpose: TokenPurpose,
        subject: str,
        lifetime: timedelta,
        *,
        name: str | None = None,
        within: Connection | None = None,
    ) -> str:
        """A new token.

        :param subject: what it stands for: an account's id, a suggestion's.
        :param name: what whoever has it calls it; of up to 100 characters.
        :param within: a transaction of the caller's that it is to be part of.
        """
        token, moment = new_token(), self._clock()
        row = tokens.insert().values(
            hash=hashed(token),
            purpose=purpose,
            subject=subject,
            made=as_text(moment),
            expires=as_text(moment + lifetime),
            name=name,
        )
        old = delete(tokens).where(tokens.c.expires < as_text(moment - _KEPT))
        if within is not None:
            within.execute(row)
            return token
        with self._database.writing() as connection:
            connection.execute(old)
            connection.execute(row)
        return token

    @repeated
    def look(self, purpose: TokenPurpose, token: str) -> str:
        """The subject of a token, which stays unused.

        :raises InputError: when it is unknown, of another purpose, used or expired.
        """
        with self._database.reading() as connection:
            return str(self._valid(connection, purpose, token).subject)

    @repeated
    def use(self, purpose: TokenPurpose, token: str) -> str:
        """The subject of a token, which is used with that; of two at once one gets it.

        Tokens of the purposes in :data:`~citewright.model.community.REUSABLE` stay; when they were
        used last is recorded every five minutes at the most.

        :raises InputError: as :meth:`look` does.
        """
        if purpose in REUSABLE:
            with self._database.reading() as connection:
                row = self._valid(connection, purpose, token)
            if row.used is not None and row.used > as_text(self._clock() - _SEEN_EVERY):
                return str(row.subject)
        with self._database.writing() as connection:
            row = self._valid(connection, purpose, token)
            used = tokens.update().where(tokens.c.hash == row.hash)
            connection.execute(used.values(used=as_text(self._clock())))
            return str(row.subject)

    @repeated
    def revoke(self, purpose: TokenPurpose, subject: str) -> int:
        """Let all tokens of a subject expire, and give how many there were."""
        with self._database.writing() as connection:
            mine = (tokens.c.purpose == purpose) & (tokens.c.subject == subject)
            return connection.execute(delete(tokens).where(mine)).rowcount

    @repeated
    def handed(self, purpose: TokenPurpose, subject: str) -> list[Handed]:
        """The tokens of a subject that still hold, the oldest first."""
        mine = (tokens.c.purpose == purpose) & (tokens.c.subject == subject)
        query = select(tokens).where(mine, tokens.c.expires > as_text(self._clock()))
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(tokens.c.made, tokens.c.hash)).all()
        return [
            Handed(row.hash[:_ID], row.name or "", row.made, row.expires, row.used) for row in rows
        ]

    @repeated
    def revoke_one(self, purpose: TokenPurpose, subject: str, number: str) -> str:
        """Let one token of a subject expire, and give its name.

        :param number: its :attr:`Handed.id`.
        :raises NotFound: when the subject has no such token.
        """
        mine = (tokens.c.purpose == purpose) & (tokens.c.subject == subject)
        named = mine & (func.substr(tokens.c.hash, 1, _ID) == number)
        with self._database.writing() as connection:
            row = connection.execute(select(tokens).where(named)).first()
            if row is None:
                raise NotFound("there is no such key.")
            connection.execute(delete(tokens).where(tokens.c.hash == row.hash))
        return row.name or ""

    def _valid(self, connection: Connection, purpose: TokenPurpose, token: str) -> Row[Any]:
        query = select(tokens).where(tokens.c.hash == hashed(token), tokens.c.purpose == purpose)
        row = connection.execute(query).first()
        if row is None:
            raise InputError("this link is not known.", hint=_HINT)
        if row.used is not None and purpose not in REUSABLE:
            raise InputError("this link was used already.", hint=_HINT)
        if row.expires <= as_text(self._clock()):
            raise InputError("this link has expired.", hint=_HINT)
        return row
