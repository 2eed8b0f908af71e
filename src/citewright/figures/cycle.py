"""Cycles: steps that lead from one to the next and from the last to the first.

Few short steps stand in a ring with an arrow behind each; others stand one under another, with a
line that leads back up.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product

from citewright.figures.content import Node
from citewright.figures.drawing import Box, Drawing, Run, Shape, Sheet, edge, tip
from citewright.figures.ring import MARGIN, Sector, radii, sectors

_INNER = (0.36, 0.24)
_MOST_IN_RING = 8
# Free between two steps of the ring, in units: the arrow's place.
_ARROW = 26.0
_BETWEEN = 22.0
_BACK = 26.0


def cycle(steps: Sequence[Node], width: float) -> Drawing:
    """The smallest ring that has room for all steps, or a column where none has."""
    if len(steps) <= _MOST_IN_RING:
        for radius, share in product(radii(width), _INNER):
            drawn = _ring(steps, radius, radius * share)
            if drawn is not None:
                return drawn
    return _column(steps, width)


def _runs(place: int, step: Node) -> tuple[Run, ...]:
    return Run(f"{place}.", "", "bold"), Run(step.text, step.mark)


def _ring(steps: Sequence[Node], radius: float, inner: float) -> Drawing | None:
    sheet = Sheet(2 * (radius + MARGIN), 2 * radius + MARGIN)
    away = (inner + radius) / 2
    ring = sectors(len(steps), inner, radius, _ARROW / away)
    for place, (sector, step) in enumerate(zip(ring, steps, strict=True), 1):
        lines = sector.fit(_runs(place, step))
        if lines is None:
            return None
        sheet.lines += lines
        sheet.shapes.append(Shape("path", "panel", path=sector.path()))
        sheet.shapes.append(_arrow(sector, away, sector.middle + math.pi / len(steps)))
    return sheet.done()


def _arrow(sector: Sector, away: float, angle: float) -> Shape:
    """A head that points clockwise, its middle at this angle."""
    half, long = 7.0, 9.0 / away
    corners = (
        sector.point(away - half, angle - long),
        sector.point(away + half, angle - long),
        sector.point(away, angle + long),
    )
    return Shape("path", "tip", path=f"M{'L'.join(corners)}Z")


def _column(steps: Sequence[Node], width: float) -> Drawing:
    sheet = Sheet(width)
    room = width - 4 - _BACK
    middles = []
    for place, step in enumerate(steps, 1):
        top = sheet.y
        if place > 1:
            top += _BETWEEN
            x = 2 + room / 2
            sheet.shapes += [edge((x, top - _BETWEEN), (x, top - 6)), tip(x, top - 1, "down")]
        foot = Box(_runs(place, step), 2, room).put(sheet, top)
        middles.append((top + foot) / 2)
    right, far = 2 + room, width - 3
    corners = ((right, middles[-1]), (far, middles[-1]), (far, middles[0]), (right + 6, middles[0]))
    sheet.shapes += [edge(*corners), tip(right + 1, middles[0], "left")]
    return sheet.done()
