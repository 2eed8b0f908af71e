"""Figures of invented labels, and what is drawn of them."""

from __future__ import annotations

from collections.abc import Sequence

from citewright.figures import NARROW, draw, svg
from citewright.figures.drawing import Drawing
from citewright.model.diagram import DiagramForm, describe, title
from citewright.model.figure import Diagram, Part
from citewright.model.statement import LLM, Statement, StatementIds

Told = Sequence[tuple[str, int | None]]

SHORT: dict[DiagramForm, Told] = {
    "wheel": (
        ("Paced walking", None),
        ("Steady rhythm", 0),
        ("hurry", 1),
        ("Shared path", 0),
        ("isolation", 3),
        ("Attention", 0),
        ("wandering", 5),
    ),
    "cycle": (("Notice", None), ("Name", None), ("Pause", None), ("Choose", None)),
    "hierarchy": (
        ("Paced walking", None),
        ("Formal practice", 0),
        ("The corridor walk", 1),
        ("The hill walk", 1),
        ("Informal practice", 0),
        ("A walk to the bus", 4),
    ),
    "timeline": (
        ("In 1995 the first course was taught", None),
        ("In 2003 a scale was published", None),
        ("In 2013 a small trial followed", None),
    ),
    "comparison": (
        ("Pacing", None),
        ("steady", 0),
        ("shared", 0),
        ("Hurrying", None),
        ("uneven", 3),
        ("alone", 3),
    ),
}

LONG: dict[DiagramForm, Told] = {
    "wheel": (
        ("The paced walking of institutions and their members", None),
        *(
            pair
            for n in range(6)
            for pair in (
                (f"Component {n} with a name that is far too long for a ring", 0),
                ("over-identification with thoughts and feelings", 2 * n + 1),
            )
        ),
    ),
    "cycle": tuple(
        (f"Step number {n}, in which the walker does something at length and then stops", None)
        for n in range(5)
    ),
    "hierarchy": (
        ("A long title of the whole that takes more than one line of this drawing", None),
        ("Practices that are done with others, at fixed times, in a room", 0),
        ("Practices that are done in a corridor while nobody else is there", 1),
        ("The lowest level of a hierarchy, Donaudampfschifffahrtsgesellschaftskapitän", 2),
        ("Practices that are done alone", 0),
    ),
    "timeline": tuple(
        (f"In {1990 + n} something happened that takes a sentence of some length to tell", None)
        for n in range(12)
    ),
    "comparison": (
        ("Self-compassion as the model's authors define it", None),
        ("does not depend on how well one has done compared with others", 0),
        ("is steady over the days of a diary study in an invented sample of students", 0),
        ("Self-esteem", None),
        ("rises and falls with success, appearance and the approval of others", 3),
        ("Self-pity", None),
        ("is taken up with one's own difficulties", 5),
    ),
}

RIGHT_TO_LEFT: dict[DiagramForm, Told] = {
    "wheel": (("חמלה עצמית", None), ("טוב לב", 0), ("שיפוט", 1), ("אנושיות", 0)),
    "cycle": (("לשים לב", None), ("לתת שם", None), ("לעצור", None)),
    "hierarchy": (("חמלה עצמית", None), ("תרגול רשמי של הליכה במסדרון", 0)),
    "timeline": (("בשנת 1995 נפתח הקורס", None), ("בשנת 2003 פורסם סולם", None)),
    "comparison": (("חמלה", None), ("יציבה", 0), ("הערכה", None), ("תלויה בהצלחה", 2)),
}


def diagram(form: DiagramForm, told: Told) -> Diagram:
    """A diagram of these labels, each with the place of the one above it; times are years."""
    ids = StatementIds("figure")
    parts = [
        Part(
            label=Statement(id=ids.mint(text), text=text, form="own_words", marker=LLM),
            under=under,
            when=next((word for word in text.split() if word.isdigit()), text.split(":")[0])
            if form == "timeline"
            else None,
        )
        for text, under in told
    ]
    return Diagram(kind="diagram", form=form, parts=tuple(parts))


def marks(data: Diagram) -> dict[str, str]:
    """Markers of all kinds, in turn."""
    known = ("[1]", "LLM", "[2,12]")
    return {one.id: known[place % len(known)] for place, one in enumerate(data.labels)}


def drawn(form: DiagramForm, told: Told, width: float = NARROW) -> Drawing:
    """The drawing of these labels."""
    data = diagram(form, told)
    return draw(data, marks(data), width)


def element(form: DiagramForm, told: Told, name: str = "fig-1", width: float = NARROW) -> str:
    """The SVG element of these labels."""
    texts = [text for text, _ in told]
    above = [under for _, under in told]
    return svg(
        drawn(form, told, width),
        name=name,
        kind="narrow" if width == NARROW else "wide",
        title=title(form, texts, above),
        description=describe(form, texts, above),
    )
