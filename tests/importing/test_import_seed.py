"""The published example page: everything on it is read, and nothing of its wording is lost."""

from __future__ import annotations

import datetime as dt
import json
import re

import pytest
from importing.page_text import marker_of, render_section
from shared import shared

from citewright.importing.published import Imported, read_page
from citewright.model.article import Table, block_statements
from citewright.model.evidence import EvidenceMissing
from citewright.model.statement import LLM

HEADINGS = (
    "Type & Discipline",
    "Creators & Lineage",
    "Core Principles",
    "Interventions & Techniques",
    "Evidence Base",
    "Populations & Indications",
    "Problems-for-Work",
    "Contraindications, Cautions & Cultural Humility",
    "Treatment-Plan Suggestions & SMART Objectives",
    "Common Misconceptions",
    "Training & Certification",
    "Key Terms",
    "Resources & Further Reading",
    "Reflective / Supervision Questions",
)


@pytest.fixture(scope="module")
def seed() -> str:
    return shared("seed", "000_bb8b4c4555f3f664.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def imported(seed: str) -> Imported:
    return read_page(seed, slug="mindful-self-compassion", brief=None, library={})


def words(text: str) -> list[str]:
    return text.split()


def test_sections_and_statements_are_counted_as_on_the_page(imported: Imported) -> None:
    report = imported.report
    assert [section.title for section in imported.article.sections] == list(HEADINGS)
    assert report.absent == ()
    assert (report.sections, report.statements, report.sourced, report.llm) == (14, 98, 63, 35)
    assert report.by_source == {1: 6, 2: 18, 3: 10, 4: 7, 5: 3, 6: 8, 7: 11}


def test_section_kinds(imported: Imported) -> None:
    kinds = {s.title: s.kind for s in imported.article.sections if s.kind != "prose"}
    assert kinds == {
        "Treatment-Plan Suggestions & SMART Objectives": "smart_table",
        "Key Terms": "definitions",
        "Resources & Further Reading": "resources",
        "Reflective / Supervision Questions": "questions",
    }


def test_provenance_taxonomy_and_tiers(imported: Imported) -> None:
    article = imported.article
    assert (imported.model, imported.number) == ("claude-opus-4-8", "1.0")
    assert imported.date == dt.date(2026, 6, 4)
    assert len(article.taxonomy) == 3
    assert [source.tier for source in article.sources] == ["T1", "T1", "T2", "T2", "T2", "T3", "T3"]
    assert [source.key for source in article.sources[:2]] == ["neff-2013", "neff-2023"]


def test_every_word_of_every_section_comes_back_in_order(imported: Imported, seed: str) -> None:
    lines = seed.split("\n")
    borders = [lines.index(heading) for heading in (*HEADINGS, "Sources")]
    numbers = {source.key: n for n, source in enumerate(imported.article.sources, 1)}
    for section, start, end in zip(imported.article.sections, borders, borders[1:], strict=False):
        page = words(" ".join(lines[start + 1 : end]))
        assert words(render_section(section, numbers)) == page, section.title


def test_lead_and_caption_come_back(imported: Imported, seed: str) -> None:
    article, lines = imported.article, seed.split("\n")
    assert words(" ".join(s.text for s in article.lead.statements)) == words(lines[6])
    assert len(article.lead.statements) == 2
    assert all(statement.marker == LLM for statement in article.lead.statements)
    figure = article.figure
    assert figure is not None
    assert figure.alt == lines[9].strip()
    assert words(f"{figure.caption.text} {marker_of(figure.caption, {})}") == words(lines[10])
    assert figure.data is not None
    assert [spoke.component for spoke in figure.data.spokes] == [
        "self-kindness", "common humanity", "mindfulness",
    ]  # fmt: skip


def test_references_come_back_as_printed(imported: Imported, seed: str) -> None:
    lines = [line.strip() for line in seed.split("\n")]
    start = lines.index("Sources") + 2
    printed = [
        f"{n}. {s.printed} — link{s.tier}" for n, s in enumerate(imported.article.sources, 1)
    ]
    assert printed == lines[start : start + 7]


def test_table_rows_are_split_where_a_reader_splits_them(imported: Imported) -> None:
    (table,) = (
        block
        for section in imported.article.sections
        for block in section.blocks
        if isinstance(block, Table)
    )
    objectives = [row.cells[1] for row in table.rows]
    assert [text.split()[0] for text in objectives] == [
        "Over", "Within", "For", "Within", "Over", "For", "Within",
    ]  # fmt: skip
    ends = [text.split()[-1] for text in objectives]
    assert ends == ["distress", "writing", "arise", "self-attack", "days", "spikes", "weekly"]
    assert [row.claim.text.split()[0] for row in table.rows] == [
        "Self-kindness", "Common-humanity", "Mindfulness", "Decoupling", "Strengthening",
        "Activating", "Compassionate",
    ]  # fmt: skip


def test_sourced_statements_name_the_source_and_no_passage(imported: Imported) -> None:
    cited = [c for s in imported.article.statements() for c in s.citations]
    assert len(cited) == 63
    assert {type(citation.evidence) for citation in cited} == {EvidenceMissing}


def test_the_report_lists_what_was_unmarked_and_what_is_lost(imported: Imported) -> None:
    report = imported.report
    assert [entry.where for entry in report.unmarked[:2]] == ["lead", "lead"]
    assert [entry.id for entry in report.unmarked[:2]] == [
        statement.id for statement in imported.article.lead.statements
    ]
    assert len(report.unmarked) == 2 + 14
    assert {entry.id for entry in report.unmarked[2:]} == {None}
    assert sum("link of source" in entry for entry in report.not_kept) == 7
    assert any("see also: none" in entry for entry in report.not_kept)
    (warning,) = report.warnings
    assert "states 23 min" in warning
    assert json.loads(json.dumps(report.as_dict()))["by_source"]["2"] == 18


def test_windows_line_ends_change_nothing(imported: Imported, seed: str) -> None:
    windows = "\ufeff" + seed.replace("\n", "\r\n")
    again = read_page(windows, slug="mindful-self-compassion", brief=None, library={})
    assert again.article == imported.article


def test_no_marker_is_left_in_a_statement(imported: Imported) -> None:
    for section in imported.article.sections:
        for block in section.blocks:
            for statement in block_statements(block):
                assert not re.search(r" (LLM|[1-7])(?:[.?]| [A-Z]|$)", statement.text)
