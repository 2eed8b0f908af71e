"""Workers of a run that are told to end, that are lost all at once, that wait for each other."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from catalogues import open_workspace

from citewright.errors import CitewrightError, InputError
from citewright.model.canonical import Json
from citewright.model.shares import Lost, Taken
from citewright.pipeline.share_work import ShareWork
from citewright.pipeline.sharing import Member, abandoned, wait_for_turn
from citewright.pipeline.workspace import Workspace
from citewright.versions.shares import ShareLog

TERMS: Json = {
    "kind": "generate", "drafter": None, "budget": None, "batch": False, "judge": None,
    "actor": None, "deployed": True,
}  # fmt: skip


class Time:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


class Watching:
    """Writes down what a worker tells; ``called_off`` is done at each look."""

    def __init__(self, called_off: Callable[[str], None] = lambda _: None) -> None:
        self.told: list[str] = []
        self._called_off = called_off

    def lost(self, _run: str, workers: Sequence[Lost]) -> None:
        self.told += [f"lost {one.flow_run}" for one in workers]

    def look(self, run: str) -> None:
        self._called_off(run)

    def ended(self, run: str) -> None:
        self.told.append(f"ended {run}")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return open_workspace(tmp_path)


def begin(shares: ShareLog, run: str, *slugs: str, deployed: bool = True) -> None:
    shares.begin(run, "generate", TERMS | {"deployed": deployed}, Decimal(5))
    shares.add(run, [list(slugs)], {})


def settle(shares: ShareLog) -> Callable[[list[Taken], Callable[[str], None]], None]:
    """Work that settles at once what it is given."""

    def start(taken: list[Taken], through: Callable[[str], None]) -> None:
        for one in taken:
            shares.settle(one.share, "done", {})
            through(one.share.slug)

    return start


def interrupted(_taken: list[Taken], _through: Callable[[str], None]) -> None:
    raise KeyboardInterrupt


def test_a_worker_that_is_told_to_end_leaves_its_articles_to_others(workspace: Workspace) -> None:
    shares = ShareLog(workspace.database)
    begin(shares, "run", "a", "b")
    with pytest.raises(KeyboardInterrupt), Member(shares, "run", 0) as told:
        told.work(interrupted, 2)
    assert told.ending
    # Nobody is at it, and somebody may go on.
    assert shares.open() == ["run"]
    with Member(shares, "run") as other:
        other.work(settle(shares), 2)
    assert [one.state for one in shares.results("run")] == ["done", "done"]
    assert shares.open() == []


def test_a_worker_that_is_told_to_end_looks_whether_the_run_was_called_off(
    workspace: Workspace,
) -> None:
    shares = ShareLog(workspace.database)
    begin(shares, "run", "a", "b")
    error = CitewrightError("the run was cancelled.").as_dict()
    looked = []

    def called_off(run: str) -> None:
        # It is called off while the work is going on: not yet at the first look.
        if looked:
            shares.stop(run, error)
        looked.append(run)

    with (
        pytest.raises(KeyboardInterrupt),
        Member(shares, "run", 0, watcher=Watching(called_off)) as told,
    ):
        told.work(interrupted, 2)
    assert shares.stopped("run") == error
    # Whoever goes last ends what was stopped.
    assert shares.open() == []


@pytest.mark.parametrize("ending", [True, False])
def test_what_fails_as_a_process_ends_says_nothing_of_the_article(
    workspace: Workspace, ending: bool
) -> None:
    shares = ShareLog(workspace.database)
    begin(shares, "run", "no-such-article")
    with ThreadPoolExecutor(1) as pool, Member(shares, "run", 0) as member:
        work = ShareWork(workspace, shares, "generate", TERMS, pool, ending=lambda: ending)
        [taken] = shares.take(member.worker, 1)
        if ending:
            with pytest.raises(InputError):
                work.carry_out(taken)
        else:
            assert "no-such-article" in work.carry_out(taken)["error"]["message"]
    [one] = shares.results("run")
    assert one.state == ("waiting" if ending else "failed")


@pytest.mark.parametrize("ending", [True, False])
def test_what_nobody_foresaw_stops_the_run_unless_the_process_ends(
    workspace: Workspace, ending: bool
) -> None:
    shares = ShareLog(workspace.database)
    begin(shares, "run", "a")
    with ThreadPoolExecutor(1) as pool, Member(shares, "run", 0) as member:
        terms = {name: value for name, value in TERMS.items() if name != "judge"}
        work = ShareWork(workspace, shares, "generate", terms, pool, ending=lambda: ending)
        [taken] = shares.take(member.worker, 1)
        with pytest.raises(KeyError):
            work.carry_out(taken)
        assert (shares.stopped("run") is None) == ending


def test_what_all_workers_were_lost_over_is_found_and_told(workspace: Workspace) -> None:
    clock = Time()
    shares = ShareLog(workspace.database, owner="random/1", clock=clock)
    for run in ("half", "done", "command"):
        begin(shares, run, "a", deployed=run != "command")
        worker = shares.join(run, 0, f"flow-{run}")
        if run == "done":
            [taken] = shares.take(worker, 1)
            shares.settle(taken.share, "done", {})
    # This one has begun, and its first worker is about to join it.
    shares.begin("new", "refresh", TERMS, Decimal(5))
    clock.now += shares.lease + timedelta(seconds=1)
    watching = Watching()
    assert abandoned(shares, watching) == ["half"]
    assert watching.told == ["lost flow-half", "lost flow-done", "lost flow-command"]
    # What is left of a command's run is for whoever starts it again.
    assert sorted(shares.open()) == ["command", "half", "new"]


def test_a_refresh_waits_for_the_one_before(workspace: Workspace) -> None:
    shares = ShareLog(workspace.database)
    for run in ("first", "second"):
        shares.begin(run, "refresh", TERMS, Decimal(5))
        shares.add(run, [["a"]], {})
    over = threading.Event()
    with Member(shares, "second") as second:

        def wait() -> None:
            wait_for_turn(shares, second, "refresh", Watching())
            over.set()

        with Member(shares, "first") as first:
            waiting = threading.Thread(target=wait)
            waiting.start()
            # It waits as long as the first one works.
            assert not over.wait(3)
            first.work(settle(shares), 1)
        waiting.join()
    assert over.is_set()


def test_a_refresh_whose_workers_are_all_lost_is_not_waited_for(workspace: Workspace) -> None:
    clock = Time()
    shares = ShareLog(workspace.database, owner="random/1", clock=clock)
    for run in ("first", "second"):
        shares.begin(run, "refresh", TERMS, Decimal(5))
        shares.add(run, [["a"]], {})
    shares.join("first", 0, "flow-first")
    clock.now += shares.lease + timedelta(seconds=1)
    watching = Watching()
    with Member(shares, "second") as second:
        wait_for_turn(shares, second, "refresh", watching)
        assert shares.open() == ["second"]
    assert watching.told == ["lost flow-first"]
