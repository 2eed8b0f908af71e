"""The loopback server's requests can be answered by file, by a person or another program."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import anthropic
import httpx2
import pytest
from claude_posts import client, drafting
from fakes.claude_files import Files
from fakes.claude_server import KEY, ClaudeServer

DRAFT = {"section": {"kind": "examples", "examples": []}}


@contextmanager
def served(folder: Path, *, record: bool = False) -> Iterator[ClaudeServer]:
    with ClaudeServer() as server:
        server.model = Files(folder, key=KEY, wait=server.wait, record=record, poll=0.02)
        yield server


def landed(folder: Path, name: str) -> Path:
    end = time.monotonic() + 60
    while not (folder / name).exists():
        assert time.monotonic() < end, f"no {name} in {list(folder.iterdir())}"
        time.sleep(0.01)
    return folder / name


def text(message: anthropic.types.Message) -> str:
    assert isinstance(message.content[0], anthropic.types.TextBlock)
    return message.content[0].text


@pytest.mark.parametrize(
    ("ending", "written"),
    [
        ("json", json.dumps(DRAFT, indent=2)),
        ("md", f"```json\n{json.dumps(DRAFT, indent=2)}\n```\n"),
        ("txt", f"\n{json.dumps(DRAFT)}\n"),
    ],
)
def test_a_request_waits_for_the_file_that_answers_it(
    tmp_path: Path, ending: str, written: str
) -> None:
    with served(tmp_path) as server, client(server) as api, ThreadPoolExecutor(1) as thread:
        asked = thread.submit(lambda: api.messages.create(**drafting()))
        request = json.loads(landed(tmp_path, "0001.request.json").read_text())
        assert request == drafting()
        prompt = (tmp_path / "0001.prompt.md").read_text()
        assert "Kind: prose" in prompt
        assert '"SectionAnswer"' in prompt
        assert not asked.done()
        (tmp_path / f"0001.answer.{ending}").write_text(written)
        answer = asked.result(timeout=60)
    assert json.loads(text(answer)) == DRAFT
    assert answer.usage.input_tokens > 0
    assert answer.stop_reason == "end_turn"


def test_half_a_file_is_not_an_answer_yet_and_a_message_is_given_as_it_is(tmp_path: Path) -> None:
    message = {"type": "message", "content": [], "stop_reason": "refusal"}
    with served(tmp_path) as server, client(server) as api, ThreadPoolExecutor(1) as thread:
        asked = thread.submit(lambda: api.messages.create(**drafting()))
        landed(tmp_path, "0001.request.json")
        answer = tmp_path / "0001.answer.json"
        answer.write_text(json.dumps(message)[:20])
        time.sleep(0.2)
        assert not asked.done()
        answer.write_text(json.dumps(message))
        assert asked.result(timeout=60).stop_reason == "refusal"


def test_a_request_that_comes_again_finds_its_number_and_its_answer(tmp_path: Path) -> None:
    with served(tmp_path) as server, client(server, timeout=0.3) as api:
        with pytest.raises(anthropic.APITimeoutError):
            api.messages.create(**drafting())
        assert landed(tmp_path, "0001.request.json")
    (tmp_path / "0001.answer.json").write_text(json.dumps(DRAFT))
    with served(tmp_path) as server, client(server) as api:
        assert json.loads(text(api.messages.create(**drafting()))) == DRAFT
    assert len(list(tmp_path.glob("*.request.json"))) == 1


def test_the_key_is_in_no_file(tmp_path: Path) -> None:
    with served(tmp_path, record=True) as server, client(server) as api:
        api.messages.create(**drafting(system=f"The key is {server.key}."))
    files = list(tmp_path.iterdir())
    assert {path.name for path in files} == {
        "0001.request.json",
        "0001.prompt.md",
        "0001.answer.txt",
    }
    assert not any(KEY in path.read_text() for path in files)


def test_it_runs_as_a_program_of_its_own(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "fakes.claude_server", "--folder", str(tmp_path), "--record"]
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env) as process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().strip()
            http = httpx2.Client(verify=False)
            with anthropic.Anthropic(
                api_key=KEY, base_url=address, max_retries=0, timeout=60, http_client=http
            ) as api:
                said = text(api.messages.create(**drafting()))
        finally:
            process.terminate()
    assert landed(tmp_path, "0001.answer.txt").read_text() == said
