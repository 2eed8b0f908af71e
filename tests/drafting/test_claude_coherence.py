"""Reading the whole article: what is asked, and what of an answer can be used."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from claude_desk import Desk
from claude_tasks import task
from fakes import claude_faults as faults
from fakes.claude_server import ClaudeServer
from hypothesis import given
from hypothesis import strategies as st

from citewright.drafting.answers import CoherenceAnswer
from citewright.drafting.coherence import LONGEST_DETAIL, findings
from citewright.model.statement import LLM, Statement, StatementIds
from citewright.model.verdict import Checker


def said(section: str, *texts: str) -> tuple[str, tuple[Statement, ...]]:
    ids = StatementIds(section)
    made = (Statement(id=ids.mint(text), text=text, form="own_words", marker=LLM) for text in texts)
    return section.capitalize(), tuple(made)


SECTIONS = (
    said("summary", "The course helps with stress.", "It lasts eight weeks."),
    said("empty"),
    said("format", "The course takes ten weeks.", "Backdraft is handled with care."),
)
A, B, C, D = (one.id for _, group in SECTIONS for one in group)
CHECKER = Checker(name="coherence", version="claude-sonnet-5-5")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def answered(*found: dict[str, Any]) -> faults.Step:
    return faults.text(json.dumps({"findings": found}))


def finding(kind: str, *statements: str, detail: str = "Look at it.") -> dict[str, Any]:
    return {"kind": kind, "statements": list(statements), "detail": detail}


def test_the_whole_article_is_shown_and_findings_come_back_by_statement(desk: Desk) -> None:
    script = [answered(finding("contradiction", C, B), finding("undefined_term", D))]
    with ClaudeServer(script) as server:
        whole = desk.drafter(server).read_whole(task().brief, SECTIONS)
        (received,) = server.requests
    assert whole.failure is None
    assert [(one.kind, one.statements) for one in whole.findings] == [
        ("contradiction", (B, C)),
        ("undefined_term", (D,)),
    ]
    assert whole.findings[0].checker == CHECKER
    (spent,) = whole.outlay.spending
    assert (spent.section, spent.role) == (None, "coherence")
    assert spent.cost_usd == desk.spent > 0
    assert [file.name for file in whole.outlay.files] == ["prompts/coherence.md"]
    text = received.params["messages"][0]["content"][0]["text"]
    assert re.findall(r'<statement-[0-9a-f]{12} key="([^"]+)">', text) == [A, B, C, D]
    assert "Section: Empty" not in text


def test_an_article_without_statements_is_not_read(desk: Desk) -> None:
    with ClaudeServer() as server:
        whole = desk.drafter(server).read_whole(task().brief, (said("empty"),))
        assert server.requests == []
    assert (whole.findings, whole.failure) == ((), None)


BAD = {
    "refusal": "refused",
    "bad-json": "not JSON",
    "no-section": "does not fit the form",
    "max-tokens": "cut off",
    "page": "web page",
    "http-400": "rejected",
    "http-413": "HTTP 413",
    "reset": "no answer",
}


@pytest.mark.parametrize("name", sorted(BAD))
def test_an_article_that_could_not_be_read_stands_without(name: str, desk: Desk) -> None:
    step = faults.EVERYTHING[name]()
    with ClaudeServer(lambda _: step) as server:
        whole = desk.drafter(server).read_whole(task().brief, SECTIONS)
    assert whole.findings == ()
    assert BAD[name] in str(whole.failure)


def test_it_is_read_without_structured_outputs(desk: Desk) -> None:
    with ClaudeServer([answered(finding("undefined_term", D))], lacks=["structured_outputs"]) as s:
        whole = desk.drafter(s, features=("caching",)).read_whole(task().brief, SECTIONS)
    assert [one.statements for one in whole.findings] == [(D,)]
    assert whole.outlay.without == ("structured_outputs",)
    assert whole.outlay.files[-1].name == "prompts/schema.md"


def used(*found: dict[str, Any]) -> list[tuple[str, tuple[str, ...]]]:
    answer = CoherenceAnswer.model_validate({"findings": found})
    return [(one.kind, one.statements) for one in findings(answer, SECTIONS, CHECKER)]


def test_keys_that_nobody_was_shown_are_dropped() -> None:
    unknown = "s-000000000000"
    assert used(finding("undefined_term", unknown, D)) == [("undefined_term", (D,))]
    assert used(finding("undefined_term", unknown)) == []
    assert used(finding("repeat", A, unknown)) == []
    assert used(finding("repeat", A, A)) == []
    assert used(finding("repeat", D, A, D)) == [("repeat", (A, D))]


def test_what_is_found_twice_is_one_finding_and_what_says_nothing_none() -> None:
    assert len(used(finding("repeat", A, B), finding("repeat", B, A))) == 1
    assert used(finding("repeat", A, B, detail=" \u202e\n")) == []


@given(st.text())
def test_a_detail_is_one_clean_line_of_bounded_length(detail: str) -> None:
    answer = CoherenceAnswer.model_validate({"findings": [finding("repeat", A, B, detail=detail)]})
    for found in findings(answer, SECTIONS, CHECKER):
        assert 1 <= len(found.detail) <= LONGEST_DETAIL
