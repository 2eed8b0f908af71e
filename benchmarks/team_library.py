"""A library of short articles as a team's workers generate it, looked at from outside."""

from __future__ import annotations

import json
import resource
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Connection, create_engine, inspect, make_url, text
from sqlalchemy.exc import OperationalError

from benchmarks.team import ROOT, Team
from benchmarks.team_model import SECONDS, Loopback, loopback

SOURCES = 20
SECTION = "core-principles"
DATABASE = "CITEWRIGHT_DATABASE_URL"
PATIENCE = 3600.0


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
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        with self.opened(name, in_file=in_file) as opened:
            opened.start_workers(workers)
            began = time.monotonic()
            if disturb is None:
                opened.generate()
            else:
                opened.together(workers, opened.generate)
                opened.wait_for(lambda state: state.done >= after)
                disturb(self.team)
            opened.wait_for(lambda state: bool(state.ended))
            done = opened.close(time.monotonic() - began)
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
        return done if disturb else replace(done, cpu=cpu)

    @contextmanager
    def opened(
        self, name: str, *, in_file: bool = False, seconds: float = SECONDS, **more: str
    ) -> Iterator[Opened]:
        """The library as a project of its own, with its servers.

        :param in_file: the catalogue is a file and not on the team's PostgreSQL.
        :param seconds: how long the model takes for a call, and for a batch ten times that.
        :param more: variables of the environment, beside the usual.
        """
        project = self.team.folder / f"project-{name}"
        url = f"sqlite:///{project}/output/catalogue.sqlite"
        self.team.environment.pop(DATABASE, None)
        if not in_file:
            url = self.team.environment[DATABASE] = self.team.create(f"catalogue_{name}")
        with loopback(seconds) as model:
            make_library(project, self.articles, model.sources)
            self.team.environment |= {
                "CITEWRIGHT_CONCURRENCY": str(self.limit),
                "CITEWRIGHT_SHARD_ARTICLES": str(self.shard),
                "CITEWRIGHT_FEATURES": "all",
                "CITEWRIGHT_JUDGE": "none",
                "CITEWRIGHT_COHERENCE": "false",
                "CITEWRIGHT_FETCH_PRIVATE": "true",
                "CITEWRIGHT_FETCH_INTERVAL": "0",
                # On a busy machine fetching and reading a text may take longer than is usual.
                "CITEWRIGHT_FETCH_TIMEOUT": "300",
                "CITEWRIGHT_EXTRACT_SECONDS": "300",
                "CITEWRIGHT_BUDGET_USD": "100000",
                "ANTHROPIC_API_KEY": model.key,
                "ANTHROPIC_BASE_URL": model.address,
                "PREFECT_WORKER_QUERY_SECONDS": "2",
                **more,
            }
            self.team.deploy(project, "generate-articles", "work-shard", "refresh-articles")
            yield Opened(self.team, name, project, url, model, self.articles)


@dataclass
class Opened:
    """A library that is worked on. ``memory`` is the most that a flow run took so far, in MB."""

    team: Team
    name: str
    project: Path
    url: str
    model: Loopback
    articles: int
    memory: float = 0.0

    def start_workers(self, number: int) -> None:
        """Start workers beside those that there are."""
        begun = len(self.team.workers)
        for nth in range(begun, begun + number):
            self.team.start_worker(f"{self.name}-{nth}")

    def generate(self, **more: object) -> str:
        """Have all articles generated; gives the id of the flow run, which is the run's."""
        slugs = [f"article-{number}" for number in range(self.articles)]
        return self.start("generate-articles", slugs=slugs, **more)

    def together(self, workers: int, start: Callable[[], str]) -> str:
        """Start a run in which the model answers nothing before so many workers are at it."""
        self.model.ask("wait")
        run = start()
        self.wait_for(lambda state: state.working >= workers)
        self.model.ask("go on")
        return run

    def start(self, deployment: str, **parameters: object) -> str:
        """Have a deployment run over this project; gives the id of the flow run."""
        return self.team.start_flow(deployment, project=str(self.project), **parameters)

    def edit_briefs(self) -> None:
        """Have every brief ask for something else: a refresh has each article drafted anew.

        The model says the same of it, so they are reaffirmed.
        """
        for path in (self.project / "sources" / "briefs").glob("*.yaml"):
            brief = json.loads(path.read_text(encoding="utf-8"))
            _write(path, brief | {"topic": f"{brief['topic']} once more"})

    def wait_for(self, there: Callable[[SoFar], bool]) -> SoFar:
        """Wait for something in the catalogue.

        :raises RuntimeError: when it does not come, for too long.
        """
        until = time.monotonic() + PATIENCE
        while True:
            state = so_far(self.url)
            self.memory = max(self.memory, self.team.memory_mb())
            if there(state):
                return state
            if time.monotonic() > until:
                raise RuntimeError(f"after {PATIENCE:.0f} seconds there is no more than {state}")
            time.sleep(0.25)

    def close(self, seconds: float = 0.0) -> Done:
        """End the workers; gives what came of it all."""
        left_running = len(self.team.still_running(PATIENCE / 6))
        self.team.stop_workers()
        received = self.model.ask("received")
        found = _read(self.url)
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
            cpu=0.0,
            memory=self.memory,
        )


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


@dataclass(frozen=True)
class SoFar:
    """How far a library is: articles settled by any run, runs that have ended, and the error of
    each that was stopped. ``working`` counts workers that are not known to be lost.
    """

    done: int = 0
    working: int = 0
    ended: tuple[str, ...] = ()
    stopped: tuple[str, ...] = ()


def so_far(url: str) -> SoFar:
    """What the catalogue says of shared runs; nothing while it is not there."""
    with suppress(OperationalError), _connection(url) as connection:
        if connection is None or not inspect(connection).has_table("run_articles"):
            return SoFar()

        def ask(query: str) -> list[Any]:
            return list(connection.execute(text(query)).scalars())

        settled = "SELECT slug FROM run_articles WHERE state IN ('done', 'failed')"
        return SoFar(
            done=len(ask(settled)),
            working=len(ask("SELECT id FROM run_workers WHERE state = 'working'")),
            ended=tuple(ask("SELECT run FROM runs WHERE terms IS NOT NULL AND ended IS NOT NULL")),
            stopped=tuple(ask("SELECT stopped FROM runs WHERE stopped IS NOT NULL")),
        )
    return SoFar()


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
def _connection(url: str) -> Iterator[Connection | None]:
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
