"""The parts of a drawing: lines of text, shapes, and boxes that hold text.

All lengths are in the drawing's own units. The origin is its upper left corner; y grows downwards.
A drawing is made for a narrow or a wide place, at most ``NARROW`` or ``WIDE`` units across.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from citewright.figures.measure import fits, is_rtl, text_width, wrap

Style = Literal["strong", "panel", "against", "edge", "tip", "dot"]
Weight = Literal["bold", "plain", "italic"]
Anchor = Literal["start", "middle"]

NARROW, WIDE = 340.0, 560.0
SIZE = 15.0
"""The size of all text. On a screen of 320 CSS pixels, of which 280 are left for a drawing, that
of a narrow one is 12.4 pixels high."""

LEADING = SIZE * 1.28
PADDING = 9.0
GAP = 12.0
SHARES: dict[Weight, float] = {"bold": 1.0, "plain": 0.95, "italic": 0.95}
"""How wide text is beside bold text. Only O, Q and G are as wide in both, and the widths have a
tenth to spare."""

ASCENT, DESCENT = 0.82, 0.26
"""How far text reaches above and below its baseline, in em."""


@dataclass(frozen=True)
class Line:
    """A line of text, its marker, if it holds one, at its end; ``x`` is where its anchor is."""

    text: str
    mark: str
    x: float
    y: float
    weight: Weight
    anchor: Anchor
    rtl: bool

    @property
    def whole(self) -> str:
        """The text with the marker."""
        return " ".join(part for part in (self.text, self.mark) if part)

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of the space that the line takes at most."""
        width = text_width(self.whole, SIZE * SHARES[self.weight])
        left = self.x - width / 2 if self.anchor == "middle" else self.x - width * self.rtl
        return left, self.y - SIZE * ASCENT, left + width, self.y + SIZE * DESCENT


@dataclass(frozen=True)
class Shape:
    """A rectangle (x, y, width, height), a circle (x, y, radius) or a path, in a style."""

    kind: Literal["rect", "circle", "path"]
    style: Style
    at: tuple[float, ...] = ()
    path: str = ""


@dataclass
class Sheet:
    """A drawing as it grows; ``y`` is the height that is taken."""

    width: float
    y: float = 2.0
    lines: list[Line] = field(default_factory=list)
    shapes: list[Shape] = field(default_factory=list)

    def done(self) -> Drawing:
        """The drawing."""
        return Drawing(self.width, self.y + 2.0, tuple(self.shapes), tuple(self.lines))


@dataclass(frozen=True)
class Drawing:
    """A finished drawing; shapes are drawn in their order, then the text."""

    width: float
    height: float
    shapes: tuple[Shape, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Run:
    """A text in one weight, with the marker that ends it; ``lead`` is our own word before it."""

    text: str
    mark: str
    weight: Weight = "plain"
    lead: str = ""

    @property
    def rtl(self) -> bool:
        """Whether it runs from right to left."""
        return is_rtl(self.text)

    @property
    def marked(self) -> str:
        """The text with what stands before it and the marker."""
        return " ".join(part for part in (self.lead, self.text, self.mark) if part)

    @property
    def width(self) -> float:
        """What it takes on one line at most."""
        return text_width(self.marked, self._size)

    def wrapped(self, width: float) -> list[tuple[str, str]]:
        """The lines, each with the marker that ends it, if it does."""
        return _parted(wrap(self.marked, self._size, width), self.mark)

    def whole(self, width: float) -> list[tuple[str, str]] | None:
        """As :meth:`wrapped`; None when a word would have to be broken."""
        return self.wrapped(width) if fits(self.marked, self._size, width) else None

    @property
    def _size(self) -> float:
        return SIZE * SHARES[self.weight]


def _parted(lines: Sequence[str], mark: str) -> list[tuple[str, str]]:
    """Lines, the last of them apart from the marker at its end.

    A marker that had to be broken itself stays with the text.
    """
    pairs = [(line, "") for line in lines]
    if mark and lines[-1].endswith(mark):
        pairs[-1] = (lines[-1].removesuffix(mark).rstrip(), mark)
    return pairs


def block(
    runs: Sequence[Run], left: float, top: float, width: float, anchor: Anchor = "start"
) -> list[Line]:
    """Runs as lines one under another, from ``top`` down, in a column of this width.

    All begin at the column's right edge where the last of them runs from right to left.
    """
    lines: list[Line] = []
    rtl = runs[-1].rtl
    x = left + width / 2 if anchor == "middle" else left + width * rtl
    for run in runs:
        for text, mark in run.wrapped(width):
            y = top + len(lines) * LEADING + LEADING * 0.76
            lines.append(Line(text, mark, x, y, run.weight, anchor, rtl))
    return lines


@dataclass(frozen=True)
class Box:
    """A rectangle with text in it."""

    runs: tuple[Run, ...]
    left: float
    width: float
    style: Style = "panel"
    anchor: Anchor = "start"

    def height(self) -> float:
        """What the text needs, with the space around it."""
        count = sum(len(run.wrapped(self.width - 2 * PADDING)) for run in self.runs)
        return count * LEADING + 2 * PADDING * 0.8

    def put(self, sheet: Sheet, top: float, height: float | None = None) -> float:
        """Draw it, its text in the middle of its height; return where it ends."""
        own = self.height()
        tall = max(own, height or 0.0)
        sheet.shapes.append(Shape("rect", self.style, (self.left, top, self.width, tall)))
        inner = top + PADDING * 0.8 + (tall - own) / 2
        sheet.lines += block(
            self.runs, self.left + PADDING, inner, self.width - 2 * PADDING, self.anchor
        )
        sheet.y = max(sheet.y, top + tall)
        return top + tall


def edge(*points: tuple[float, float]) -> Shape:
    """A line through these points."""
    return Shape("path", "edge", path="M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points))


def tip(x: float, y: float, turn: Literal["down", "left"]) -> Shape:
    """An arrow's head whose point is here."""
    if turn == "down":
        return Shape("path", "tip", path=f"M{x - 5:.1f} {y - 8:.1f}h10L{x:.1f} {y:.1f}Z")
    return Shape("path", "tip", path=f"M{x + 8:.1f} {y - 5:.1f}v10L{x:.1f} {y:.1f}Z")
