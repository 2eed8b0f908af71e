"""Snapshots of sources, passages of snapshots, and the exact quotes that are evidence."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from citewright.model.base import Digest, PlainText, Slug, UtcTime, Value
from citewright.model.canonical import dump, tagged_digest
from citewright.model.source import Coverage

PassageId = Annotated[str, StringConstraints(pattern=r"^p-[0-9a-f]{16}$")]
Offset = Annotated[int, Field(ge=0)]


class Snapshot(Value):
    """What was retrieved from a source at one time; never changed.

    ``raw`` and ``text`` are the plain sha256 of the stored bytes and of the extracted text in
    UTF-8; ``length`` counts the text's Unicode code points, the unit of all offsets.
    """

    source: Slug
    covers: Coverage
    raw: Digest
    text: Digest
    length: Annotated[int, Field(ge=1)]
    media_type: PlainText
    retrieved: UtcTime
    requested: PlainText
    final_url: str | None
    extractor: PlainText
    extractor_version: PlainText

    @property
    def digest(self) -> str:
        """The tagged sha256 of the whole record."""
        return _snapshot_digest(self)


# One page of a version asks for each of its snapshots' names some ten times.
@lru_cache(maxsize=8192)
def _snapshot_digest(snapshot: Snapshot) -> str:
    return tagged_digest("citewright/snapshot/1", dump(snapshot))


class Passage(Value):
    """A stretch of a snapshot's text, cut at sentence borders.

    ``text`` is ``snapshot_text[start:end]``; ``sentences`` are offsets into the snapshot's text
    too. ``heading`` is the nearest heading above the passage, as far as the extractor saw one.
    """

    id: PassageId
    source: Slug
    snapshot: Digest
    start: Offset
    end: Offset
    text: Annotated[str, Field(min_length=1)]
    sentences: tuple[tuple[Offset, Offset], ...]
    heading: str

    @staticmethod
    def name(text_digest: str, start: int, end: int) -> str:
        """A passage's id: from the text's hash and the offsets, nothing else."""
        return "p-" + tagged_digest("citewright/passage/1", [text_digest, start, end])[7:23]


class TextQuoteSelector(Value):
    """W3C Web Annotation Data Model, 4.2.4."""

    type: Literal["TextQuoteSelector"]
    exact: Annotated[str, Field(min_length=1)]
    prefix: str
    suffix: str


class TextPositionSelector(Value):
    """W3C Web Annotation Data Model, 4.2.5: ``start`` inclusive, ``end`` exclusive."""

    type: Literal["TextPositionSelector"]
    start: Offset
    end: Offset

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.end <= self.start:
            raise ValueError(f"a position ends after it starts, not at {self.start}..{self.end}")
        return self


class Evidence(Value):
    """An exact quote in a stored snapshot.

    ``quote.exact`` equals ``snapshot_text[position.start:position.end]`` to the letter.
    """

    kind: Literal["quote"]
    snapshot: Digest
    passage: PassageId
    quote: TextQuoteSelector
    position: TextPositionSelector

    @model_validator(mode="after")
    def _lengths_agree(self) -> Self:
        if len(self.quote.exact) != self.position.end - self.position.start:
            raise ValueError("the quote is not as long as its position says")
        return self


class EvidenceMissing(Value):
    """A source is named, but no passage of it is at hand; such a pair is never published."""

    kind: Literal["missing"]
    reason: PlainText


CONTEXT = 80
"""Code points kept before and after a quote, enough to find it again where it stands twice."""


def quote_at(text: str, start: int, end: int, snapshot: str, passage: str) -> Evidence:
    """The evidence for ``text[start:end]``, both selectors derived from the stored text."""
    return Evidence(
        kind="quote",
        snapshot=snapshot,
        passage=passage,
        quote=TextQuoteSelector(
            type="TextQuoteSelector",
            exact=text[start:end],
            prefix=text[max(0, start - CONTEXT) : start],
            suffix=text[end : end + CONTEXT],
        ),
        position=TextPositionSelector(type="TextPositionSelector", start=start, end=end),
    )
