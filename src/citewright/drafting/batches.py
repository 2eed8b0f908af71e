"""Calls that go out together, in Message Batches at half the price.

A call is found in the journal, or known to have failed in this run, or gathered: then its answer
is pending. What was gathered is sent as batches and waited for, and the same work is done again:
it finds its answers and gathers what follows from them. All that is known of a batch stands in
the journal, so that a run that is killed is gone on with by the next.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from citewright.drafting.batch_parts import (
    USUAL,
    Limits,
    failure,
    is_too_large,
    item,
    pieces,
    size_of,
    split,
)
from citewright.drafting.batch_ports import BatchLog
from citewright.drafting.batch_service import BatchService, Seen
from citewright.drafting.calls import (
    Calls,
    Failed,
    Paid,
    given_up,
    given_up_before,
    order_of,
    read_stored,
)
from citewright.drafting.outcomes import Rejected, Unsent
from citewright.drafting.patience import is_later, said
from citewright.drafting.ports import CallLog
from citewright.errors import AnswerPending, ModelError
from citewright.model.batch import Batch, InBatch, Refused
from citewright.model.call import Busy, GivenUp, Order, Stored
from citewright.model.canonical import Json
from citewright.model.outlay import Role

log = logging.getLogger(__name__)

AT_ONCE: frozenset[Role] = frozenset({"probe"})
"""Roles whose answers decide what the other requests are: they do not wait for a batch."""

GROWTH = 1.5
"""How much longer each pause between two looks at a batch is than the one before."""

LONGEST = 60.0
"""The longest such pause, in units of the first."""

CLOCKS_APART = timedelta(minutes=10)
"""How much earlier than its intent a batch may seem to be made, by another clock."""

READINGS = 3
"""How often results are read that are not all there, before those missing count as lost."""


@dataclass
class _Gathered:
    """Requests to be sent, by their digests, and their size in bytes."""

    calls: dict[str, tuple[Order, Json]] = field(default_factory=dict)
    size: int = 0


class BatchCalls:
    """Makes calls through batches; see :class:`citewright.drafting.calls.Calls`.

    Safe to use from threads, but for :meth:`send` and :meth:`wait`, which are one thread's.

    :param log: the journal of the run's calls; ``batches``: that of its batches.
    :param direct: makes the calls of the roles that do not wait.
    :param pause: seconds before the first look at a batch; later ones grow up to 60 times that.
    """

    def __init__(
        self,
        *,
        service: BatchService,
        log: CallLog,
        batches: BatchLog,
        direct: Calls,
        project: Path | None,
        pause: float,
        limits: Limits = USUAL,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._service = service
        self._log = log
        self._batches = batches
        self._direct = direct
        self._project = project
        self._pause = pause
        self._limits = limits
        self._sleep = sleep
        self._lock = threading.Lock()
        self._gathered = _Gathered()
        self._awaited: set[int] = set()
        self._missed: set[int] = set()
        self._readings: dict[int, int] = {}

    def call(self, params: Json, *, role: Role, slug: str, section: str | None) -> Paid | Failed:
        """See :meth:`citewright.drafting.calls.Calls.call`.

        :raises AnswerPending: when the request is gathered, or under way already.
        """
        if role in AT_ONCE:
            return self._direct.call(params, role=role, slug=slug, section=section)
        order = order_of(
            params, role=role, slug=slug, section=section, project=self._project, batch=True
        )
        match self._batches.look(order):
            case Stored() as stored:
                return read_stored(stored, params, self._log, self._project)
            case Refused() as refused:
                return failure(refused)
            case GivenUp() as found:
                return given_up_before(found)
            case InBatch() as found:
                with self._lock:
                    self._awaited.add(found.batch)
            case Busy():
                # Somebody's direct call: its answer is found when the work is done again.
                pass
            case None:
                self._gather(order, params)
        raise AnswerPending(
            f"the answer for {section or 'the whole'} of {slug!r} is asked for in a batch.",
            hint="Do the same again once the batch has ended.",
            retry=True,
        )

    @property
    def full(self) -> bool:
        """Whether what is gathered fills a batch, so that it is to be sent before more is."""
        with self._lock:
            gathered = self._gathered
            return (
                len(gathered.calls) >= self._limits.requests or gathered.size >= self._limits.size
            )

    def send(self) -> None:
        """Send what is gathered.

        :raises BudgetExceeded: when the worst case of a batch is more than what is left.
        :raises SettingsError: when no such call can succeed.
        :raises ModelError: when the service cannot be reached, or takes no batch now.
        """
        with self._lock:
            gathered, self._gathered = self._gathered, _Gathered()
        for some in split(list(gathered.calls.values()), self._limits):
            self._send(some)

    def wait(self) -> None:
        """Wait until all batches have ended that answers are awaited from, and record these.

        Without any it is one pause long, after which somebody else's answer may be there.

        :raises SettingsError: when no such request can succeed.
        :raises ModelError: when the service does not answer; what was sent goes on meanwhile.
        """
        pause = self._pause
        with self._lock:
            awaited, self._awaited = frozenset(self._awaited), set()
        while True:
            self._sleep(pause)
            for batch in self._batches.going(awaited):
                self._follow(batch)
            if not self._batches.going(awaited):
                return
            pause = min(pause * GROWTH, self._pause * LONGEST)

    def _gather(self, order: Order, params: Json) -> None:
        with self._lock:
            if order.request not in self._gathered.calls:
                self._gathered.calls[order.request] = order, params
                self._gathered.size += size_of(params)

    def _send(self, some: Sequence[tuple[Order, Json]]) -> None:
        reserved = self._batches.reserve([order for order, _ in some])
        if reserved is None:
            return
        batch, requests = reserved
        items = [item(one, params) for one, params in some if one.request in requests]
        outcome = self._service.create(items)
        if isinstance(outcome, Rejected | Unsent):
            self._unsent(batch, outcome, some)
            return
        with self._lock:
            self._awaited.add(batch.id)
        if isinstance(outcome, Seen):
            self._batches.made(batch, outcome.id)
            log.info("batch %s: %d requests sent", outcome.id, batch.size)
        else:
            log.warning("a batch of %d requests: %s", batch.size, outcome.why)

    def _unsent(
        self, batch: Batch, outcome: Rejected | Unsent, some: Sequence[tuple[Order, Json]]
    ) -> None:
        """A batch was not taken: it is sent in halves, or its requests fail, or nothing can."""
        rejected = outcome if isinstance(outcome, Rejected) else None
        halved = len(some) > 1 and is_too_large(rejected)
        refused = None
        if rejected and not halved and not is_later(rejected):
            refused = Refused("errored", rejected.kind, rejected.message)
        self._batches.unsent(batch, why=said(outcome), refused=refused)
        failed = given_up(outcome, some[0][0].model)
        if halved:
            middle = len(some) // 2
            self._send(some[:middle])
            self._send(some[middle:])
        elif refused is None:
            raise ModelError(
                f"no batch could be sent: {failed.why}", hint="Try again later.", retry=True
            )

    def _follow(self, batch: Batch) -> None:
        if batch.service_id is None:
            self._recover(batch)
            return
        seen = self._service.find(batch.service_id)
        log.info("batch %s: %d of %d requests ended", seen.id, seen.done, seen.size)
        if seen.over:
            self._collect(batch, seen)

    def _collect(self, batch: Batch, seen: Seen) -> None:
        """Record the results; where some are missing, they are read again at the next look."""
        there = 0
        for some in pieces(self._service.results(seen.id)):
            self._batches.received(batch, some)
            there += len(some)
        self._readings[batch.id] = readings = self._readings.get(batch.id, 0) + 1
        if there < batch.size and readings < READINGS:
            log.warning("batch %s: %d of %d results came", seen.id, there, batch.size)
        else:
            self._batches.ended(batch)

    def _recover(self, batch: Batch) -> None:
        """Find out whether an intended batch was made; who intended it does not know, or is dead.

        A batch's requests can be told by its results only, so one that may be it is waited for.
        Where none may be, a second look a pause later decides: a request may still be on its way.
        """
        if not self._batches.take_over(batch):
            return
        known, undecided = self._batches.known(), False
        for seen in self._service.since(batch.began - CLOCKS_APART):
            if seen.id in known or seen.size != batch.size:
                continue
            if not seen.over:
                undecided = True
                continue
            first = next(iter(self._service.results(seen.id)), None)
            if first is not None and self._batches.holds(batch, first.request):
                self._batches.made(batch, seen.id)
                log.info("batch %s: found again", seen.id)
                return
        if undecided:
            self._missed.discard(batch.id)
        elif batch.id in self._missed:
            self._batches.lost(batch, why="the API knows of no such batch")
        else:
            self._missed.add(batch.id)
