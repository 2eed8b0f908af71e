"""Text → passages: consecutive sentences of one block, under the heading above them.

No passage is cut out of a reference list: the titles of other works are no statements of this one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from citewright.model.evidence import Passage
from citewright.model.sentences import Span, sentence_spans

TARGET = 700
"""Code points that a passage has at most, unless a single sentence is longer."""

MIN_LETTERS = 20
"""Letters under which a block is a label, a page number or a table's cell."""

_HEADING = re.compile(r"^(#{1,6}) +(\S.*)$")
_REFERENCES = re.compile(
    r"(?:[\dIVX]+\.? )?(?:references?|bibliography|(?:literature|works|references) cited)",
    re.IGNORECASE,
)
# "BODY.RESULTS:" or "METHODS AND MATERIALS" on a line of its own in plain text, which has no other
# way to set a heading apart. Shorter ones are abbreviations that a line's break left alone.
_CAPITALS = re.compile(r"(?=(?:[^a-zA-Z]*[A-Z]){6})[A-Z0-9][^a-z!?|]{5,99}(?<![.,;])$")
_FINISHED = re.compile(r"[.!?:][\"'”’)\]]*(?:\s?\[[\d,\s–-]+\])?$")

_LABEL = re.compile(r"[A-Z]\w{2,20}(?: \w{2,20})?[.:]")

# What stands around an article, of use to its editors: dates, addresses, keywords, licences.
_FRONT_MATTER = re.compile(
    r"(?:received|accepted|submitted|revised|published)(?: online)?:?\s+"
    r"(?:\d{1,2}\s+[A-Z]|[A-Z][a-z]+\s+\d{1,2},)"
    r"|(?:edited by|reviewed by|citation|\*?correspondence(?: to)?|e-?mail|specialty section)\s*:"
    r"|\*?corresponding author|academic editor|(?:keywords?|key words|subjects)\s*:?\s+[A-Z]"
    r"|(?:keywords|key words)\s*:|how to cite this|this article was submitted to"
    r"|copyright\s+(?:©|\(c\)|\d{4})|©|distributed under\s|doi\s*:?\s*10\.",
    re.IGNORECASE,
)
_NO_LETTER = re.compile(r"[\W\d_]+")
_E_MAIL = re.compile(r"\S@\w[\w.-]*\.[a-z]{2,}\b")
# Of an address or a list of names nearly all words begin with a capital; of a title many do.
_CAPITAL_SHARE = 0.55


def split(text: str, *, source: str, snapshot: str, text_digest: str) -> tuple[Passage, ...]:
    """The passages of a snapshot's text, in its order.

    :param text: the stored text; all offsets are code points into it.
    :param source: the source's key.
    :param snapshot: the snapshot's tagged digest.
    :param text_digest: the digest of the text, from which the passages' ids come.
    :returns: passages none of which crosses a blank line or a heading; labels, rows of figures
        (see :data:`MIN_LETTERS`), names with addresses and the like are left out, and so is all
        from a heading such as "References" to the next one that is not below it.
    """
    passages: list[Passage] = []
    heading = ""
    references = 0
    for start, end in _blocks(text):
        title = _title(text[start:end])
        if title:
            heading = title
            references = _references(text[start:end], references)
            continue
        if references:
            continue
        spans = [(a + start, b + start) for a, b in sentence_spans(text[start:end])]
        for group in _groups(text, spans):
            first, last = group[0][0], group[-1][1]
            if not _is_prose(text[first:last]):
                continue
            passages.append(
                Passage(
                    id=Passage.name(text_digest, first, last),
                    source=source,
                    snapshot=snapshot,
                    start=first,
                    end=last,
                    text=text[first:last],
                    sentences=tuple(group),
                    heading=heading,
                )
            )
    return tuple(passages)


def _title(block: str) -> str:
    """A heading's words; empty for a block that is none."""
    line = block.rstrip()
    match = _HEADING.match(line)
    if match:
        return match[2]
    return line.rstrip(" :") if _CAPITALS.match(line) else ""


def _references(heading: str, inside: int) -> int:
    """The level of the reference list that a heading begins or goes on; 0 outside of any.

    :param inside: what this gave for the heading before.
    """
    match = _HEADING.match(heading.rstrip())
    # What only looks like a heading has no level, and in a reference list it may be anything.
    if match is None or len(match[1]) > inside > 0:
        return inside
    return len(match[1]) if _REFERENCES.fullmatch(match[2]) else 0


def _is_prose(text: str) -> bool:
    letters = len(_NO_LETTER.sub("", text))
    share = letters / len("".join(text.split()))
    ended = text.rstrip("\"'”’)]»")[-1:] in set(".!?:;…")
    if letters < MIN_LETTERS or share <= (0.4 if ended else 0.75) or _FRONT_MATTER.match(text):
        return False
    return ended or not _is_address(text)


def _is_address(text: str) -> bool:
    """Whether words without a sentence's end are names: of people, places, or a table's columns."""
    words = re.findall(r"[^\W\d_]\w*", text)
    capitals = sum(word[0].isupper() for word in words)
    return bool(_E_MAIL.search(text)) or capitals > _CAPITAL_SHARE * len(words)


def _blocks(text: str) -> Iterator[Span]:
    """Stretches without blank lines; a heading line is one by itself."""
    start: int | None = None
    place = 0
    before = ""
    for line in text.splitlines(keepends=True):
        body = line.rstrip()
        # In the middle of a sentence a line in capitals is a part of it.
        begins = start is None or bool(_FINISHED.search(before))
        heads = _HEADING.match(body) or (begins and _CAPITALS.match(body))
        if start is not None and (heads or not body):
            yield start, place
            start = None
        if heads:
            yield place, place + len(body)
        elif body and start is None:
            start = place
        place += len(line)
        before = body
    if start is not None:
        yield start, place


def _groups(text: str, spans: list[Span]) -> Iterator[list[Span]]:
    group: list[Span] = []
    for span in spans:
        if group and span[1] - group[0][0] > TARGET:
            # A label such as "Results." goes with what it names.
            kept = len(group) - (len(group) > 1 and bool(_LABEL.fullmatch(text, *group[-1])))
            yield group[:kept]
            group = group[kept:]
        group.append(span)
    if group:
        yield group
