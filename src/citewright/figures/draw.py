"""A figure's data as an SVG element.

The element has no fixed size and no colour of its own: text is in ``--ink``, everything else in
the colour of what stands around it, so that it reads in light, dark and print. What its parts are
is told by outlines too: a solid heavy one (hub, root, side), a solid thin one, a dashed one (what
something is set against).
"""

from __future__ import annotations

from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

from citewright.figures.column import hierarchy, timeline
from citewright.figures.comparison import comparison
from citewright.figures.content import picture
from citewright.figures.cycle import cycle
from citewright.figures.drawing import SIZE, Drawing, Line, Shape, Style, Weight
from citewright.figures.wheel import wheel
from citewright.model.figure import Diagram, Wheel

_STYLES: dict[Style, dict[str, str]] = {
    "strong": {"fill-opacity": "0.14", "stroke": "currentColor", "stroke-width": "2"},
    "panel": {"fill-opacity": "0.05", "stroke": "currentColor", "stroke-width": "1"},
    "against": {"fill": "none", "stroke": "currentColor", "stroke-dasharray": "5 3"},
    "edge": {"fill": "none", "stroke": "currentColor", "stroke-width": "1.5"},
    "tip": {},
    "dot": {},
}
_WEIGHTS: dict[Weight, dict[str, str]] = {
    "bold": {"font-weight": "bold"},
    "plain": {},
    "italic": {"font-style": "italic"},
}
_FACES = "Helvetica, Arial, 'Liberation Sans', sans-serif"
_SHOWN = 1.1
"""How much larger than its units a drawing is shown where there is room for it."""


def draw(data: Wheel | Diagram, marks: Mapping[str, str], width: float) -> Drawing:
    """The drawing of a figure's data, the same for the same data.

    :param width: what it may have at most, ``NARROW`` or ``WIDE``.
    :param marks: the markers as they are drawn, such as ``[1,3]``, by the labels' statement ids.
    """
    shown = picture(data, marks)
    match shown.form:
        case "wheel":
            return wheel(shown.tops[0], width)
        case "cycle":
            return cycle(shown.tops, width)
        case "hierarchy":
            return hierarchy(shown.tops[0], width)
        case "timeline":
            return timeline(shown.tops, width)
        case "comparison":
            return comparison(shown.tops, width)


def svg(drawing: Drawing, *, name: str, kind: str, title: str, description: str) -> str:
    """A drawing as an SVG element with a title and a description.

    :param name: what the ids in it begin with; unique on its page.
    :param kind: a class beside ``diagram``, by which a page chooses between drawings.
    """
    wide, high = drawing.width, drawing.height
    attributes = {
        "class": f"diagram {kind}",
        "role": "img",
        "aria-labelledby": f"{name}-title {name}-desc",
        "viewBox": f"0 0 {wide:g} {high:.1f}",
        "width": f"{wide * _SHOWN:.0f}",
        "fill": "currentColor",
        "font-family": _FACES,
        "font-size": f"{SIZE:g}",
    }
    inside = [
        _element("title", {"id": f"{name}-title"}, escape(title)),
        _element("desc", {"id": f"{name}-desc"}, escape(description)),
        *map(_shape, drawing.shapes),
        *map(_line, drawing.lines),
    ]
    return _element("svg", attributes, "\n".join(["", *inside, ""]))


def _shape(shape: Shape) -> str:
    style = _STYLES[shape.style]
    if shape.kind == "path":
        return _element("path", {"d": shape.path, **style})
    names = ("x", "y", "width", "height") if shape.kind == "rect" else ("cx", "cy", "r")
    places = {name: f"{at:.1f}" for name, at in zip(names, shape.at, strict=True)}
    return _element(shape.kind, places | ({"rx": "4"} if shape.kind == "rect" else {}) | style)


def _line(line: Line) -> str:
    attributes = {"x": f"{line.x:.1f}", "y": f"{line.y:.1f}", "text-anchor": line.anchor}
    if line.rtl:
        attributes |= {"direction": "rtl", "unicode-bidi": "embed"}
    text = escape(line.text)
    if line.mark:
        mark = {"class": "sign", "font-weight": "normal", "font-style": "normal"}
        text += (" " if text else "") + _element("tspan", mark, escape(line.mark))
    return _element("text", attributes | _WEIGHTS[line.weight], text)


def _element(tag: str, attributes: Mapping[str, str], inside: str | None = None) -> str:
    written = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
    return f"<{tag}{written}/>" if inside is None else f"<{tag}{written}>{inside}</{tag}>"
