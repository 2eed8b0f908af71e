"""A run that several workers share: who takes what, what becomes of those that are lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from citewright.database import Database
from citewright.errors import TakenOver
from citewright.model.shares import Lost, Taken
from citewright.versions.catalogue import Catalogue
from citewright.versions.shares import TAKINGS, ShareLog

TERMS = {"drafter": None, "deployed": True}


class Time:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def passes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class Shared:
    """A run of two shards, as workers on machines that cannot see each other's processes do it."""

    def __init__(self, database: Database) -> None:
        self.clock = Time()
        self.one = ShareLog(database, owner="random/1", clock=self.clock)
        self.other = ShareLog(database, owner="random/2", clock=self.clock)
        self.one.begin("run", "generate", TERMS, Decimal(5))
        self.one.add("run", [["a", "b"], ["c", "d"]], {})

    def lose(self, worker: int) -> None:
        """Let a worker's lease run out, while the others' do not."""
        self.clock.passes(20)
        for other in self.one.working("run"):
            if other != worker:
                self.one.renew(other)
        self.clock.passes(10)


@pytest.fixture
def shared(database: Database) -> Shared:
    return Shared(database)


def names(taken: list[Taken]) -> list[str]:
    return [one.share.slug for one in taken]


def test_each_takes_its_own_shard_first_and_then_the_others(shared: Shared) -> None:
    first, second = shared.one.join("run", 0, None), shared.other.join("run", 1, None)
    assert names(shared.other.take(second, 1)) == ["c"]
    assert names(shared.one.take(first, 3)) == ["a", "b", "d"]
    assert shared.other.take(second, 3) == []
    assert shared.one.unsettled("run") == 4


def test_what_is_begun_twice_is_there_once(shared: Shared) -> None:
    worker = shared.one.join("run", 0, None)
    (taken,) = shared.one.take(worker, 1)
    shared.one.settle(taken.share, "done", {"slug": "a"})
    shared.one.begin("run", "generate", TERMS, Decimal(5))
    shared.one.add("run", [["a", "b"], ["c", "d"]], {})
    assert [one.state for one in shared.one.results("run")] == ["done", *["waiting"] * 3]


def test_the_articles_of_a_lost_worker_go_on_elsewhere(shared: Shared) -> None:
    lost, left = shared.one.join("run", 0, "flow-1"), shared.other.join("run", 1, "flow-2")
    (done, held) = shared.one.take(lost, 2)
    shared.one.settle(done.share, "done", {"slug": "a"})
    assert shared.other.lost("run") == []
    shared.lose(lost)
    (found,) = shared.other.lost("run")
    assert (found.worker, found.flow_run) == (lost, "flow-1")
    assert shared.other.working("run") == [left]
    assert names(shared.other.take(left, 9)) == ["c", "d", "b"]
    # Who comes back late takes nothing and settles nothing.
    assert not shared.one.renew(lost)
    assert shared.one.take(lost, 1) == []
    with pytest.raises(TakenOver):
        shared.one.settle(held.share, "done", {"slug": "b"})
    assert shared.other.lost("run") == list[Lost]()


def test_a_late_version_is_refused_in_its_own_transaction(
    shared: Shared, database: Database
) -> None:
    lost, left = shared.one.join("run", 0, None), shared.other.join("run", 1, None)
    (held,) = shared.one.take(lost, 1)
    with Catalogue(database).writing("a", held.share) as writer:
        assert writer.head is None
    shared.lose(lost)
    shared.other.lost("run")
    with pytest.raises(TakenOver), Catalogue(database).writing("a", held.share):
        raise AssertionError("nothing of it may be written")
    again = shared.other.take(left, 3)
    with Catalogue(database).writing("a", again[2].share):
        assert names(again) == ["c", "d", "a"]


def test_an_article_that_workers_are_lost_over_fails_in_the_end(shared: Shared) -> None:
    for _ in range(TAKINGS):
        worker = shared.one.join("run", 0, None)
        assert names(shared.one.take(worker, 1)) == ["a"]
        shared.lose(worker)
        assert len(shared.other.lost("run")) == 1
    result = shared.one.results("run")[0]
    assert (result.state, result.result["error"]["type"]) == ("failed", "TakenOver")  # type: ignore[index]
    assert names(shared.one.take(shared.one.join("run", 0, None), 1)) == ["b"]


def test_a_stopped_run_gives_nothing_more(shared: Shared) -> None:
    worker = shared.one.join("run", 0, None)
    (taken,) = shared.one.take(worker, 1)
    shared.other.stop("run", {"type": "BudgetExceeded", "message": "first"})
    shared.other.stop("run", {"type": "BudgetExceeded", "message": "second"})
    assert shared.one.stopped("run") == {"type": "BudgetExceeded", "message": "first"}
    assert shared.one.take(worker, 1) == []
    assert shared.one.unsettled("run") == 1
    shared.one.settle(taken.share, "done", {"slug": "a"})
    assert shared.one.unsettled("run") == 0
