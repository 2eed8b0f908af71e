"""Flow runs that Prefect shows as under way though their process is gone.

The process of a flow run may be killed before it joins a run, or may be none of a large run. Then
nothing in the catalogue tells of it, and Prefect would show it as running for ever, and keep its
place among those that may run at once. What there is to go by are the events by which each process
says, every half minute, that it lives (``prefect.flow-run.heartbeat``). They may be lost on their
way too, so a flow run counts as gone only where this one was heard meanwhile and that one was not.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import FlowRunFilter, WorkPoolFilter, WorkPoolFilterName
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.events.filters import (
    EventFilter,
    EventNameFilter,
    EventOccurredFilter,
    EventResourceFilter,
)
from prefect.settings import get_current_settings

from citewright.bootstrap.flow_runs import TROUBLE, asking, end, in_state
from citewright.versions.shares import ShareLog

log = logging.getLogger(__name__)

HEARTBEAT = "prefect.flow-run.heartbeat"

MISSED = 3
"""After how many signs of life that did not come a flow run may be gone."""

HEARD = 2
"""How often this one is to be heard before another one counts as gone."""

STARTING = timedelta(minutes=10)
"""How long a process may take from being asked for to its first sign of life."""

_POLL_SECONDS = 2.0


def mark(mine: str, shares: ShareLog) -> list[UUID]:
    """Mark the flow runs of this one's work pool whose process is gone; gives their ids.

    Where some may be, it takes as long as two signs of life are apart.

    :param mine: the id of this process's flow run.
    :param shares: knows the flow runs that work on a large run, which need no other sign.
    """
    every = get_current_settings().flows.heartbeat_frequency
    if every is None:
        log.warning("PREFECT_FLOWS_HEARTBEAT_FREQUENCY is off: who is gone cannot be told")
        return []
    try:
        return _Ear(UUID(mine), timedelta(seconds=every)).mark(shares)
    except TROUBLE as error:
        log.warning("Prefect's server could not be asked who is at work: %s", error)
        return []


class _Ear:
    """Hears who is at work."""

    def __init__(self, mine: UUID, every: timedelta) -> None:
        self._mine = mine
        self._every = every

    def mark(self, shares: ShareLog) -> list[UUID]:
        began = datetime.now(UTC)
        silent = self._silent(began, shares)
        if not silent:
            return []
        if not self._is_heard(began):
            log.warning("no sign of life of this flow run came back: who is gone cannot be told")
            return []
        gone = sorted(silent & self._silent(began, shares))
        for one in gone:
            log.warning("the flow run %s is gone", one)
            with asking() as client:
                end(client, one, "Nothing was heard of it any more: its process is gone.")
        return gone

    def _silent(self, began: datetime, shares: ShareLog) -> set[UUID]:
        """The flow runs under way that gave no sign of life since well before a time."""
        known = {UUID(one) for run in shares.open() for one in shares.flow_runs(run)}
        with asking() as client:
            return {
                one.id
                for one in self._under_way(client)
                if one.id not in known and self._is_silent(client, one, began)
            }

    def _under_way(self, client: SyncPrefectClient) -> Iterable[FlowRun]:
        pool = client.read_flow_run(self._mine).work_pool_name
        if pool is None:
            return []
        found = client.read_flow_runs(
            flow_run_filter=FlowRunFilter(
                state=in_state(StateType.PENDING, StateType.RUNNING, StateType.CANCELLING)
            ),
            work_pool_filter=WorkPoolFilter(name=WorkPoolFilterName(any_=[pool])),
        )
        return [one for one in found if one.id != self._mine]

    def _is_silent(self, client: SyncPrefectClient, one: FlowRun, began: datetime) -> bool:
        assert one.state is not None
        starting = one.state.type == StateType.PENDING
        since = began - (STARTING if starting else MISSED * self._every)
        return one.state.timestamp < since and not _beats(client, one.id, since)

    def _is_heard(self, began: datetime) -> bool:
        """Wait until this flow run's own signs of life have come back to it."""
        until = time.monotonic() + 2 * (HEARD + 1) * self._every.total_seconds()
        while time.monotonic() < until:
            with asking() as client:
                if _beats(client, self._mine, began) >= HEARD:
                    return True
            time.sleep(_POLL_SECONDS)
        return False


def _beats(client: SyncPrefectClient, flow_run: UUID, since: datetime) -> int:
    """How many signs of life of a flow run came since a time."""
    wanted = EventFilter(
        occurred=EventOccurredFilter(since=since),
        event=EventNameFilter(name=[HEARTBEAT]),
        resource=EventResourceFilter(id=[f"prefect.flow-run.{flow_run}"]),
    )
    return client.read_events(filter=wanted, limit=1).total
