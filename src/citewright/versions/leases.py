"""Keeping up the leases of this process's open claims."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from citewright.errors import CitewrightError

_LOG = logging.getLogger(__name__)


@dataclass
class _Held:
    renew: Callable[[], bool]
    every: float
    due: float


class Keeper:
    """Renews what is held, by one daemon thread that lives as long as anything is."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._held: dict[Hashable, _Held] = {}
        self._thread: threading.Thread | None = None

    def hold(self, key: Hashable, renew: Callable[[], bool], *, every: float) -> None:
        """Call ``renew`` every so many seconds, until it says that there is nothing left to renew
        or :meth:`drop` is called with this key.
        """
        with self._changed:
            self._held[key] = _Held(renew, every, time.monotonic() + every)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="leases", daemon=True)
                self._thread.start()
            self._changed.notify()

    def drop(self, key: Hashable) -> None:
        """Renew it no more; a key that is not held is let pass."""
        with self._changed:
            self._held.pop(key, None)
            self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                if not self._held:
                    self._thread = None
                    return
                now = time.monotonic()
                due = {key: held for key, held in self._held.items() if held.due <= now}
                if not due:
                    self._changed.wait(min(held.due for held in self._held.values()) - now)
                    continue
                for held in due.values():
                    held.due = now + held.every
            for key, held in due.items():
                try:
                    if not held.renew():
                        self.drop(key)
                except CitewrightError as error:
                    # The next turn tries again; a lease that runs out first costs one more call.
                    _LOG.warning("a lease could not be renewed: %s", error)


KEEPER = Keeper()
"""The process's own."""
