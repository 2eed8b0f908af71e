"""Paid calls under each fault of the service: their rows, their deadline, the key."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from fakes.claude_faults import FAULTS, SHAPES, STATUSES, STOPS, USAGES
from fakes.claude_server import ClaudeServer
from fakes.claude_steps import Step, manner
from paid_calls import Desk, ask, hello

from citewright.drafting.calls import Failed, Paid
from citewright.errors import CitewrightError, SettingsError


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


ENDLESS = {"drip", "stall"}
SHORT = 0.5
"""Seconds until a request without an end is given up. The shortest pause before another one is as
long, so that on a clock which stands still meanwhile nothing is left for that."""

LOST = {"http-504", "http-500-page", "reset", "truncated", "key-in-text"}
NO_MESSAGE = (
    {name for name in SHAPES if not name.startswith(("text-", "unknown-", "thinking-"))}
    - {"content-empty", "empty-message", "white-space", "bad-json", "redacted-thinking-first"}
    | {"no-usage", "usage-null", "usage-text", "usage-negative", "usage-fraction", "usage-huge"}
    | {"stop-number", "http-204"}
)
LATER = {408, 409, 429, 500, 502, 503, 529}


def expected(name: str) -> list[str]:
    """The rows of a call that meets a fault once."""
    if name in ENDLESS:
        return ["lost spent"]
    if name in LOST:
        return ["lost spent", "answered billed"]
    if name in NO_MESSAGE:
        return ["failed spent"]
    if name in STATUSES:
        code = int(name.split("-")[1]) if name.startswith("http-") else 307
        waits = "absurd" in name or "far-date" in name
        return ["answered billed"] if code in LATER and not waits else ["failed free"]
    assert name in STOPS | SHAPES | USAGES
    return ["answered billed"]


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_each_fault_has_its_row(desk: Desk, name: str) -> None:
    with ClaudeServer([FAULTS[name]()]) as server:
        try:
            got: Any = desk.call(server, deadline=SHORT if name in ENDLESS else 20.0)
        except SettingsError as error:
            got = error
    assert desk.rows == expected(name)
    assert isinstance(got, Paid) == (desk.rows[-1] == "answered billed")


@pytest.mark.parametrize("fault", sorted(ENDLESS))
def test_a_body_that_never_ends_ends_at_the_deadline(desk: Desk, fault: str) -> None:
    with ClaudeServer([manner(fault)] * 2) as server:
        failed = desk.call(server, deadline=SHORT)
        assert len(server.requests) <= 1
    assert isinstance(failed, Failed)
    assert "within 0.5 seconds" in failed.why
    assert desk.rows == ["lost spent"]


def test_an_error_whose_body_drips_ends_at_the_deadline(desk: Desk) -> None:
    step = Step(429, body=b"x" * 10_000, manner="drip")
    with ClaudeServer([step]) as server:
        failed = desk.call(server, deadline=SHORT)
    assert isinstance(failed, Failed)
    assert "within 0.5 seconds" in failed.why


CANARY = "sk-ant-canary-7d1f3b9a"


@pytest.mark.parametrize(
    "name", ["http-400-key", "http-401", "http-529", "key-in-text", "reset", "error-200"]
)
def test_the_key_shows_nowhere(
    tmp_path: Path,
    name: str,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    desk = Desk(tmp_path)
    with ClaudeServer(lambda _: FAULTS[name](), key=CANARY) as server:
        calls = desk.calls(server)
        seen: list[Any] = [repr(calls), repr(vars(calls)), repr(vars(calls._messages))]
        try:
            seen.append(ask(calls, hello()))
        except CitewrightError as error:
            seen += [str(error), repr(error), error.as_dict(), repr(error.__cause__)]
        assert server.requests[0].headers["authorization"] == f"Bearer {CANARY}"
        assert "x-api-key" not in server.requests[0].headers
    seen += [caplog.text, capfd.readouterr()]
    assert CANARY not in repr(seen)
    for file in tmp_path.rglob("*"):
        assert not file.is_file() or CANARY.encode() not in file.read_bytes(), file
