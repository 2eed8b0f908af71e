"""A run that is killed at any point goes on and pays again for what was in flight at most."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
from catalogues import database_environment, open_catalogue, open_workspace
from fakes import claude_lies
from fakes.claude_server import ClaudeServer, Received
from fakes.claude_steps import Step
from sqlalchemy import select

from citewright.database.tables import calls
from citewright.drafting.calls import request_digest
from citewright.pipeline.verifying import verify

SLUG = "mindful-self-compassion"
RUN = Path(__file__).with_name("article_run.py")
SIDE_BY_SIDE = 8
POINTS = range(1, 21)
FEW = (5,)


def script(received: Received) -> Step | None:
    """Some first drafts and first repairs have a quote that stands nowhere."""
    mended = str(received.params["messages"]).count("written this section")
    if received.section in {"core-principles", "lead"}:
        return None if mended else claude_lies.fabricated_quote()
    return claude_lies.fabricated_quote() if received.section == "evidence-base" else None


@pytest.fixture
def server() -> Iterator[ClaudeServer]:
    with ClaudeServer(script, delay=0.1) as server:
        yield server


@dataclass
class Runs:
    """Starts runs of the article, and kills them."""

    project: Path
    server: ClaudeServer

    def start(self, name: str) -> subprocess.Popen[str]:
        environment = (
            os.environ
            | database_environment(self.project)
            | {
                "ANTHROPIC_API_KEY": self.server.key,
                "ANTHROPIC_BASE_URL": self.server.base_url,
                "CITEWRIGHT_FEATURES": "all",
                "CITEWRIGHT_JUDGE": "none",
            }
        )
        command = [sys.executable, str(RUN), str(self.project), SLUG, name]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, env=environment, stdout=pipe, stderr=pipe, text=True)

    def finish(self, name: str) -> str:
        running = self.start(name)
        out, errors = running.communicate(timeout=600)
        assert running.returncode == 0, errors
        return out.strip()

    def kill_at(self, point: int) -> None:
        """Kill a run as soon as the server has so many requests, or when it ends before."""
        running = self.start("killed")
        while len(self.server.requests) < point and running.poll() is None:
            time.sleep(0.002)
        running.send_signal(signal.SIGKILL)
        running.communicate(timeout=600)

    def rows(self, state: str) -> list[tuple[str, str]]:
        query = select(calls.c.request, calls.c.cost_usd).where(calls.c.state == state)
        with open_catalogue(self.project).reading() as connection:
            return [(row.request, row.cost_usd) for row in connection.execute(query)]


def agree(runs: Runs) -> None:
    """The server's ledger, the journal and the version say the same."""
    asked = Counter(request_digest(one.params) for one in runs.server.requests)
    again = sum(count - 1 for count in asked.values())
    assert max(asked.values()) <= 2
    assert again <= SIDE_BY_SIDE
    answered = Counter(request for request, _ in runs.rows("answered"))
    assert set(answered) == set(asked)
    assert set(answered.values()) == {1}
    assert not runs.rows("sent")
    # What was claimed and not yet sent counts as spent too.
    assert again <= len(runs.rows("lost")) <= SIDE_BY_SIDE
    workspace = open_workspace(runs.project)
    (entry,) = workspace.catalogue.all_versions()
    version = workspace.version(entry.digest)
    assert not version.failed
    paid = sum(one.calls for one in version.spending)
    assert paid == len(answered)
    journal = sum((Decimal(cost) for _, cost in runs.rows("answered")), Decimal(0))
    assert version.cost_usd == journal
    assert not verify(workspace).problems


def killed_and_resumed(project: Path, server: ClaudeServer, point: int) -> None:
    runs = Runs(project, server)
    runs.kill_at(point)
    paid = len(server.ledger)
    digest = runs.finish("resumed")
    assert len(server.requests) >= paid
    agree(runs)
    before = len(server.requests)
    assert runs.finish("again") == digest
    assert len(server.requests) == before


@pytest.mark.slow
@pytest.mark.parametrize("point", FEW)
def test_a_killed_run_goes_on(example_project: Path, server: ClaudeServer, point: int) -> None:
    killed_and_resumed(example_project, server, point)


@pytest.mark.slow
@pytest.mark.parametrize("point", [point for point in POINTS if point not in FEW])
def test_a_run_killed_at_any_other_point_goes_on(
    example_project: Path, server: ClaudeServer, point: int
) -> None:
    killed_and_resumed(example_project, server, point)


def test_two_processes_make_one_version_and_pay_once(
    example_project: Path, server: ClaudeServer
) -> None:
    runs = Runs(example_project, server)
    both = [runs.start("one"), runs.start("two")]
    ended = [running.communicate(timeout=600) for running in both]
    assert [running.returncode for running in both] == [0, 0], ended
    assert len({out for out, _ in ended}) == 1
    asked = Counter(request_digest(one.params) for one in server.requests)
    assert set(asked.values()) == {1}
    agree(runs)
