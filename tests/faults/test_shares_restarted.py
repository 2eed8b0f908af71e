"""What workers of a run write down, while the server of their catalogue goes away: each once."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from clusters import Cluster
from faults.cutting import Cut, way_to
from faults.planted import both, claimed, without
from faults.restarting import restarted
from sqlalchemy import select
from versions.worker import order

from citewright.database import Database
from citewright.database.tables import run_articles, run_workers, runs
from citewright.model.call import Busy, Claim
from citewright.model.shares import Taken
from citewright.pipeline.sharing import Member
from citewright.versions.folder_store import FolderStore
from citewright.versions.journal import Journal
from citewright.versions.share_overview import overview
from citewright.versions.shares import ShareLog

DEAD = "from citewright.versions.owners import this_process; print(this_process())"


class Time:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Stage:
    """A run with three articles, a worker that has taken one of them, and one that is dead."""

    log: ShareLog
    run: str
    worker: int
    taken: Taken


@pytest.fixture(scope="module")
def dead() -> str:
    """The name of a process of this machine that has ended."""
    return subprocess.run(
        [sys.executable, "-c", DEAD], capture_output=True, text=True, check=True
    ).stdout.strip()


_NAMES = count()


def staged(database: Database, dead: str) -> Stage:
    run, clock = f"run-{next(_NAMES)}", Time()
    log = ShareLog(database, owner="random/1", clock=clock)
    log.begin(run, "generate", {"deployed": False}, Decimal(5))
    log.add(run, [["a", "b"], ["c"]], {})
    worker = log.join(run, 0, None)
    gone = ShareLog(database, owner=dead, clock=clock)
    gone.take(gone.join(run, 1, "flow"), 1)
    (taken,) = log.take(worker, 1)
    return Stage(log, run, worker, taken)


STEPS: dict[str, Callable[[Stage], object]] = {
    "begin": lambda at: at.log.begin(at.run, "refresh", {}, Decimal(7)),
    "add": lambda at: at.log.add(at.run, [["d"], ["e"]], {"d": {"why": "it is stale"}}),
    "join": lambda at: at.log.join(at.run, 1, "another") > at.worker,
    "renew": lambda at: at.log.renew(at.worker),
    "leave": lambda at: at.log.leave(at.worker),
    "let_go": lambda at: at.log.let_go(at.worker),
    "lost": lambda at: [one.why for one in at.log.lost(at.run)],
    "take": lambda at: [one.share.slug for one in at.log.take(at.worker, 5)],
    "settle": lambda at: at.log.settle(at.taken.share, "done", {"slug": "a"}),
    "stop": lambda at: at.log.stop(at.run, {"message": "enough"}),
    "end": lambda at: at.log.end(at.run),
}
MAIN = ("join", "renew", "take", "settle")
REST = tuple(name for name in STEPS if name not in MAIN)
READS: dict[str, Callable[[Stage], object]] = {
    "results": lambda at: at.log.results(at.run),
    "unsettled": lambda at: at.log.unsettled(at.run),
    "working": lambda at: len(at.log.working(at.run)),
}


def kept(database: Database, run: str) -> list[list[dict[str, Any]]]:
    """The rows of a run, without what differs from one run to the other."""
    found = []
    with database.reading() as connection:
        for table, order in (
            (runs, runs.c.run), (run_workers, run_workers.c.id), (run_articles, run_articles.c.slug)
        ):  # fmt: skip
            rows = connection.execute(select(table).where(table.c.run == run).order_by(order))
            found.append([dict(row) for row in rows.mappings()])
    ids = {row["id"]: nth for nth, row in enumerate(found[1])} | {None: None}
    for row in found[0]:
        del row["began"]
    for row in found[2]:
        row["worker"] = ids[row["worker"]]
    return [[{k: v for k, v in row.items() if k not in ("id", "run")} for row in rows]
            for rows in found]  # fmt: skip


@pytest.mark.parametrize("cut", ["before", "after"])
@pytest.mark.parametrize(
    "steps", [MAIN, pytest.param(REST, marks=pytest.mark.slow)], ids=["main", "rest"]
)
def test_a_step_whose_commit_has_no_answer_is_done_once(
    migrated_schema: str, dead: str, steps: tuple[str, ...], cut: Cut
) -> None:
    with way_to(migrated_schema) as (url, way):
        database = Database(url)
        for number, name in enumerate(steps, start=1):
            step = STEPS[name]
            quiet, at = staged(database, dead), staged(database, dead)
            expected = step(quiet)
            way.cut = cut
            assert step(at) == expected, name
            assert way.cuts == number, name
            assert kept(database, at.run) == kept(database, quiet.run), name
        database.close()


@pytest.mark.slow
@pytest.mark.parametrize("name", STEPS | READS)
def test_a_step_is_done_once_wherever_the_server_is_killed(
    cluster: Cluster, dead: str, name: str
) -> None:
    database, step = Database(cluster.url()), (STEPS | READS)[name]
    quiet = staged(database, dead)
    with restarted(cluster, database, None) as statements:
        expected = step(quiet)
    for nth in range(1, statements.executed + 1):
        at = staged(database, dead)
        with restarted(cluster, database, nth):
            assert step(at) == expected
        assert kept(database, at.run) == kept(database, quiet.run)
    database.close()


@pytest.mark.slow
def test_a_run_is_worked_off_once_while_the_server_is_killed(cluster: Cluster) -> None:
    database, slugs = Database(cluster.url()), [f"article-{nth}" for nth in range(60)]
    log, run = ShareLog(database), "worked-off"
    log.begin(run, "generate", {"deployed": False}, Decimal(5))
    log.add(run, [slugs[:30], slugs[30:]], {})
    settled = threading.Semaphore(0)

    def work(shard: int) -> None:
        with Member(log, run, shard) as member, ThreadPoolExecutor(2) as pool:

            def one(taken: Taken, through: Callable[[str], None]) -> None:
                log.settle(taken.share, "done", {"slug": taken.share.slug})
                settled.release()
                through(taken.share.slug)

            def begin(taken: list[Taken], through: Callable[[str], None]) -> None:
                for each in taken:
                    pool.submit(one, each, through)

            member.work(begin, 2)

    with ThreadPoolExecutor(2) as workers:
        going = [workers.submit(work, shard) for shard in (0, 1)]
        for _ in range(3):
            for _ in range(15):
                assert settled.acquire(timeout=120)
            cluster.restart()
        for each in going:
            each.result()
    seen = overview(database, run)
    assert seen is not None
    assert (dict(seen.articles), seen.ended is None) == ({"done": 60}, False)
    assert {worker.state for worker in seen.workers} == {"left"}
    with database.reading() as connection:
        takings = connection.execute(select(run_articles.c.takings)).scalars().all()
    assert takings.count(1) >= 60
    database.close()


@both
def test_nobody_is_lost_for_signs_that_could_not_be_given(schema: str, guarded: bool) -> None:
    clock = Time()
    with way_to(schema) as (url, way):
        database = Database(url)
        log = ShareLog(database, owner="random/1", lease_seconds=3600, clock=clock)
        log.begin("run", "generate", {}, Decimal(5))
        worker = log.join("run", 0, None)
        way.cut = "before"
        log.stop("run", {"message": "found to be away"})
        # It was away for as long as a lease, by the clock.
        clock.now += timedelta(seconds=3601)
        nothing_missed = without(Database, "was_missed_within", lambda *_: False, guarded=guarded)
        with nothing_missed, claimed(guarded):
            assert log.lost("run") == []
            assert log.renew(worker)
            # Another process has not missed it, and goes by what stands in the row.
            clock.now += timedelta(seconds=3601)
            other = ShareLog(Database(schema), owner="random/2", clock=clock)
            assert [one.worker for one in other.lost("run")] == [worker]
        database.close()


@both
def test_no_call_is_sent_twice_for_signs_that_could_not_be_given(
    schema: str, guarded: bool, tmp_path: Path
) -> None:
    clock = Time()
    store = FolderStore(tmp_path)
    with way_to(schema) as (url, way):
        database = Database(url)
        theirs, ours = (
            Journal(
                database, store, run=name, cap_usd=Decimal(5), owner=f"random/{name}",
                lease_seconds=3600, clock=clock,
            )
            for name in ("theirs", "ours")
        )  # fmt: skip
        mine = theirs.claim(order("a"))
        assert isinstance(mine, Claim)
        way.cut = "before"
        assert ours.spent() == 0
        clock.now += timedelta(seconds=3601)
        nothing_missed = without(Database, "was_missed_within", lambda *_: False, guarded=guarded)
        with nothing_missed, claimed(guarded):
            assert isinstance(ours.claim(order("a")), Busy)
        theirs.failed(mine, why="the test ends", spent=False)
        database.close()
