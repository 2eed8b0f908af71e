"""Text in the sectors of a ring, for wheels and cycles of few short labels."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from citewright.figures.drawing import (
    ASCENT,
    DESCENT,
    LEADING,
    NARROW,
    SIZE,
    WIDE,
    Line,
    Run,
)

MARGIN = 2.0
"""Left free around a ring."""

# The distance that text keeps from any border.
_SPACE = 6.0
# Where in a sector, as a share of the way from its inner to its outer border, text is centred.
_PLACES = (0.5, 0.58, 0.66)

# More have no room in any sector.
_MOST_LINES = 10

# A run, one line of it, the marker that ends the line, how wide the line is.
_Row = tuple[Run, str, str, float]
_Inside = Callable[[float, float, float, float], bool]


@dataclass(frozen=True)
class Sector:
    """A sector of a ring: its radii, its middle angle, half of its width.

    The ring's centre is as far from the drawing's upper and left borders as it needs.
    """

    inner: float
    outer: float
    middle: float
    half: float

    def path(self) -> str:
        """Its outline as an SVG path."""
        start, end = self.middle - self.half, self.middle + self.half
        large = int(self.half > math.pi / 2)
        return (
            f"M{self.point(self.outer, start)}A{self.outer:.1f} {self.outer:.1f} 0 {large} 1 "
            f"{self.point(self.outer, end)}L{self.point(self.inner, end)}"
            f"A{self.inner:.1f} {self.inner:.1f} 0 {large} 0 {self.point(self.inner, start)}Z"
        )

    def point(self, away: float, angle: float) -> str:
        """A point around the ring's centre, as SVG paths write it."""
        centre = self.outer + MARGIN
        return f"{centre + away * math.cos(angle):.1f} {centre + away * math.sin(angle):.1f}"

    def fit(self, runs: Sequence[Run]) -> list[Line] | None:
        """The runs as lines within it; None when there is no room."""
        for share in _PLACES:
            away = self.inner + (self.outer - self.inner) * share
            centre = (away * math.cos(self.middle), away * math.sin(self.middle))
            found = _fit(runs, self.outer, centre, self._inside)
            if found is not None:
                return found
        return None

    def _inside(self, left: float, top: float, right: float, bottom: float) -> bool:
        near = math.hypot(min(max(left, 0.0), right), min(max(top, 0.0), bottom))
        return (
            near >= self.inner + _SPACE
            and _farthest(left, top, right, bottom) <= self.outer - _SPACE
            and all(self._room(x, y) >= _SPACE for x in (left, right) for y in (top, bottom))
        )

    def _room(self, x: float, y: float) -> float:
        """How far a point stands from the nearer of the two sides; negative outside."""
        turn = (math.atan2(y, x) - self.middle + math.pi) % (2 * math.pi) - math.pi
        return math.hypot(x, y) * math.sin(min(self.half - abs(turn), math.pi / 2))


def sectors(count: int, inner: float, outer: float, gap: float = 0.0) -> list[Sector]:
    """The sectors of a ring: the first points upwards, the next stands clockwise.

    :param gap: the angle left free between two of them, in radians.
    """
    half = math.pi / count - gap / 2
    turns = (2 * math.pi * place / count - math.pi / 2 for place in range(count))
    return [Sector(inner, outer, turn, half) for turn in turns]


def fit_disc(runs: Sequence[Run], radius: float, outer: float) -> list[Line] | None:
    """The runs as lines within a disc in the middle of a ring; None when there is no room."""
    return _fit(runs, outer, (0.0, 0.0), lambda *box: _farthest(*box) <= radius - _SPACE)


def radii(width: float) -> list[float]:
    """The outer radii that a ring may have in a drawing of this width, the least first."""
    least, most = NARROW / 2 - MARGIN, width / 2 - MARGIN
    return [least + (most - least) * step / 3 for step in range(4)] if most > least else [least]


def _fit(
    runs: Sequence[Run], outer: float, centre: tuple[float, float], inside: _Inside
) -> list[Line] | None:
    """The runs as lines around a centre, as few as fit inside, no word broken."""
    x, move = centre[0], outer + MARGIN
    for rows in _wrappings(tuple(runs)):
        first = centre[1] - len(rows) * LEADING / 2 + 0.76 * LEADING
        bases = [first + place * LEADING for place in range(len(rows))]
        if all(
            inside(x - wide / 2, y - SIZE * ASCENT, x + wide / 2, y + SIZE * DESCENT)
            for y, (*_, wide) in zip(bases, rows, strict=True)
        ):
            return [
                Line(text, mark, x + move, y + move, run.weight, "middle", run.rtl)
                for y, (run, text, mark, _) in zip(bases, rows, strict=True)
            ]
    return None


@lru_cache(maxsize=256)
def _wrappings(runs: tuple[Run, ...]) -> list[list[_Row]]:
    """All ways to wrap the runs in columns, the widest first, of at most ``_MOST_LINES`` lines."""
    found: list[list[_Row]] = []
    width = WIDE
    while True:
        parts = [run.whole(width) for run in runs]
        rows = [
            (run, text, mark, Run(text, mark, run.weight).width)
            for run, pairs in zip(runs, parts, strict=True)
            for text, mark in pairs or ()
        ]
        if None in parts or len(rows) > _MOST_LINES:
            return found
        found.append(rows)
        # The next wrapping is that of a column in which the widest line has no room.
        width = max(wide for *_, wide in rows) - 0.01


def _farthest(left: float, top: float, right: float, bottom: float) -> float:
    return math.hypot(max(abs(left), abs(right)), max(abs(top), abs(bottom)))
