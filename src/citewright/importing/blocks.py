"""The blocks of a section, told apart by how their lines begin and end."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Literal

from citewright.importing.markers import Piece, read_marked
from citewright.importing.page import ITEM, PLAY, Line, Part, items, unreadable
from citewright.importing.statements import Reader
from citewright.importing.table import HEADER, read_table
from citewright.model.article import (
    Block,
    Definition,
    DefinitionList,
    Example,
    ListBlock,
    Paragraph,
    Questions,
    Section,
    SectionKind,
    Table,
    Video,
)

NO_TEXT = "the imported page has no text here"

_EXAMPLE = re.compile(r"^(LLM-generated illustrative example[^:]{0,60}): (.+)$")
_LABELLED = re.compile(r"^(Therapeutic framing)\. (.+)$")
_DEFINITION = re.compile(r"^(\S.{0,79}?) — (\S.*)$")

# What a section is called decides only where its text leaves it open.
_KIND_BY_TITLE: tuple[tuple[SectionKind, re.Pattern[str]], ...] = (
    ("definitions", re.compile(r"\b(?:terms|glossary|definitions|vocabulary)\b", re.IGNORECASE)),
    ("questions", re.compile(r"\bquestions\b", re.IGNORECASE)),
    ("smart_table", re.compile(r"\bSMART\b|\btreatment[- ]plan", re.IGNORECASE)),
    ("resources", re.compile(r"\bresources\b|\bfurther reading\b", re.IGNORECASE)),
)

_LineKind = Literal["example", "numbered", "bullet", "video", "labelled", "plain"]


def read_section(part: Part, section: str, reader: Reader, video: str | None) -> Section:
    """A section with its blocks, or absent where nothing stands under its heading.

    :param section: the section's id.
    :param video: the address of the video that the brief chose, if any.
    :raises DocumentError: when a line cannot be understood.
    """
    titled = _kind_by_title(part.heading.text)
    body = _Body(section, reader, video, terms=titled == "definitions")
    blocks = body.read(part)
    return Section(
        id=section,
        title=part.heading.text,
        kind=_kind(blocks) if blocks else titled,
        blocks=blocks,
        absent=None if blocks else NO_TEXT,
    )


def _kind_by_title(title: str) -> SectionKind:
    return next((kind for kind, words in _KIND_BY_TITLE if words.search(title)), "prose")


def _kind(blocks: Sequence[Block]) -> SectionKind:
    if any(isinstance(block, Table) for block in blocks):
        return "smart_table"
    if any(isinstance(block, DefinitionList) for block in blocks):
        return "definitions"
    if any(isinstance(block, Video) for block in blocks):
        return "resources"
    return "questions" if all(isinstance(block, Questions) for block in blocks) else "prose"


def _line_kind(line: Line) -> _LineKind:
    if _EXAMPLE.match(line.text):
        return "example"
    if item := ITEM.match(line.text):
        return "numbered" if item["number"] else "bullet"
    if line.text.startswith(PLAY):
        return "video"
    return "labelled" if _LABELLED.match(line.text) else "plain"


class _Body:
    """Reads the lines of one section."""

    def __init__(self, section: str, reader: Reader, video: str | None, *, terms: bool) -> None:
        self._section = section
        self._reader = reader
        self._video = video
        self._terms = terms
        self._readers: dict[_LineKind, Callable[[Sequence[Line]], Iterator[Block]]] = {
            "example": self._examples,
            "numbered": self._numbered,
            "bullet": self._bullets,
            "video": self._videos,
            "labelled": self._labelled,
            "plain": self._plain,
        }

    def read(self, part: Part) -> tuple[Block, ...]:
        blocks: list[Block] = []
        for chunk in part.chunks:
            for kind, lines in groupby(chunk, key=_line_kind):
                blocks.extend(self._readers[kind](tuple(lines)))
        return tuple(_merged(blocks))

    def _plain(self, lines: Sequence[Line]) -> Iterator[Block]:
        if HEADER.match(lines[0].text):
            yield read_table(lines, self._reader, self._section)
            return
        for line in lines:
            if self._terms and _DEFINITION.match(line.text):
                yield self._definitions(line)
            else:
                yield self._paragraph(line, None)

    def _paragraph(self, line: Line, label: str | None) -> Paragraph:
        statements = self._reader.paragraph(line, self._section)
        return Paragraph(type="paragraph", label=label, statements=statements)

    def _labelled(self, lines: Sequence[Line]) -> Iterator[Block]:
        for line in lines:
            label, text = _groups(_LABELLED, line)
            yield self._paragraph(text, label)

    def _definitions(self, line: Line) -> DefinitionList:
        marked = read_marked(line, self._reader.listed, self._reader.notes)
        if marked.rest:
            raise self._reader.no_marker(line, marked.rest)
        entries = []
        for piece in marked.pieces:
            match = _DEFINITION.match(piece.text)
            if match is None:
                raise unreadable(
                    Line(line.number, piece.text),
                    "stands among key terms and is none",
                    "Write “Term — definition”, or put the sentence into a paragraph of its own.",
                )
            statement = self._reader.statement(Piece(line, match[2], piece.numbers))
            entries.append(Definition(term=match[1], statement=statement))
        return DefinitionList(type="definition_list", entries=tuple(entries))

    def _examples(self, lines: Sequence[Line]) -> Iterator[Block]:
        for line in lines:
            label, text = _groups(_EXAMPLE, line)
            marked = read_marked(text, self._reader.listed, self._reader.notes)
            if any(piece.numbers for piece in marked.pieces):
                raise unreadable(
                    line,
                    "is an illustrative example that cites a source",
                    "Examples are tagged LLM; put what a source says into a paragraph.",
                )
            if len(marked.pieces) + bool(marked.rest) > 1:
                self._reader.notes.warn(
                    f"line {line.number}: an example with several markers became several examples"
                )
            for piece in marked.pieces:
                statement = self._reader.statement(piece)
                yield Example(type="example", label=label, statement=statement)
            if marked.rest:
                # Its label says that a language model wrote it: this marker is no guess.
                statement = self._reader.unmarked(marked.rest, self._section)
                yield Example(type="example", label=label, statement=statement)

    def _bullets(self, lines: Sequence[Line]) -> Iterator[Block]:
        read = tuple(self._reader.single(line, "a list's item") for line in items(lines))
        if all(statement.text.endswith("?") for statement in read):
            yield Questions(type="questions", items=read)
        else:
            yield ListBlock(type="list", ordered=False, items=read)

    def _numbered(self, lines: Sequence[Line]) -> Iterator[Block]:
        for expected, line in enumerate(lines, 1):
            match = ITEM.match(line.text)
            if match is None or int(match["number"]) != expected:
                raise unreadable(
                    line, f"stands where a list's item {expected} should", "Number a list from 1."
                )
        read = tuple(self._reader.single(line, "a list's item") for line in items(lines))
        yield ListBlock(type="list", ordered=True, items=read)

    def _videos(self, lines: Sequence[Line]) -> Iterator[Block]:
        for line in lines:
            label = line.text.removeprefix(PLAY).lstrip("\ufe0e\ufe0f ").removesuffix(":").rstrip()
            if not label:
                raise unreadable(line, "is a place for a video without a label", "Say what it is.")
            # The brief chose one video: a second place stays empty.
            yield Video(type="video", label=label, url=self._video)
            self._video = None


def _groups(pattern: re.Pattern[str], line: Line) -> tuple[str, Line]:
    """The label of a line that the pattern matches, and the text behind it."""
    match = pattern.match(line.text)
    assert match is not None, "the line was sorted by this pattern"
    return match[1].rstrip(), Line(line.number, match[2])


def _merged(blocks: Sequence[Block]) -> Iterator[Block]:
    """Key terms that stand line by line as one list."""
    for terms, group in groupby(blocks, key=lambda block: isinstance(block, DefinitionList)):
        if not terms:
            yield from group
            continue
        lists = [block for block in group if isinstance(block, DefinitionList)]
        entries = tuple(entry for block in lists for entry in block.entries)
        yield DefinitionList(type="definition_list", entries=entries)
