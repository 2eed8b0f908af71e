"""An article written as a page and read again is the same; any text is read or refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from importing.page_text import GOOD_PAGE, numbered_library, render

from citewright.errors import DocumentError
from citewright.importing.published import Imported, read_page
from citewright.importing.statements import NO_PASSAGE
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
    SeeAlso,
    Table,
    Video,
)
from citewright.model.base import clean_text
from citewright.model.diagram import FORMS, describe
from citewright.model.figure import Diagram, Figure, Part, Spoke, Wheel
from citewright.model.statement import LLM, Citation, Marker, SourceMarker, Statement, StatementIds

# A busy machine is no reason to fail: time limits say nothing about what is read.
PATIENT = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
LIBRARY = numbered_library(12)
NO_TEXT = "the imported page has no text here"
COUNTS = ("two", "three", "four", "five", "six", "seven", "eight")

SMALL = st.sampled_from(
    ("sleep", "slept", "rhythm", "beds", "naïve", "co-therapy", "client’s", "日本")
)
INNER = SMALL | st.sampled_from(
    (
        *("Bootzin", "SC", "1", "7", "12", "70%", "3.5", "2013", "1 to 10", "(n = 3; 4)", "2–3"),
        *("“it is so.”", "e.g.,", "Dr.", "said.", "so;", "[sic]", "a/b", "and", "LLM-made", "—"),
    )
)
LETTERS = st.text(st.characters(categories=("L", "M")), min_size=3, max_size=12).map(clean_text)
LAST = SMALL | st.sampled_from(("SC", "2013", "II", "70%", "(SC)", "“sleep”"))


def sentence(ends: Sequence[str]) -> st.SearchStrategy[str]:
    middle = st.lists(INNER | LETTERS.filter(lambda word: len(word) > 2), max_size=6)
    return st.builds(
        lambda words, last, end: " ".join(["The", *words, last]) + end,
        middle, LAST, st.sampled_from(ends),
    )  # fmt: skip


PROSE = sentence((".", ".", "?", "!", ";"))
LEAD = st.builds(lambda words: f"It is {' '.join(words)}.", st.lists(SMALL, min_size=1, max_size=4))
NAME = st.lists(SMALL, min_size=1, max_size=4).map(" ".join)
MARKERS: st.SearchStrategy[Marker] = st.just(LLM) | st.lists(
    st.sampled_from(sorted(LIBRARY)), min_size=1, max_size=3, unique=True
).map(
    lambda keys: SourceMarker(
        kind="sources", citations=tuple(Citation(source=k, evidence=NO_PASSAGE) for k in keys)
    )
)


class Writer:
    """Draws the parts of an article in reading order, minting ids as it goes."""

    def __init__(self, draw: Callable[..., object]) -> None:
        self.draw = draw
        self.ids = StatementIds()

    def statement(self, texts: st.SearchStrategy[str], marker: Marker | None = None) -> Statement:
        text = self.draw(texts)
        chosen = marker or self.draw(MARKERS)
        return Statement(id=self.ids.mint(text), text=text, form="own_words", marker=chosen)

    def several(self, texts: st.SearchStrategy[str]) -> tuple[Statement, ...]:
        return tuple(self.statement(texts) for _ in range(self.draw(st.integers(1, 3))))

    def block(self, kind: str) -> Block:
        match kind:
            case "paragraph":
                label = self.draw(st.sampled_from((None, "Therapeutic framing")))
                return Paragraph(type="paragraph", label=label, statements=self.several(PROSE))
            case "list":
                ordered = self.draw(st.booleans())
                return ListBlock(type="list", ordered=ordered, items=self.several(sentence((".",))))
            case "example":
                label = "LLM-generated illustrative example (not a guideline)"
                return Example(type="example", label=label, statement=self.statement(PROSE, LLM))
            case "questions":
                return Questions(type="questions", items=self.several(sentence(("?",))))
            case "video":
                label = f"Watch — {self.draw(NAME)}"
                return Video(type="video", label=label, url=None)
            case "definitions":
                return DefinitionList(type="definition_list", entries=tuple(self.entries()))
        return self.table()

    def entries(self) -> list[Definition]:
        texts = NAME.map(lambda text: f"{text}.")
        return [
            Definition(term=self.draw(NAME), statement=self.statement(texts))
            for _ in range(self.draw(st.integers(1, 3)))
        ]

    def table(self) -> Table:
        rows = []
        for _ in range(self.draw(st.integers(1, 3))):
            weeks = self.draw(st.integers(1, 12))
            goal = f"Improve {self.draw(NAME)}"
            objective = f"Over {weeks} weeks, client will use 4 of 7 {self.draw(NAME)}"
            claim = self.statement(NAME.map(lambda name: f"Stronger {name}"))
            rows.append(Row(cells=(goal, objective), claim=claim))
        columns = tuple(Column(header=h, marker=LLM) for h in ("Goal", "SMART objective (example)"))
        return Table(type="table", columns=columns, claim_header="Mechanism", rows=tuple(rows))

    def section(self, number: int) -> Section:
        kinds = ("prose", "smart_table", "definitions", "questions", "resources", "absent")
        kind = self.draw(st.sampled_from(kinds))
        title = "Key Terms" if kind == "definitions" else "Part"
        if kind == "absent":
            blocks: list[str] = []
        elif kind == "prose":
            choice = st.sampled_from(("paragraph", "list", "example"))
            blocks = self.draw(st.lists(choice, min_size=1, max_size=3))
        else:
            blocks = [{"smart_table": "table", "resources": "video"}.get(kind, kind)]
        return Section(
            id=f"{title.lower().replace(' ', '-')}-{number}x",
            title=f"{title} {number}x",
            kind="prose" if kind == "absent" else kind,
            blocks=tuple(self.block(block) for block in blocks),
            absent=None if blocks else NO_TEXT,
        )

    def figure(self) -> Figure:
        names = self.draw(st.lists(NAME, min_size=2, max_size=8, unique=True))
        hub = self.draw(NAME)
        alt = (
            f"A wheel diagram with {hub} at the hub, surrounded by its {COUNTS[len(names) - 2]} "
            f"components: {', '.join(names[:-1])}, and {names[-1]}."
        )
        spokes = tuple(Spoke(component=name, opposite=None) for name in names)
        wheel = Wheel(kind="wheel", hub=hub, spokes=spokes, marker=LLM)
        caption = self.statement(NAME.map(lambda name: f"A wheel of {name}."))
        return Figure(type="figure", alt=alt, caption=caption, data=wheel)

    def diagram(self) -> Figure:
        """A figure whose labels have markers of their own."""
        form = self.draw(st.sampled_from(FORMS))
        count = self.draw(st.integers(2, 4))
        above: list[int | None] = [None] * count
        if form in ("wheel", "hierarchy"):
            above = [None, 0, 1, *([0] * count), self.draw(st.sampled_from([0, count + 2]))]
        elif form == "comparison":
            above = [None, 0, 0, None, 3]
        caption = self.statement(NAME.map(lambda name: f"A {form} of {name}."))
        parts = []
        for under in above:
            when = str(self.draw(st.integers(1900, 2020))) if form == "timeline" else None
            before = f"In {when}: " if when else ""
            said = self.statement(NAME.map(before.__add__))
            parts.append(Part(label=said, under=under, when=when))
        data = Diagram(kind="diagram", form=form, parts=tuple(parts))
        alt = describe(form, [part.label.text for part in parts], above)
        return Figure(type="figure", alt=alt, caption=caption, data=data)

    def article(self) -> Article:
        lead = tuple(self.statement(LEAD) for _ in range(self.draw(st.integers(0, 2))))
        return Article(
            slug="an-article",
            title=self.draw(NAME),
            taxonomy=("modality", self.draw(NAME), self.draw(NAME)),
            lead=Lead(statements=lead, absent=None if lead else NO_TEXT),
            figure=self.draw(st.sampled_from([lambda: None, self.figure, self.diagram]))(),
            sections=tuple(self.section(n) for n in range(1, self.draw(st.integers(2, 4)))),
            sources=tuple(LIBRARY.values()),
            see_also=tuple(
                SeeAlso(slug=f"other-{n}", title=f"Other {n}")
                for n in range(self.draw(st.integers(0, 2)))
            ),
        )


@settings(max_examples=150, **PATIENT)
@given(st.data(), st.booleans(), st.sampled_from(("\n", "\r\n", "\r")))
def test_an_article_comes_back_as_it_was_written(
    data: st.DataObject, upvotes: bool, newline: str
) -> None:
    article = Writer(data.draw).article()
    text = render(article, upvotes=upvotes, newline=newline)
    imported = read_page(text, slug="an-article", brief=None, library=LIBRARY)
    assert imported.article == article
    unmarked = [entry for entry in imported.report.unmarked if entry.id is not None]
    assert unmarked == []


LINES = GOOD_PAGE.splitlines()
ENDS = ".?!;”’\"')]"


@st.composite
def damaged(draw: Callable[..., object]) -> str:
    """The good page with lines lost, doubled, moved, cut short or replaced by anything."""
    lines = list(LINES)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(lines) - 1))
        other = draw(st.integers(0, len(lines) - 1))
        match draw(st.sampled_from(("lose", "double", "swap", "cut", "replace", "join"))):
            case "lose" if len(lines) > 1:
                del lines[at]
            case "double":
                lines.insert(other, lines[at])
            case "swap":
                lines[at], lines[other] = lines[other], lines[at]
            case "cut":
                lines[at] = lines[at][: draw(st.integers(0, 60))]
            case "replace":
                lines[at] = draw(st.text(max_size=40))
            case _:
                lines[at] += " " + draw(
                    st.sampled_from(("3.", "LLM.", "(", "“", "1, 2", "— ", ":"))
                )
    return "\n".join(lines)


@settings(max_examples=250, **PATIENT)
@given(damaged())
def test_a_damaged_page_is_read_or_refused_by_its_line(text: str) -> None:
    imported = read_or_refused(text)
    lines = [clean_text(line) for line in re.split(r"\r\n|\r|\n", text)]
    for statement in imported.article.statements() if imported else ():
        words = statement.text.rstrip(ENDS)
        assert any(words in line for line in lines), statement.text


@settings(max_examples=100, **PATIENT)
@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    read_or_refused(text)


def read_or_refused(text: str) -> Imported | None:
    try:
        return read_page(text, slug="an-article", brief=None, library={})
    except DocumentError as refused:
        error = refused
    assert error.hint
    assert error.message.startswith("line ")
    return None


def test_the_good_page_is_good() -> None:
    imported = read_page(GOOD_PAGE, slug="an-article", brief=None, library={})
    assert imported.report.warnings == ()
    assert imported.article.figure is not None
    kinds = [section.kind for section in imported.article.sections]
    assert kinds == ["prose", "smart_table", "definitions", "resources", "questions"]
