"""Wheels: a hub, around it its components, each over what it is set against.

Where the labels are too many or too long for a ring, the components stand under the hub, each
beside its opposite.
"""

from __future__ import annotations

from itertools import product

from citewright.figures.content import Node
from citewright.figures.drawing import (
    GAP,
    PADDING,
    Box,
    Drawing,
    Run,
    Shape,
    Sheet,
    edge,
)
from citewright.figures.ring import MARGIN, fit_disc, radii, sectors

VERSUS = "versus"
# The hub's radius as a share of the wheel's.
_HUBS = (0.36, 0.29)
_INDENT = 22.0
# Free between the hub and the ring.
_MOAT = 4.0


def wheel(hub: Node, width: float) -> Drawing:
    """The smallest wheel that has room for all labels, or a list where none has."""
    for radius, share in product(radii(width), _HUBS):
        drawn = _ring(hub, radius, radius * share)
        if drawn is not None:
            return drawn
    return _listed(hub, width)


def _ring(hub: Node, radius: float, inner: float) -> Drawing | None:
    middle = fit_disc([Run(hub.text, hub.mark, "bold")], inner, radius)
    if middle is None:
        return None
    sheet = Sheet(2 * (radius + MARGIN), 2 * radius + MARGIN, middle)
    ring = sectors(len(hub.under), inner + _MOAT, radius)
    for sector, node in zip(ring, hub.under, strict=True):
        lines = sector.fit(_runs(node))
        if lines is None:
            return None
        sheet.lines += lines
        sheet.shapes.append(Shape("path", "panel", path=sector.path()))
    centre = radius + MARGIN
    sheet.shapes.append(Shape("circle", "strong", (centre, centre, inner)))
    return sheet.done()


def _runs(node: Node) -> list[Run]:
    runs = [Run(node.text, node.mark, "bold")]
    return runs + [Run(one.text, one.mark, "italic", VERSUS) for one in node.under]


def _listed(hub: Node, width: float) -> Drawing:
    sheet = Sheet(width)
    Box((Run(hub.text, hub.mark, "bold"),), 2, width - 4, "strong", "middle").put(sheet, sheet.y)
    foot = sheet.y
    for node in hub.under:
        top = sheet.y + GAP
        middle = top + _row(sheet, node, top) / 2
        sheet.shapes.append(edge((_INDENT / 2, middle), (_INDENT, middle)))
    sheet.shapes.append(edge((_INDENT / 2, foot), (_INDENT / 2, middle)))
    return sheet.done()


def _row(sheet: Sheet, node: Node, top: float) -> float:
    """A component, its opposite beside it where there is room, else under it; the height."""
    room = sheet.width - 2 - _INDENT
    half = (room - GAP) / 2
    runs = _runs(node)
    if len(runs) == 1:
        return Box(tuple(runs), _INDENT, room).put(sheet, top) - top
    if not all(run.whole(half - 2 * PADDING) for run in runs):
        above = Box((runs[0],), _INDENT, room).put(sheet, top)
        return Box((runs[1],), _INDENT, room, "against").put(sheet, above) - top
    left = Box((runs[0],), _INDENT, half)
    right = Box((runs[1],), _INDENT + half + GAP, half, "against")
    tall = max(left.height(), right.height())
    left.put(sheet, top, tall)
    right.put(sheet, top, tall)
    middle = top + tall / 2
    sheet.shapes.append(edge((_INDENT + half, middle), (_INDENT + half + GAP, middle)))
    return tall
