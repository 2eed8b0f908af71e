"""Calls in batches: found, gathered, sent once, their failures named, their cost within the cap."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from batch_desk import NAMES, Desk, said, when
from claude_posts import client
from claude_tasks import Wall
from fakes import claude_faults as faults
from fakes.claude_rules import Limits
from fakes.claude_server import BATCHES, KEY, MESSAGES, ClaudeServer
from paid_calls import hello

from citewright.drafting.batch_parts import Limits as Parts
from citewright.drafting.calls import Failed, request_digest
from citewright.errors import BudgetExceeded, ModelError, SettingsError

ALL = ["paid"] * len(NAMES)


def made(server: ClaudeServer) -> list[int]:
    """The sizes of the batches that the server made."""
    return [len(batch.items) for batch in server.batches]


def test_calls_go_out_together_once_and_at_half_the_price(tmp_path: Path) -> None:
    desk, direct = Desk(tmp_path / "batch"), Desk(tmp_path / "direct")
    with ClaudeServer() as server:
        assert desk.batched(server) == ALL
        assert made(server) == [len(NAMES)]
        assert all(received.path != MESSAGES for received in server.requests)
        for name in NAMES:
            direct.call(server, name)
        seen = len(server.requests)
        assert desk.batched(server, "another") == ALL
        assert len(server.requests) == seen
    assert desk.rows == ["answered billed"] * len(NAMES)
    assert desk.spent == direct.spent / 2 > 0
    assert desk.reserved("another") == 0
    assert {(one.section, one.calls) for one in desk.journal().spending()} == {
        (name, 1) for name in NAMES
    }


def test_a_batch_names_its_requests_by_their_digests(tmp_path: Path) -> None:
    with ClaudeServer() as server:
        Desk(tmp_path).batched(server, names=("Hello",))
        (batch,) = server.batches
    assert batch.items == {request_digest(hello()).removeprefix("sha256:"): hello()}


def test_what_is_not_answered_is_named_and_not_sent_again_by_this_run(tmp_path: Path) -> None:
    ends: dict[str, Any] = {
        NAMES[1]: "expired",
        NAMES[3]: "canceled",
        NAMES[5]: "errored",
        NAMES[7]: faults.status(400, "prompt is too long: 9 tokens > 8 maximum"),
        NAMES[8]: faults.status(529, "Overloaded"),
    }
    first = True

    def script(_: str, params: dict[str, Any]) -> Any:
        return ends.get(params["messages"][0]["content"]) if first else None

    desk = Desk(tmp_path)
    with ClaudeServer(batch_script=script) as server:
        calls = desk.batch_calls(server)
        found = said(calls)
        assert desk.batched(server) == found
        assert made(server) == [len(NAMES)]
        long = calls.call(hello(NAMES[7]), role="draft", slug="a", section="s")
        late = calls.call(hello(NAMES[8]), role="draft", slug="a", section="s")
        first = False
        assert desk.batched(server, "another") == ALL
        assert made(server) == [len(NAMES), 5]
    assert Counter(found)["paid"] == len(NAMES) - 5
    assert found[1] == "the batch's day was over before the API came to the request."
    assert found[3] == "the request's batch was canceled."
    assert "api_error" in found[5]
    assert isinstance(long, Failed)
    assert (long.status, long.kind, long.retry) == (400, "invalid_request_error", False)
    assert "prompt is too long: 9 tokens > 8 maximum" in long.why
    assert isinstance(late, Failed)
    assert (late.status, late.kind, late.retry) == (529, "overloaded_error", True)
    assert Counter(desk.rows) == {"answered billed": len(NAMES), "failed free": 5}


def test_an_answer_that_is_no_message_is_paid_and_named(tmp_path: Path) -> None:
    with ClaudeServer(batch_script=lambda *_: faults.changed(type="poem")) as server:
        desk = Desk(tmp_path)
        (why,) = desk.batched(server, names=("Hello",))
    assert "the answer is no message" in why
    assert desk.rows == ["failed spent"]


@pytest.mark.parametrize("manner", ["reset", "truncated", "half"])
def test_a_batch_whose_making_was_not_acknowledged_is_found_again(
    tmp_path: Path, manner: str
) -> None:
    desk = Desk(tmp_path)
    script = when("POST", BATCHES, None, faults.manner(manner))
    with ClaudeServer(script) as server, client(server) as api:
        foreign: Any = [{"custom_id": f"foreign-{n}", "params": hello(f"f{n}")} for n in range(12)]
        api.messages.batches.create(requests=foreign)
        assert desk.batched(server) == ALL
        assert made(server) == [12, 12]
    assert desk.rows == ["answered billed"] * len(NAMES)


def test_a_batch_that_nobody_knows_of_is_sent_once_more_and_then_given_up(tmp_path: Path) -> None:
    gateway = faults.page(502)
    desk, other = Desk(tmp_path / "one"), Desk(tmp_path / "other")
    with ClaudeServer(when("POST", BATCHES, gateway)) as server:
        assert desk.batched(server) == ALL
        assert made(server) == [len(NAMES)]
    assert Counter(desk.rows) == {"lost spent": len(NAMES), "answered billed": len(NAMES)}
    with ClaudeServer(when("POST", BATCHES, *[gateway] * 9)) as server:
        assert set(other.batched(server)) == {
            "the request was sent 2 times in this run and no answer came."
        }
        assert made(server) == []
    assert other.rows == ["lost spent"] * 2 * len(NAMES)


def test_a_batch_is_sent_only_when_the_cap_covers_its_worst_case(tmp_path: Path) -> None:
    worst = Desk(tmp_path / "one")
    with ClaudeServer(batch_seconds=3600) as server:
        calls = worst.batch_calls(server)
        for name in NAMES:
            with pytest.raises(Exception, match="is asked for in a batch"):
                calls.call(hello(name), role="draft", slug="a", section="s")
        calls.send()
        assert made(server) == [len(NAMES)]
    reserved = worst.spent
    assert reserved > 0
    enough = Desk(tmp_path / "two", cap=str(reserved))
    short = Desk(tmp_path / "three", cap=str(reserved - Decimal("0.000001")))
    with ClaudeServer() as server:
        with pytest.raises(BudgetExceeded, match="the next batch of 12 calls"):
            short.batched(server)
        assert (server.batches, short.rows, short.spent) == ([], [], 0)
        assert enough.batched(server) == ALL
    assert 0 < enough.spent < reserved


def test_what_is_too_much_for_one_batch_goes_out_in_several(tmp_path: Path) -> None:
    size = len(str(hello())) + 100
    with ClaudeServer() as server:
        assert Desk(tmp_path / "a").batched(server, parts=Parts(requests=5)) == ALL
        assert made(server) == [5, 5, 2]
        assert Desk(tmp_path / "b").batched(server, parts=Parts(size=4 * size)) == ALL
        assert sum(made(server)[3:]) == len(NAMES)
        assert 2 <= max(made(server)[3:]) <= 4
    with ClaudeServer(limits=Limits(batch_bytes=900)) as server:
        desk = Desk(tmp_path / "c")
        assert desk.batched(server) == ALL
        assert len(made(server)) > 2
    assert Counter(desk.rows)["answered billed"] == len(NAMES)
    assert set(desk.rows) == {"answered billed", "failed free"}


def test_a_refused_batch_costs_nothing_and_says_why(tmp_path: Path) -> None:
    unwell = faults.status(529, "Overloaded")
    with ClaudeServer(when("POST", BATCHES, *[unwell] * 50)) as server:
        desk = Desk(tmp_path / "busy")
        with pytest.raises(ModelError, match=r"no batch could be sent.*Overloaded"):
            desk.batched(server)
    assert desk.rows == ["failed free"] * len(NAMES)
    with ClaudeServer() as server:
        assert desk.batched(server) == ALL
    refused = when("POST", BATCHES, faults.status(401))
    with ClaudeServer(refused) as server, pytest.raises(SettingsError, match="refused the key"):
        Desk(tmp_path / "key").batched(server)
    with ClaudeServer(when("POST", BATCHES, faults.status(400, "no batches"))) as server:
        desk = Desk(tmp_path / "never")
        assert all("no batches" in why for why in desk.batched(server))
        assert len(server.requests) == 1
    assert desk.rows == ["failed free"] * len(NAMES)


def test_looking_at_a_batch_survives_what_goes_wrong_on_the_way(tmp_path: Path) -> None:
    steps = [
        faults.status(529),
        faults.manner("reset"),
        faults.status(429, headers={"retry-after": "7"}),
        None,
        faults.manner("truncated"),
        faults.manner("half"),
        faults.page(),
        faults.body(b"{}"),
    ]

    def script(received: Any) -> Any:
        return steps.pop(0) if received.method == "GET" and steps else None

    desk = Desk(tmp_path)
    with ClaudeServer(script) as server:
        assert desk.batched(server) == ALL
        assert made(server) == [len(NAMES)]
    assert steps == []
    assert desk.rows == ["answered billed"] * len(NAMES)


@pytest.mark.parametrize("manner", ["truncated", "half", "reset"])
def test_results_that_break_off_are_read_again(tmp_path: Path, manner: str) -> None:
    desk = Desk(tmp_path)
    with ClaudeServer(when("GET", "/results", faults.manner(manner))) as server:
        assert desk.batched(server) == ALL
        assert made(server) == [len(NAMES)]
    assert desk.rows == ["answered billed"] * len(NAMES)


def test_results_that_never_come_are_lost_and_sent_once_more(tmp_path: Path) -> None:
    nothing = [faults.body(b"", "application/x-jsonl")] * 3
    desk = Desk(tmp_path)
    with ClaudeServer(when("GET", "/results", *nothing)) as server:
        assert desk.batched(server) == ALL
        assert made(server) == [len(NAMES)] * 2
    assert Counter(desk.rows) == {"lost spent": len(NAMES), "answered billed": len(NAMES)}


def test_a_direct_call_waits_for_no_batch(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    with ClaudeServer(batch_seconds=3600) as server:
        calls = desk.batch_calls(server)
        with pytest.raises(Exception, match="is asked for in a batch"):
            calls.call(hello(), role="draft", slug="a", section="s")
        calls.send()
        found = desk.call(server)
        assert isinstance(found, Failed)
        assert found.retry
        assert "--batch" in found.why
        assert desk.clock.now < 1
        assert all(received.path != MESSAGES for received in server.requests)


def test_two_runs_that_need_the_same_answers_pay_once(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    found: dict[str, list[str]] = {}

    def work(run: str) -> None:
        found[run] = desk.batched(server, run, clock=Wall(), pause=0.05)

    with ClaudeServer(batch_seconds=0.5) as server:
        threads = [Thread(target=work, args=(run,)) for run in ("one", "two")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(300)
        assert sum(made(server)) == len(NAMES)
    assert found == {"one": ALL, "two": ALL}
    assert desk.rows == ["answered billed"] * len(NAMES)


def test_the_key_is_not_kept_in_an_answer(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    with ClaudeServer(batch_script=lambda *_: faults.text(f"your key is {KEY}")) as server:
        (why,) = desk.batched(server, names=("Hello",))
    kept = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert not any(KEY.encode() in data for data in kept)
    assert why == "the request was sent 2 times in this run and no answer came."
    assert desk.rows == ["lost spent"] * 2
