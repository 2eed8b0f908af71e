"""A statement and its marker: numbered sources with their evidence, or ``LLM``."""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from citewright.model.base import PlainText, Slug, Value
from citewright.model.evidence import Evidence, EvidenceMissing

StatementId = Annotated[str, StringConstraints(pattern=r"^s-[0-9a-f]{12}$")]


class Citation(Value):
    """A source's key and the passage of it that stands behind the statement."""

    source: Slug
    evidence: Annotated[Evidence | EvidenceMissing, Field(discriminator="kind")]


class SourceMarker(Value):
    """The statement comes from these sources."""

    kind: Literal["sources"]
    citations: Annotated[tuple[Citation, ...], Field(min_length=1)]


class LlmMarker(Value):
    """The statement has no source: a language model wrote it."""

    kind: Literal["llm"]


Marker = Annotated[SourceMarker | LlmMarker, Field(discriminator="kind")]

LLM = LlmMarker(kind="llm")


class Statement(Value):
    """The unit that carries a marker.

    ``form`` says whether the text is the article's own wording or a quotation, whose text equals
    its evidence after the documented normalisation; a quotation has a source.
    """

    id: StatementId
    text: PlainText
    form: Literal["own_words", "quotation"]
    marker: Marker

    @model_validator(mode="after")
    def _quotations_have_sources(self) -> Self:
        if self.form == "quotation" and self.marker.kind != "sources":
            raise ValueError(f"a quotation needs a source: {self.text[:60]!r}")
        return self

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The citations of a sourced statement; none for one that is tagged ``LLM``."""
        return self.marker.citations if self.marker.kind == "sources" else ()


class StatementIds:
    """Mints statement ids: from the text, and from how often the same text came before.

    An id is minted once, when a statement is first written, and then kept: moving or rewording
    the statement later changes no link. Sections are drafted side by side, each with the ``scope``
    of its own id, so that no two of them mint the same one.
    """

    def __init__(self, scope: str = "") -> None:
        self._scope = scope
        self._seen: dict[str, int] = {}

    def mint(self, text: str) -> str:
        """A new id for a statement of this text."""
        nth = self._seen[text] = self._seen.get(text, 0) + 1
        return "s-" + hashlib.sha256(f"{self._scope}\0{nth}\0{text}".encode()).hexdigest()[:12]
