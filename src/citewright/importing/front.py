"""What stands between the title and the first section: the lead and the figure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from citewright.importing.blocks import NO_TEXT
from citewright.importing.figure import LABEL, diagram, is_diagram
from citewright.importing.markers import Piece, read_marked
from citewright.importing.page import UPVOTES, Chunk, Line, unreadable
from citewright.importing.report import Notes
from citewright.importing.statements import Reader, sentences
from citewright.model.article import Lead
from citewright.model.brief import FigureBrief
from citewright.model.figure import Figure, Spoke, Wheel
from citewright.model.statement import LLM, Statement

_WHEEL = re.compile(
    r"\bwith (?:the |an? )?(?P<hub>[^,]+?) at the hub, surrounded by its (?P<count>\w+) "
    r"components?: (?P<others>[^:;.]+?),? and (?P<last>[^,:;.]+)"
)
_COUNTS = {word: n for n, word in enumerate("two three four five six seven eight".split(), 2)}


def read_front(
    front: Sequence[Chunk], reader: Reader, wanted: FigureBrief | None
) -> tuple[Lead, Figure | None]:
    """The lead and the figure, if there is one.

    An upvotes line stands between the two; without one, a figure is told from the lead by its two
    lines, of which only the second, the caption, has a marker, or by its labels between the two.

    :param wanted: the brief's figure, whose data are taken when its hub stands in the page's text
        alternative.
    :raises DocumentError: when a figure has other lines, or a line of it several markers.
    """
    lead, figure = _parted(front, reader)
    statements = tuple(each for line in lead for each in _lead_line(line, reader))
    summary = Lead(statements=statements, absent=None if statements else NO_TEXT)
    return summary, _figure(figure, reader, wanted) if figure else None


def _parted(front: Sequence[Chunk], reader: Reader) -> tuple[list[Line], list[Line]]:
    lines = [line for chunk in front for line in chunk]
    votes = next((i for i, line in enumerate(lines) if UPVOTES.match(line.text)), None)
    if votes is not None:
        reader.notes.not_kept.append(f"upvotes: {lines[votes].text!r}")
        return lines[:votes], lines[votes + 1 :]
    lead: list[Line] = []
    figure: list[Line] = []
    for chunk in front:
        if len(chunk) == 1:
            lead.extend(chunk)
        elif is_diagram(chunk) and not figure:
            figure.extend(chunk)
        elif figure or not _is_figure(chunk, reader.listed):
            raise unreadable(
                chunk[0],
                "stands above the sections and is neither a summary nor a figure",
                "A summary's paragraphs stand alone; a figure is its text alternative and, in the "
                "next line, its caption with a marker.",
            )
        else:
            figure.extend(chunk)
    return lead, figure


def _is_figure(chunk: Chunk, listed: int) -> bool:
    # Looked at twice, noted once: what is odd about the lines is noted when they are read.
    alt, *below = (read_marked(line, listed, Notes()) for line in chunk)
    return not alt.pieces and len(below) == 1 and not below[0].rest


def _lead_line(line: Line, reader: Reader) -> list[Statement]:
    """The sentences of a paragraph of the lead; one without a marker of its own is ``LLM``."""
    marked = read_marked(line, reader.listed, reader.notes)
    read: list[Statement] = []
    for piece in marked.pieces:
        *unmarked, last = sentences(piece.text)
        read.extend(reader.unmarked(text, "lead") for text in unmarked)
        read.append(reader.statement(Piece(line, last, piece.numbers)))
    read.extend(reader.unmarked(text, "lead") for text in sentences(marked.rest))
    return read


def _figure(lines: Sequence[Line], reader: Reader, wanted: FigureBrief | None) -> Figure:
    alt, *labels, below = lines if len(lines) > 1 else (*lines, *lines)
    if len(lines) < 2 or not all(LABEL.match(line.text) for line in labels):
        raise unreadable(
            lines[0],
            f"begins a figure of {len(lines)} lines",
            "A figure is its text alternative in one line and its caption in the next; between "
            "them may stand its labels, each behind a bullet and with a marker.",
        )
    marked = read_marked(below, reader.listed, reader.notes)
    if marked.pieces:
        caption = reader.single(below, "a caption")
    else:
        caption = reader.unmarked(marked.rest, "caption")
    # Ids are minted in reading order: the caption comes first.
    data = diagram(alt, labels, reader) if labels else _wheel(alt.text, wanted)
    if data is None:
        reader.notes.not_kept.append("figure: its text alternative does not say what is drawn")
    return Figure(type="figure", alt=alt.text, caption=caption, data=data)


def _wheel(alt: str, wanted: FigureBrief | None) -> Wheel | None:
    if wanted and re.search(rf"\b{re.escape(wanted.hub)}\b", alt, re.IGNORECASE):
        return Wheel(kind="wheel", hub=wanted.hub, spokes=wanted.spokes, marker=LLM)
    match = _WHEEL.search(alt)
    if match is None:
        return None
    names = [*match["others"].split(", "), match["last"].strip()]
    count = match["count"].lower()
    if len(names) != (int(count) if count.isdecimal() else _COUNTS.get(count)):
        return None
    spokes = tuple(Spoke(component=name, opposite=None) for name in names)
    return (
        Wheel(kind="wheel", hub=match["hub"], spokes=spokes, marker=LLM) if _fits(names) else None
    )


def _fits(names: Sequence[str]) -> bool:
    return 2 <= len(names) <= 8 and all(name[:1].isalnum() for name in names)
