"""Estimates: in order, priced as calls are, and derived from what a dry run noted."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from claude_tasks import passages, task
from fakes.claude_faults import SHAPES, STATUSES, WIRE
from fakes.claude_server import COUNT, ClaudeServer
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from citewright.drafting import prices
from citewright.drafting.counting import TokenCounter, estimated
from citewright.drafting.dry import DryCalls, Noted
from citewright.drafting.estimate import (
    MENDED,
    ONCE,
    Output,
    Planned,
    Range,
    Tariff,
    draft_output,
    price_out,
    total,
)
from citewright.drafting.manner import manners
from citewright.drafting.messages import Messages
from citewright.drafting.planning import Article, plan_calls
from citewright.drafting.request import draft_request, warm_request
from citewright.errors import AnswerPending, SettingsError
from citewright.model.outlay import Usage
from citewright.settings import Settings

MODEL = "claude-sonnet-5-5"
REPAIRS = Range(Decimal(0), MENDED, Decimal(2))


WAYS = manners(Settings(ANTHROPIC_API_KEY=None, ANTHROPIC_BASE_URL=None), None)
LONG = {"trial": ["The course lowered perceived stress in a trial of 52 adults. " * 200]}


def noted() -> list[Noted]:
    long = task(shared=passages(LONG))
    return [
        Noted(warm_request(long, WAYS["warm"]).params, "warm", None),
        Noted(draft_request(long, WAYS["draft"]).params, "draft", "evidence-base"),
    ]


NOT_MESSAGES = {"page", "empty-body", "empty-object", "null", "array", "not-utf-8", "deep"}
FAULTS = {
    **{name: fault for name, fault in STATUSES.items() if name != "http-401"},
    **{name: SHAPES[name] for name in NOT_MESSAGES | {"half-json", "error-200", "sse-error"}},
    **WIRE,
}
ARTICLE = Article(words={"evidence-base": (100, 300)}, repairs=2, read_whole=True)


def planned(**changed: Any) -> Planned:
    values: dict[str, Any] = {
        "role": "draft",
        "model": MODEL,
        "prefix": "sources",
        "shared": 30_000,
        "own": 500,
        "most_input": 30_500,
        "output": Output(100, 200, 8000),
    }
    return Planned(**(values | changed))


def cost(**usage: int) -> Decimal:
    return prices.cost(MODEL, Usage(**usage))


def test_the_first_call_writes_the_cache_and_the_others_read_it() -> None:
    (line,) = price_out([planned()] * 3, Tariff())
    read = {"input_tokens": 500, "cache_read_input_tokens": 30_000}
    write = {"input_tokens": 500, "cache_creation_input_tokens": 30_000}
    assert line.calls == Range(Decimal(3), Decimal(3), Decimal(3))
    assert line.usd.low == 3 * cost(**read, output_tokens=100)
    assert line.usd.expected == cost(**write, output_tokens=200) + 2 * cost(
        **read, output_tokens=200
    )
    assert line.usd.worst == 3 * cost(cache_creation_input_tokens=30_500, output_tokens=8000)


def test_a_warming_call_writes_for_all() -> None:
    warm = planned(role="warm", output=Output(0, 0, 1), own=5)
    lines = price_out([warm, planned(), planned(role="repair", times=REPAIRS)], Tariff())
    assert [line.role for line in lines] == ["warm", "draft", "repair"]
    read = cost(input_tokens=500, cache_read_input_tokens=30_000, output_tokens=200)
    assert lines[0].usd.expected == cost(input_tokens=5, cache_creation_input_tokens=30_000)
    assert lines[1].usd.expected == read
    assert lines[2].usd.expected == MENDED * read
    assert lines[2].usd.low == 0


def test_another_prefix_is_written_too_in_so_far_as_it_is_used() -> None:
    mending = planned(role="repair", prefix="other", times=REPAIRS)
    lines = price_out([planned(), *[mending] * 10], Tariff())
    write = cost(input_tokens=500, cache_creation_input_tokens=30_000, output_tokens=200)
    read = cost(input_tokens=500, cache_read_input_tokens=30_000, output_tokens=200)
    assert lines[1].calls.expected == 2
    assert lines[1].usd.expected == write + read


def test_what_is_not_cached_is_paid_in_full() -> None:
    (line,) = price_out([planned(prefix="")] * 2, Tariff())
    assert line.usd.low == 2 * cost(input_tokens=30_500, output_tokens=100)


def test_an_unknown_price_is_no_estimate() -> None:
    with pytest.raises(SettingsError, match="not known"):
        price_out([planned(model="gpt")], Tariff())


TOKENS = st.integers(min_value=0, max_value=20_000)


@st.composite
def calls(draw: st.DrawFn) -> Planned:
    shared, own = draw(TOKENS), draw(TOKENS)
    low, expected, worst = sorted(draw(st.tuples(TOKENS, TOKENS, TOKENS)))
    return planned(
        role=draw(st.sampled_from(["warm", "draft", "repair", "coherence"])),
        model=draw(st.sampled_from([MODEL, "claude-opus-5-5", "claude-haiku-5-5"])),
        prefix=draw(st.sampled_from(["", "a", "b"])),
        shared=shared,
        own=own,
        most_input=shared + own + draw(TOKENS),
        output=Output(low, expected, worst),
        times=draw(st.sampled_from([ONCE, REPAIRS])),
    )


@given(st.lists(calls(), max_size=8), st.sampled_from(["5m", "1h"]), st.booleans())
def test_low_is_never_above_expected_nor_expected_above_worst(
    many: list[Planned], ttl: prices.Ttl, batch: bool
) -> None:
    usd = total(price_out(many, Tariff(ttl=ttl, batch=batch)))
    assert 0 <= usd.low <= usd.expected <= usd.worst


@given(st.tuples(st.integers(0, 900), st.integers(0, 900)), st.integers(0, 9000))
def test_output_stays_within_what_a_call_may_give(words: tuple[int, int], most: int) -> None:
    output = draft_output((min(words), max(words)), most)
    assert 0 <= output.low <= output.expected <= output.worst == most


def test_a_dry_run_notes_each_call_once_and_sends_none() -> None:
    dry = DryCalls(lambda _: None)
    request = draft_request(task(), WAYS["draft"])
    for _ in range(2):
        with pytest.raises(AnswerPending):
            dry.call(request.params, role="draft", slug="a-course", section="evidence-base")
    assert [(one.role, one.section) for one in dry.noted] == [("draft", "evidence-base")]
    assert dry.found == 0


def counter(server: ClaudeServer, key: str | None = None, seconds: float = 60) -> TokenCounter:
    sender = Messages(api_key=SecretStr(key or server.key), base_url=server.base_url)
    return TokenCounter(sender, seconds=seconds)


def test_all_calls_follow_from_the_noted_ones() -> None:
    with ClaudeServer() as server:
        found, shared, why = plan_calls(noted(), ARTICLE, WAYS, counter(server))
        assert {one.path for one in server.requests} == {COUNT}
        asked = len(server.requests)
    assert why is None
    # Both requests, and what they share: once.
    assert asked == 3
    warm, draft, repair, whole = found
    assert [one.role for one in found] == ["warm", "draft", "repair", "coherence"]
    assert warm.prefix == draft.prefix == repair.prefix != ""
    assert warm.shared == draft.shared == shared > 2000
    assert warm.output.worst == warm_request(task(), WAYS["warm"]).params["max_tokens"]
    assert 0 < draft.own < 2000
    assert repair.own > draft.own + draft.output.expected
    assert repair.times == REPAIRS
    assert whole.prefix == ""


def test_a_repair_by_another_model_has_a_prefix_of_its_own() -> None:
    ways = manners(
        Settings(
            ANTHROPIC_API_KEY=None,
            ANTHROPIC_BASE_URL=None,
            roles={"repair": {"model": "claude-opus-5-5"}},  # type: ignore[arg-type]
        ),
        None,
    )
    with ClaudeServer() as server:
        found, _, _ = plan_calls(noted(), ARTICLE, ways, counter(server))
    assert found[2].model == "claude-opus-5-5"
    assert found[2].prefix not in ("", found[1].prefix)


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_without_a_count_tokens_are_told_by_bytes_and_that_is_said(name: str) -> None:
    step = FAULTS[name]()
    endless = name in ("drip", "stall")
    with ClaudeServer(script=lambda _: step) as server:
        asking = counter(server, seconds=0.5 if endless else 60)
        found, shared, why = plan_calls(noted(), ARTICLE, WAYS, asking)
        # What answered once that it does not count is not asked again; what was given up on may
        # not have come yet.
        assert endless or len(server.requests) == 1
        assert len(server.requests) <= 1
    assert why
    assert server.key not in why
    draft = found[1]
    assert draft.shared + draft.own == estimated(noted()[1].params) > shared
    # The most is what the budget reserves for it, not the estimate.
    assert draft.most_input >= 1.5 * (draft.shared + draft.own)


def test_a_server_that_does_not_count() -> None:
    with ClaudeServer(lacks=["count_tokens"]) as server:
        _, _, why = plan_calls(noted(), ARTICLE, WAYS, counter(server))
    assert why == "the server answered HTTP 404 when asked to count"


def test_a_refused_key_is_told() -> None:
    with ClaudeServer() as server, pytest.raises(SettingsError, match="refused the key"):
        plan_calls(noted(), ARTICLE, WAYS, counter(server, "sk-wrong"))
