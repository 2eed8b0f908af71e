"""Paid calls whose answer is there already, or is on its way to somebody else."""

from __future__ import annotations

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from claude_tasks import Wall
from fakes.claude_server import ClaudeServer
from paid_calls import Desk, ask, hello, order, sender

from citewright.drafting.calls import Failed, Paid, PaidCalls, cache_ttl
from citewright.drafting.outcomes import Answered
from citewright.model.call import Claim
from citewright.model.canonical import bytes_digest


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_an_answer_is_found_again_by_any_run_and_costs_nothing(desk: Desk) -> None:
    with ClaudeServer() as server:
        first = desk.call(server)
        assert desk.call(server) == desk.call(server, run="another") == first
        assert len(server.requests) == 1
    assert desk.journal("another").spent() == 0
    assert desk.rows == ["answered billed"]


def test_an_answer_that_nobody_read_is_billed_by_who_finds_it(desk: Desk) -> None:
    with ClaudeServer() as server:
        outcome = sender(server).send(hello(), seconds=9)
        assert isinstance(outcome, Answered)
        claim = desk.journal().claim(order(hello()))
        assert isinstance(claim, Claim)
        desk.journal().received(claim, outcome.raw)
        assert desk.rows == ["answered spent"]
        paid = desk.call(server, run="another")
        assert len(server.requests) == 1
    assert isinstance(paid, Paid)
    assert desk.rows == ["answered billed"]
    assert desk.spent == paid.cost_usd < claim.order.worst_usd


def test_a_stored_answer_cost_what_was_billed_for_it(desk: Desk) -> None:
    with ClaudeServer() as server:
        first = desk.call(server)
        assert isinstance(first, Paid)
        # As for an answer that came in a batch.
        claim = Claim(order(hello()), 1)
        desk.journal().billed(claim, first.usage, first.cost_usd / 2)
        again = desk.call(server)
    assert isinstance(again, Paid)
    assert (again.cost_usd, again.usage) == (first.cost_usd / 2, first.usage)


def test_a_stored_answer_that_is_none_is_asked_for_again(desk: Desk) -> None:
    claim = desk.journal().claim(order(hello()))
    assert isinstance(claim, Claim)
    desk.journal().received(claim, b"<html>")
    with ClaudeServer() as server:
        failed = desk.call(server)
        assert isinstance(failed, Failed)
        assert (failed.kind, failed.retry) == ("no_message", True)
        assert "web page" in failed.why
        assert isinstance(desk.call(server), Paid)
    assert desk.rows == ["failed spent", "answered billed"]


def test_the_longest_time_in_the_cache_is_what_counts() -> None:
    hour = {"type": "text", "text": "x", "cache_control": {"type": "ephemeral", "ttl": "1h"}}
    short = {"type": "text", "text": "y", "cache_control": {"type": "ephemeral"}}
    said = {"role": "user", "content": [short]}
    assert cache_ttl(hello()) == cache_ttl(hello(system=[short])) == "5m"
    assert cache_ttl(hello(system=[hour], messages=[said])) == "1h"


def test_a_call_that_is_broken_off_frees_its_request_and_counts(desk: Desk) -> None:
    class Breaking:
        def send(self, *_: Any, **__: Any) -> Any:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ask(desk.calls(Breaking()), hello())
    assert desk.rows == ["lost spent"]
    with ClaudeServer() as server:
        assert isinstance(desk.call(server), Paid)


def test_the_wait_for_another_call_ends_at_the_deadline(desk: Desk) -> None:
    entered, leave = threading.Event(), threading.Event()

    def slow(_: object) -> float:
        entered.set()
        leave.wait(60)
        return 0

    with ClaudeServer(delay=slow) as server, ThreadPoolExecutor(1) as thread:
        first = thread.submit(desk.call, server, clock=Wall(), deadline=60)
        assert entered.wait(60)
        failed = desk.call(server, clock=Wall(), deadline=0.5)
        leave.set()
        assert isinstance(first.result(), Paid)
        assert len(server.requests) == 1
    assert isinstance(failed, Failed)
    assert failed.retry
    assert "has not ended in time" in failed.why
    assert desk.rows == ["answered billed"]


def test_threads_that_ask_the_same_pay_once(desk: Desk) -> None:
    with ClaudeServer(delay=0.2) as server, ThreadPoolExecutor(6) as threads:
        calls = desk.calls(server, clock=Wall(), deadline=60)
        found = list(threads.map(lambda n: ask(calls, hello(str(n % 2))), range(6)))
        assert len(server.requests) == 2
    assert all(isinstance(paid, Paid) for paid in found)
    assert found[0] == found[2] == found[4]
    assert desk.rows == ["answered billed"] * 2


@pytest.mark.parametrize("successor", ["answers first", "answers later", "fails"])
def test_who_was_given_up_on_takes_the_answer_that_stands(desk: Desk, successor: str) -> None:
    began = time.monotonic()
    ours, theirs = message("ours"), message("theirs")

    def now() -> datetime:
        return datetime(2026, 3, 1, tzinfo=UTC) + timedelta(seconds=time.monotonic() - began)

    other = desk.journal("other", owner="random/2", clock=lambda: now() + timedelta(seconds=60))
    taken: list[Claim] = []

    def end(*_: object) -> None:
        if successor == "fails":
            other.failed(taken[0], why="status 400", spent=False)
        else:
            other.received(taken[0], theirs)

    class Slow:
        """A request during which another machine, whose clock is ahead, takes the claim over."""

        def send(self, *_: object, **__: object) -> Answered:
            claim = other.claim(order(hello()))
            assert isinstance(claim, Claim)
            taken.append(claim)
            if successor == "answers first":
                end()
            return Answered(ours)

    calls = PaidCalls(
        messages=Slow(),
        log=desk.journal(owner="random/1", clock=now),
        deadline=60,
        project=None,
        sleep=end,
    )
    paid = ask(calls, hello())
    assert isinstance(paid, Paid)
    assert paid.digest == bytes_digest(ours if successor == "fails" else theirs)
    if successor == "fails":
        assert desk.rows == ["answered billed", "failed free"]
    else:
        assert desk.rows == ["late spent", "answered billed"]


def message(text: str) -> bytes:
    usage = {"input_tokens": 9, "output_tokens": 9}
    content = [{"type": "text", "text": text}]
    said = {"type": "message", "model": "m", "content": content, "usage": usage}
    return json.dumps(said | {"stop_reason": "end_turn"}).encode()
