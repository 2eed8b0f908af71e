"""What other servers lack is found out by one call and done without, openly."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from claude_desk import Desk, statements
from claude_tasks import spec, task
from fakes import claude_faults as faults
from fakes.claude_server import ClaudeServer

from citewright.drafting.features import Server
from citewright.drafting.ports import Problem
from citewright.model.draft import DRAFT_MODELS, ProseDraft
from citewright.model.outlay import Outlay, total_cost
from citewright.model.verdict import Reason

PROBLEM = Problem("Mend it.", (Reason(code="x", certainty="certain", detail="It is wrong."),))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


SERVERS: dict[str, tuple[dict[str, Any], tuple[str, ...], int]] = {
    "all": ({}, (), 1),
    "ignores caching": ({"ignores": ["caching"]}, ("caching",), 1),
    "ignores form": ({"ignores": ["structured_outputs"]}, ("structured_outputs",), 1),
    "refuses form": ({"lacks": ["structured_outputs"]}, ("structured_outputs",), 2),
    "refuses caching": ({"lacks": ["caching"]}, ("caching",), 3),
    "refuses both": (
        {"lacks": ["caching", "structured_outputs"]},
        ("caching", "structured_outputs"),
        4,
    ),
    "refuses one, ignores one": (
        {"lacks": ["structured_outputs"], "ignores": ["caching"]},
        ("caching", "structured_outputs"),
        2,
    ),
}


@pytest.mark.parametrize("name", sorted(SERVERS))
def test_what_a_server_lacks_is_found_out_once_and_said(name: str, desk: Desk) -> None:
    has, without, probes = SERVERS[name]
    with ClaudeServer(**has) as server:
        drafter = desk.drafter(server, features="auto", warm=False)
        prepared = drafter.prepare(task())
        assert len(server.requests) == probes
        draft = drafter.draft(task())
        mended = drafter.repair(task(), draft, (PROBLEM,))
        sent = [received.params for received in server.requests[probes:]]
    assert set(prepared.without) == set(draft.without) == set(mended.without) == set(without)
    assert [spent.role for spent in prepared.spending] == ["probe"]
    assert isinstance(draft.body, ProseDraft)
    for params in sent:
        assert ("cache_control" in str(params)) == ("caching" not in without)
        assert ("output_config" in params) == ("structured_outputs" not in without)
    for made in (draft, mended):
        files = [file.name for file in made.files]
        assert ("prompts/schema.md" in files) == ("structured_outputs" in without)
    spent = total_cost(prepared.spending) + total_cost(mended.spending)
    assert spent == desk.spent


@pytest.mark.parametrize("kind", sorted(DRAFT_MODELS))
def test_every_kind_is_drafted_without_any_feature(kind: str, desk: Desk) -> None:
    with ClaudeServer(lacks=["caching", "structured_outputs"]) as server:
        draft = desk.drafter(server, features=()).draft(task(spec(kind, "core-principles")))
        (received,) = server.requests
    assert isinstance(draft.body, DRAFT_MODELS[kind])
    assert statements(draft.body)
    text = received.params["messages"][0]["content"][-1]["text"]
    schema = json.loads(text[text.index("{", text.index("JSON Schema")) :])
    assert schema["properties"]["section"]["properties"]["kind"]["const"] == kind


WRAPPED: dict[str, tuple[Callable[[str], str], bool]] = {
    "bare": (lambda draft: draft, True),
    "fenced": (lambda draft: f"```json\n{draft}\n```", True),
    "in prose": (lambda draft: f"Here is the section.\n\n{draft}\n\nShall I go on?", True),
    "twice": (lambda draft: f"{draft}\n\nOr, better:\n\n{draft}", False),
    "with another object": (lambda draft: f'{{"thought": "hm"}}\n{draft}', False),
    "with braces in the prose": (lambda draft: f"I use {{quotes}}.\n{draft}", False),
    "half": (lambda draft: draft[: len(draft) // 2], False),
    "in a list": (lambda draft: f"[{draft}]", False),
    "none": (lambda _: "I would rather talk about it first.", False),
}


@pytest.mark.parametrize("name", sorted(WRAPPED))
def test_an_object_among_words_is_taken_only_where_it_is_the_only_one(
    name: str, desk: Desk
) -> None:
    wrap, usable = WRAPPED[name]

    def change(message: faults.Message) -> faults.Message:
        plain = faults.first_text(message).removeprefix("```json\n").removesuffix("\n```")
        return faults.said(wrap(plain))(message)

    with ClaudeServer([faults.Step(change=change)]) as server:
        draft = desk.drafter(server, features=("caching",)).draft(task())
    assert (draft.body is not None) == usable
    assert (draft.unusable is None) == usable


def test_the_public_api_is_not_asked() -> None:
    assert Server(None, "auto").is_public
    assert Server("https://api.anthropic.com", "auto").is_public
    assert not Server("https://api.anthropic.com.example.org", "auto").is_public
    assert not Server("http://localhost:8080/anthropic", "auto").is_public


def test_the_address_in_the_environment_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://localhost:8080")
    assert not Server(None, "auto").is_public


def test_another_server_is_asked_anew_and_the_same_is_found_in_the_journal(desk: Desk) -> None:
    with ClaudeServer(ignores=["caching"]) as server:
        first = desk.drafter(server, features="auto").prepare(task())
        again = desk.drafter(server, features="auto").prepare(task())
        assert len(server.requests) == 1
        with ClaudeServer() as other:
            known = desk.drafter(other, features="auto", warm=False).prepare(task())
            assert len(other.requests) == 1
    assert first == again
    assert known.without == ()


def test_side_by_side_a_server_is_asked_once(desk: Desk) -> None:
    with ClaudeServer(ignores=["structured_outputs"], delay=0.05) as server:
        drafter = desk.drafter(server, features="auto")
        with ThreadPoolExecutor(4) as pool:
            tasks = [task(spec("prose", f"section-{letter}")) for letter in "abcd"]
            drafts = list(pool.map(drafter.draft, tasks))
        assert len(server.requests) == 5
    assert all(draft.body for draft in drafts)


@pytest.mark.parametrize("name", ["http-500", "page", "refusal", "bad-json", "no-usage"])
def test_where_it_cannot_be_found_out_the_run_goes_on_without(name: str, desk: Desk) -> None:
    step = faults.EVERYTHING[name]()
    probing = True

    def script(_: object) -> faults.Step | None:
        return step if probing else None

    with ClaudeServer(script) as server:
        drafter = desk.drafter(server, features="auto", warm=False)
        prepared = drafter.prepare(task())
        probing = False
        draft = drafter.draft(task())
    assert isinstance(prepared, Outlay)
    assert "structured_outputs" in prepared.without
    assert draft.body is not None
