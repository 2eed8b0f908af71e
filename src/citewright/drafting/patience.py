"""Which outcomes of a request are worth another try, and after what pause."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from random import SystemRandom

from citewright.drafting.outcomes import Answered, Lost, Outcome, Rejected, Unsent

TRIES = 8
"""The most requests of one call that were answered with "not now"."""

CONNECTIONS = 3
"""The most attempts to reach a server that cannot be reached."""

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds before the second try and at the most; doubled between, less up to half by chance."""

_LATER = frozenset({408, 409, 429})


@dataclass
class Patience:
    """What one call may still do: it ends at ``end`` on the caller's clock.

    ``free``: it costs nothing, so that it is sent again whenever its outcome is unknown.
    """

    end: float
    free: bool = False
    rejected: int = 0
    unsent: int = 0
    lost: int = 0

    def pause(self, outcome: Rejected | Unsent | Lost, *, now: float) -> float | None:
        """Seconds until the next try, or None when there is to be none."""
        wished = None
        match outcome:
            case Lost():
                # It may have been billed; once more is all that is sent unasked.
                self.lost += 1
                again = self.lost < (TRIES if self.free else 2)
            case Unsent():
                self.unsent += 1
                again = self.unsent < CONNECTIONS
            case Rejected():
                self.rejected += 1
                again = is_later(outcome) and not outcome.final and self.rejected < TRIES
                wished = outcome.retry_after
        pause = self._backoff() if wished is None else wished
        return pause if again and now + pause < self.end else None

    def _backoff(self) -> float:
        tries = self.rejected + self.unsent + self.lost
        longest = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** (tries - 1))
        return longest * (1 - SystemRandom().random() / 2)


def tried(
    send: Callable[[float], Outcome],
    patience: Patience,
    *,
    clock: Callable[[], float],
    sleep: Callable[[float], None],
) -> tuple[Outcome, float | None]:
    """Send a request until it is answered, its outcome is unknown, or patience ends.

    Gives what became of it at last, and the pause before it may be sent once more.

    :param send: sends it within so many seconds.
    """
    while True:
        outcome = judged(send(max(patience.end - clock(), 0.001)))
        if isinstance(outcome, Answered):
            return outcome, None
        pause = patience.pause(outcome, now=clock())
        if pause is None or isinstance(outcome, Lost):
            return outcome, pause
        sleep(pause)


def judged(outcome: Outcome) -> Outcome:
    """A gateway's reply in the API's place says nothing of what the API did: that is unknown."""
    if isinstance(outcome, Rejected) and (
        outcome.status == HTTPStatus.GATEWAY_TIMEOUT
        or (outcome.status >= HTTPStatus.INTERNAL_SERVER_ERROR and not outcome.kind)
    ):
        return Lost(said(outcome))
    return outcome


def is_later(outcome: Rejected) -> bool:
    """Whether the API may take the same request at another time."""
    return outcome.status in _LATER or outcome.status >= HTTPStatus.INTERNAL_SERVER_ERROR


def said(outcome: Rejected | Unsent | Lost) -> str:
    """What was said of a request that got no answer, for a message of ours."""
    if isinstance(outcome, Rejected):
        kind = f", {outcome.kind}" if outcome.kind else ""
        return f"HTTP {outcome.status}{kind}: {outcome.message}"
    return outcome.why
