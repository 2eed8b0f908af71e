"""Drafting and repairing against the loopback server: what is asked, kept, paid and handed back."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from claude_desk import Desk, statements
from claude_tasks import passages, spec, task
from fakes import claude_faults as faults
from fakes.claude_server import ClaudeServer

from citewright.drafting import prices
from citewright.drafting.claude import least_cached
from citewright.drafting.manner import manners
from citewright.drafting.ports import Drafter, Problem
from citewright.errors import BudgetExceeded, SettingsError
from citewright.model.draft import DRAFT_MODELS, ProseDraft
from citewright.model.outlay import total_cost, total_usage
from citewright.model.verdict import Reason
from citewright.settings import Settings

KINDS = sorted(DRAFT_MODELS)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.mark.parametrize("kind", KINDS)
def test_a_section_of_each_kind_is_drafted_with_exact_quotes(kind: str, desk: Desk) -> None:
    texts = {item.id: item.text for item in passages()}
    with ClaudeServer() as server:
        draft = desk.drafter(server).draft(task(spec(kind, "core-principles")))
    assert draft.failure is None
    assert isinstance(draft.body, DRAFT_MODELS[kind])
    assert draft.form == "own_words"
    found = statements(draft.body)
    assert found
    for statement in found:
        assert (statement.marker == "sources") == bool(statement.citations)
        for citation in statement.citations:
            assert citation.quote in texts[citation.passage]


def test_a_draft_says_what_it_took(desk: Desk) -> None:
    with ClaudeServer() as server:
        drafted = desk.drafter(server).draft(task())
        (entry,) = server.ledger
    (spent,) = drafted.spending
    assert (spent.section, spent.role, spent.calls) == ("evidence-base", "draft", 1)
    assert spent.model == "claude-sonnet-5-5"
    assert spent.usage.output_tokens == entry.output > 0
    assert spent.cost_usd == desk.spent == prices.cost("claude-sonnet-5-5", spent.usage)
    assert len(drafted.answers) == 1
    assert drafted.models == ("claude-sonnet-5-5",)
    assert drafted.without == ()
    assert [file.name for file in drafted.files] == [
        "prompts/system.md",
        "prompts/sources.md",
        "prompts/section.md",
        "prompts/section_prose.md",
    ]


def test_one_call_warms_the_cache_and_all_sections_read_from_it(desk: Desk) -> None:
    with ClaudeServer() as server:
        drafter = desk.drafter(server)
        warmed = drafter.prepare(task())
        drafts = [drafter.draft(task(spec(kind, f"a-{i}"))) for i, kind in enumerate(KINDS)]
        mended = drafter.repair(task(spec("prose", "a-5")), drafts[4], (PROBLEM,))
        requests = [received.params for received in server.requests]
    prefixes = {
        json.dumps([request["system"], request["messages"][0]["content"][0], request["model"],
                    request["output_config"]])
        for request in requests
    }  # fmt: skip
    assert len(prefixes) == 1
    (spent,) = warmed.spending
    assert (spent.section, spent.role, spent.usage.output_tokens) == (None, "warm", 1)
    written = spent.usage.cache_creation_input_tokens
    assert written > 1000
    for draft in (*drafts, mended):
        usage = draft.spending[-1].usage
        assert (usage.cache_creation_input_tokens, usage.cache_read_input_tokens) == (0, written)


def test_a_cache_that_could_not_be_filled_is_no_failure(desk: Desk) -> None:
    with ClaudeServer([faults.status(400)]) as server:
        drafter = desk.drafter(server)
        assert drafter.prepare(task()).spending == ()
        assert drafter.draft(task()).body is not None


def test_nothing_is_warmed_where_calls_are_gathered_or_nothing_is_cached(desk: Desk) -> None:
    with ClaudeServer() as server:
        desk.drafter(server, warm=False).prepare(task())
        without = desk.drafter(server, features=("structured_outputs",))
        assert without.prepare(task()).without == ("caching",)
        assert server.requests == []
        draft = without.draft(task())
        assert "cache_control" not in str(server.requests[-1].params)
    assert draft.without == ("caching",)


def test_a_prefix_too_short_for_the_model_is_not_warmed(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / "system.md").write_text("---\nvariables: []\n---\nBe brief.\n")
    with ClaudeServer() as server:
        drafter = desk.drafter(server, project=tmp_path)
        assert drafter.prepare(task()).spending == ()
        assert server.requests == []


def test_the_least_length_is_found_for_dated_models_too() -> None:
    assert least_cached("claude-haiku-4-5-20251001") == least_cached("claude-haiku-4-5") == 4096
    assert least_cached("claude-sonnet-5") == 1024
    assert least_cached("claude-sonnet-5-5") == 512


def test_sections_can_be_drafted_side_by_side_and_differ(desk: Desk) -> None:
    with ClaudeServer() as server, ThreadPoolExecutor(4) as pool:
        drafter = desk.drafter(server)
        tasks = [task(spec("prose", f"section-{letter}")) for letter in "abcdef"]
        drafts = list(pool.map(drafter.draft, tasks))
    assert [draft.section for draft in drafts] == [item.spec.id for item in tasks]
    assert len({statements(draft.body)[0].text for draft in drafts}) > 1
    assert desk.spent == sum(total_cost(draft.spending) for draft in drafts)


def test_nothing_is_paid_twice(desk: Desk) -> None:
    with ClaudeServer() as server:
        first = desk.drafter(server).draft(task())
        again = desk.drafter(server).draft(task())
        assert len(server.requests) == 1
        other = desk.drafter(server).draft(task(spec("prose", "training")))
        assert len(server.requests) == 2
    assert again == first
    assert other.answers != first.answers
    assert desk.drafter(server).draft(task()) == first, "the server is gone, the answer is not"


def test_no_call_is_made_beyond_the_cap(tmp_path: Path) -> None:
    desk = Desk(tmp_path, cap="0.0001")
    with ClaudeServer() as server:
        with pytest.raises(BudgetExceeded):
            desk.drafter(server).draft(task())
        assert server.requests == []


PROBLEM = Problem(
    text="The sentence that failed.",
    reasons=(Reason(code="quote-absent", certainty="certain", detail="No such words there."),),
)


def test_a_repair_hands_back_the_draft_and_its_problems_and_adds_up_what_it_took(
    desk: Desk,
) -> None:
    with ClaudeServer([faults.fabricated_quote()]) as server:
        drafter = desk.drafter(server)
        first = drafter.draft(task())
        mended = drafter.repair(task(), first, (PROBLEM,))
        asked = server.requests[1].params["messages"][0]["content"][1]["text"]
    for part in (PROBLEM.text, "certain: No such words there.", "cured every participant"):
        assert part in asked
    assert "cured every participant" not in str(mended.body)
    assert mended.answers[:1] == first.answers
    assert [spent.role for spent in mended.spending] == ["draft", "repair"]
    assert total_cost(mended.spending) == desk.spent
    assert total_usage(mended.spending).cache_read_input_tokens > 0
    assert mended.files[:4] == first.files
    assert mended.files[4].name == "prompts/repair.md"


def test_an_unusable_answer_is_asked_for_once_more_with_the_reason(desk: Desk) -> None:
    with ClaudeServer([faults.text("SECRET-WORDS"), faults.page()]) as server:
        drafter = desk.drafter(server)
        first = drafter.draft(task())
        assert (
            first.unusable
            == first.failure
            == "The model's answer is not JSON: "
            + str(first.failure).removeprefix("The model's answer is not JSON: ")
        )
        second = drafter.repair(task(), first, ())
        assert second.unusable == "The server answered with a web page instead of a message."
        third = drafter.repair(task(), second, ())
        asked = [r.params["messages"][0]["content"][1]["text"] for r in server.requests]
    assert first.failure in asked[1]
    assert "a web page" in asked[2]
    assert "SECRET-WORDS" not in str(asked)
    assert isinstance(third.body, ProseDraft)
    assert (third.failure, third.unusable) == (None, None)
    assert third.files[-1].name == "prompts/retry.md"
    assert len(third.answers) == 2


def test_a_repair_that_fails_has_no_body_and_a_refusal_is_final(desk: Desk) -> None:
    with ClaudeServer([faults.Step(), faults.refusal("bio")]) as server:
        drafter = desk.drafter(server)
        first = drafter.draft(task())
        assert drafter.repair(task(), first, ()) == first
        failed = drafter.repair(task(), first, (PROBLEM,))
        assert drafter.repair(task(), failed, (PROBLEM,)) == failed
        assert len(server.requests) == 2
    assert failed.body is None
    assert failed.failure == "The model refused (category: bio)."
    assert failed.unusable is None
    assert failed.answers[:1] == first.answers


def test_each_role_has_its_own_model_effort_and_thinking(desk: Desk) -> None:
    roles = {
        "draft": {"effort": "high", "thinking": "adaptive"},
        "repair": {"model": "claude-opus-5-5", "max_tokens": 1000},
    }
    with ClaudeServer() as server:
        drafter = desk.drafter(server, roles=roles)
        drafter.prepare(task())
        mended = drafter.repair(task(), drafter.draft(task()), (PROBLEM,))
        warm, draft, repair = (received.params for received in server.requests)
    for params in (warm, draft):
        assert params["model"] == "claude-sonnet-5-5"
        assert params["output_config"]["effort"] == "high"
        assert params["thinking"] == {"type": "adaptive"}
    assert (repair["model"], repair["max_tokens"]) == ("claude-opus-5-5", 1000)
    assert repair["output_config"].keys() == {"format"}
    assert "thinking" not in repair
    assert mended.models == ("claude-sonnet-5-5", "claude-opus-5-5")


def test_wrong_settings_are_found_before_anything_is_sent() -> None:
    for changed in (
        {"model": "claude-of-tomorrow"},
        {"roles": {"judge": {"model": "claude-of-tomorrow"}}},
    ):
        with pytest.raises(SettingsError, match="claude-of-tomorrow"):
            manners(Settings.model_validate(changed), None)


def test_more_output_than_a_model_gives_is_a_setting(tmp_path: Path) -> None:
    small = 'as_of: "2026-11"\nmodels:\n  small: {input: "0", output: "0", max_output: 2000}\n'
    (tmp_path / "prices.yaml").write_text(small)
    with pytest.raises(SettingsError, match="at most 2000 output tokens, not 8192"):
        manners(Settings(model="small"), tmp_path)
    found = manners(Settings(model="small", max_tokens=1000), tmp_path)["draft"]
    assert (found.max_tokens, found.most) == (1000, 2000)


def test_a_section_that_is_not_drafted_is_omitted_and_not_asked_for(desk: Desk) -> None:
    with ClaudeServer() as server:
        draft = desk.drafter(server).draft(task(spec("resources", "further-reading")))
        assert server.requests == []
    assert (draft.body, draft.failure) == (None, None)
    assert draft.omitted


FRAMING: Any = {"citations": [], "marker": "llm", "text": "A framing of nothing."}
EMPTY: dict[str, Any] = {
    "prose": {"blocks": []},
    "definitions": {"entries": []},
    "questions": {"questions": []},
    "smart_table": {"rows": [], "framing": FRAMING},
    "examples": {"examples": []},
    "misconceptions": {"entries": []},
    "figure": {"caption": FRAMING, "form": "wheel", "parts": []},
}


@pytest.mark.parametrize("kind", KINDS)
def test_where_the_model_has_nothing_to_write_the_section_is_omitted(kind: str, desk: Desk) -> None:
    answer = json.dumps({"section": {"kind": kind, **EMPTY[kind]}})
    with ClaudeServer([faults.text(answer)]) as server:
        draft = desk.drafter(server).draft(task(spec(kind)))
    assert (draft.body, draft.failure) == (None, None)
    assert "found nothing" in str(draft.omitted)
    assert desk.spent > 0


def test_a_request_of_unknown_price_is_not_sent(desk: Desk) -> None:
    long = passages({"trial": ["A sentence that is long enough. " * 10_000]})
    with ClaudeServer() as server:
        with pytest.raises(SettingsError, match="100000 input tokens"):
            desk.drafter(server, model="claude-haiku-5-5").draft(task(shared=long))
        assert server.requests == []
    assert desk.spent == Decimal(0)


def test_it_is_a_drafter(desk: Desk) -> None:
    with ClaudeServer() as server:
        made: Drafter = desk.drafter(server)
    assert (made.name, made.repairs, made.exclusive) == ("claude", 2, False)
    assert made.kinds == DRAFT_MODELS.keys()


def test_without_passages_only_unsourced_statements_can_come(desk: Desk) -> None:
    bare = replace(task(), shared=(), offered=(), sources=())
    with ClaudeServer() as server:
        draft = desk.drafter(server).draft(bare)
    assert {statement.marker for statement in statements(draft.body)} == {"llm"}
