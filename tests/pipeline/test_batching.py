"""Articles made in batches, in processes that are killed: complete or named, nothing paid twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from catalogues import database_environment, open_catalogue, open_workspace
from fakes import claude_faults as faults
from fakes.claude_server import BATCHES, ClaudeServer, Received
from sqlalchemy import select

from benchmarks.generated import make_project
from citewright.database.tables import calls

WORKER = Path(__file__).with_name("batch_articles.py")
SETTINGS = """\
features = "all"
batch_pause = 0.05
budget_usd = 1000
max_tokens = 4096
passages_per_section = 4
judge = "none"
"""


class Run:
    """A project with generated articles, and processes that make them."""

    def __init__(self, folder: Path, count: int) -> None:
        self.slugs = tuple(f"invented-method-{number}" for number in range(count))
        self.project = make_project(folder, sources=2, characters=3000, slugs=self.slugs)
        (folder / "citewright.toml").write_text(SETTINGS, encoding="utf-8")

    def start(self, server: ClaudeServer, run: str) -> subprocess.Popen[str]:
        foreign = ("ANTHROPIC_", "CITEWRIGHT_")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        own = {"ANTHROPIC_API_KEY": server.key, "ANTHROPIC_BASE_URL": server.base_url}
        own |= database_environment(self.project)
        command = [sys.executable, str(WORKER), str(self.project), run, *self.slugs]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=kept | own)

    def kill(self, server: ClaudeServer, run: str, ready: Callable[[], bool]) -> None:
        """A process that is killed as soon as it is that far."""
        process = self.start(server, run)
        until = time.monotonic() + 900
        while not ready():
            assert time.monotonic() < until
            assert process.poll() is None, process.communicate()
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        process.wait()

    def end(self, server: ClaudeServer, run: str) -> dict[str, dict[str, str]]:
        """What failed in each article of a process that makes them."""
        out, errors = self.start(server, run).communicate(timeout=1800)
        found = [json.loads(line) for line in out.splitlines()]
        assert [one["slug"] for one in found] == list(self.slugs), errors
        return {one["slug"]: one["failed"] for one in found}

    @property
    def rows(self) -> list[Any]:
        database = open_catalogue(self.project)
        with database.reading() as connection:
            return list(connection.execute(select(calls)).all())


class Unlucky:
    """Every twentieth request ends without an answer; ``names`` says which did, by their way."""

    def __init__(self) -> None:
        self.ends: dict[str, str] = {}

    def __call__(self, name: str, _: dict[str, Any]) -> Any:
        place = int(name, 16) % 40
        if place > 1:
            return None
        self.ends[name] = "expired" if place else "errored"
        return "expired" if place else faults.status(529, "Overloaded")


class Held:
    """The answer to the making of the first batch does not come; what was made stays made."""

    def __init__(self) -> None:
        self.left = [faults.manner("stall")]

    def __call__(self, received: Received) -> Any:
        made = received.path == BATCHES and received.method == "POST"
        return self.left.pop() if made and self.left else None


def shared(params: dict[str, Any]) -> dict[str, Any]:
    """What a request has in common with the others of its article."""
    (message,) = params["messages"]
    own = {"messages", "max_tokens"}
    kept = {name: value for name, value in params.items() if name not in own}
    return kept | {"sources": message["content"][0]}


def check(tmp_path: Path, count: int, *, least: int, seconds: float) -> None:
    run, unlucky = Run(tmp_path, count), Unlucky()
    with ClaudeServer(Held(), batch_seconds=seconds, batch_script=unlucky) as server:
        # Killed with the first batch made and not recorded, then while its results come.
        run.kill(server, "first", lambda: bool(server.batches))
        run.kill(server, "second", lambda: any("results" in one.path for one in server.requests))
        failed = run.end(server, "third")
        names = [name for batch in server.batches for name in batch.items]
        prefixes = [
            json.dumps(shared(params))
            for batch in server.batches
            for params in batch.items.values()
            if "system" in params
        ]
        answered = len(server.ledger)
        posted = len(server.requests)
        again = run.end(server, "third")
        assert len(server.requests) == posted
    assert again == failed
    assert len(set(prefixes)) == count
    assert all('"ttl": "1h"' in prefix for prefix in prefixes)
    # Nothing was sent twice, so nothing can have been paid twice.
    assert max(Counter(names).values()) == 1
    assert len(names) >= least
    assert unlucky.ends
    assert answered == len(names) - len(unlucky.ends)
    states = Counter(row.state for row in run.rows)
    assert states == {"answered": answered, "failed": len(unlucky.ends)}
    assert all(row.cost_usd == "0" for row in run.rows if row.state == "failed")
    assert all(row.input_tokens is not None for row in run.rows if row.state == "answered")
    named = [why for sections in failed.values() for why in sections.values()]
    assert all("batch" in why for why in named)
    lost = {
        (row.slug, row.section) for row in run.rows if row.state == "failed" and row.role == "draft"
    }
    assert {(slug, name) for slug, sections in failed.items() for name in sections} == lost
    workspace = open_workspace(run.project)
    for slug in run.slugs:
        version = workspace.version(workspace.catalogue.version(slug).digest)
        assert set(version.failed) == set(failed[slug])


@pytest.mark.slow
def test_articles_survive_kills_and_misfortune(tmp_path: Path) -> None:
    check(tmp_path, 4, least=50, seconds=0.5)


@pytest.mark.slow
def test_two_thousand_requests_survive_kills_and_misfortune(tmp_path: Path) -> None:
    check(tmp_path, 134, least=2000, seconds=2)
