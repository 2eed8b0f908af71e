"""The labels of a figure as lines of a page: bullets say how deep, each line ends with a marker."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pydantic import ValidationError

from citewright.importing.page import Line, unreadable
from citewright.importing.statements import Reader
from citewright.model.diagram import FORMS, DiagramForm
from citewright.model.figure import Diagram, Part

LABEL = re.compile(r"^(?P<bullets>•+) (?P<text>.+)$")

_FORM = re.compile(rf"^An? (?P<form>{'|'.join(FORMS)}) diagram\b")
_WHEN = re.compile(r"^(?P<when>[^:]+): (?P<text>.+)$")


def is_diagram(lines: Sequence[Line]) -> bool:
    """Whether lines are a description of a drawn form, labels, and a caption."""
    first, *labels = lines[:-1]
    return bool(
        labels and _FORM.match(first.text) and all(LABEL.match(line.text) for line in labels)
    )


def diagram(alt: Line, lines: Sequence[Line], reader: Reader) -> Diagram:
    """The data of a figure, of its description and the lines of its labels.

    :raises DocumentError: when the description names no form, a label has not one marker, or the
        labels are no figure of this form.
    """
    named = _FORM.match(alt.text)
    if named is None:
        raise unreadable(
            alt, "describes no form of figure", f"It begins with “A … diagram”: {', '.join(FORMS)}."
        )
    form: DiagramForm = next(one for one in FORMS if one == named["form"])
    parts: list[Part] = []
    # The last part at each depth is what the next one deeper stands under.
    open_at: list[int] = []
    for line in lines:
        found = LABEL.match(line.text)
        assert found is not None
        depth = len(found["bullets"]) - 1
        if depth > len(open_at):
            raise unreadable(
                line, "stands deeper than a label may", "Use one bullet more than the line above."
            )
        under = open_at[depth - 1] if depth else None
        parts.append(_part(Line(line.number, found["text"]), under, form, reader))
        open_at[depth:] = [len(parts) - 1]
    try:
        return Diagram(kind="diagram", form=form, parts=tuple(parts))
    except ValidationError as error:
        why = error.errors(include_url=False)[0]["msg"].removeprefix("Value error, ")
        raise unreadable(
            alt, f"begins a {form} that cannot be drawn: {why}", "Mend its labels."
        ) from error


def _part(line: Line, under: int | None, form: DiagramForm, reader: Reader) -> Part:
    when = _WHEN.match(line.text) if form == "timeline" else None
    text = Line(line.number, when["text"]) if when else line
    label = reader.single(text, "a label")
    return Part(label=label, under=under, when=when["when"] if when else None)
