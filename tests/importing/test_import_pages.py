"""Pages of other shapes, and broken ones: what is not understood is refused by its line."""

from __future__ import annotations

import datetime as dt

import pytest
from importing.page_text import HEAD, PROVENANCE, page

from citewright.errors import DocumentError
from citewright.importing.published import Imported, read_page
from citewright.model.article import SeeAlso
from citewright.model.brief import Brief, FigureBrief, VideoBrief
from citewright.model.figure import Spoke
from citewright.model.statement import LLM

ROW = "Sleep better Within 4 weeks, client will rise at 7 on 5 of 7 days Consistent rhythm 2"


def read(text: str, brief: Brief | None = None) -> Imported:
    return read_page(text, slug="stimulus-control", brief=brief, library={})


def brief(**changes: object) -> Brief:
    values: dict[str, object] = {
        "slug": "stimulus-control",
        "title": "Stimulus Control",
        "topic": "insomnia",
        "taxonomy": ("modality",),
        "outline": "modality",
        "sources": ("bootzin-1972",),
    }
    return Brief.model_validate(values | changes)


def test_a_small_page() -> None:
    imported = read(page("Origin\n\nIt was made by Bootzin 1. It works LLM."))
    article = imported.article
    assert (article.title, article.taxonomy) == (
        "Stimulus Control (SC)",
        ("modality", "Sleep", "Stimulus control"),
    )
    assert (imported.model, imported.number) == ("test-model-1", "2.3")
    assert imported.date == dt.date(2026, 1, 31)
    assert article.figure is None
    (section,) = article.sections
    assert (section.id, section.kind) == ("origin", "prose")
    assert [s.text for s in article.statements()] == [
        "It is a treatment for insomnia.",
        "It was made in 1972.",
        "It was made by Bootzin.",
        "It works.",
    ]
    assert [entry.where for entry in imported.report.unmarked] == ["lead", "lead"]
    assert imported.report.warnings == (
        "source 2 (perlis-2003) is listed, but no statement cites it",
        "source 3 (national-sleep-office) is listed, but no statement cites it",
    )


def test_a_page_without_sources_lead_see_also_and_form() -> None:
    text = page("Origin\n\nIt is old LLM.", lead="", references=(), tail="")
    article = read(text).article
    assert article.sources == ()
    assert article.lead.statements == ()
    assert article.lead.absent == "the imported page has no text here"


def test_a_heading_without_text_is_an_absent_section() -> None:
    imported = read(page("Origin\n\nKey Terms\n\nBed — a place to sleep 1."))
    first, second = imported.article.sections
    assert (first.blocks, first.absent) == ((), "the imported page has no text here")
    assert (second.kind, second.blocks[0].type) == ("definitions", "definition_list")
    assert imported.report.absent == ("origin",)


def test_absent_sections_have_the_kind_of_their_title() -> None:
    titles = ("Key Terms", "Supervision Questions", "SMART Objectives", "Further Reading", "Origin")
    article = read(page("\n\n".join(titles) + "\n\nIt is old LLM.")).article
    assert [section.kind for section in article.sections] == [
        "definitions", "questions", "smart_table", "resources", "prose",
    ]  # fmt: skip


def test_equal_headings_get_different_ids() -> None:
    article = read(page("Ways\n\nIt is old LLM.\n\nWays\n\nIt is new LLM.\n\n睡眠\n\nA 1.")).article
    assert [section.id for section in article.sections] == ["ways", "ways-2", "section-3"]


def test_lists_questions_examples_and_labels() -> None:
    body = (
        "Steps\n\n1. Get up 1.\n2. Go to bed 2.\n\n• Quiet 1.\n• Dark LLM.\n\n"
        "LLM-generated illustrative example (not a guideline): A client rose. He slept LLM.\n"
        "Therapeutic framing. The client rose LLM.\n\n"
        "Questions\n\n• Does it work 1, 2?\n- Is it safe LLM?"
    )
    steps, questions = read(page(body)).article.sections
    assert [block.type for block in steps.blocks] == ["list", "list", "example", "paragraph"]
    ordered, bullets, example, framing = steps.blocks
    assert (ordered.type, bullets.type) == ("list", "list")
    assert (ordered.ordered, bullets.ordered) == (True, False)  # type: ignore[union-attr]
    assert example.type == "example"
    assert example.label == "LLM-generated illustrative example (not a guideline)"
    assert example.statement.text == "A client rose. He slept."
    assert framing.type == "paragraph"
    assert framing.label == "Therapeutic framing"
    assert questions.kind == "questions"
    (asked,) = questions.blocks
    assert asked.type == "questions"
    assert [len(item.citations) for item in asked.items] == [2, 0]


def test_an_example_without_a_marker_is_llm_and_listed() -> None:
    label = "LLM-generated illustrative example (not a guideline)"
    imported = read(page(f"Origin\n\n{label}: A client slept."))
    (statement,) = list(imported.article.statements())[2:]
    assert statement.marker == LLM
    assert imported.report.unmarked[-1].id == statement.id
    assert not any("several" in text for text in imported.report.warnings)


def test_a_figure_with_its_wheel_and_an_unmarked_caption() -> None:
    figure = (
        "3 upvotes\nA wheel with sleep at the hub, surrounded by its two components: rhythm and "
        "pressure, in blue.\nThe two parts of sleep.\n\n"
    )
    imported = read(page("Origin\n\nIt is old LLM.", lead=f"It is old.\n\n{figure}"))
    wheel = imported.article.figure
    assert wheel is not None
    assert wheel.data is not None
    assert wheel.data.hub == "sleep"
    assert wheel.data.spokes == (
        Spoke(component="rhythm", opposite=None),
        Spoke(component="pressure", opposite=None),
    )
    assert wheel.caption.text == "The two parts of sleep."
    assert [entry.where for entry in imported.report.unmarked] == ["lead", "caption"]


def test_a_figure_without_upvotes_needs_its_marker() -> None:
    lead = "It is old 1.\n\nA drawing of a bed.\nA bed in its room 2.\n\n"
    figure = read(page("Origin\n\nIt is old LLM.", lead=lead)).article.figure
    assert figure is not None
    assert (figure.alt, figure.data) == ("A drawing of a bed.", None)
    assert len(figure.caption.citations) == 1
    for not_a_figure in (lead.replace(" 2.", "."), lead.replace("bed.\n", "bed 1.\n")):
        with pytest.raises(DocumentError, match="line 9"):
            read(page("Origin\n\nIt is old LLM.", lead=not_a_figure))


def test_a_sentence_of_the_lead_does_not_get_its_neighbours_source() -> None:
    imported = read(
        page("Origin\n\nIt is old LLM.", lead="It is old. It is good 2. It is new.\n\n")
    )
    lead = imported.article.lead.statements
    assert [(each.text, len(each.citations)) for each in lead] == [
        ("It is old.", 0),
        ("It is good.", 1),
        ("It is new.", 0),
    ]
    assert [entry.text for entry in imported.report.unmarked] == ["It is old.", "It is new."]


def test_a_figure_of_other_than_two_lines_is_refused() -> None:
    with pytest.raises(DocumentError, match=r"line 8 .*figure of 1 lines"):
        read(page("Origin\n\nIt is old LLM.", lead="0 upvotes\nA drawing of a bed.\n\n"))


def test_key_terms_line_by_line_are_one_list() -> None:
    body = "Key Terms\n\nBed — a place to sleep 1.\nSleep — a state LLM.\n\nRest — a pause 2."
    (block,) = read(page(body)).article.sections[0].blocks
    assert block.type == "definition_list"
    assert [entry.term for entry in block.entries] == ["Bed", "Sleep", "Rest"]


def test_an_example_with_several_markers_becomes_several() -> None:
    label = "LLM-generated illustrative example (not a guideline)"
    imported = read(page(f"Origin\n\n{label}: A client slept LLM. He woke LLM."))
    blocks = imported.article.sections[0].blocks
    assert [block.statement.text for block in blocks if block.type == "example"] == [
        "A client slept.",
        "He woke.",
    ]
    assert any("line 11: an example with several" in text for text in imported.report.warnings)


def test_the_provenance_line_may_follow_directly() -> None:
    text = page("Origin\n\nIt is old LLM.", tail="See also\n\n• Sleep Hygiene\n")
    assert read(text).article.see_also[0].title == "Sleep Hygiene"


@pytest.mark.parametrize(
    "alt",
    [
        "A wheel with sleep at the hub, surrounded by its three components: rhythm and pressure.",
        "A wheel with sleep at the hub, surrounded by its parts: rhythm and pressure.",
        "A wheel with sleep at the hub, surrounded by its two components: , and pressure.",
        "A wheel.",
    ],
)
def test_a_text_alternative_that_leaves_the_wheel_open_gives_no_data(alt: str) -> None:
    imported = read(page("Origin\n\nIt is old LLM.", lead=f"0 upvotes\n{alt}\nA wheel LLM.\n\n"))
    assert imported.article.figure is not None
    assert imported.article.figure.data is None
    assert any(entry.startswith("figure") for entry in imported.report.not_kept)


def test_the_brief_gives_the_figures_data_the_video_and_the_related_articles() -> None:
    spokes = (Spoke(component="Rhythm", opposite="Chaos"), Spoke(component="Drive", opposite=None))
    wanted = brief(
        figure=FigureBrief(kind="wheel", hub="Sleep", spokes=spokes, alt="A", caption="C"),
        video=VideoBrief(label="Watch", url="https://video.example/1"),
        see_also=(SeeAlso(slug="cbt-i", title="CBT for Insomnia"),),
    )
    lead = "0 upvotes\nA wheel around sleep.\nThe parts of sleep LLM.\n\n"
    body = "Resources\n\n▶ Watch — a film:\n▶ Watch — another film:\n\nMore\n\n▶ Watch:"
    text = page(body, lead=lead, tail="See also\n\n• CBT for Insomnia\nSleep Hygiene\n\n")
    article = read(text, wanted).article
    assert article.figure is not None
    assert article.figure.data is not None
    assert article.figure.data.spokes == spokes
    assert article.see_also == (
        SeeAlso(slug="cbt-i", title="CBT for Insomnia"),
        SeeAlso(slug="sleep-hygiene", title="Sleep Hygiene"),
    )
    assert [section.kind for section in article.sections] == ["resources", "resources"]
    blocks = [block for section in article.sections for block in section.blocks]
    urls = [block.url for block in blocks if block.type == "video"]
    assert urls == ["https://video.example/1", None, None]
    other = wanted.model_copy(update={"figure": None, "video": None})
    assert read(text, other).article.figure != article.figure


def test_tables_keep_names_and_acronyms_in_their_cells() -> None:
    rows = (
        "Sleep better By session 6, client will lower ISI scores from 20 to 9 Weaker arousal 2",
        "Worry less For 2 weeks, client, Ann, will use the Bootzin rules each night Fewer cues LLM",
    )
    imported = read(page("Plan\n\nGoal SMART objective Mechanism\n" + "\n".join(rows)))
    (table,) = imported.article.sections[0].blocks
    assert table.type == "table"
    assert [(*row.cells, row.claim.text) for row in table.rows] == [
        (
            "Sleep better",
            "By session 6, client will lower ISI scores from 20 to 9",
            "Weaker arousal",
        ),
        (
            "Worry less",
            "For 2 weeks, client, Ann, will use the Bootzin rules each night",
            "Fewer cues",
        ),
    ]
    assert [column.header for column in table.columns] == ["Goal", "SMART objective"]
    assert any("row 1 holds" in text for text in imported.report.warnings)


@pytest.mark.parametrize(
    ("end", "mechanism"),
    [
        ("halve the score of the PHQ-9 Weaker arousal", "Weaker arousal"),
        ("sleep at night Stimulus Control Rules", "Stimulus Control Rules"),
    ],
)
def test_capitals_side_by_side_are_split_where_it_is_clear(end: str, mechanism: str) -> None:
    row = f"Sleep better Within 4 weeks, client will {end} 2"
    imported = read(page(f"Plan\n\nGoal SMART objective Mechanism\n{row}"))
    (table,) = imported.article.sections[0].blocks
    assert table.type == "table"
    assert table.rows[0].claim.text == mechanism
    assert any("row 1 holds" in text for text in imported.report.warnings)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (ROW.replace("Within 4 weeks", "Soon"), "row 1 of a table"),
        (ROW.replace("Consistent", "consistent"), "0 places"),
        (ROW.replace("5 of 7 days", "every Monday with Jo"), "2 places"),
        (ROW.replace("5 of 7 days", "each Monday night"), "2 places"),
        (ROW.replace("5 of 7 days", "days at the Sleep Office"), "2 places"),
        (ROW.removesuffix(" 2"), "no marker"),
    ],
)
def test_a_row_that_cannot_be_split_in_one_way_is_refused(row: str, why: str) -> None:
    body = "Plan\n\nGoal SMART objective Mechanism\n"
    assert read(page(body + ROW)).report.statements == 1
    with pytest.raises(DocumentError, match=why) as caught:
        read(page(body + row))
    assert "line 12 " in caught.value.message


def test_key_terms_that_are_none_are_refused() -> None:
    with pytest.raises(DocumentError, match=r"line 11 .*'A chair is none\.'"):
        read(page("Key Terms\n\nBed — a place to sleep 1. A chair is none 2."))


def test_dashes_outside_key_terms_are_prose() -> None:
    (section,) = read(
        page("Two ways\n\nTwo ways exist — one is old 1. It is — new 2.")
    ).article.sections
    assert section.kind == "prose"


def test_a_reference_to_no_source_is_llm_with_a_warning() -> None:
    imported = read(page("Origin\n\nIt is old 1. It is good 9."))
    last = list(imported.article.statements())[-1]
    assert (last.text, last.marker) == ("It is good 9.", LLM)
    assert imported.report.unmarked[-1].id == last.id
    assert any("source 9, which is not listed" in text for text in imported.report.warnings)


def test_sentences_that_share_a_marker_are_reported() -> None:
    imported = read(page("Origin\n\nIt is quite old. Nobody knows how old it is 1."))
    assert imported.report.statements == 1
    assert any("2 sentences share one marker" in text for text in imported.report.warnings)


def test_a_tag_inside_a_statement_is_reported() -> None:
    imported = read(page("Origin\n\nIt is old LLM, but it is good 1."))
    assert any("LLM stands inside" in text for text in imported.report.warnings)


def test_stated_figures_are_compared() -> None:
    text = (
        page("Origin\n\nIt is old 1.").replace("1 min", "9 min").replace("3 sources", "4 sources")
    )
    warnings = read(text).report.warnings
    assert any("states 9 min" in text for text in warnings)
    assert any("states 4 sources and lists 3" in text for text in warnings)


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("Origin\n\nIt is old.", 11),
        ("Origin\n\nIt is old 1. And more.", 11),
        ("Use\n\nOrigin\nIt is old 1.", 11),
        ("Origin\n\nIt is old 1.\nno marker", 12),
        ("Origin\n\n" + "It is old " * 10, 11),
        ("Origin\n\n2. Get up 1.", 11),
        ("Origin\n\n• Get up 1. Go 2.", 11),
        ("Origin\n\n• Get up.", 11),
        ("Origin\n\n▶ :", 11),
        ("Origin\n\nGoal SMART objective Mechanism\nIt is old 1.", 12),
        ("Origin\n\nLLM-generated illustrative example: He slept 1.", 11),
        ("Origin\n\nIt is old 1.\n\nSources", 15),
    ],
)
def test_what_cannot_be_understood_is_refused_by_its_line(body: str, line: int) -> None:
    with pytest.raises(DocumentError, match=rf"^line {line} of the page ") as caught:
        read(page(body))
    assert caught.value.hint


GOOD = page("Origin\n\nIt is old 1.")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (PROVENANCE[:11], "Origin.", "no line before it says where the page comes from"),
        ("test-model-1", "", "does not state the page's model"),
        ("version 2.3", "draft", "does not state the page's version"),
        ("version 2.3", "version 2.3.1", "does not state the page's version"),
        ("version 2.3", "version 0.9", "does not state the page's version"),
        ("2026-01-31", "in January", "does not state the page's date"),
        ("2026-01-31", "2026-02-31", "which does not exist"),
        ("modality · Sleep · Stimulus control", "Sleep", "without a taxonomy line"),
        ("(SC)\n", "(SC)\nand more\n", "where the title should stand alone"),
        ("— linkT1", "— link", "where source 1 should"),
        ("2. Perlis", "4. Perlis", "where source 2 should"),
        ("Origin\n\nIt is old 1.", "", "followed by no section"),
    ],
)
def test_broken_pages(old: str, new: str, message: str) -> None:
    assert read(GOOD).report.statements == 1
    with pytest.raises(DocumentError, match=message):
        read(GOOD.replace(old, new))


@pytest.mark.parametrize("lead", ["It is old · and good.\n\n", "It is old.\n\nIt is · good\n\n"])
def test_a_taxonomy_line_is_looked_for_in_the_head_only(lead: str) -> None:
    text = page("Origin\n\nIt is old 1.", head="Example Wiki\n\nStimulus Control\n\n", lead=lead)
    with pytest.raises(DocumentError, match=r"line 1 .*without a taxonomy line"):
        read(text)


@pytest.mark.parametrize("text", ["", "\n\n", "One line.", HEAD, PROVENANCE])
def test_what_is_no_page_is_refused(text: str) -> None:
    with pytest.raises(DocumentError, match="of the page"):
        read(text)


def test_an_unusable_slug_is_refused() -> None:
    with pytest.raises(DocumentError, match="'No Slug' is no slug"):
        read_page(GOOD, slug="No Slug", brief=None, library={})
