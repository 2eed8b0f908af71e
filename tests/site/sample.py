"""Sample versions for the pages' tests: invented text about an invented practice."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from citewright.model.article import (
    Article,
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
    SeeAlso,
    Table,
    Video,
)
from citewright.model.canonical import bytes_digest
from citewright.model.figure import Figure, Spoke, Wheel
from citewright.model.outlay import FileHash, Usage
from citewright.model.statement import LLM, Marker
from citewright.model.verdict import Reason, Verdict
from citewright.model.version import (
    Cause,
    Event,
    Generator,
    Version,
    content_digest,
)
from citewright.site.context import PageContext
from citewright.site.frame import Frame
from tests.site.sample_parts import DATE, TEXTS, Desk, snapshot, sources

Drafter = Literal["claude", "extractive", "import"]


def wheel(spokes: int = 3, *, marker: Marker = LLM) -> Wheel:
    """A wheel of invented components."""
    pairs = [
        ("steady rhythm", "hurry"),
        ("shared path", "isolation"),
        ("attention to the breath", "over-identification with thoughts"),
        ("warm-heartedness", "self-judgment"),
        ("patience", None),
        ("curiosity", "indifference"),
        ("acceptance", "experiential avoidance"),
        ("playfulness", "grim determination"),
    ]
    return Wheel(
        kind="wheel",
        hub="paced walking",
        spokes=tuple(Spoke(component=c, opposite=o) for c, o in pairs[:spokes]),
        marker=marker,
    )


def figure(desk: Desk, data: Wheel | None) -> Figure:
    """A figure with an invented caption."""
    return Figure(
        type="figure",
        alt="A wheel with paced walking at the hub and its invented components around it.",
        caption=desk.llm("The components of Paced Walking, each against its opposite."),
        data=data,
    )


def sections(desk: Desk) -> tuple[Section, ...]:
    """One section for each kind of block, and one that is absent."""
    trial, institute, handbook = "sample-trial-2020", "sample-institute", "sample-handbook"
    overview = (
        Paragraph(
            type="paragraph",
            label=None,
            statements=(
                desk.cited(
                    "Paced Walking is a sample practice taught in six weekly hours.",
                    (institute, "teaches Paced Walking in six weekly hours"),
                ),
                desk.cited(
                    "Its calm exceeded that of ordinary walking in one small sample.",
                    (trial, "Calm rose in both groups, and rose more in the paced group."),
                    (handbook, "It says that the name is older than the practice."),
                    outcome="partial",
                ),
                desk.llm("Whether that matters to anyone was not asked."),
                desk.cited("A talk is said to have started it.", ("sample-talk", None)),
            ),
        ),
        ListBlock(
            type="list",
            ordered=True,
            items=(
                desk.cited(
                    "Breathe in for four steps.",
                    (institute, "four steps to a breath in"),
                ),
                desk.llm("Breathe out for longer than that."),
            ),
        ),
        Example(
            type="example",
            label="LLM-generated illustrative example (not a guideline)",
            statement=desk.llm(
                "An invented walker counts her steps along a corridor and notices that "
                "she has stopped hurrying."
            ),
        ),
    )
    quotes = Paragraph(
        type="paragraph",
        label=None,
        statements=(
            desk.quotation(trial, "Forty invented walkers took part for six weeks."),
            desk.quotation(institute, "Participants are told to stop whenever they feel dizzy."),
        ),
    )
    return (
        section("overview", "Overview", "prose", *overview),
        section("evidence-base", "Evidence Base", "prose", quotes),
        Section(
            id="cautions",
            title="Cautions",
            kind="prose",
            blocks=(),
            absent="no stored source says anything about cautions",
        ),
        section("plan", "Plan & SMART Objectives", "smart_table", table(desk), framing(desk)),
        section("terms", "Key Terms", "definitions", terms(desk)),
        section(
            "resources",
            "Resources & Further Reading",
            "resources",
            Video(type="video", label="a sample video:", url=None),
            Video(type="video", label="another one", url="https://video.example/watch?v=1"),
        ),
        section(
            "questions",
            "Reflective Questions",
            "questions",
            Questions(
                type="questions",
                items=(
                    desk.llm("When is walking slowly a way of not arriving?"),
                    desk.llm("Who sets the pace?"),
                ),
            ),
        ),
    )


def section(name: str, title: str, kind: str, *blocks: object) -> Section:
    """A section of these blocks."""
    return Section(id=name, title=title, kind=kind, blocks=blocks, absent=None)


def table(desk: Desk) -> Table:
    """The table of goals."""
    return Table(
        type="table",
        columns=(
            Column(header="Goal", marker=LLM),
            Column(header="SMART objective (example)", marker=LLM),
        ),
        claim_header="Mechanism",
        rows=(
            Row(
                cells=("Slow down", "Over 2 weeks, client walks at a pace on 4 of 7 days"),
                claim=desk.cited(
                    "Longer breathing out", ("sample-institute", "six steps to a breath out")
                ),
            ),
            Row(
                cells=("Stop in time", "Within 3 walks, client names one sign of dizziness"),
                claim=desk.llm("Noticing early"),
            ),
        ),
    )


def framing(desk: Desk) -> Paragraph:
    """The labelled sentence for the record."""
    return Paragraph(
        type="paragraph",
        label="Therapeutic framing",
        statements=(desk.llm("Client and clinician walked at a pace."),),
    )


def terms(desk: Desk) -> DefinitionList:
    """Two terms."""
    return DefinitionList(
        type="definition_list",
        entries=(
            Definition(
                term="Pace",
                statement=desk.cited(
                    "Four steps in, six steps out.",
                    ("sample-institute", "A pace is four steps to a breath in and six steps"),
                ),
            ),
            Definition(term="Hurry", statement=desk.llm("What a pace is set against.")),
        ),
    )


def article(desk: Desk) -> Article:
    """An article that holds every kind of block."""
    return Article(
        slug="paced-walking",
        title="Paced Walking (PW)",
        taxonomy=("sample", "invented practices", "walking"),
        lead=Lead(
            statements=(
                desk.llm("Paced Walking is an invented practice that stands here as sample data."),
                desk.cited(
                    "One invented trial found a small difference.",
                    ("sample-trial-2020", "The difference was small"),
                ),
            ),
            absent=None,
        ),
        figure=figure(desk, wheel()),
        sections=sections(desk),
        sources=sources(),
        see_also=(
            SeeAlso(slug="slow-reading", title="Slow Reading"),
            SeeAlso(slug="unwritten", title="Unwritten"),
        ),
    )


def version(drafter: Drafter = "claude") -> Version:
    """A version by this drafter."""
    desk = Desk()
    return of(article(desk), desk.verdicts, drafter)


def of(content: Article, verdicts: list[Verdict], drafter: Drafter = "claude") -> Version:
    """A version of this article."""
    models = {"claude": ("sample-model-1",), "extractive": (), "import": ("sample-model-0",)}
    return Version(
        format="citewright/version/1",
        slug=content.slug,
        number="1.0",
        created=DATE,
        generator=Generator(drafter=drafter, models=models[drafter]),
        article=content,
        content=content_digest(content),
        snapshots=tuple(snapshot(key) for key in TEXTS),
        verdicts=tuple(verdicts),
        failed=(),
        history=(
            Event(
                section="overview",
                text="A sentence that failed.",
                action="dropped",
                attempt=2,
                reasons=(Reason(code="sample", certainty="certain", detail="not in the source"),),
            ),
        ),
        files=(FileHash(name="prompts/section.md", sha256=bytes_digest(b"sample prompt")),),
        findings=(),
        answers=(),
        spending=(),
        usage=Usage(),
        cost_usd=Decimal(0),
        parent=None,
        cause=Cause(kind="import" if drafter == "import" else "generate", detail="sample data"),
    )


def context(**changes: object) -> PageContext:
    """A checked and published page with a home."""
    frame = Frame(
        site_name=changes.pop("site_name", "Sample Wiki"),
        home=changes.pop("home_href", "../index.html"),
    )
    values: dict[str, object] = {
        "frame": frame,
        "state": "published",
        "checked": True,
        "number_is_current": True,
        "known_articles": frozenset({"slow-reading"}),
    }
    return PageContext(**values | changes)
