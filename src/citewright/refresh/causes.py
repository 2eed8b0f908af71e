"""Why a statement or an article is looked at again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import get_args

from citewright.model.community import Suggested
from citewright.model.staleness import CauseKind

GRAVITY: dict[CauseKind, int] = {kind: place for place, kind in enumerate(get_args(CauseKind))}
"""A cause's place among the others; the least is the gravest."""


@dataclass(frozen=True)
class Cause:
    """Why something is stale, in one sentence.

    ``statement`` and ``citation`` (from 0) say what is concerned, or ``sections`` (none of them
    where nothing is to be written anew, as when their order changed); without either it is the
    whole article. ``source`` is the source that gave rise to it, ``snapshot`` its text that does
    not hold the quote any more. ``request`` is the request's id, ``asked`` what it says;
    ``suggested`` is what a reader suggested.
    """

    kind: CauseKind
    detail: str
    statement: str | None = None
    citation: int | None = None
    source: str | None = None
    request: int | None = None
    asked: str | None = None
    snapshot: str | None = None
    sections: tuple[str, ...] | None = None
    suggested: Suggested | None = None

    @property
    def whole(self) -> bool:
        """Whether it concerns the whole article."""
        return self.statement is None and self.sections is None


@dataclass(frozen=True)
class Anchor:
    """A citation's quote stands to the letter in a later snapshot, at these offsets."""

    statement: str
    citation: int
    snapshot: str
    start: int
    end: int


def gravest(causes: Iterable[Cause]) -> int:
    """The place of the gravest of these causes; greater than any where there is none."""
    return min((GRAVITY[cause.kind] for cause in causes), default=len(GRAVITY))
