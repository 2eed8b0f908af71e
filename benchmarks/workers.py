"""Large runs over workers: one that is killed in the middle, and two against one.

A team's engines (:mod:`benchmarks.team`), a library of short articles whose sources and whose model
are loopback servers in a process of their own, a second a call. First a run on two workers, one of
which is killed with everything under it once a third of the articles are there: all articles have
to end, each with one version, and nothing may be paid twice. What was under way on the killed
worker is told apart: nobody knows whether it was answered, so it is asked for once more, and it is
never more than that worker's calls at once. Then the same library once with one worker and once
with two, with the same limit of calls at once for each.

The limit is set so low that a run waits for the model and not for the processor; the figures say
how much of the processor's time it took. ``CITEWRIGHT_ARTICLES`` and ``CITEWRIGHT_CALLS_AT_ONCE``
make it smaller or set another limit.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Connection as DatabaseConnection
from sqlalchemy import create_engine, inspect, make_url, text

from benchmarks.generated import sentences
from benchmarks.sizes import size
from benchmarks.team import ROOT, Team

ARTICLES, SOURCES, AT_ONCE, SHARD = 400, 20, 2, 25
SECONDS = 1.0
SECTION = "core-principles"
PATIENCE = 3600.0


def run(_shared: Path) -> dict[str, float]:
    """Both figures that are asked for, and what they rest on."""
    articles = int(os.environ.get("CITEWRIGHT_ARTICLES", size(ARTICLES, 12)))
    limit = int(os.environ.get("CITEWRIGHT_CALLS_AT_ONCE", AT_ONCE))
    with tempfile.TemporaryDirectory() as folder, Team(Path(folder, "team")) as team:
        library = Library(team, articles, limit, shard=min(SHARD, max(1, articles // 4)))
        killed = library.run("killed", workers=2, disturb=kill_first, after=articles // 3)
        one = library.run("one", workers=1)
        two = library.run("two", workers=2)
    return {
        "two_workers_over_one": two.seconds / one.seconds,
        "paid_twice": killed.paid_twice + one.paid_twice + two.paid_twice,
        "articles": articles,
        "calls_at_once_a_worker": limit,
        "articles_a_shard": library.shard,
        "killed_articles_done": killed.done,
        "killed_versions": killed.versions,
        "killed_articles_with_two_versions": killed.twice,
        "killed_calls_under_way": killed.under_way,
        "killed_calls_lost_and_sent_again": killed.sent_again,
        "killed_flow_runs_left_running": killed.left_running,
        "killed_seconds": killed.seconds,
        "one_worker_seconds": one.seconds,
        "two_workers_seconds": two.seconds,
        "one_worker_articles_done": one.done,
        "two_workers_articles_done": two.done,
        "calls_a_run": two.calls,
        "waiting_seconds_a_run": two.calls * SECONDS / limit,
        "one_worker_cpu_seconds": one.cpu,
        "two_workers_cpu_seconds": two.cpu,
        "peak_memory_mb_of_a_flow_run": max(one.memory, two.memory),
    }


@dataclass(frozen=True)
class Done:
    """What came of one run.

    ``paid_twice`` counts requests that the model's server got more than once without a call in the
    journal whose outcome is unknown; ``sent_again`` those with one, ``under_way`` such calls.
    ``cpu`` is of the workers and all under them, in seconds; 0 where one was killed.
    """

    seconds: float
    done: int
    versions: int
    twice: int
    calls: int
    paid_twice: int
    sent_again: int
    under_way: int
    left_running: int
    cpu: float
    memory: float


class Library:
    """The library, made anew for each run, and the runs over it."""

    def __init__(self, team: Team, articles: int, limit: int, shard: int) -> None:
        self.team, self.articles, self.limit, self.shard = team, articles, limit, shard

    def run(
        self,
        name: str,
        *,
        workers: int,
        disturb: Callable[[Team], None] | None = None,
        after: int = 0,
        in_file: bool = False,
    ) -> Done:
        """Generate all articles.

        :param disturb: what happens once so many articles are there (``after``).
        :param in_file: the catalogue is a file and not on the team's PostgreSQL.
        """
        project = self.team.folder / f"project-{name}"
        there = (
            {} if in_file else {"CITEWRIGHT_DATABASE_URL": self.team.create(f"catalogue_{name}")}
        )
        url = there.get("CITEWRIGHT_DATABASE_URL", f"sqlite:///{project}/output/catalogue.sqlite")
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        with loopback() as model:
            make_library(project, self.articles, model.sources)
            self.team.environment |= {
                **there,
                "CITEWRIGHT_CONCURRENCY": str(self.limit),
                "CITEWRIGHT_SHARD_ARTICLES": str(self.shard),
                "CITEWRIGHT_FEATURES": "all",
                "CITEWRIGHT_JUDGE": "none",
                "CITEWRIGHT_COHERENCE": "false",
                "CITEWRIGHT_FETCH_PRIVATE": "true",
                "CITEWRIGHT_FETCH_INTERVAL": "0",
                # On a busy machine reading a text may take longer than is usual.
                "CITEWRIGHT_EXTRACT_SECONDS": "300",
                "CITEWRIGHT_BUDGET_USD": "100000",
                "ANTHROPIC_API_KEY": model.key,
                "ANTHROPIC_BASE_URL": model.address,
                "PREFECT_WORKER_QUERY_SECONDS": "2",
            }
            self.team.deploy(project, "generate-articles", "work-shard")
            for number in range(workers):
                self.team.start_worker(f"{name}-{number}")
            began = time.monotonic()
            memory = self._generate(project, url, disturb, after)
            seconds = time.monotonic() - began
            left_running = len(self.team.still_running(30))
            self.team.stop_workers()
            received = model.received()
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
        found = _read(url)
        repeated = {one for one, times in Counter(received).items() if times > 1}
        return Done(
            seconds=seconds,
            done=found["done"],
            versions=found["versions"],
            twice=found["twice"],
            calls=len(received),
            paid_twice=len(repeated - found["lost"]),
            sent_again=len(repeated & found["lost"]),
            under_way=len(found["lost"]),
            left_running=left_running,
            cpu=0.0 if disturb else cpu,
            memory=memory,
        )

    def _generate(
        self, project: Path, url: str, disturb: Callable[[Team], None] | None, after: int
    ) -> float:
        slugs = [f"article-{number}" for number in range(self.articles)]
        self.team.start_flow("generate-articles", slugs=slugs, project=str(project))
        until, memory = time.monotonic() + PATIENCE, 0.0
        while True:
            done, ended = _so_far(url)
            memory = max(memory, self.team.memory_mb())
            if disturb is not None and done >= after:
                disturb(self.team)
                disturb = None
            if ended:
                return memory
            if time.monotonic() > until:
                raise RuntimeError(f"after {PATIENCE:.0f} seconds {done} articles are done")
            time.sleep(0.25)


def kill_first(team: Team) -> None:
    """Kill the worker that was started first, which as a rule has the run's own flow run."""
    team.kill_worker(min(team.workers))


@dataclass(frozen=True)
class Loopback:
    """The model's server and that of the sources, in a process of their own."""

    key: str
    address: str
    sources: str
    pipe: Connection

    def received(self) -> list[str]:
        """The digests of all messages that came, in their order."""
        self.pipe.send("received")
        found: list[str] = self.pipe.recv()
        return found


@contextmanager
def loopback() -> Iterator[Loopback]:
    """Start it, and end it."""
    ours, theirs = get_context("spawn").Pipe()
    process = get_context("spawn").Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    key, address, sources = ours.recv()
    try:
        yield Loopback(key, address, sources, ours)
    finally:
        ours.send("end")
        process.join()


def _serve(pipe: Connection) -> None:
    sys.path.insert(0, str(ROOT / "tests"))
    fake = importlib.import_module("fakes.claude_server")
    digest = importlib.import_module("citewright.drafting.calls").request_digest
    sources = ThreadingHTTPServer(("127.0.0.1", 0), _Sources)
    threading.Thread(target=sources.serve_forever, daemon=True).start()
    with fake.ClaudeServer(delay=SECONDS) as server:
        pipe.send((server.key, server.base_url, f"http://127.0.0.1:{sources.server_address[1]}"))
        while pipe.recv() != "end":
            came = [one for one in list(server.requests) if one.path == fake.MESSAGES]
            pipe.send([digest(one.params) for one in came])


class _Sources(BaseHTTPRequestHandler):
    """Each source is a text of its own; there is no robots.txt."""

    def do_GET(self) -> None:
        """Answer with the text of ``/NUMBER.txt``."""
        name = self.path.strip("/").removesuffix(".txt")
        body = _source_text(int(name)).encode() if name.isdigit() else b""
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


def _source_text(number: int) -> str:
    said = sentences(number, 40)
    return "\n\n".join(" ".join(said[place : place + 4]) for place in range(0, 40, 4)) + "\n"


def make_library(project: Path, articles: int, sources: str) -> None:
    """Briefs of a lead and one section each, over sources at an address."""
    whole = yaml.safe_load((ROOT / "prompts/outlines/modality.yaml").read_text("utf-8"))
    sections = [one for one in whole["sections"] if one["id"] == SECTION]
    outline = {"name": "short", "title": "Short", "lead": whole["lead"], "sections": sections}
    _write(project / "prompts" / "outlines" / "short.yaml", outline)
    for number in range(SOURCES):
        access = {"kind": "url", "url": f"{sources}/{number}.txt", "covers": "full_text"}
        _write(
            project / "sources" / "library" / f"text-{number}.yaml",
            {
                "key": f"text-{number}",
                "tier": "T1",
                "tier_reason": "Generated for a measurement.",
                "csl": {"type": "article-journal", "title": f"Generated Text {number}"},
                "access": [access],
            },
        )
    for number in range(articles):
        _write(
            project / "sources" / "briefs" / f"article-{number}.yaml",
            {
                "slug": f"article-{number}",
                "title": f"An Invented Method {number}",
                "topic": f"breathing pacing journaling imagery {number}",
                "taxonomy": ["modality"],
                "outline": "short",
                "sources": [f"text-{number % SOURCES}"],
            },
        )


def _write(path: Path, value: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value), encoding="utf-8")


def _so_far(url: str) -> tuple[int, bool]:
    """How many articles are done, and whether the run has ended."""
    with _connection(url) as connection:
        if connection is None or not inspect(connection).has_table("run_articles"):
            return 0, False
        done = connection.execute(
            text("SELECT count(*) FROM run_articles WHERE state IN ('done', 'failed')")
        ).scalar_one()
        ended = connection.execute(
            text("SELECT count(*) FROM runs WHERE terms IS NOT NULL AND ended IS NOT NULL")
        ).scalar_one()
        return int(done), bool(ended)


def _read(url: str) -> dict[str, Any]:
    """What the catalogue says of a run that has ended."""
    with _connection(url) as connection:
        assert connection is not None

        def ask(query: str) -> list[Any]:
            return list(connection.execute(text(query)).scalars())

        return {
            "done": len(ask("SELECT slug FROM run_articles WHERE state = 'done'")),
            "versions": len(ask("SELECT digest FROM versions")),
            "twice": len(ask("SELECT slug FROM versions GROUP BY slug HAVING count(*) > 1")),
            "lost": set(ask("SELECT request FROM calls WHERE state IN ('lost', 'late')")),
        }


@contextmanager
def _connection(url: str) -> Iterator[DatabaseConnection | None]:
    """To a catalogue; None where its file is not there yet."""
    place = make_url(url)
    if place.get_backend_name() == "sqlite" and not Path(str(place.database)).is_file():
        yield None
        return
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()
