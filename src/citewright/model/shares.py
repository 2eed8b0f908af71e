"""A large run as its workers share it: who works on it, its articles, what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from citewright.model.canonical import Json

RunKind = Literal["generate", "refresh"]

ArticleState = Literal["waiting", "taken", "done", "failed"]
"""``waiting``: free. ``taken``: a worker is at it. ``done``, ``failed``: nothing is left to do."""

WorkerState = Literal["working", "left", "lost"]
"""``left``: it found nothing more to do, or was stopped. ``lost``: it gave no sign of life."""


@dataclass(frozen=True)
class Share:
    """An article as one worker holds it. ``worker`` grows with each worker that joins a run: who
    held the article before has been given up on, and what it brings counts no more.
    """

    run: str
    slug: str
    worker: int


@dataclass(frozen=True)
class Taken:
    """An article to be worked on.

    ``work`` is what the run's kind needs of it beside its name, ``version`` the digest of what an
    earlier worker, lost since then, had made of it already.
    """

    share: Share
    work: Json | None
    version: str | None


@dataclass(frozen=True)
class Lost:
    """A worker that was given up on, by the id of its flow run, if it had one."""

    worker: int
    flow_run: str | None
    why: str


@dataclass(frozen=True)
class ShareResult:
    """What became of an article; ``result`` is None as long as nothing has."""

    slug: str
    state: ArticleState
    result: dict[str, Any] | None
