"""Claims: who holds one, when it ends, and what becomes of him who comes late."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
import weakref
from contextlib import closing
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from opened import database_in
from sqlalchemy import select
from versions.processes import start
from versions.worker import journal, order

from citewright.database.tables import calls
from citewright.database.times import as_text
from citewright.errors import CitewrightError
from citewright.model.call import Busy, Claim, GivenUp, Stored
from citewright.model.outlay import Usage
from citewright.versions.journal import POLL_SECONDS, Journal
from citewright.versions.leases import Keeper
from citewright.versions.owners import is_dead, this_process

# What a process's death does is the same on either database; starting one takes its time.
SQLITE = pytest.mark.parametrize("folder", ["sqlite"], indirect=True)


class Time:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def passes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def two(folder: Path) -> tuple[Journal, Journal, Time]:
    """The journals of two runs on machines that cannot see each other's processes."""
    clock = Time()
    one = journal(folder, "one", owner="random/1", clock=clock)
    return one, journal(folder, "other", owner="random/2", clock=clock), clock


def claimed(calls: Journal, request: str = "a") -> Claim:
    claim = calls.claim(order(request))
    assert isinstance(claim, Claim)
    return claim


def test_a_second_caller_waits_and_gets_the_answer(folder: Path) -> None:
    one, other, _ = two(folder)
    claim = claimed(one)
    assert other.claim(order("a")) == one.claim(order("a")) == Busy(POLL_SECONDS)
    assert other.spent() == 0
    one.received(claim, b"raw")
    found = other.claim(order("a"))
    assert isinstance(found, Stored)
    assert found.raw == b"raw"


def test_a_lease_that_ran_out_is_taken_over_at_the_old_ones_cost(folder: Path) -> None:
    one, other, clock = two(folder)
    claim = claimed(one)
    clock.passes(29.9)
    left = other.claim(order("a"))
    assert isinstance(left, Busy)
    assert 0 < left.seconds <= 0.1001
    clock.passes(0.1)
    assert claimed(other).token > claim.token
    assert (one.spent(), other.spent()) == (Decimal("0.1"), Decimal("0.1"))


def test_a_clock_set_back_keeps_the_order(folder: Path) -> None:
    one, other, clock = two(folder)
    old = claimed(one)
    clock.passes(31)
    new = claimed(other)
    clock.passes(-3600)
    one.received(old, b"of the first")
    other.received(new, b"of the second")
    found = one.claim(order("a"))
    assert isinstance(found, Stored)
    assert found.raw == b"of the second"


def test_a_late_answer_gives_way_to_the_successors(folder: Path) -> None:
    one, other, clock = two(folder)
    old = claimed(one)
    clock.passes(31)
    new = claimed(other)
    stood = other.received(new, b"of the second")
    assert one.received(old, b"of the first") == stood
    other.billed(new, Usage(), Decimal("0.01"))
    # What the first one was charged is not known to anybody: its reserve stands.
    assert (one.spent(), other.spent()) == (Decimal("0.1"), Decimal("0.01"))


def test_a_late_answer_waits_for_the_successors(folder: Path) -> None:
    one, other, clock = two(folder)
    old = claimed(one)
    clock.passes(31)
    new = claimed(other)
    assert one.received(old, b"of the first") == Busy(POLL_SECONDS)
    assert one.claim(order("a")) == Busy(POLL_SECONDS)
    other.received(new, b"of the second")
    found = one.claim(order("a"))
    assert isinstance(found, Stored)
    assert found.raw == b"of the second"


@pytest.mark.parametrize("end", ["fails", "dies"])
def test_a_late_answer_stands_when_no_other_comes(folder: Path, end: str) -> None:
    one, other, clock = two(folder)
    old = claimed(one)
    clock.passes(31)
    new = claimed(other)
    one.received(old, b"of the first")
    if end == "fails":
        other.failed(new, why="status 400", spent=False)
    else:
        clock.passes(31)
    found = one.claim(order("a"))
    assert isinstance(found, Stored)
    assert found.raw == b"of the first"
    assert found.unsettled is not None
    one.billed(found.unsettled, Usage(), Decimal("0.02"))
    assert one.spent() == Decimal("0.02")


def test_a_late_failure_changes_nothing_for_the_successor(folder: Path) -> None:
    one, other, clock = two(folder)
    old = claimed(one)
    clock.passes(31)
    new = claimed(other)
    one.failed(old, why="the line broke", spent=True)
    assert one.spent() == Decimal("0.1")
    one.failed(old, why="status 529", spent=False)
    assert one.spent() == 0
    assert one.claim(order("a")) == Busy(POLL_SECONDS)
    other.received(new, b"raw")


def test_takeovers_within_a_run_are_bounded(folder: Path) -> None:
    clock = Time()
    for owner in ("random/1", "random/2"):
        claimed(journal(folder, "run", owner=owner, clock=clock))
        clock.passes(31)
    calls = journal(folder, "run", owner="random/3", clock=clock)
    assert calls.claim(order("a")) == GivenUp(2)
    assert calls.spent() == Decimal("0.2")


def test_a_lease_is_kept_up_as_long_as_its_claim_is_open(folder: Path) -> None:
    clock = Time()
    # A third of it is the time between two renewals, which the wall's clock tells.
    one = journal(folder, "one", owner="random/1", lease_seconds=0.3, clock=clock)
    other = journal(folder, "other", owner="random/2", lease_seconds=0.3, clock=clock)
    claims = [claimed(one, name) for name in "ab"]
    for _ in range(3):
        clock.passes(0.2)
        assert isinstance(other.claim(order("a")), Busy)
        renewed_at(folder, clock)
    one.received(claims[0], b"raw")
    assert isinstance(other.claim(order("b")), Busy)
    one.failed(claims[1], why="x", spent=False)
    assert isinstance(other.claim(order("a")), Stored)
    assert isinstance(other.claim(order("b")), Claim)


def renewed_at(folder: Path, clock: Time) -> None:
    """Wait until no lease is older than the clock's time."""
    expected = {as_text(clock() + timedelta(seconds=0.3))}
    database, until = database_in(folder), time.monotonic() + 60
    with closing(database):
        while True:
            with database.reading() as connection:
                found = set(connection.execute(select(calls.c.lease_until)).scalars())
            if found == expected:
                return
            assert time.monotonic() < until
            time.sleep(0.02)


def test_a_renewal_that_fails_is_tried_again_and_the_thread_ends_with_the_last() -> None:
    keeper, renewed = Keeper(), threading.Semaphore(0)
    before = set(threading.enumerate())

    def renew() -> bool:
        renewed.release()
        raise CitewrightError("the database is locked.")

    for _ in range(2):
        keeper.hold("a", renew, every=0.01)
        keeper.hold("b", lambda: True, every=60)
        [thread] = set(threading.enumerate()) - before
        for _ in range(3):
            assert renewed.acquire(timeout=60)
        for key in ("a", "b", "unknown"):
            keeper.drop(key)
        thread.join(timeout=60)
        assert not thread.is_alive()


def test_a_journal_that_is_gone_keeps_nothing_up(folder: Path) -> None:
    one = journal(folder, "one", lease_seconds=3600)
    claimed(one)
    kept = weakref.ref(one)
    del one
    assert kept() is None
    keeper = Keeper()
    before = set(threading.enumerate())
    keeper.hold("a", lambda: False, every=0.01)
    for thread in set(threading.enumerate()) - before:
        thread.join(timeout=60)
        assert not thread.is_alive()


def killed(action: str, folder: Path, request: str) -> None:
    process = start(action, folder, request)
    process.communicate(timeout=300)
    assert process.returncode == -signal.SIGKILL


def test_the_claim_of_a_killed_process_is_free_at_once(folder: Path) -> None:
    killed("die_with_a_claim", folder, "a")
    calls = journal(folder, "killed")
    assert calls.find("a") is None
    assert calls.spent() == Decimal("0.25")
    calls.received(claimed(calls), b"late")
    assert calls.spent() == Decimal("0.35")
    found = calls.find("a")
    assert found is not None
    assert found.raw == b"late"


@SQLITE
def test_an_answer_whose_reader_was_killed_is_not_paid_again(folder: Path) -> None:
    killed("die_unbilled", folder, "a")
    calls = journal(folder, "another", cap="0")
    found = calls.claim(order("a"))
    assert isinstance(found, Stored)
    assert found.raw == b"unbilled"
    assert found.unsettled
    calls.billed(found.unsettled, Usage(), Decimal("0.02"))
    assert journal(folder, "killed").spent() == Decimal("0.02")


@SQLITE
@pytest.mark.parametrize("successor", ["answered", "at it"])
def test_a_process_that_was_stopped_is_fenced_off(folder: Path, successor: str) -> None:
    slow = start("answer_when_told", folder, "a")
    assert slow.stdin
    assert slow.stdout
    assert slow.stdout.readline() == "claimed\n"
    calls = journal(folder, "quick")
    os.kill(slow.pid, signal.SIGSTOP)
    claim = calls.claim(order("a"))
    until = time.monotonic() + 120
    while isinstance(claim, Busy):
        assert time.monotonic() < until
        time.sleep(claim.seconds)
        claim = calls.claim(order("a"))
    assert isinstance(claim, Claim)
    if successor == "answered":
        calls.received(claim, b"of its successor")
    os.kill(slow.pid, signal.SIGCONT)
    said, errors = slow.communicate("go on\n", timeout=300)
    assert said == ("of its successor\n" if successor == "answered" else "busy\n"), errors
    if successor == "at it":
        calls.received(claim, b"of its successor")
    found = calls.find("a")
    assert found is not None
    assert found.raw == b"of its successor"


def test_only_a_process_that_is_surely_gone_is_dead() -> None:
    here = this_process()
    assert here == this_process()
    assert not is_dead(here)
    assert not is_dead("random/0123")
    system, boot, namespace, pid, began = here.split("/")
    assert system == "linux"
    assert is_dead(f"{system}/{boot}/{namespace}/{pid}/{int(began) - 1}")
    for elsewhere in (f"another/{namespace}", f"{boot}/1"):
        assert not is_dead(f"{system}/{elsewhere}/999999999/{began}")
    assert is_dead(f"{system}/{boot}/{namespace}/999999999/{began}")


def test_a_killed_process_is_dead_before_its_parent_has_seen_it() -> None:
    code = (
        "from citewright.versions.owners import this_process as p; print(p(), flush=True); input()"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout
    name = child.stdout.readline().strip()
    assert name != this_process()
    assert not is_dead(name)
    child.kill()
    until = time.monotonic() + 120
    while not is_dead(name):
        assert time.monotonic() < until
        time.sleep(0.01)
    child.communicate()
    assert is_dead(name)
