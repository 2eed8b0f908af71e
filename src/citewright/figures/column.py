"""Hierarchies and timelines: what stands one under another."""

from __future__ import annotations

from collections.abc import Sequence

from citewright.figures.content import Node
from citewright.figures.drawing import (
    GAP,
    LEADING,
    Box,
    Drawing,
    Run,
    Shape,
    Sheet,
    Style,
    block,
    edge,
)

_INDENT = 26.0
_SPINE = 12.0
_TEXT = 34.0
_BETWEEN = 14.0


def hierarchy(root: Node, width: float) -> Drawing:
    """Boxes, each indented under the one it belongs to and joined to it."""
    sheet = Sheet(width)
    _branch(sheet, root, 0)
    return sheet.done()


def _branch(sheet: Sheet, node: Node, level: int) -> float:
    """A part and all under it; returns the height of its middle."""
    left = 2 + level * _INDENT
    top = sheet.y + (GAP if level else 0)
    run = Run(node.text, node.mark, "bold" if node.under else "plain")
    style: Style = "strong" if level == 0 else "panel"
    own = foot = Box((run,), left, sheet.width - 2 - left, style).put(sheet, top)
    spine = left + _SPINE
    for child in node.under:
        middle = _branch(sheet, child, level + 1)
        sheet.shapes.append(edge((spine, foot), (spine, middle), (left + _INDENT, middle)))
        # The next one's line goes on where this one turned.
        foot = middle
    return (top + own) / 2


def timeline(events: Sequence[Node], width: float) -> Drawing:
    """Events down a line, the first at its top, each time over what happened."""
    sheet = Sheet(width)
    dots: list[float] = []
    for event in events:
        top = sheet.y + (_BETWEEN if dots else 0)
        runs = (Run(event.when or "", "", "bold"), Run(event.text, event.mark))
        lines = block(runs, _TEXT, top, width - 2 - _TEXT)
        sheet.lines += lines
        sheet.y = top + len(lines) * LEADING
        dots.append(top + LEADING / 2)
    sheet.shapes.append(edge((_SPINE, dots[0]), (_SPINE, dots[-1])))
    sheet.shapes += [Shape("circle", "dot", (_SPINE, y, 6.0)) for y in dots]
    return sheet.done()
