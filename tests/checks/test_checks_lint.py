"""The clinical lint: each finding is reached, and an article without fault has none."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model.values import Desk, citation, paragraph, source
from shared import ROOT

from citewright.checks.building import FRAMING_LABEL
from citewright.checks.identity import identifying
from citewright.checks.lint import lint
from citewright.checks.smart import incomplete_rows
from citewright.model.article import (
    Article,
    Block,
    Column,
    Example,
    Lead,
    Paragraph,
    Questions,
    Row,
    Section,
    Table,
)
from citewright.model.base import clean_text
from citewright.model.brief import Outline
from citewright.model.statement import LLM, Statement
from citewright.resources import read_yaml

OUTLINE = read_yaml(Outline, ROOT / "prompts" / "outlines" / "modality.yaml")
SAFETY = "contraindications-cautions-cultural-humility"
TABLE = "treatment-plan-suggestions-smart-objectives"
DESK = Desk()
BOUNDARY = DESK.llm("In a suicidal crisis, emergency care comes first.")
HEADERS = ("Goal", "SMART objective (example)", "Measure (example)", "Time frame (example)")


def made(
    *blocks: Block, name: str = "evidence-base", title: str = "An Invented Trial", **parts: Any
) -> Article:
    kinds = {spec.id: spec.kind for spec in OUTLINE.drafted}
    sections = {name: blocks or (paragraph(DESK.cited()),)} | {SAFETY: (paragraph(BOUNDARY),)}
    sections |= parts.pop("sections", {})
    book = source()
    csl = book.csl.model_copy(update={"title": title})
    return Article(
        slug="an-article",
        title="An Article",
        taxonomy=("invented",),
        lead=Lead(statements=(), absent="none"),
        figure=None,
        sections=tuple(
            Section(
                id=key,
                title=key,
                kind=kinds[key],
                blocks=held,
                absent=None if held else "nothing was found",
            )
            for key, held in sections.items()
        ),
        sources=(book.model_copy(update={"csl": csl}),),
        see_also=(),
    )


def codes(article: Article, passages: dict[str, str] | None = None) -> list[str]:
    return [one.code for one in lint(article, OUTLINE, passages or {})]


def table(*cells: str, headers: tuple[str, ...] = HEADERS) -> Table:
    row = Row(cells=cells, claim=DESK.cited())
    columns = tuple(Column(header=header, marker=LLM) for header in headers)
    return Table(type="table", columns=columns, claim_header="Mechanism", rows=(row,))


def test_an_article_without_fault_has_no_finding() -> None:
    good = table("Calm", "Client will log each pause", "Entries in the log", "Within 6 weeks")
    assert codes(made(sections={TABLE: (good,)})) == []


ROWS = [
    (("Client will use the pause on 4 of 7 days", "PHQ-9 score", "8 weeks"), ""),
    (("Practice the pause and record it", "diary", "by session 6"), ""),
    (("Within ten sessions, write one letter a week", "Letters counted", "ten sessions"), ""),
    (("Client will feel calmer", "twice a week", "By the end of treatment"), "specific"),
    (("More calm in daily life", "SCS-SF", "six months"), "specific"),
    (("Client will not avoid it", "rating from 0 to 10", "three weeks"), "specific"),
    (("Client will name feelings", "how the client seems", "4 weeks"), "measurable"),
    (("Client will name feelings", "2 a day", "as soon as possible"), "time-bound"),
    (("Feel better", "well", "soon"), "specific measurable time-bound"),
]


@pytest.mark.parametrize(("cells", "lacks"), ROWS)
def test_rows_are_specific_measurable_and_bound_to_a_time(
    cells: tuple[str, ...], lacks: str
) -> None:
    found = [code for _, code, _ in incomplete_rows(table("Goal", *cells))]
    assert found == [f"smart-not-{one}" for one in lacks.split()]


def test_a_table_with_all_in_the_objective_is_read_there() -> None:
    headers = ("Goal", "SMART objective (example)")
    whole = "Over 8 weeks, client will use the pause on 4 of 7 days"
    assert list(incomplete_rows(table("Calm", whole, headers=headers))) == []
    [found] = incomplete_rows(table("Calm", "Client will use 4 pauses", headers=headers))
    assert found[:2] == (0, "smart-not-time-bound")
    assert list(incomplete_rows(table("Calm", headers=("Goal",)))) == []


def test_a_row_is_named_by_its_claim() -> None:
    bad = table("Calm", "Feel calm", "log", "8 weeks")
    [found] = lint(made(sections={TABLE: (bad,)}), OUTLINE, {})
    assert (found.code, found.section) == ("smart-not-specific", TABLE)
    assert found.statement == bad.rows[0].claim.id


def test_the_section_on_safety_is_there_and_says_where_the_reach_ends() -> None:
    assert codes(made(sections={SAFETY: ()})) == ["safety-section-missing"]
    for text in ("Go slowly with trauma.", "A crisis may come.", "This is no cure."):
        vague = paragraph(DESK.llm(text))
        assert codes(made(sections={SAFETY: (vague,)})) == ["crisis-boundary-missing"]
    example = Example(type="example", label="Example", statement=BOUNDARY)
    quiet = (paragraph(DESK.llm("Go slowly.")), example)
    assert codes(made(sections={SAFETY: quiet})) == ["crisis-boundary-missing"]


def cited(text: str) -> Statement:
    return DESK.cited(text)


STRENGTH = [
    ("The course is a proven help for adults.", "A Pilot Study of a Course", True),
    ("The course is an established treatment.", "A Randomized Trial", True),
    ("The course is an established treatment.", "A Systematic Review of the Course", False),
    ("The course is effective for adults.", "A Pilot Study of a Course", True),
    ("The course is effective for adults.", "A Pilot Randomized Trial", True),
    ("The course is effective for adults.", "A Case Series", True),
    ("The course is effective for adults.", "A Randomised Controlled Trial", False),
    ("The course is effective for adults.", "On Courses", False),
    ("The course is not effective for adults.", "A Pilot Study of a Course", False),
    ("It is not established whether adults profit.", "A Pilot Study of a Course", False),
    ("It was established in 1990 for adults.", "A Pilot Study of a Course", False),
    ("An older course established this format.", "A Pilot Study of a Course", False),
    ("The book is “Breathing: The Proven Way”.", "A Pilot Study of a Course", False),
    ("In a pilot, anxiety of the adults was lower.", "A Pilot Study of a Course", False),
]


@pytest.mark.parametrize(("text", "title", "found"), STRENGTH)
def test_a_claim_is_no_stronger_than_the_study_behind_it(
    text: str, title: str, found: bool
) -> None:
    given = codes(made(paragraph(cited(text)), title=title))
    assert given == (["strength-over-design"] if found else [])


def test_the_design_may_be_named_in_the_passage() -> None:
    statement = cited("The course is effective for adults.")
    article = made(paragraph(statement), title="On Courses")
    [evidence] = [one.evidence for one in statement.citations]
    assert evidence.kind == "quote"
    assert codes(article, {evidence.passage: "In this uncontrolled study of a course …"}) == [
        "strength-over-design"
    ]
    assert codes(article, {evidence.passage: "In this trial of a course …"}) == []


def test_a_strong_word_without_a_source_is_found_but_not_in_an_example() -> None:
    own = DESK.llm("The honest label is established.")
    assert codes(made(paragraph(own))) == ["strength-over-design"]
    shown = Example(type="example", label="Example", statement=own)
    assert codes(made(shown)) == []
    assert codes(made(paragraph(DESK.llm("Is it proven?")))) == []


def test_an_effect_is_stated_for_somebody() -> None:
    assert codes(made(paragraph(cited("Anxiety fell.")))) == ["population-missing"]
    assert codes(made(paragraph(cited("Anxiety of the nurses fell.")))) == []
    assert codes(made(paragraph(cited("Anxiety fell.")), name="core-principles")) == []
    assert codes(made(paragraph(DESK.llm("Little is known of its effects.")))) == []


@pytest.mark.parametrize("text", ["It helped 40 nurses.", "About half of the nurses stay."])
def test_a_figure_without_a_source_is_found_but_not_in_an_illustration(text: str) -> None:
    own = DESK.llm(text)
    assert codes(made(paragraph(own))) == ["llm-statistic"]
    assert codes(made(paragraph(cited(text)))) == []
    framing = Paragraph(type="paragraph", label=FRAMING_LABEL, statements=(own,))
    shown = Example(type="example", label="Example", statement=own)
    asked = Questions(type="questions", items=(own,))
    for block in (framing, shown, asked):
        assert codes(made(block)) == []


IDENTIFYING = [
    ("Mira, 34, lives alone.", "a name with an age"),
    ("Mira (34) lives alone.", "a name with an age"),
    ("Mira, a 34-year-old nurse, rests.", "a name with an age"),
    ("A client, Mr. Invented, rests.", "a name with a title"),
    ("A client named Mira rests.", "a name"),
    ("J. D. rests after work.", "initials"),
    ("Client JD rests after work.", "initials"),
    ("On 12 March 2021 she rested.", "a date"),
    ("Born 1987-05-04, she rests.", "a date"),
    ("She lives in Inventown and rests.", "a place"),
    ("She works as a cook at the Invented Arms.", "a place"),
    ("Write to mira@example.org today.", "an e-mail address"),
    ("Call 555-010-9999 today.", "a telephone number"),
    ("She lives at 12 Invented Street.", "an address"),
    ("See case no. 12345 for more.", "a record number"),
]


@pytest.mark.parametrize(("text", "kind"), IDENTIFYING)
def test_a_detail_that_could_identify_somebody_is_found(text: str, kind: str) -> None:
    assert kind in [found for found, _ in identifying(text)]
    example = Example(type="example", label="Example", statement=DESK.llm(text))
    assert set(codes(made(example))) == {"client-identifying"}
    row = table(text, "Client will log each pause", "log", "6 weeks")
    assert set(codes(made(sections={TABLE: (row,)}))) == {"client-identifying"}


UNIDENTIFYING = [
    "A client who berates herself after a mistake at work is guided through a pause.",
    "A perfectionistic graduate student in his twenties presents with anxiety.",
    "A 34-year-old nurse notices the urge and waits for 5 minutes.",
    "Within the Invented Pause Program she names the feeling: “this hurts”.",
    "Over 8 weeks, client will use the pause in 4 of 7 days and log the shift.",
    "In session 3, the client may say: “May I be kind to myself.”",
    "Client rated distress 7 of 10 before, and 4 after, using the SUDS and PHQ-9.",
    "In Module 2, and at Level 3, she rates it (7) again; Goal 3, too.",
    "In the U.S. she would be called a veteran.",
]


@pytest.mark.parametrize("text", UNIDENTIFYING)
def test_an_illustration_without_such_a_detail_passes(text: str) -> None:
    assert list(identifying(text)) == []


@given(st.text(min_size=1))
def test_no_text_is_too_strange(text: str) -> None:
    assert all(words for _, words in identifying(text))
    for place, code, detail in incomplete_rows(_row_of(text)):
        assert (place, code.startswith("smart-not-"), detail.startswith("Row 1: ")) == (
            0,
            True,
            True,
        )


def _row_of(text: str) -> Table:
    cell = clean_text(text) or "-"
    return table(cell, cell, cell, cell)


def test_the_evidence_of_a_citation_is_enough_to_read_a_design() -> None:
    pilot = "In a pilot with no control group the course was effective"
    statement = DESK.cited("It is effective for adults.", citation(pilot, pilot + "."))
    article = made(paragraph(statement), title="On Courses")
    assert codes(article) == ["strength-over-design"]
