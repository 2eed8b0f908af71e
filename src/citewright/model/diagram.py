"""The rules of a drawn figure: which parts each form has, and what it says in words.

A figure's parts are a flat list, depth first: each names the part above it by its place, and
between the two stands only what is under that part too. So there is no cycle to look for, and the
list can be written with indents alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, get_args

from citewright.model.base import clean_text

DiagramForm = Literal["wheel", "cycle", "hierarchy", "timeline", "comparison"]
"""What a figure shows: components around a hub, steps that come round, parts under parts, events in
time, sides with their points."""

FORMS: tuple[DiagramForm, ...] = get_args(DiagramForm)

MOST_PARTS = 36
DEEPEST = 4
"""Levels of a hierarchy, its root among them."""

RANGES: dict[DiagramForm, tuple[int, int]] = {
    "wheel": (2, 12),
    "cycle": (2, 12),
    "hierarchy": (2, MOST_PARTS),
    "timeline": (2, 12),
    "comparison": (2, 4),
}
"""Fewest and most components, steps, parts, events, sides."""

_NUMBERS = "two three four five six seven eight nine ten eleven twelve".split()


def depths(above: Sequence[int | None]) -> list[int]:
    """How many parts stand above each.

    :raises ValueError: when the parts are not listed depth first.
    """
    found: list[int] = []
    path: list[int] = []
    for place, up in enumerate(above):
        if up is not None and up not in path:
            raise ValueError(f"part {place} stands under {up!r}, which is no part that it follows")
        path = [] if up is None else path[: path.index(up) + 1]
        found.append(len(path))
        path.append(place)
    return found


def below(above: Sequence[int | None], place: int | None) -> list[int]:
    """The places of the parts that stand directly under one, or under none."""
    return [child for child, up in enumerate(above) if up == place]


def problem(form: DiagramForm, above: Sequence[int | None]) -> str | None:
    """Why these parts are no figure of this form; None when they are one.

    :param above: for each part the place of the one above it.
    """
    try:
        levels = depths(above)
    except ValueError as error:
        return str(error)
    if len(above) > MOST_PARTS:
        return f"it has {len(above)} parts, more than {MOST_PARTS}"
    counted = len(below(above, 0)) if form == "wheel" else len(above)
    counted = len(below(above, None)) if form == "comparison" else counted
    low, high = RANGES[form]
    if not low <= counted <= high:
        return f"a {form} has {low} to {high} of its parts, not {counted}"
    return _misplaced(form, above, levels)


def _misplaced(form: DiagramForm, above: Sequence[int | None], levels: Sequence[int]) -> str | None:
    deepest = {"wheel": 3, "hierarchy": DEEPEST, "comparison": 2}.get(form, 1)
    if max(levels) >= deepest:
        return f"a {form} has at most {deepest} levels, not {max(levels) + 1}"
    tops = below(above, None)
    if form in ("wheel", "hierarchy") and tops != [0]:
        return f"a {form} has one part at its top, which comes first"
    if form == "wheel" and any(len(below(above, one)) > 1 for one in below(above, 0)):
        return "a component of a wheel has at most one opposite"
    if form == "comparison" and not all(below(above, one) for one in tops):
        return "a side of a comparison has no point"
    return None


def title(form: DiagramForm, labels: Sequence[str], above: Sequence[int | None]) -> str:
    """A figure's name in a few words."""
    tops = [labels[place] for place in below(above, None)]
    name = f"{form.capitalize()} diagram"
    if form in ("wheel", "hierarchy"):
        return f"{name}: {labels[0]}"
    return f"{name}: {_listed(tops)}" if form == "comparison" else name


def describe(form: DiagramForm, labels: Sequence[str], above: Sequence[int | None]) -> str:
    """What a figure shows, in sentences made of its labels, for readers who cannot see it.

    It begins with ``A wheel diagram``, ``A cycle diagram`` and so on.
    """
    plain = [label.rstrip(" .") or label for label in labels]
    tops = below(above, None)
    match form:
        case "wheel":
            text = _wheel(plain, above)
        case "cycle":
            steps = "; ".join(plain[one] for one in tops)
            count = _number(len(tops))
            text = f"A cycle diagram of {count} steps that lead back to the first: {steps}."
        case "timeline":
            events = "; ".join(plain[one] for one in tops)
            text = (
                f"A timeline diagram of {_number(len(tops))} events, the earliest first: {events}."
            )
        case "hierarchy":
            text = " ".join(
                [f"A hierarchy diagram with {plain[0]} at the top.", *_under(plain, above)]
            )
        case "comparison":
            sides = _listed([plain[one] for one in tops])
            text = " ".join([f"A comparison diagram of {sides}.", *_under(plain, above)])
    return clean_text(text)


def _wheel(labels: Sequence[str], above: Sequence[int | None]) -> str:
    names = []
    for place in below(above, 0):
        versus = [labels[one] for one in below(above, place)]
        names.append(f"{labels[place]} (versus {versus[0]})" if versus else labels[place])
    return (
        f"A wheel diagram with {labels[0]} at the hub, surrounded by its {_number(len(names))} "
        f"components: {', '.join(names[:-1])}, and {names[-1]}."
    )


def _under(labels: Sequence[str], above: Sequence[int | None]) -> Iterator[str]:
    for place, label in enumerate(labels):
        points = [labels[one] for one in below(above, place)]
        if points:
            yield f"Under {label}: {'; '.join(points)}."


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _number(count: int) -> str:
    return _NUMBERS[count - 2] if count - 2 < len(_NUMBERS) else str(count)
