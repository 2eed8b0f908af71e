"""Figures drawn from data as SVG, for a narrow and a wide screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from citewright.errors import InputError
from citewright.figures import NARROW, WIDE, draw, svg
from citewright.model.diagram import title
from citewright.model.figure import Diagram, Figure
from citewright.site.evidence import MarkerView


def figure_svgs(figure: Figure, markers: Mapping[str, Sequence[MarkerView]]) -> tuple[Markup, ...]:
    """The drawings of a figure, the same for the same figure; the page shows one of them.

    One for a narrow and one for a wide screen, or one alone where they do not differ. They are
    named by the figure's title and described by its alternative text.

    :param markers: the markers of the labels, by their statement ids.
    :raises InputError: when the figure has no data to draw from.
    """
    if figure.data is None:
        raise InputError(
            f"the figure {figure.caption.id} has no data to draw.", hint="Show its text instead."
        )
    data, shown = figure.data, {name: _shown(marks) for name, marks in markers.items()}
    drawings = {"narrow": draw(data, shown, NARROW), "wide": draw(data, shown, WIDE)}
    if drawings["narrow"] == drawings["wide"]:
        drawings = {"any": drawings["narrow"]}
    name = (
        f"Wheel diagram: {data.hub}"
        if not isinstance(data, Diagram)
        else title(data.form, [label.text for label in data.labels], data.above)
    )
    # Everything in it is escaped where it is written.
    return tuple(
        Markup(  # noqa: S704
            svg(
                drawing,
                name=f"fig-{figure.caption.id}-{kind}",
                kind=kind,
                title=name,
                description=figure.alt,
            )
        )
        for kind, drawing in drawings.items()
    )


def _shown(markers: Sequence[MarkerView]) -> str:
    """Markers as a drawing shows them: ``LLM``, or the sources' numbers in brackets."""
    labels = dict.fromkeys(f"{marker.label}{marker.flag}" for marker in markers)
    return "LLM" if "LLM" in labels else f"[{','.join(labels)}]"
