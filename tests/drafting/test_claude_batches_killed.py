"""Batches of processes that are killed: nothing is paid twice, and the next process goes on."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from batch_desk import Desk, said, when
from claude_tasks import Wall
from fakes import claude_faults as faults
from fakes.claude_server import BATCHES, ClaudeServer

WORKER = Path(__file__).with_name("batch_worker.py")
COUNT = 40


def start(server: ClaudeServer, folder: Path, run: str, *more: str) -> subprocess.Popen[str]:
    arguments = [str(folder), run, server.base_url, server.key, str(COUNT), *more]
    pipe = subprocess.PIPE
    return subprocess.Popen(
        [sys.executable, str(WORKER), *arguments], stdout=pipe, stderr=pipe, text=True
    )


def kill_when(process: subprocess.Popen[str], ready: Callable[[], bool]) -> None:
    until = time.monotonic() + 300
    while not ready():
        assert time.monotonic() < until
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()


def resumed(server: ClaudeServer, folder: Path) -> list[str]:
    """What came of the same requests in another process, this one, and another run."""
    calls = Desk(folder).batch_calls(server, "next", clock=Wall(), pause=0.05)
    return said(calls, tuple(f"request-{number}" for number in range(COUNT)))


def asked_for(server: ClaudeServer, path: str) -> Callable[[], bool]:
    return lambda: any(received.path.endswith(path) for received in server.requests)


def looked_at(server: ClaudeServer) -> Callable[[], bool]:
    return lambda: any("/msgbatch_" in received.path for received in server.requests)


@pytest.mark.slow
def test_killed_while_it_waits(tmp_path: Path) -> None:
    with ClaudeServer(batch_seconds=4) as server:
        kill_when(start(server, tmp_path, "killed"), looked_at(server))
        found = resumed(server, tmp_path)
        assert [len(batch.items) for batch in server.batches] == [COUNT]
    assert found == ["paid"] * COUNT
    assert Desk(tmp_path).rows == ["answered billed"] * COUNT


def test_killed_between_the_making_of_a_batch_and_its_record(tmp_path: Path) -> None:
    with ClaudeServer(when("POST", BATCHES, faults.manner("stall")), batch_seconds=1) as server:
        kill_when(start(server, tmp_path, "killed"), lambda: bool(server.batches))
        found = resumed(server, tmp_path)
        assert [len(batch.items) for batch in server.batches] == [COUNT]
    assert found == ["paid"] * COUNT
    assert Desk(tmp_path).rows == ["answered billed"] * COUNT


def test_killed_before_its_batch_was_made(tmp_path: Path) -> None:
    def script(received: Any) -> Any:
        first = received.path == BATCHES and received.method == "POST" and not posted
        posted.append(received)
        # With a body of its own the step makes no batch.
        return faults.Step(body=b"{}", manner="stall") if first else None

    posted: list[Any] = []
    with ClaudeServer(script) as server:
        kill_when(start(server, tmp_path, "killed"), lambda: bool(posted))
        found = resumed(server, tmp_path)
        assert [len(batch.items) for batch in server.batches] == [COUNT]
    assert found == ["paid"] * COUNT
    assert Desk(tmp_path).rows == ["lost spent"] * COUNT + ["answered billed"] * COUNT


@pytest.mark.parametrize("manner", ["drip", "stall"])
def test_killed_while_the_results_come(tmp_path: Path, manner: str) -> None:
    with ClaudeServer(when("GET", "/results", faults.manner(manner))) as server:
        kill_when(start(server, tmp_path, "killed"), asked_for(server, "/results"))
        found = resumed(server, tmp_path)
        assert [len(batch.items) for batch in server.batches] == [COUNT]
    assert found == ["paid"] * COUNT
    assert Desk(tmp_path).rows == ["answered billed"] * COUNT


def test_killed_while_the_results_are_recorded(tmp_path: Path) -> None:
    with ClaudeServer() as server:
        process = start(server, tmp_path, "killed", "4")
        process.communicate(timeout=300)
        assert process.returncode == -signal.SIGKILL
        assert len(list((tmp_path / "store" / "answer").glob("??/*"))) == 4
        found = resumed(server, tmp_path)
        assert [len(batch.items) for batch in server.batches] == [COUNT]
    assert found == ["paid"] * COUNT
    assert Desk(tmp_path).rows == ["answered billed"] * COUNT
