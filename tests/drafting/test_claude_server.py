"""The loopback server refuses what the API refuses, so that tests against it mean something."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import anthropic
import httpx2
import pytest
from claude_posts import HELLO, USER, client, drafting, post
from claude_tasks import passages
from fakes import claude_faults as faults
from fakes.claude_rules import Limits
from fakes.claude_server import VERSION, ClaudeServer, Received

from citewright.drafting.answers import CoherenceAnswer
from citewright.model.draft import DRAFT_MODELS, SectionAnswer

UNIONS = {f"u{i}": {"anyOf": [{"type": "string"}, {"type": "null"}]} for i in range(17)}
OPTIONS = {f"o{i}": {"type": "string"} for i in range(25)}


def schema(**changed: Any) -> dict[str, Any]:
    whole = {"type": "object", "properties": {}, "required": [], "additionalProperties": False}
    return {"output_config": {"format": {"type": "json_schema", "schema": whole | changed}}}


def marked(*ttls: str) -> dict[str, Any]:
    def block(ttl: str) -> dict[str, Any]:
        return {"type": "text", "text": ttl, "cache_control": {"type": "ephemeral", "ttl": ttl}}

    return {"messages": [{"role": "user", "content": [block(ttl) for ttl in ttls]}]}


DOCUMENT = {
    "type": "document",
    "source": {"type": "text", "media_type": "text/plain", "data": "x"},
    "citations": {"enabled": True},
}
NODE = {
    "type": "object",
    "properties": {"next": {"$ref": "#/$defs/Node"}},
    "required": ["next"],
    "additionalProperties": False,
}
ASSISTED = [USER[0], {"role": "assistant", "content": [DOCUMENT]}, USER[0]]

REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("temperature: Extra inputs", {"temperature": 0.5}),
    ("top_p: Extra inputs", {"top_p": 0.5}),
    ("top_k: Extra inputs", {"top_k": 5}),
    ("output_format: Extra inputs", {"output_format": {}}),
    ("max_tokens: Field required", {"max_tokens": None}),
    ("maximum allowed", {"max_tokens": 128_001}),
    ("greater than or equal to 0", {"max_tokens": -1}),
    ("valid integer", {"max_tokens": "many"}),
    ("together with output_config.format", {"max_tokens": 0} | schema()),
    ("forced tool use", {"tool_choice": {"type": "any"}}),
    ("prefill", {"messages": [*USER, {"role": "assistant", "content": "Well"}]}),
    ("not permitted in assistant messages", {"messages": ASSISTED}),
    ("at least one message", {"messages": []}),
    ("non-empty", {"messages": [{"role": "user", "content": ""}]}),
    ("together with citations", schema() | {"messages": [{"role": "user", "content": [DOCUMENT]}]}),
    (
        "not permitted on user text",
        {
            "messages": [
                {"role": "user", "content": [{"type": "text", "text": "x", "citations": [1]}]}
            ]
        },
    ),
    ("must not come after a ttl='5m'", marked("5m", "1h")),
    ("maximum of 4 blocks", marked("1h", "1h", "5m", "5m", "5m")),
    ("ephemeral, with ttl", marked("2h")),
    ("effort: Input should be one of", {"output_config": {"effort": "extreme"}}),
    ("thinking.type: Input should be", {"thinking": {"type": "deep"}}),
    ("greater than or equal to 1024", {"thinking": {"type": "enabled", "budget_tokens": 5}}),
    ("must be greater than", {"thinking": {"type": "enabled", "budget_tokens": 2048}}),
    (
        "is not supported for this model",
        {"model": "claude-opus-5-5", "thinking": {"type": "enabled"}},
    ),
    (
        "is not supported for this model",
        {"model": "claude-opus-5-5", "thinking": {"type": "disabled"}},
    ),
    ("too many optional parameters (25)", schema(properties=OPTIONS)),
    ("too many parameters with union types (17", schema(properties=UNIONS, required=[*UNIONS])),
    ("additionalProperties", schema(additionalProperties=True)),
    (
        "'pattern' is not supported",
        schema(properties={"a": {"type": "string", "pattern": "x"}}, required=["a"]),
    ),
    (
        "Circular reference detected in schema definitions: Node -> Node",
        schema(**NODE, **{"$defs": {"Node": NODE}}),
    ),
    ("cannot be resolved", schema(**NODE)),
    ("does not stream", {"stream": True}),
]


def test_what_the_api_refuses_is_refused_in_its_form() -> None:
    with ClaudeServer() as server:
        for expected, changed in REFUSED:
            reply = post(server, HELLO | changed)
            assert reply.status_code == 400, expected
            assert reply.json()["type"] == "error"
            assert reply.json()["error"]["type"] == "invalid_request_error"
            assert expected in reply.json()["error"]["message"]
        assert post(server, HELLO | {"model": "claude-2"}).status_code == 404
        assert post(server, HELLO, authorization="Bearer wrong").status_code == 401
        assert post(server, HELLO, authorization="", x_api_key=server.key).status_code == 401
        assert post(server, HELLO, anthropic_version="2023-06-01").status_code == 400
        assert server.ledger == []
        assert post(server, HELLO).status_code == 200
        assert post(server, HELLO | {"output_config": {"effort": "max"}}).status_code == 200
        assert post(server, HELLO | marked("1h", "5m")).status_code == 200


def test_too_long_a_request_is_refused() -> None:
    long = HELLO | {"messages": [{"role": "user", "content": "word " * 1000}]}
    for limits, code, words in (
        (Limits(request_bytes=4000), 413, "exceeds the maximum size"),
        (Limits(request_tokens=1000), 413, "exceeds the maximum size"),
        (Limits(context_tokens=1000), 400, "prompt is too long: 1251 tokens > 1000 maximum"),
    ):
        with ClaudeServer(limits=limits) as server, client(server) as api:
            with pytest.raises(anthropic.APIStatusError, match=words) as caught:
                api.messages.create(**long)
            assert caught.value.status_code == code
            assert api.messages.create(**HELLO).stop_reason == "end_turn"


def test_the_sdk_raises_for_it_what_it_raises_for_the_api() -> None:
    with ClaudeServer([faults.status(529), faults.status(402)]) as server, client(server) as api:
        with pytest.raises(anthropic.OverloadedError):
            api.messages.create(**HELLO)
        with pytest.raises(anthropic.APIStatusError, match="billing_error"):
            api.messages.create(**HELLO)
        answer = api.messages.create(**HELLO)
    assert answer.id.startswith("msg_loopback_")
    assert answer.stop_reason == "end_turn"
    assert [entry.output for entry in server.ledger] == [2]


def test_it_says_plainly_what_it_is() -> None:
    with ClaudeServer() as server:
        reply = post(server, HELLO)
    assert "loopback" in reply.headers["request-id"]
    assert "loopback" in reply.headers["server"]
    assert "loopback" in reply.json()["id"]


def test_each_kind_of_section_is_drafted_in_the_one_shape() -> None:
    with ClaudeServer() as server, client(server) as api:
        for kind in DRAFT_MODELS:
            message = api.messages.create(**drafting(kind))
            assert isinstance(message.content[0], anthropic.types.TextBlock)
            draft = SectionAnswer.model_validate_json(message.content[0].text).section
            assert draft.kind == kind
            found = faults.statements(json.loads(message.content[0].text))
            assert list(found)


def test_other_shapes_are_answered_too() -> None:
    told = [
        ("a-1", "It lasts eight weeks."),
        ("a-2", "It is free."),
        ("b-1", "it lasts eight weeks."),
    ]
    article = "\n".join(
        f'<statement-0123456789ab key="{key}">\n{text}\n</statement-0123456789ab>'
        for key, text in told
    )
    shape = anthropic.transform_schema(CoherenceAnswer)
    whole = {
        "messages": [{"role": "user", "content": article}],
        "output_config": {"format": {"type": "json_schema", "schema": shape}},
        "max_tokens": 1000,
    }
    colour = schema(properties={"colour": {"enum": ["red", "green"]}}, required=["colour"])
    with ClaudeServer() as server, client(server) as api:
        found = CoherenceAnswer.model_validate_json(
            api.messages.create(**HELLO | whole).content[0].text
        )
        least = api.messages.create(**HELLO | colour).content[0].text
    assert [(one.kind, one.statements) for one in found.findings] == [("repeat", ("a-1", "b-1"))]
    assert json.loads(least) == {"colour": "red"}


def test_its_sentences_keep_clear_of_the_copy_limit() -> None:
    with ClaudeServer() as server:
        draft = json.loads(post(server, drafting()).json()["content"][0]["text"])
    quoted = {passage.id: passage.text for passage in passages()}
    found = faults.sourced(draft)
    assert len(found) >= 4
    for statement in found:
        citation = statement["citations"][0]
        assert citation["quote"] in quoted[citation["passage"]]
        words = statement["text"].lower().split()
        runs = {" ".join(words[i : i + 13]) for i in range(len(words) - 12)}
        assert not any(run in citation["quote"].lower() for run in runs)


def test_an_answer_ends_where_the_request_lets_it_end() -> None:
    with ClaudeServer() as server, client(server) as api:
        whole = api.messages.create(**drafting())
        short = api.messages.create(**drafting(max_tokens=20))
        one = api.messages.create(**drafting(max_tokens=1))
        none = api.messages.create(**HELLO | {"max_tokens": 0})
    assert whole.stop_reason == "end_turn"
    assert (short.stop_reason, short.usage.output_tokens) == ("max_tokens", 20)
    assert (one.stop_reason, one.usage.output_tokens) == ("max_tokens", 1)
    assert (none.stop_reason, none.content, none.usage.output_tokens) == ("max_tokens", [], 0)


def test_tokens_are_counted_as_they_are_billed() -> None:
    params = drafting()
    counted = {name: params[name] for name in ("model", "messages", "output_config")}
    with ClaudeServer() as server, client(server) as api:
        number = api.messages.count_tokens(**counted).input_tokens
        assert number == api.messages.create(**params).usage.input_tokens
        assert len(server.ledger) == 1
    with ClaudeServer(lacks=["count_tokens"]) as server, client(server) as api:
        assert api.messages.create(**params).usage.input_tokens == number
        with pytest.raises(anthropic.NotFoundError):
            api.messages.count_tokens(**counted)


def test_a_server_can_lack_what_the_api_has() -> None:
    params = drafting()
    params["messages"][0]["content"][0]["cache_control"] = {"type": "ephemeral"}
    plain = {name: params[name] for name in params if name != "output_config"}
    with ClaudeServer(lacks=["structured_outputs"]) as server, client(server) as api:
        with pytest.raises(anthropic.BadRequestError, match="format"):
            api.messages.create(**params)
        fenced = api.messages.create(**plain).content[0].text
    with ClaudeServer(lacks=["caching"]) as server, client(server) as api:
        assert api.messages.create(**HELLO).usage.cache_read_input_tokens is None
        with pytest.raises(anthropic.BadRequestError, match="cache_control"):
            api.messages.create(**params)
    with ClaudeServer(ignores=["structured_outputs", "caching"]) as server, client(server) as api:
        answer = api.messages.create(**params)
        assert answer.content[0].text == fenced
    assert answer.usage.cache_creation_input_tokens is None
    assert SectionAnswer.model_validate_json(fenced.removeprefix("```json\n").removesuffix("\n```"))


def test_slow_answers_come_side_by_side() -> None:
    delays = {"a": 0.1, "b": 0.2}
    together = threading.Barrier(8)

    def delay(received: Received) -> float:
        together.wait(60)
        return delays[received.params["messages"][0]["content"]]

    def asked(name: str) -> float:
        began = time.monotonic()
        post(server, HELLO | {"messages": [{"role": "user", "content": name}]})
        return time.monotonic() - began

    with ClaudeServer(delay=delay) as server, ThreadPoolExecutor(8) as threads:
        took = list(threads.map(asked, "abababab"))
    assert all(seconds >= delays[name] for seconds, name in zip(took, "abababab", strict=True))


def test_it_runs_as_a_program_of_its_own() -> None:
    tests = Path(__file__).parents[1]
    command = [sys.executable, "-m", "fakes.claude_server", "--port", "0", "--fault", "http-529"]
    env = {**os.environ, "PYTHONPATH": str(tests)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env) as process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().strip()
            assert re.fullmatch(r"http://127\.0\.0\.1:\d+", address)
            key = ClaudeServer().key
            reply = httpx2.post(
                f"{address}/v1/messages",
                json=HELLO,
                headers={"authorization": f"Bearer {key}", "anthropic-version": VERSION},
                timeout=60,
            )
            assert reply.status_code == 529
        finally:
            process.terminate()
