"""Briefs (what an article is to be) and outlines (which sections its kind has)."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from citewright.model.article import SectionKind, SeeAlso
from citewright.model.base import PlainText, Slug, Value
from citewright.model.figure import Spoke
from citewright.model.source import Tier

BlockType = Literal[
    "paragraph", "list", "definition_list", "table", "example", "questions", "figure", "video"
]

ClaimKind = Literal[
    "definition", "history", "mechanism", "technique", "efficacy", "safety", "indication",
    "training", "illustration", "reflection",
]  # fmt: skip


class SectionSpec(Value):
    """What an outline says of one section.

    ``purpose`` is what the reader needs from it; ``terms`` are words that passages for it tend to
    hold, used for ranking; ``words`` is the wanted length, least and most; ``llm`` says whether
    statements without a source are allowed here.
    """

    id: Slug
    title: PlainText
    kind: SectionKind
    purpose: PlainText
    terms: tuple[PlainText, ...]
    blocks: Annotated[tuple[BlockType, ...], Field(min_length=1)]
    claims: tuple[ClaimKind, ...]
    tiers: Annotated[tuple[Tier, ...], Field(min_length=1)]
    words: tuple[Annotated[int, Field(ge=0)], Annotated[int, Field(ge=0)]]
    llm: bool


class Outline(Value):
    """The sections that an article of this kind has, in their order."""

    name: Slug
    title: PlainText
    lead: SectionSpec
    figure: SectionSpec | None = None
    sections: Annotated[tuple[SectionSpec, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _ids_differ(self) -> Self:
        if self.lead.id != "lead":
            raise ValueError(f"the lead's id is 'lead', not {self.lead.id!r}")
        if self.figure and (self.figure.id, self.figure.kind) != ("figure", "figure"):
            raise ValueError("the figure's id and kind are 'figure'")
        if any(section.kind == "figure" for section in (self.lead, *self.sections)):
            raise ValueError("a figure stands under 'figure', not among the sections")
        for section in self.drafted:
            if section.words[0] > section.words[1]:
                raise ValueError(f"section {section.id!r} wants more words at least than at most")
        ids = [section.id for section in self.drafted]
        if len(set(ids)) != len(ids):
            raise ValueError("a section id stands twice in the outline")
        return self

    @property
    def drafted(self) -> tuple[SectionSpec, ...]:
        """All that is to be drafted, in the order of the page: lead, figure, sections."""
        return (self.lead, *((self.figure,) if self.figure else ()), *self.sections)

    def section(self, section_id: str) -> SectionSpec:
        """The specification of this id."""
        return next(spec for spec in self.drafted if spec.id == section_id)


class FigureBrief(Value):
    """The figure an editor asks for; its labels and caption are tagged ``LLM``."""

    kind: Literal["wheel"]
    hub: PlainText
    spokes: Annotated[tuple[Spoke, ...], Field(min_length=2, max_length=8)]
    alt: PlainText
    caption: PlainText


class VideoBrief(Value):
    """The video an editor chose; without an address the place for it stays empty."""

    label: PlainText
    url: Annotated[str, Field(pattern=r"^https://[^\s<>\"]+$")] | None


class Brief(Value):
    """What an editor orders: an article's title, its place in the taxonomy, outline and sources."""

    slug: Slug
    title: PlainText
    topic: PlainText
    taxonomy: tuple[PlainText, ...]
    outline: Slug
    sources: Annotated[tuple[Slug, ...], Field(min_length=1)]
    figure: FigureBrief | None = None
    video: VideoBrief | None = None
    see_also: tuple[SeeAlso, ...] = ()

    @model_validator(mode="after")
    def _sources_differ(self) -> Self:
        if len(set(self.sources)) != len(self.sources):
            raise ValueError("a source stands twice in the brief")
        return self
