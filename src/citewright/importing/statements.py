"""Making statements of what was read, with ids in reading order."""

from __future__ import annotations

import re
from collections.abc import Sequence

from citewright.errors import DocumentError
from citewright.importing.markers import Piece, read_marked, unlisted_at_end
from citewright.importing.page import Line, unreadable
from citewright.importing.report import Notes, Unmarked
from citewright.model.evidence import EvidenceMissing
from citewright.model.source import Source
from citewright.model.statement import LLM, Citation, Marker, SourceMarker, Statement, StatementIds

NO_PASSAGE = EvidenceMissing(
    kind="missing",
    reason="Imported from a published page that names the source but not the passage.",
)

_LONE_TAG = re.compile(r"(?:^| )LLM(?= |[,:.?!;]|$)")


def sentences(text: str) -> list[str]:
    """A text's sentences, as nupunkt sees them; white space between them is dropped."""
    # Imported here: its model takes a tenth of a second, and few commands read a page.
    import nupunkt

    spans = nupunkt.sent_spans(text)
    return [sentence for start, end in spans if (sentence := text[start:end].strip())]


class Reader:
    """Turns lines into statements: what they cite resolved, ids minted, oddities noted."""

    def __init__(self, sources: Sequence[Source], notes: Notes) -> None:
        self._keys = [source.key for source in sources]
        self._ids = StatementIds()
        self.notes = notes

    @property
    def listed(self) -> int:
        """How many sources the page lists."""
        return len(self._keys)

    def statement(self, piece: Piece) -> Statement:
        """A marked piece of a line as a statement."""
        if _LONE_TAG.search(piece.text):
            self.notes.warn(
                f"line {piece.line.number}: the word LLM stands inside a statement, where it may "
                f"be a marker that was not recognised: {piece.text[:60]!r}"
            )
        return self._make(piece.text, self._marker(piece.numbers))

    def unmarked(self, text: str, where: str) -> Statement:
        """A text without a marker as an ``LLM`` statement, which the report lists."""
        statement = self._make(text, LLM)
        self.notes.unmarked.append(Unmarked(statement.id, text, where))
        return statement

    def paragraph(self, line: Line, where: str) -> tuple[Statement, ...]:
        """A line of running text as statements.

        A number that no source has ends no statement; where it ends the line, the text with that
        number is ``LLM`` and listed, since nothing that is known stands behind it.

        :raises DocumentError: when the line, or its end, has no marker.
        """
        marked = read_marked(line, self.listed, self.notes)
        for piece in marked.pieces:
            self._warn_of_several(piece)
        read = [self.statement(piece) for piece in marked.pieces]
        if marked.rest:
            if unlisted_at_end(marked.rest, self.listed) is None:
                raise self.no_marker(line, marked.rest)
            read.append(self.unmarked(marked.rest, where))
        return tuple(read)

    def single(self, line: Line, what: str) -> Statement:
        """A line that is one statement, its marker at the end.

        :param what: what the line is, for the message.
        :raises DocumentError: when it has no marker or several statements.
        """
        marked = read_marked(line, self.listed, self.notes)
        if marked.rest:
            raise self.no_marker(line, marked.rest)
        if len(marked.pieces) > 1:
            raise unreadable(
                line,
                f"is {what} with {len(marked.pieces)} markers",
                f"Give {what} one marker, at its end.",
            )
        return self.statement(marked.pieces[0])

    def no_marker(self, line: Line, rest: str) -> DocumentError:
        """The error for text that no marker follows."""
        return unreadable(
            Line(line.number, rest),
            "has no marker at its end",
            f"End each statement with LLM or the number of one of the {self.listed} sources; "
            "a heading stands alone between blank lines, without end punctuation.",
        )

    def _make(self, text: str, marker: Marker) -> Statement:
        return Statement(id=self._ids.mint(text), text=text, form="own_words", marker=marker)

    def _marker(self, numbers: Sequence[int]) -> Marker:
        if not numbers:
            return LLM
        cited = (Citation(source=self._keys[n - 1], evidence=NO_PASSAGE) for n in numbers)
        return SourceMarker(kind="sources", citations=tuple(cited))

    def _warn_of_several(self, piece: Piece) -> None:
        count = len(sentences(piece.text))
        if count > 1:
            self.notes.warn(
                f"line {piece.line.number}: {count} sentences share one marker and were kept as "
                f"one statement: {piece.text[:60]!r}"
            )
