"""Large runs: cut into shards, worked off by as many workers as there are, gone on with when one
of them is lost.

A run's articles stand in the catalogue. Each worker takes those of its own shard first, then any
that is free. Whoever joined first of those alive leads: it stays until every article is settled,
looks after those that are lost, and ends the run. So a run needs one worker that is left, and
that may be the one it began with.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Protocol

from citewright.model.shares import Lost, RunKind, Taken
from citewright.versions.leases import KEEPER
from citewright.versions.shares import ShareLog

log = logging.getLogger(__name__)

POLL_SECONDS = 1.0
"""How often a worker that has nothing to take looks whether that is so still."""

WATCH_SECONDS = 5.0
"""How often a worker looks for others that were lost."""


class Watcher(Protocol):
    """What else concerns whoever works on a run: its flow runs, where it has such."""

    def lost(self, run: str, workers: Sequence[Lost]) -> None:
        """Workers were found to be lost."""
        ...

    def look(self, run: str) -> None:
        """Called now and then: was the run called off?"""
        ...

    def ended(self, run: str) -> None:
        """The run has ended, and this worker led it."""
        ...


class Nobody:
    """A watcher of a run within one process."""

    def lost(self, run: str, workers: Sequence[Lost]) -> None:
        """Nothing."""

    def look(self, run: str) -> None:
        """Nothing."""

    def ended(self, run: str) -> None:
        """Nothing."""


Start = Callable[[list[Taken], Callable[[str], None]], None]
"""Starts work on articles, which calls what it is given with the name of each that is through,
whatever became of it."""


def cut(slugs: Sequence[str], size: int) -> list[list[str]]:
    """Shards of a size, the last one smaller, in the order of the articles."""
    return [list(slugs[start : start + size]) for start in range(0, len(slugs), size)]


@dataclass
class Member:
    """This process as a worker of a run; a context manager that gives signs of life.

    :param shard: whose articles it takes first.
    :param flow_run: the id of the flow run that it works for.

    ``given_up`` once others count it as lost, ``ending`` once its process is told to end: what
    goes wrong with its articles from then on says nothing of them.
    """

    shares: ShareLog
    run: str
    shard: int | None = None
    flow_run: str | None = None
    watcher: Watcher = field(default_factory=Nobody)
    given_up: bool = False
    ending: bool = False
    _worker: int | None = None
    _watched: float = 0.0

    @property
    def worker(self) -> int:
        """The token by which it holds articles."""
        assert self._worker is not None
        return self._worker

    def __enter__(self) -> Member:
        self._worker = self.shares.join(self.run, self.shard, self.flow_run)
        every = self.shares.lease.total_seconds() / 3
        KEEPER.hold(("worker", self._worker), self._renew, every=every)
        return self

    def __exit__(self, *_: object) -> None:
        KEEPER.drop(("worker", self.worker))
        self.shares.leave(self.worker)
        if not self.shares.working(self.run) and not self.shares.unsettled(self.run):
            # Whoever goes last: a run that was stopped, or did not come to its articles.
            self.shares.end(self.run)

    def work(self, start: Start, most: int) -> None:
        """Work until nothing is left to be taken; who leads stays until all is settled.

        :param most: how many articles at once.
        """
        try:
            self._work(start, most)
        except BaseException:
            self.ending = True
            # It may be told to end because the run was called off, and the others are to know it.
            self.watcher.look(self.run)
            raise

    def _work(self, start: Start, most: int) -> None:
        going: set[str] = set()
        through: SimpleQueue[str] = SimpleQueue()
        while not self.given_up:
            self.watch()
            taken = self.shares.take(self.worker, most - len(going)) if len(going) < most else []
            if taken:
                going.update(one.share.slug for one in taken)
                start(taken, through.put)
            elif going:
                _wait(through, going)
            elif self._is_over():
                return
            else:
                time.sleep(POLL_SECONDS)
        while going:
            _wait(through, going)

    def watch(self) -> None:
        """Look, now and then, whether others were lost and whether the run was called off."""
        if time.monotonic() - self._watched >= WATCH_SECONDS:
            self._watched = time.monotonic()
            self._look_round()
            self.watcher.look(self.run)

    def _look_round(self) -> None:
        lost = self.shares.lost(self.run)
        for one in lost:
            log.warning("a worker of the run %s was lost: %s", self.run, one.why)
        if lost:
            self.watcher.lost(self.run, lost)

    def _is_over(self) -> bool:
        """Whether this worker, which is at nothing, has nothing to stay for."""
        self.shares.let_go(self.worker)
        self._look_round()
        leads = next(iter(self.shares.working(self.run)), None) == self.worker
        if self.shares.unsettled(self.run):
            return not leads
        if leads:
            self.shares.end(self.run)
            self.watcher.ended(self.run)
        return True

    def _renew(self) -> bool:
        self.given_up = not self.shares.renew(self.worker)
        return not self.given_up


def _wait(through: SimpleQueue[str], going: set[str]) -> None:
    """Until one is through, or it is time to look round."""
    try:
        going.discard(through.get(timeout=POLL_SECONDS))
    except Empty:
        return
    while not through.empty():
        going.discard(through.get())


def wait_for_turn(shares: ShareLog, member: Member, kind: RunKind, watcher: Watcher) -> None:
    """Wait until every earlier run of that kind has ended.

    Of a run whose workers are all lost nothing is waited for: it is ended, since the later one
    finds again what it left.

    :param watcher: is told of those that are lost; the earlier run may be another one's concern.
    """
    while True:
        others = shares.open(kind)
        before = others[: others.index(member.run)] if member.run in others else []
        for run in before:
            lost = shares.lost(run)
            if lost:
                watcher.lost(run, lost)
            if not shares.working(run):
                shares.end(run)
        if not any(shares.working(run) for run in before):
            return
        log.info("waiting for the run %s to end", before[0])
        time.sleep(POLL_SECONDS)


def abandoned(shares: ShareLog, watcher: Watcher) -> list[str]:
    """The runs of a team's server whose workers are all lost, and that are not finished.

    One in which nothing is left to be done is ended.
    """
    found = []
    for run in shares.open():
        lost = shares.lost(run)
        if lost:
            watcher.lost(run, lost)
        if shares.working(run) or not shares.terms(run)["deployed"]:
            continue
        if shares.unsettled(run):
            found.append(run)
        elif lost:
            # Without a lost worker it may be one that is about to begin.
            shares.end(run)
    return found
