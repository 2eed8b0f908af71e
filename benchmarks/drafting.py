"""Drafting an article of 14 sections against the loopback server: time and billed input.

The sources make a shared prefix of about 30,000 tokens, a call takes two seconds, and one section
has to be repaired. The critical path is what cannot be done at once: retrieving, warming the
cache, one first draft, its repair. Prefect's server is up before the clock starts, as it is for a
team, and the libraries are loaded. The naive run is the same run of a server that does not cache.
Nothing is judged: judging is another step, with calls of its own for each citation.
"""

from __future__ import annotations

import importlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from benchmarks.generated import make_project

ROOT = Path(__file__).resolve().parent.parent
SLUG = "invented-method"
SECONDS = 2.0
MENDED = "evidence-base"
"""The section whose first draft has to be repaired."""
SETTLED = 3.0
"""Seconds that Prefect's server is left alone before the clock starts."""
SOURCES, CHARACTERS = 6, 40_000
PASSAGES = 50
"""Passages offered to a section: with these sources the shared prefix has some 30,000 tokens."""


def run(_shared: Path) -> dict[str, float]:
    """The figures of one article; Prefect keeps its records in a folder that is thrown away."""
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {
            "PREFECT_HOME": home,
            "CITEWRIGHT_PASSAGES_PER_SECTION": str(PASSAGES),
            "CITEWRIGHT_JUDGE": "none",
        }
        with _server() as server, _project() as project:
            _start_prefect()
            retrieve = _retrieving()
            began, used = time.perf_counter(), time.process_time()
            first = _generate(project)
            wall, used = time.perf_counter() - began, time.process_time() - used
            paid = server.billed()
            _generate(project)
            again = server.billed().calls - paid.calls
        with _server() as server, _project(features="structured_outputs") as project:
            _generate(project)
            naive = server.billed()
    critical = retrieve + 3 * SECONDS
    return {
        "wall_seconds": wall,
        "critical_path_seconds": critical,
        "wall_over_critical_path": wall / critical,
        "processor_seconds": used,
        "longest_request_tokens": paid.longest,
        "calls": paid.calls,
        "repairs": sum(one["role"] == "repair" for one in first["spending"]),
        "cache_share": first["cache_share"],
        "billed_input_over_naive": paid.input_equivalents / naive.input_equivalents,
        "paid_calls_second_run": again,
    }


@dataclass(frozen=True)
class Billed:
    """What the loopback server has answered and billed so far."""

    calls: int
    input_equivalents: float
    longest: int


class Server:
    """The loopback server in a process of its own, so that it takes no time from the run's."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe

    def billed(self) -> Billed:
        """Ask it."""
        self._pipe.send("billed")
        found: Billed = self._pipe.recv()
        return found


@contextmanager
def _server() -> Iterator[Server]:
    ours, theirs = get_context("spawn").Pipe()
    process = get_context("spawn").Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    key, address = ours.recv()
    os.environ |= {"ANTHROPIC_API_KEY": key, "ANTHROPIC_BASE_URL": address}
    yield Server(ours)
    ours.send("end")
    process.join()


def _serve(pipe: Connection) -> None:
    sys.path.insert(0, str(ROOT / "tests"))
    lies = importlib.import_module("fakes.claude_lies")
    fake = importlib.import_module("fakes.claude_server")

    def script(received: Any) -> Any:  # noqa: ANN401 - the tests' fakes have no types here
        # One first draft has a quote that stands nowhere; its repair is an obedient one.
        again = "written this section" in str(received.params["messages"])
        return lies.fabricated_quote() if received.section == MENDED and not again else None

    with fake.ClaudeServer(script, delay=SECONDS) as server:
        pipe.send((server.key, server.base_url))
        while pipe.recv() != "end":
            ledger = server.ledger
            longest = max((entry.billed.total for entry in ledger), default=0)
            pipe.send(Billed(len(ledger), server.input_equivalents, longest))


@contextmanager
def _project(features: str = "all") -> Iterator[Path]:
    listed = '"all"' if features == "all" else f'["{features}"]'
    with tempfile.TemporaryDirectory() as folder:
        project = make_project(Path(folder), sources=SOURCES, characters=CHARACTERS, slugs=(SLUG,))
        (project / "citewright.toml").write_text(f"features = {listed}\n", encoding="utf-8")
        yield project


def _start_prefect() -> None:
    """Run a flow that calls no model, so that Prefect's own server is up; load the libraries."""
    for library in ("citewright.bootstrap.claude", "citewright.drafting.messages", "anthropic"):
        importlib.import_module(library)
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "sources", Path(folder, "sources"))
        _generate(Path(folder), slug="mindful-self-compassion", drafter="extractive")
    # What that flow left is still being written, and a server that is busy on SQLite turns the
    # next flow away for two seconds.
    time.sleep(SETTLED)


def _retrieving() -> float:
    """Seconds to retrieve the sources one after the other and to select, without Prefect."""
    from citewright.bootstrap import open_workspace
    from citewright.pipeline import evidence

    with tempfile.TemporaryDirectory() as folder:
        project = make_project(Path(folder), sources=SOURCES, characters=CHARACTERS, slugs=(SLUG,))
        workspace = open_workspace(project)
        brief, _ = evidence.read_order(workspace, SLUG)
        began = time.perf_counter()
        snapshots = [evidence.snapshot_source(workspace, key) for key in brief.sources]
        evidence.select_evidence(workspace, SLUG, snapshots, kinds={"prose"}, exclusive=False)
        return time.perf_counter() - began


def _generate(project: Path, slug: str = SLUG, drafter: str = "claude") -> dict[str, Any]:
    from citewright.cli.prefect_run import run_flow

    parameters = {"slugs": [slug], "project": str(project), "drafter": drafter}
    [result] = run_flow("generate_articles", project, parameters, concurrency=16)
    return result
