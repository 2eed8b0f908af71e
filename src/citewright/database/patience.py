"""Waiting for a database's server that went away, and doing again what it broke off."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Protocol, TypeVar

from citewright.errors import DatabaseAway

if TYPE_CHECKING:
    from citewright.database.opening import Database

AWAY_SECONDS = 30.0
"""How long a server that went away is waited for: a restart takes seconds."""

REPEATS = 5
"""How often a call that a server broke off is done again; each time the server was there anew."""

_PAUSE = 0.25

P = ParamSpec("P")
R = TypeVar("R")


class Patience:
    """How long a server is waited for, from when the first of all threads missed it.

    While it stays away for longer, nobody waits any more, and each call fails at once.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._since: float | None = None
        self._back: float | None = None
        self._lock = threading.Lock()

    def waits(self) -> bool:
        """Pause before the server is tried again; False when it has been away for too long."""
        now = time.monotonic()
        with self._lock:
            if self._since is None:
                self._since = now
            left = self._since + self._seconds - now
        if left <= 0:
            return False
        # Not all at the same moment, once it is back.
        time.sleep(min(left, _PAUSE * random.uniform(0.5, 1.5)))  # noqa: S311 - no secret
        return True

    def over(self) -> None:
        """The server is there."""
        with self._lock:
            if self._since is not None:
                self._since, self._back = None, time.monotonic()

    def was_missed_within(self, seconds: float) -> bool:
        """Whether the server was found to be away, or back again, in the last so many seconds."""
        with self._lock:
            if self._since is not None:
                return True
            return self._back is not None and time.monotonic() - self._back <= seconds


class _Keeps(Protocol):
    _database: Database


class _Opens(Protocol):
    @property
    def database(self) -> Database: ...


S = TypeVar("S", bound="_Keeps | _Opens | Database")


def repeated(step: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
    """A step that is done again when the database's server went away under it.

    For methods of what keeps a database, and functions of a workspace or a database, with one
    transaction that writes and nothing beside it that may not be done twice: nothing of the
    transaction was kept.
    An iterator that is handed to it is read once, before.

    :raises DatabaseAway: when the server stays away for too long.
    """

    @wraps(step)
    def until_done(of: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
        lasting: Any = [tuple(one) if isinstance(one, Iterator) else one for one in args]
        for _ in range(REPEATS):
            try:
                return step(of, *lasting, **kwargs)
            except DatabaseAway:
                if not _database_of(of).waits():
                    raise
        return step(of, *lasting, **kwargs)

    return until_done


def _database_of(of: _Keeps | _Opens | Database) -> Database:
    own: Any = of
    found: Database = getattr(own, "_database", None) or getattr(own, "database", own)
    return found
