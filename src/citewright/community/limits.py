"""Limits: how often something may be done within a time, whichever process is asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, select

from citewright.community.secret import pseudonym
from citewright.database import Database, repeated
from citewright.database.community_tables import hits
from citewright.database.times import as_text, now


class Limits:
    """Counts what was done, in a window that slides with the clock.

    :param secret: what keys are made pseudonyms with: addresses do not stand in the database.
    :param clock: the time that windows are measured by.
    """

    def __init__(
        self, database: Database, secret: bytes, clock: Callable[[], datetime] = now
    ) -> None:
        self._database = database
        self._secret = secret
        self._clock = clock

    @repeated
    def hit(self, key: str, most: int, seconds: int) -> bool:
        """Whether one more is within the limit; if so, it is counted.

        :param key: what is limited, and for whom: ``sign-in 192.0.2.1``.
        :param most: how many there may be in any ``seconds`` on end.
        """
        name, moment = pseudonym(self._secret, "limit", key), self._clock()
        since = moment - timedelta(seconds=seconds)
        # A flood that is over its limit already does not queue up with the writers.
        with self._database.reading() as connection:
            if _count(connection, name, since) >= most:
                return False
        with self._database.writing() as connection:
            connection.execute(delete(hits).where(hits.c.expires <= as_text(moment)))
            if _count(connection, name, since) >= most:
                return False
            expires = as_text(moment + timedelta(seconds=seconds))
            connection.execute(hits.insert().values(key=name, at=as_text(moment), expires=expires))
        return True


def _count(connection: Connection, name: str, since: datetime) -> int:
    found = select(func.count()).where(hits.c.key == name, hits.c.at > as_text(since))
    return connection.execute(found).scalar_one()
