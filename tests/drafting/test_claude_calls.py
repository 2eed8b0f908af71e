"""Paid calls: what is tried again and what is not, and what each try costs."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from fakes.claude_server import ClaudeServer
from fakes.claude_steps import Step, manner, page, status
from paid_calls import Desk, ask, hello
from ports import kept_port
from pydantic import SecretStr

from citewright.drafting.calls import Failed, Paid
from citewright.drafting.messages import Messages
from citewright.errors import BudgetExceeded, ModelError, SettingsError


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


NEVER = {
    401: "refused the key",
    402: "asks for payment",
    403: "forbids",
    404: "does not know the model 'claude-sonnet-5-5'",
    307: "leads elsewhere",
}


@pytest.mark.parametrize("code", sorted(NEVER))
def test_what_can_never_succeed_is_a_setting_and_is_not_tried_again(desk: Desk, code: int) -> None:
    step = status(code, "see there", headers={"location": "/elsewhere"})
    with ClaudeServer([step]) as server:
        with pytest.raises(SettingsError) as caught:
            desk.call(server)
        assert len(server.requests) == 1
    assert NEVER[code] in str(caught.value)
    assert "see there" in str(caught.value)
    assert desk.rows == ["failed free"]


@pytest.mark.parametrize("code", [408, 409, 429, 500, 503, 529])
def test_a_busy_api_is_asked_again_at_the_price_of_one_call(desk: Desk, code: int) -> None:
    with ClaudeServer([status(code), status(code)]) as server:
        assert isinstance(desk.call(server), Paid)
        assert len(server.requests) == 3
    assert desk.rows == ["answered billed"]
    first, second = desk.clock.pauses
    assert 0.5 <= first <= 1
    assert 1 <= second <= 2


@pytest.mark.parametrize("code", [400, 413, 422])
def test_a_rejection_says_what_the_api_said_and_is_not_tried_again(desk: Desk, code: int) -> None:
    with ClaudeServer([status(code, "prompt is too long")]) as server:
        failed = desk.call(server)
        assert len(server.requests) == 1
    assert isinstance(failed, Failed)
    assert "prompt is too long" in failed.why
    kind = "request_too_large" if code == 413 else "invalid_request_error"
    assert (failed.status, failed.kind, failed.retry) == (code, kind, False)
    assert desk.rows == ["failed free"]


def test_retry_after_is_obeyed(desk: Desk) -> None:
    with ClaudeServer([status(429, headers={"retry-after": "7"})]) as server:
        assert isinstance(desk.call(server), Paid)
    assert desk.clock.pauses == [7.0]


def test_retry_after_that_is_a_date_or_nonsense_does_not_stop_the_call(desk: Desk) -> None:
    past = status(429, headers={"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"})
    nonsense = [status(429, headers={"retry-after": said}) for said in ("nan", "soon")]
    with ClaudeServer([past, *nonsense]) as server:
        assert isinstance(desk.call(server), Paid)
    assert desk.clock.pauses[0] == 0
    assert all(0 < pause <= 4 for pause in desk.clock.pauses[1:])


def test_a_wait_beyond_the_deadline_is_not_begun(desk: Desk) -> None:
    with ClaudeServer([status(429, headers={"retry-after": "3600"})] * 2) as server:
        failed = desk.call(server)
        assert len(server.requests) == 1
    assert desk.clock.pauses == []
    assert isinstance(failed, Failed)
    assert (failed.status, failed.kind, failed.retry) == (429, "rate_limit_error", True)
    assert desk.rows == ["failed free"]


def test_a_spend_cap_without_retry_after_ends(desk: Desk) -> None:
    with ClaudeServer(lambda _: status(429, "spend limit")) as server:
        failed = desk.call(server, deadline=100_000)
        assert len(server.requests) == 8
    assert isinstance(failed, Failed)
    assert "spend limit" in failed.why
    assert max(desk.clock.pauses) <= 60
    assert desk.rows == ["failed free"]


def test_a_server_that_says_not_to_try_again_is_not_tried_again(desk: Desk) -> None:
    with ClaudeServer([status(529, headers={"x-should-retry": "false"})]) as server:
        failed = desk.call(server)
        assert len(server.requests) == 1
    assert isinstance(failed, Failed)
    assert failed.retry


@pytest.mark.parametrize("fault", ["reset", "truncated"])
def test_an_unknown_outcome_counts_as_paid_and_is_sent_once_more(desk: Desk, fault: str) -> None:
    with ClaudeServer([manner(fault)]) as server:
        paid = desk.call(server)
        assert len(server.requests) == 2
    assert isinstance(paid, Paid)
    assert desk.rows == ["lost spent", "answered billed"]
    assert desk.spent > paid.cost_usd


@pytest.mark.parametrize("step", [manner("reset"), status(504), page(502)], ids=repr)
def test_a_second_unknown_outcome_ends_the_call_and_its_like_in_the_run(
    desk: Desk, step: Step
) -> None:
    with ClaudeServer(lambda _: step) as server:
        first, again = desk.call(server), desk.call(server)
        assert len(server.requests) == 2
    for failed in (first, again):
        assert isinstance(failed, Failed)
        assert "no answer came" in failed.why
        assert (failed.kind, failed.retry) == ("no_answer", True)
    assert desk.rows == ["lost spent"] * 2


def test_the_resend_needs_money_too(tmp_path: Path) -> None:
    rich = Desk(tmp_path / "rich")
    with ClaudeServer([manner("reset")] * 2) as server:
        rich.call(server)
    worst = rich.spent / 2
    poor = Desk(tmp_path / "poor", cap=str(worst * Decimal("1.5")))
    with ClaudeServer([manner("reset")]) as server:
        with pytest.raises(BudgetExceeded):
            poor.call(server)
        assert len(server.requests) == 1
    assert poor.rows == ["lost spent"]
    assert poor.spent == worst


def test_an_unreachable_server_is_an_error_to_try_again_and_costs_nothing(desk: Desk) -> None:
    with kept_port() as port:
        calls = desk.calls(Messages(api_key=SecretStr("sk-x"), base_url=f"http://127.0.0.1:{port}"))
        with pytest.raises(ModelError) as caught:
            ask(calls, hello())
    assert caught.value.retry
    assert "cannot be reached" in caught.value.message
    assert len(desk.clock.pauses) == 2
    assert desk.rows == ["failed free"]
    assert desk.spent == 0
