"""The treatment-plan table, whose rows stand on the page without anything between the cells."""

from __future__ import annotations

import re
from collections.abc import Sequence

from citewright.errors import DocumentError
from citewright.importing.markers import Piece, read_final
from citewright.importing.page import Line, unreadable
from citewright.importing.report import Unmarked
from citewright.importing.statements import Reader
from citewright.model.article import Column, Row, Table
from citewright.model.statement import LLM

HEADER = re.compile(r"^(Goal) (\S.*\bobjectives?\b.*) (Mechanism)$", re.IGNORECASE)

# An objective opens with the time it is given: "Over 8 weeks", "By the end of week 4".
_OBJECTIVE = re.compile(
    r" (?=(?:Daily|Nightly|Weekly|Monthly)\b"
    r"|(?:Over|Within|For|By|In|During|After|Across|Throughout|Until|Each|Every)"
    r"(?: [^\s,]+){0,5}? (?:minute|hour|day|night|week|month|year|session|visit|meeting"
    r"|appointment|discharge|treatment)s?\b)"
)
# A word that opens a cell: a capital letter, then small ones ("Self-kindness", not "MSC").
_OPENING = re.compile(r" (?=[A-Z][a-z])")
_ACRONYM = re.compile(r" (?=[A-Z]{2})")
# No cell ends with one of these, so that a capital after them is a name's: "the Beck inventory".
_JOINING = frozenset(
    "a an and as at by for from her his in into its of on onto or per than that the their to "
    "toward towards using versus vs with within without".split()
)
_HINT = (
    "A row is: a goal; an objective that opens with its time (Over 8 weeks, …); a mechanism that "
    "opens with a capital letter; the marker."
)


def read_table(lines: Sequence[Line], reader: Reader, section: str) -> Table:
    """A table of goals, objectives and mechanisms from its header line and its rows.

    Goals and objectives are illustrations: their columns are ``LLM``, and the report lists each
    cell.

    :param lines: the header line, which :data:`HEADER` matches, and the rows.
    :param section: the section's id, for the report.
    :raises DocumentError: when there is no row, or when a row cannot be split in one way only.
    """
    header = HEADER.match(lines[0].text)
    if header is None or len(lines) == 1:
        raise unreadable(lines[0], "heads a table without rows", _HINT)
    goal, objective, claim = header.groups()
    rows = []
    for number, line in enumerate(lines[1:], 1):
        piece = read_final(line, reader.listed, reader.notes)
        if piece is None:
            raise reader.no_marker(line, line.text)
        *cells, mechanism = _split_row(number, piece, reader)
        for column, cell in zip((goal, objective), cells, strict=True):
            where = f"{section}, row {number}, {column}"
            reader.notes.unmarked.append(Unmarked(None, cell, where))
        statement = reader.statement(Piece(line, mechanism, piece.numbers))
        rows.append(Row(cells=tuple(cells), claim=statement))
    columns = (Column(header=goal, marker=LLM), Column(header=objective, marker=LLM))
    return Table(type="table", columns=columns, claim_header=claim, rows=tuple(rows))


def _split_row(number: int, piece: Piece, reader: Reader) -> tuple[str, str, str]:
    """Goal, objective and mechanism of a row.

    The objective begins at the first time phrase, the mechanism at the one capitalised word after
    it that can open a cell. The report is told where a name or an acronym stands so near that the
    cell might have begun there.
    """
    text = piece.text
    objective = _OBJECTIVE.search(text)
    if objective is None:
        raise _unsplit(number, piece, "no objective that opens with its time")
    start = objective.end() + 1
    clear, hidden = _openings(_OPENING, text, start)
    places = clear + [place for place in hidden if not _in_name(text, clear, place)]
    if len(places) != 1:
        raise _unsplit(number, piece, f"{len(places)} places where a mechanism could begin")
    border = places[0]
    if hidden or _openings(_ACRONYM, text, start)[0]:
        reader.notes.warn(
            f"line {piece.line.number}: row {number} holds names or acronyms near the border of "
            f"two cells; the mechanism was taken to be {text[border + 1 :]!r}"
        )
    return text[: objective.start()], text[objective.end() : border], text[border + 1 :]


def _openings(pattern: re.Pattern[str], text: str, start: int) -> tuple[list[int], list[int]]:
    """The spaces at which a cell can begin: after a small word or a number, and after a capital.

    The latter are hidden: the capital before may belong to the same name ("Stress Reduction") or
    end the cell before ("the PHQ-9 Activation").
    """
    clear: list[int] = []
    hidden: list[int] = []
    for match in pattern.finditer(text, start):
        word = text[: match.start()].rsplit(" ", 1)[-1]
        if word[-1].isalnum() and word not in _JOINING:
            (hidden if word[0].isupper() else clear).append(match.start())
    return clear, hidden


def _in_name(text: str, clear: Sequence[int], place: int) -> bool:
    """Whether only capitalised words stand between the one clear opening and this place."""
    return (
        len(clear) == 1
        and all(word[0].isupper() for word in text[clear[0] : place].split())
        and clear[0] < place
    )


def _unsplit(number: int, piece: Piece, why: str) -> DocumentError:
    return unreadable(
        Line(piece.line.number, piece.text), f"is row {number} of a table, with {why}", _HINT
    )
