"""Small values for tests of the core: one invented source, its snapshot, articles and versions."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from citewright.model.article import (
    Article,
    Block,
    Column,
    Definition,
    DefinitionList,
    Example,
    Lead,
    ListBlock,
    Paragraph,
    Questions,
    Row,
    Section,
    Table,
    Video,
)
from citewright.model.canonical import bytes_digest
from citewright.model.evidence import EvidenceMissing, Passage, Snapshot, quote_at
from citewright.model.figure import Figure, Spoke, Wheel
from citewright.model.outlay import Spending, Usage
from citewright.model.source import CslItem, Source
from citewright.model.statement import LLM, Citation, SourceMarker, Statement, StatementIds
from citewright.model.verdict import Checker, Outcome, Reason, Verdict
from citewright.model.version import Cause, Generator, Version, content_digest

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
TEXT = (
    "Invented text. Breathing slowly lowered the pulse of 52 invented adults by 3.5 beats. "
    "The course lasts eight weeks and is taught in groups of twelve."
)
SPENT = Spending(
    section=None,
    role="draft",
    model="invented-model",
    calls=1,
    usage=Usage(input_tokens=10),
    cost_usd=Decimal("0.10"),
)
QUOTE = "The course lasts eight weeks"


def source(key: str = "invented-2020", tier: str = "T1") -> Source:
    csl = CslItem(type="book", title="An Invented Book")
    return Source(key=key, tier=tier, tier_reason="Invented.", csl=csl, access=())


def snapshot(text: str = TEXT, key: str = "invented-2020") -> Snapshot:
    return Snapshot(
        source=key,
        covers="full_text",
        raw=bytes_digest(text.encode()),
        text=bytes_digest(text.encode()),
        length=len(text),
        media_type="text/plain",
        retrieved=NOW,
        requested="invented.txt",
        final_url=None,
        extractor="plain",
        extractor_version="1",
    )


def citation(quote: str = QUOTE, text: str = TEXT, key: str = "invented-2020") -> Citation:
    taken = snapshot(text, key)
    start = text.index(quote)
    end = start + len(quote)
    name = Passage.name(taken.text, start, end)
    return Citation(source=key, evidence=quote_at(text, start, end, taken.digest, name))


def bare(key: str = "invented-2020") -> Citation:
    return Citation(source=key, evidence=EvidenceMissing(kind="missing", reason="not stored"))


class Desk:
    """Makes statements whose ids differ."""

    def __init__(self) -> None:
        self._ids = StatementIds()

    def llm(self, text: str = "A sentence of nobody's.") -> Statement:
        return Statement(id=self._ids.mint(text), text=text, form="own_words", marker=LLM)

    def cited(self, text: str = "It takes eight weeks.", *cited: Citation) -> Statement:
        marker = SourceMarker(kind="sources", citations=cited or (citation(),))
        return Statement(id=self._ids.mint(text), text=text, form="own_words", marker=marker)

    def quotation(self, text: str = QUOTE) -> Statement:
        return self.cited(text, citation(text)).model_copy(update={"form": "quotation"})


def section(*blocks: Block, name: str = "overview") -> Section:
    return Section(id=name, title="Overview", kind="prose", blocks=blocks, absent=None)


def paragraph(*statements: Statement) -> Paragraph:
    return Paragraph(type="paragraph", label=None, statements=statements)


def article(*statements: Statement, slug: str = "an-article") -> Article:
    desk = Desk()
    return with_sections(section(paragraph(*(statements or (desk.cited(),)))), slug=slug)


def with_sections(
    *sections: Section, slug: str = "an-article", figure: Figure | None = None
) -> Article:
    return Article(
        slug=slug,
        title="An Article",
        taxonomy=("invented",),
        lead=Lead(statements=(), absent="nothing was drafted"),
        figure=figure,
        sections=sections,
        sources=(source(),),
        see_also=(),
    )


def figure(desk: Desk) -> Figure:
    spokes = (Spoke(component="calm", opposite="hurry"), Spoke(component="rest", opposite=None))
    return Figure(
        type="figure",
        alt="A wheel of two.",
        caption=desk.llm("The two parts."),
        data=Wheel(kind="wheel", hub="breathing", spokes=spokes, marker=LLM),
    )


def every_block(desk: Desk) -> tuple[Block, ...]:
    """One block of each kind."""
    column = Column(header="Goal", marker=LLM)
    return (
        Paragraph(type="paragraph", label="Note", statements=(desk.cited(), desk.quotation())),
        ListBlock(type="list", ordered=True, items=(desk.llm(), desk.llm())),
        DefinitionList(
            type="definition_list", entries=(Definition(term="Pulse", statement=desk.llm()),)
        ),
        Table(
            type="table",
            columns=(column, column),
            claim_header="Mechanism",
            rows=(Row(cells=("a", "b"), claim=desk.cited("Eight weeks suffice.")),),
        ),
        Example(type="example", label="An example", statement=desk.llm()),
        Questions(type="questions", items=(desk.llm("Who breathes?"),)),
        figure(desk),
        Video(type="video", label="A video", url="https://video.example/1"),
    )


def verdict(statement: Statement, index: int, outcome: Outcome = "supported") -> Verdict:
    return Verdict(
        statement=statement.id,
        citation=index,
        source=statement.citations[index].source,
        outcome=outcome,
        checker=Checker(name="invented", version="1"),
        score="0.5",
        reasons=(Reason(code="invented", certainty="certain", detail="Invented."),),
        assessed=NOW,
    )


def verdicts(content: Article, outcome: Outcome = "supported") -> tuple[Verdict, ...]:
    return tuple(
        verdict(statement, index, outcome)
        for statement in content.statements()
        for index in range(len(statement.citations))
    )


def version(
    said: Article | None = None,
    *,
    number: str = "1.0",
    parent: str | None = None,
    outcome: Outcome = "supported",
    **changes: object,
) -> Version:
    content = said or article()
    values: dict[str, object] = {
        "format": "citewright/version/1",
        "slug": content.slug,
        "number": number,
        "created": NOW,
        "generator": Generator(drafter="extractive", models=()),
        "article": content,
        "content": content_digest(content),
        "snapshots": (snapshot(),),
        "verdicts": verdicts(content, outcome),
        "history": (),
        "findings": (),
        "failed": (),
        "files": (),
        "answers": (),
        "spending": (SPENT,),
        "usage": SPENT.usage,
        "cost_usd": SPENT.cost_usd,
        "parent": parent,
        "cause": Cause(kind="generate", detail="invented"),
    }
    return Version.model_validate(values | changes)
