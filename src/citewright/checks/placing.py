"""The statements of a finished article as the checks know them from drafts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from citewright.checks.building import FRAMING_LABEL
from citewright.checks.examine import CLAIMING_ROLES, Role
from citewright.model.article import Article, Block, block_statements
from citewright.model.brief import Outline, SectionSpec
from citewright.model.draft import DraftCitation, DraftStatement
from citewright.model.evidence import Evidence, Passage
from citewright.model.figure import Figure
from citewright.model.statement import Citation, Statement


@dataclass(frozen=True)
class Placed:
    """A statement with where it stands and what it is there.

    ``section`` is the section's id, ``lead`` or ``figure``; ``heading`` its title.
    """

    section: str
    heading: str
    role: Role
    statement: Statement

    @property
    def claims(self) -> bool:
        """Whether it asserts something, as examples, questions and framing do not."""
        return self.role in CLAIMING_ROLES


def placed(article: Article) -> Iterator[Placed]:
    """All statements of an article in reading order."""
    yield from (Placed("lead", article.title, "prose", one) for one in article.lead.statements)
    if article.figure:
        yield from _figure("figure", article.title, article.figure)
    for section in article.sections:
        for block in section.blocks:
            if isinstance(block, Figure):
                yield from _figure(section.id, section.title, block)
                continue
            role = _role(block)
            for statement in block_statements(block):
                yield Placed(section.id, section.title, role, statement)


def _figure(section: str, heading: str, figure: Figure) -> Iterator[Placed]:
    caption, *labels = figure.statements
    yield Placed(section, heading, "claim", caption)
    yield from (Placed(section, heading, "label", one) for one in labels)


def _role(block: Block) -> Role:
    match block.type:
        case "example":
            return "example"
        case "questions":
            return "question"
        case "table" | "definition_list":
            return "claim"
    return "framing" if getattr(block, "label", None) == FRAMING_LABEL else "prose"


def spec_of(outline: Outline, section: str) -> SectionSpec:
    """What the outline says of a section; of one that it does not know, nothing is demanded."""
    known = {spec.id: spec for spec in outline.drafted}
    free = {"id": section, "claims": (), "tiers": ("T1", "T2", "T3"), "llm": True}
    return known.get(section) or outline.lead.model_copy(update=free)


def as_draft(statement: Statement, passages: Mapping[str, Passage]) -> DraftStatement:
    """A statement as if it had just been drafted, with those citations that have evidence.

    :param passages: the passages that may be cited, by id. Where the passage that the evidence
        names is not among them, since texts are cut otherwise today, the one that holds it is.
    """
    cited = tuple(
        DraftCitation(
            passage=_home(citation.evidence, passages), quote=citation.evidence.quote.exact
        )
        for citation in quoted(statement)
        if citation.evidence.kind == "quote"
    )
    marker = "sources" if statement.marker.kind == "sources" else "llm"
    return DraftStatement.model_validate(
        {"citations": cited, "marker": marker, "text": statement.text}
    )


def quoted(statement: Statement) -> tuple[Citation, ...]:
    """The citations of a statement that have evidence."""
    return tuple(one for one in statement.citations if one.evidence.kind == "quote")


def _home(evidence: Evidence, passages: Mapping[str, Passage]) -> str:
    if evidence.passage in passages:
        return evidence.passage
    start = evidence.position.start
    homes = (
        passage.id
        for passage in passages.values()
        if passage.snapshot == evidence.snapshot and passage.start <= start < passage.end
    )
    return next(homes, evidence.passage)
