"""Comparisons: sides with their points, side by side or one under another."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from citewright.figures.content import Node
from citewright.figures.drawing import (
    GAP,
    PADDING,
    Box,
    Drawing,
    Run,
    Sheet,
)

_APART = 6.0
_INDENT = 16.0
# Lines in a cell above which columns are harder to read than a list.
_MOST_LINES = 9


def comparison(sides: Sequence[Node], width: float) -> Drawing:
    """The sides as columns where all words fit in them, else one under another."""
    column = (width - 4 - _APART * (len(sides) - 1)) / len(sides)
    cells = [_head(side) for side in sides] + [_point(one) for side in sides for one in side.under]
    wrapped = [run.whole(column - 2 * PADDING) for run in cells]
    if all(lines and len(lines) <= _MOST_LINES for lines in wrapped):
        return _columns(sides, width, column)
    return _listed(sides, width)


def _head(side: Node) -> Run:
    return Run(side.text, side.mark, "bold")


def _point(point: Node) -> Run:
    return Run(point.text, point.mark)


def _columns(sides: Sequence[Node], width: float, column: float) -> Drawing:
    sheet = Sheet(width)
    lefts = [2 + place * (column + _APART) for place in range(len(sides))]
    heads = [
        Box((_head(side),), left, column, "strong", "middle")
        for side, left in zip(sides, lefts, strict=True)
    ]
    _row(sheet, heads)
    for points in zip_longest(*(side.under for side in sides)):
        _row(
            sheet,
            [
                Box((_point(point),), left, column)
                for point, left in zip(points, lefts, strict=True)
                if point is not None
            ],
        )
    return sheet.done()


def _row(sheet: Sheet, boxes: Sequence[Box]) -> None:
    top, tall = sheet.y, max(box.height() for box in boxes)
    for box in boxes:
        box.put(sheet, top + (_APART if top > 2 else 0), tall)


def _listed(sides: Sequence[Node], width: float) -> Drawing:
    sheet = Sheet(width)
    for place, side in enumerate(sides):
        top = sheet.y + (GAP * 1.5 if place else 0)
        Box((_head(side),), 2, width - 4, "strong").put(sheet, top)
        for point in side.under:
            box = Box((_point(point),), 2 + _INDENT, width - 4 - _INDENT)
            box.put(sheet, sheet.y + _APART)
    return sheet.done()
