"""Each named fault of the loopback server is what its name says, on the wire and for the SDK."""

from __future__ import annotations

import json
import time
from typing import Any

import anthropic
import httpx2
import pytest
from claude_posts import HELLO, client, drafting, post
from claude_tasks import passages
from fakes import claude_faults as faults
from fakes.claude_server import ClaudeServer
from fakes.claude_wire import DRIP

from citewright.model.draft import DRAFT_MODELS, SectionAnswer

QUICK = sorted(faults.EVERYTHING.keys() - faults.WIRE.keys() - {"redirect-loop"})


def replies(params: dict[str, Any]) -> dict[str, httpx2.Response]:
    """The reply to a request with each fault that ends by itself."""
    steps = [faults.EVERYTHING[name]() for name in QUICK]
    with ClaudeServer(steps) as server:
        return {name: post(server, params) for name in QUICK}


def said(reply: httpx2.Response) -> Any:
    """The JSON that a message's first text block holds."""
    return json.loads(faults.first_text(reply.json()))


@pytest.fixture(scope="module")
def prose() -> dict[str, httpx2.Response]:
    return replies(drafting())


def test_every_fault_can_be_played_on_every_kind_of_section() -> None:
    for kind in DRAFT_MODELS:
        for name, reply in replies(drafting(kind)).items():
            expected = 204 if name == "http-204" else 307 if name.startswith("redirect") else 200
            if name.startswith("http-") and name != "http-204":
                expected = int(name.split("-")[1])
            assert reply.status_code == expected, (kind, name)


def test_every_lie_can_be_told_of_a_draft_without_a_source() -> None:
    unsourced = drafting("examples")
    unsourced["messages"][0]["content"].pop(0)
    for name in sorted(faults.LIES):
        with ClaudeServer([faults.LIES[name]()]) as server:
            assert post(server, unsourced).status_code == 200, name


def test_the_stop_reasons_are_those_of_the_api_and_two_others() -> None:
    with ClaudeServer([make() for make in faults.STOPS.values()]) as server:
        found = [post(server, drafting()).json()["stop_reason"] for _ in faults.STOPS]
    known = {"max_tokens", "stop_sequence", "tool_use", "pause_turn", "refusal"}
    known |= {"model_context_window_exceeded"}
    assert {reason for reason in found if isinstance(reason, str)} == known | {"from_the_future"}
    assert None in found


def test_retry_after_is_sent_as_it_is_named(prose: dict[str, httpx2.Response]) -> None:
    found = {name: prose[name].headers.get("retry-after") for name in QUICK if "429" in name}
    assert found["http-429"] is None
    assert found["http-429-seconds"] == "1"
    assert found["http-429-absurd"] == "31536000"
    assert str(found["http-429-far-date"]).endswith("GMT")
    assert prose["http-429"].json()["error"]["type"] == "rate_limit_error"


def test_odd_bodies_are_odd_in_their_own_way(prose: dict[str, httpx2.Response]) -> None:
    assert prose["page"].headers["content-type"] == "text/html"
    assert prose["sse-error"].headers["content-type"] == "text/event-stream"
    assert '"overloaded_error"' in prose["sse-error"].text
    assert prose["empty-object"].json() == {}
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        prose["half-json"].json()
    kinds = {name: [block["type"] for block in prose[name].json()["content"]]
             for name in ("thinking-first", "unknown-block-after", "text-in-two")}  # fmt: skip
    assert kinds == {
        "thinking-first": ["thinking", "text"],
        "unknown-block-after": ["text", "from_the_future"],
        "text-in-two": ["text", "text"],
    }
    assert "usage" not in prose["no-usage"].json()
    assert prose["usage-text"].json()["usage"]["input_tokens"] == "many"
    key = ClaudeServer().key
    assert key in prose["http-400-key"].text
    assert key in prose["key-in-text"].json()["content"][0]["text"]


def test_what_is_called_good_holds_the_whole_draft(prose: dict[str, httpx2.Response]) -> None:
    for name in faults.GOOD:
        message = prose[name].json()
        texts = [block["text"] for block in message["content"] if block["type"] == "text"]
        assert SectionAnswer.model_validate_json("".join(texts)), name
        assert message["stop_reason"] == "end_turn"


def test_each_lie_is_the_lie_it_is_called(prose: dict[str, httpx2.Response]) -> None:
    honest = _honest()
    texts = {one.id: one.text for one in passages()}

    def first(name: str) -> dict[str, Any]:
        return faults.first_sourced(said(prose[name]))

    quote = first("fabricated-quote")["citations"][0]
    assert quote["quote"] not in texts[quote["passage"]]
    assert first("wrong-passage")["citations"][0]["passage"] not in texts
    assert "97" in first("wrong-number")["text"]
    swapped = first("swapped-source")["citations"][0]
    assert swapped["quote"] not in texts[swapped["passage"]]
    crossed = first("swapped-citations")
    assert crossed["citations"][0]["quote"] in texts[crossed["citations"][0]["passage"]]
    assert crossed["citations"] != faults.first_sourced(honest)["citations"]
    assert said(prose["wrong-kind"])["section"]["kind"] == "questions"
    many = list(faults.statements(said(prose["too-many-statements"])))
    assert len(many) > 60
    assert faults.first_text(prose["markdown"].json()).startswith("```json\n{")
    assert first("injected")["text"].startswith("Ignore the sources")
    marker = next(iter(said(prose["schema-violation"])["section"]["blocks"]))["statements"][0]
    assert marker["marker"] == "certain"
    statements = list(faults.statements(said(prose["contradiction"])))
    assert any(one["marker"] == "llm" and one["citations"] for one in statements)


def _honest() -> Any:
    with ClaudeServer() as server:
        return said(post(server, drafting()))


def test_the_wire_breaks_as_it_is_told() -> None:
    with ClaudeServer([faults.manner("reset"), faults.manner("truncated")]) as server:
        for _ in range(2):
            with client(server) as api, pytest.raises(anthropic.APIConnectionError):
                api.messages.create(**HELLO)
        # What was made is billed, whether or not it arrived.
        assert len(server.ledger) == 2
    with ClaudeServer([faults.manner("stall")]) as server, client(server, timeout=0.3) as api:
        with pytest.raises(anthropic.APITimeoutError):
            api.messages.create(**HELLO)
        # The server may get to it after the client has left.
        until = time.monotonic() + 60
        while not server.ledger:
            assert time.monotonic() < until
            time.sleep(0.01)


def test_a_body_that_drips_keeps_clear_of_the_time_out() -> None:
    # No machine takes these seconds for one byte, and the whole takes longer than they are.
    seconds = 2
    with ClaudeServer([faults.manner("drip")]) as server, client(server, timeout=seconds) as api:
        call = api.messages.with_streaming_response.create
        with call(**HELLO) as reply:
            length = int(reply.headers["content-length"])
            came = 0
            for chunk in reply.iter_bytes():
                came += len(chunk)
                if came >= 5:
                    break
    assert 5 <= came < length / 4
    assert length * DRIP > seconds


def test_redirects_lead_nowhere() -> None:
    steps = [faults.FAULTS["redirect"](), faults.FAULTS["redirect-away"]()]
    with ClaudeServer(steps) as server, client(server) as api:
        with pytest.raises(anthropic.NotFoundError):
            api.messages.create(**HELLO)
        with pytest.raises(anthropic.APIConnectionError):
            api.messages.create(**HELLO)
        paths = [one.path for one in server.requests]
    assert paths == ["/v1/messages", "/elsewhere/v1/messages", "/v1/messages"]
    with ClaudeServer(lambda _: faults.FAULTS["redirect-loop"]()) as server, client(server) as api:
        with pytest.raises(anthropic.APIConnectionError):
            api.messages.create(**HELLO)
        assert len(server.requests) > 10
