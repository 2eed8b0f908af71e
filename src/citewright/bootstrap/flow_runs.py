"""The flow runs of a large run: handed out to workers, and Prefect's records of them kept true.

A run needs no server to go on. What a server that is away could not be told is told at the next
look, and none of it is waited for: a worker has articles to take. Only at the end of a run is the
server asked again for about a minute, as Prefect does by itself to tell how the flow run ended.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.deployments import run_deployment
from prefect.exceptions import ObjectNotFound, PrefectException
from prefect.settings import (
    PREFECT_API_REQUEST_TIMEOUT,
    PREFECT_CLIENT_MAX_RETRIES,
    temporary_settings,
)
from prefect.states import Cancelled, Crashed

from citewright.errors import CitewrightError
from citewright.model.shares import Lost
from citewright.versions.shares import ShareLog

log = logging.getLogger(__name__)

DEPLOYMENT = "work-shard/work-shard"
"""The deployment that shards are flow runs of; ``prefect.yaml`` has it."""

TROUBLE = (PrefectException, httpx.HTTPError)
"""What asking Prefect's server may come to."""

SECONDS = 10.0
"""How long an answer of the server is waited for."""

_OVER = frozenset({StateType.COMPLETED, StateType.FAILED, StateType.CRASHED, StateType.CANCELLED})


class FlowRuns:
    """Those of one run; see :class:`citewright.pipeline.sharing.Watcher`."""

    def __init__(self, shares: ShareLog) -> None:
        self._shares = shares
        self._untold: list[Lost] = []
        self._unsent: list[int] = []
        self._project = Path()

    def hand_out(self, run: str, project: Path, shards: Sequence[int]) -> None:
        """Make flow runs of shards, now or as soon as the server is there."""
        self._project = project
        self._unsent += shards
        self._try(run, self._send)

    def lost(self, run: str, workers: Sequence[Lost]) -> None:
        """A flow run whose worker was lost has crashed."""
        self._untold += workers
        self._try(run, self._crash)

    def look(self, run: str) -> None:
        """A run whose first flow run was cancelled is stopped, for all of its workers."""
        self._try(run, self._crash)
        self._try(run, self._stop_cancelled)
        self._try(run, self._send)

    def ended(self, run: str) -> None:
        """Shards that have not begun find nothing to do any more: they need not."""
        self._unsent.clear()
        self._try(run, self._crash, patiently=True)
        self._try(run, self._withdraw, patiently=True)

    def _try(
        self,
        run: str,
        tell: Callable[[SyncPrefectClient, str], None],
        *,
        patiently: bool = False,
    ) -> None:
        try:
            with get_client(sync_client=True) if patiently else asking() as client:
                tell(client, run)
        except TROUBLE as error:
            log.warning("Prefect's server could not be told of the run %s: %s", run, error)

    def _send(self, _client: SyncPrefectClient, run: str) -> None:
        while self._unsent:
            shard = self._unsent[0]
            try:
                run_deployment(
                    DEPLOYMENT,
                    parameters={"run": run, "shard": shard, "project": str(self._project)},
                    timeout=0,
                    tags=[_tag(run)],
                    idempotency_key=f"{run}/{shard}",
                    flow_run_name=f"shard {shard} of {run}",
                )
            except RuntimeError as error:
                # It looks first whether there is a server, and says so in this way if not.
                raise PrefectException(str(error)) from error
            self._unsent.pop(0)

    def _crash(self, client: SyncPrefectClient, _run: str) -> None:
        while self._untold:
            one = self._untold[0]
            if one.flow_run is not None:
                end(client, UUID(one.flow_run), f"Its worker was lost: {one.why}.")
            self._untold.pop(0)

    def _stop_cancelled(self, client: SyncPrefectClient, run: str) -> None:
        state = client.read_flow_run(UUID(run)).state
        if state is not None and state.type in (StateType.CANCELLING, StateType.CANCELLED):
            error = CitewrightError("the run was cancelled.", hint="Start it again to go on.")
            self._shares.stop(run, error.as_dict())

    def _withdraw(self, client: SyncPrefectClient, run: str) -> None:
        waiting = FlowRunFilter(
            tags=FlowRunFilterTags(all_=[_tag(run)]),
            state=in_state(StateType.SCHEDULED, StateType.PENDING),
        )
        working = set(self._shares.flow_runs(run))
        for one in client.read_flow_runs(flow_run_filter=waiting):
            if str(one.id) not in working:
                done: State[Any] = Cancelled(message="Other workers have done all of it.")
                client.set_flow_run_state(one.id, done, force=True)


@contextmanager
def asking() -> Iterator[SyncPrefectClient]:
    """A client of Prefect's server that says at once when there is none."""
    brief = {PREFECT_CLIENT_MAX_RETRIES: 0, PREFECT_API_REQUEST_TIMEOUT: SECONDS}
    with temporary_settings(brief), get_client(sync_client=True) as client:
        yield client


def in_state(*types: StateType) -> FlowRunFilterState:
    """The flow runs that are in one of these states."""
    return FlowRunFilterState(type=FlowRunFilterStateType(any_=list(types)))


def end(client: SyncPrefectClient, flow_run: UUID, why: str) -> None:
    """Record that a flow run's process is gone: it has crashed, or was cancelled as was asked."""
    try:
        found: FlowRun = client.read_flow_run(flow_run)
    except ObjectNotFound:
        return
    if found.state is not None and found.state.type in _OVER:
        return
    cancelling = found.state is not None and found.state.type == StateType.CANCELLING
    state: State[Any] = Cancelled(message=why) if cancelling else Crashed(message=why)
    client.set_flow_run_state(flow_run, state, force=True)


def _tag(run: str) -> str:
    return f"run:{run}"
