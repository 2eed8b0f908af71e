"""What became of a request to the Messages API.

Apart from the sending, because importing the SDK takes a second that those who only read an
outcome need not wait for.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Answered:
    """A reply with a status of success; ``raw`` is its body after content decoding."""

    raw: bytes


@dataclass(frozen=True)
class Rejected:
    """A reply with another status.

    ``kind`` is the API's name for the error, empty when the reply is not the API's own.
    ``retry_after`` is in seconds; ``final`` says that the server asks not to try again.
    """

    status: int
    kind: str
    message: str
    retry_after: float | None
    final: bool


@dataclass(frozen=True)
class Unsent:
    """No connection came about: the server saw nothing of the request."""

    why: str


@dataclass(frozen=True)
class Lost:
    """The request may have reached the server, and no whole answer came back."""

    why: str


Outcome = Answered | Rejected | Unsent | Lost
