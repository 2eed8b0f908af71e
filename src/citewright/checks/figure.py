"""Building a figure of a draft's labels: all of them, or none of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from citewright.model.base import clean_text
from citewright.model.diagram import describe, problem
from citewright.model.draft import DraftPart, FigureDraft
from citewright.model.figure import Diagram, Figure, Part
from citewright.model.statement import Statement


def figure_of(
    body: FigureDraft, caption: Statement | None, labels: Sequence[Statement | None]
) -> Figure | str:
    """The figure, or the reason why there is none.

    A figure that lacks one of its parts would tell something else than its draft, so that it is
    not drawn at all.

    :param labels: what stands for each part of the draft, in its order.
    """
    if caption is None:
        return "the figure has no caption that may stand"
    if not all(labels):
        return "a label of the figure may not stand, and without it the figure tells another thing"
    order = _downwards(body.parts)
    if order is None:
        return "the parts of the figure do not name each other as they should"
    places = {body.parts[old].id: new for new, old in enumerate(order)}
    above = [places.get(body.parts[old].under) for old in order]
    wrong = problem(body.form, above) or _mistimed(body)
    if wrong:
        return f"the figure cannot be drawn: {wrong}"
    parts = []
    for old, under in zip(order, above, strict=True):
        label = labels[old]
        assert label is not None
        parts.append(Part(label=label, under=under, when=clean_text(body.parts[old].when) or None))
    data = Diagram(kind="diagram", form=body.form, parts=tuple(parts))
    alt = describe(body.form, [part.label.text for part in parts], above)
    return Figure(type="figure", alt=alt, caption=caption, data=data)


def _downwards(parts: Sequence[DraftPart]) -> list[int] | None:
    """The places of the parts, each behind the one it stands under; None where there is no such
    order, or where two parts have one name.
    """
    names = [part.id for part in parts]
    if not names or len(set(names)) != len(names):
        return None
    under: dict[str, list[int]] = {}
    for place, part in enumerate(parts):
        under.setdefault(part.under, []).append(place)
    found = _from("", names, under)
    return found if len(found) == len(parts) else None


def _from(name: str, names: Sequence[str], under: Mapping[str, list[int]]) -> list[int]:
    """What stands under a name, depth first; each part has one above it, so that this ends."""
    found: list[int] = []
    left = list(reversed(under.get(name, [])))
    while left:
        place = left.pop()
        found.append(place)
        left += reversed(under.get(names[place], []))
    return found


def _mistimed(body: FigureDraft) -> str | None:
    for part in body.parts:
        when = clean_text(part.when)
        if bool(when) != (body.form == "timeline"):
            return "the events of a timeline have a time each, and other parts have none"
        if when and (":" in when or when not in clean_text(part.statement.text)):
            return f"the time {when[:40]!r} does not stand in its label"
    return None
