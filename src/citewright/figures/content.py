"""What is drawn: a figure's data as a tree of labels with their markers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from citewright.model.diagram import DiagramForm, below
from citewright.model.figure import Diagram, Wheel

LLM_MARK = "LLM"


@dataclass(frozen=True)
class Node:
    """A label as it is drawn: text, marker, the time of an event, and what is under it."""

    text: str
    mark: str
    when: str | None = None
    under: tuple[Node, ...] = ()


@dataclass(frozen=True)
class Picture:
    """A figure's form and the labels that stand under no other."""

    form: DiagramForm
    tops: tuple[Node, ...]


def picture(data: Wheel | Diagram, marks: Mapping[str, str]) -> Picture:
    """The data as a picture.

    :param marks: the markers as they are drawn, such as ``[1,3]``, by the labels' statement ids.
    """
    if isinstance(data, Wheel):
        spokes = (
            Node(
                spoke.component,
                LLM_MARK,
                under=(Node(spoke.opposite, LLM_MARK),) if spoke.opposite else (),
            )
            for spoke in data.spokes
        )
        return Picture("wheel", (Node(data.hub, LLM_MARK, under=tuple(spokes)),))
    return Picture(data.form, _under(data, None, marks))


def _under(data: Diagram, place: int | None, marks: Mapping[str, str]) -> tuple[Node, ...]:
    return tuple(
        Node(
            data.parts[one].label.text,
            marks[data.parts[one].label.id],
            data.parts[one].when,
            _under(data, one, marks),
        )
        for one in below(data.above, place)
    )
