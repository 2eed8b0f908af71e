"""Paid calls of several processes, and of processes that are killed."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from calls_worker import SIDE_BY_SIDE, digests
from claude_tasks import Wall
from fakes.claude_server import ClaudeServer, Received
from paid_calls import Desk

WORKER = Path(__file__).with_name("calls_worker.py")


def start(server: ClaudeServer, folder: Path, run: str, count: int) -> subprocess.Popen[str]:
    """A process that is ready to make its calls, and makes them at a line."""
    pipe = subprocess.PIPE
    command = [
        sys.executable, str(WORKER), str(folder), run, server.base_url, server.key, str(count),
    ]  # fmt: skip
    process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True)
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    return process


def go(process: subprocess.Popen[str]) -> None:
    assert process.stdin
    process.stdin.write("go\n")
    process.stdin.flush()


def end(process: subprocess.Popen[str]) -> list[str]:
    said, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    return said.split()


def asked(server: ClaudeServer) -> Counter[str]:
    return Counter(received.params["messages"][0]["content"] for received in server.requests)


def test_two_processes_that_ask_the_same_pay_once_and_get_the_same(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    with ClaudeServer(delay=0.1) as server:
        both = [start(server, tmp_path, run, 20) for run in ("one", "two")]
        for process in both:
            go(process)
        first, second = (end(process) for process in both)
        times = asked(server)
    assert first == second
    assert all(line.startswith("sha256:") for line in first)
    assert len(times) == 20
    assert set(times.values()) == {1}
    assert desk.rows == ["answered billed"] * 20
    billed = sum((desk.journal(run).spent() for run in ("one", "two")), Decimal(0))
    assert 0 < billed < Decimal("0.1")


def test_a_killed_run_is_gone_on_with_at_the_cost_of_what_was_in_flight(tmp_path: Path) -> None:
    desk, over = Desk(tmp_path), threading.Event()

    def held(received: Received) -> float:
        """The second calls of each thread are under way until the process is killed."""
        number = int(received.params["messages"][0]["content"].split()[1])
        if number >= SIDE_BY_SIDE:
            over.wait(120)
        return 0

    with ClaudeServer(delay=held) as server:
        killed = start(server, tmp_path, "killed", 16)
        go(killed)
        until = time.monotonic() + 120
        while len(server.requests) < 2 * SIDE_BY_SIDE:
            assert time.monotonic() < until
            time.sleep(0.01)
        killed.send_signal(signal.SIGKILL)
        killed.wait()
        over.set()
        answered = desk.rows.count("answered billed")
        calls = Desk(tmp_path).calls(server, run="next", clock=Wall(), deadline=60)
        found = list(digests(calls, 16))
        times = asked(server)
    assert answered == SIDE_BY_SIDE
    # Who waited for a lease of the killed one would have got no answer before the deadline.
    assert all(line.startswith("sha256:") for line in found)
    assert len(times) == 16
    assert max(times.values()) == 2
    assert sum(times.values()) - 16 == SIDE_BY_SIDE
    assert desk.rows.count("answered billed") == 16
    assert desk.rows.count("lost spent") == SIDE_BY_SIDE
    assert len(desk.rows) == 16 + SIDE_BY_SIDE


@pytest.mark.slow
def test_killed_at_many_moments_each_answer_is_there_once(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    kills = 6
    with ClaudeServer(delay=0.02) as server:
        for number in range(kills):
            process = start(server, tmp_path, f"killed-{number}", 24)
            go(process)
            time.sleep(0.05 + 0.037 * number)
            process.send_signal(signal.SIGKILL)
            process.wait()
        found = end(start(server, tmp_path, "last", 24))
        times = asked(server)
    assert all(line.startswith("sha256:") for line in found)
    assert len(found) == len(times) == 24
    assert sum(times.values()) <= 24 + kills * SIDE_BY_SIDE
    assert desk.rows.count("answered billed") == 24
    assert set(desk.rows) <= {"answered billed", "lost spent"}
    # All that was sent stands in the journal, and claims of which nothing was sent before the kill.
    assert sum(times.values()) <= len(desk.rows) <= 24 + kills * SIDE_BY_SIDE
