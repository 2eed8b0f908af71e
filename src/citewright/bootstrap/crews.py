"""Large runs by Prefect: this process as a worker of one, and the shards that others are given.

What stands in a shard's flow run is the run's id and the shard's number; the articles, the terms
and what became of each stand in the catalogue. Prefect says where shards run, and shows them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import State, StateType
from prefect.deployments import run_deployment
from prefect.exceptions import PrefectException
from prefect.runtime import deployment, flow_run
from prefect.states import Cancelled, Crashed
from prefect.utilities.annotations import quote

from citewright.bootstrap import open_workspace
from citewright.errors import CitewrightError
from citewright.model.canonical import Json
from citewright.model.shares import Lost, RunKind, ShareResult, Taken
from citewright.pipeline.share_work import ShareWork, as_error
from citewright.pipeline.sharing import Member, Nobody, Watcher, abandoned, cut, wait_for_turn
from citewright.pipeline.workspace import Workspace
from citewright.versions.shares import ShareLog

log = logging.getLogger(__name__)

DEPLOYMENT = "work-shard/work-shard"
"""The deployment that shards are flow runs of; ``prefect.yaml`` has it."""

_TROUBLE = (PrefectException, httpx.HTTPError)
"""What asking Prefect's server may come to. A run needs no server to go on."""

_OVER = frozenset({StateType.COMPLETED, StateType.FAILED, StateType.CRASHED, StateType.CANCELLED})


@task(cache_policy=NO_CACHE, task_run_name="{kind} {slug}")
def work_on(
    work: ShareWork,
    taken: Taken,
    kind: str,  # noqa: ARG001 - the run is named after it
    slug: str,  # noqa: ARG001
) -> dict[str, Any]:
    """One article: made or refreshed, whatever becomes of it recorded."""
    return work.carry_out(taken)


class Coordinator:
    """The run of this flow run, as the one that begins it; a context manager.

    :param terms: the run's options, which its workers read from its row.
    """

    def __init__(self, project: str, kind: RunKind, terms: Json) -> None:
        self._workspace = open_workspace(Path(project))
        self._shares = ShareLog(self._workspace.database)
        self._kind = kind
        self._terms = terms | {"deployed": deployment.id is not None, "kind": kind}
        self.run = str(flow_run.get_id())
        self._member = Member(
            self._shares, self.run, 0, self.run, watcher=_watcher(self._shares, self._terms)
        )

    def __enter__(self) -> Coordinator:
        budget = self._terms["budget"]
        cap = self._workspace.settings.budget_usd if budget is None else Decimal(budget)
        self._shares.begin(self.run, self._kind, self._terms, cap)
        self._member.__enter__()
        return self

    def __exit__(self, *about: object) -> None:
        self._member.__exit__(*about)

    def wait_for_turn(self) -> None:
        """Wait until every earlier run of this kind has ended."""
        wait_for_turn(self._shares, self._member, self._kind)

    def share_out(
        self, slugs: Sequence[str], work: Mapping[str, Json] | None = None
    ) -> list[ShareResult]:
        """Have articles made by all workers that there are; gives what became of each.

        :param work: what the run's kind needs of each article beside its name.
        :raises CitewrightError: what the run was stopped for.
        """
        shards = cut(slugs, self._workspace.settings.shard_articles)
        self._shares.add(self.run, shards, work or {})
        if self._terms["deployed"]:
            self._submit(range(1, len(shards)))
        _work(self._workspace, self._member, self._terms)
        stopped = self._shares.stopped(self.run)
        if stopped is not None:
            self._shares.end(self.run)
            raise as_error(stopped)
        return self._shares.results(self.run)

    def _submit(self, shards: Sequence[int]) -> None:
        project = str(self._workspace.project)
        for shard in shards:
            try:
                run_deployment(
                    DEPLOYMENT,
                    parameters={"run": self.run, "shard": shard, "project": project},
                    timeout=0,
                    tags=[_tag(self.run)],
                    idempotency_key=f"{self.run}/{shard}",
                    flow_run_name=f"shard {shard} of {self.run}",
                )
            except _TROUBLE as error:
                log.warning("shard %d cannot be given to another worker: %s", shard, error)
                return


def work_shard(project: str, run: str, shard: int | None) -> dict[str, int]:
    """Be one more worker of a run until nothing is left for it; gives how many it settled.

    :param shard: the shard whose articles it takes first.
    :raises NotFound: when no such run is shared.
    """
    workspace = open_workspace(Path(project))
    shares = ShareLog(workspace.database)
    terms = shares.terms(run)
    mine = str(flow_run.get_id())
    with Member(shares, run, shard, mine, watcher=_watcher(shares, terms)) as member:
        return {"settled": _work(workspace, member, terms)}


def go_on_with_abandoned(project: str) -> dict[str, int]:
    """Finish the runs whose workers are all lost; gives how many articles of each were settled."""
    workspace = open_workspace(Path(project))
    found = {}
    for run in abandoned(ShareLog(workspace.database)):
        log.warning("the run %s was given up by all of its workers; it is gone on with", run)
        found[run] = work_shard(project, run, None)["settled"]
    return found


def _work(workspace: Workspace, member: Member, terms: Json) -> int:
    """Work off what can be taken; gives how many articles were started."""
    most = workspace.settings.concurrency
    started: list[str] = []
    with ThreadPoolExecutor(most, thread_name_prefix="calls") as pool:
        work = ShareWork(workspace, member.shares, terms["kind"], terms, pool)
        start = partial(_start, work, started)
        member.work(start, workspace.settings.shard_articles if terms["batch"] else most)
    return len(started)


def _start(
    work: ShareWork, started: list[str], taken: list[Taken], through: Callable[[str], None]
) -> None:
    if work.terms["batch"]:
        work.gather(taken)
    # Prefect need not look for futures in what is given.
    with_what: Any = quote(work)
    for one in taken:
        what: Any = quote(one)
        slug = one.share.slug
        started.append(slug)
        future = work_on.submit(with_what, what, work.kind, slug)
        future.add_done_callback(partial(_told, through, slug))


def _told(through: Callable[[str], None], slug: str, _: object) -> None:
    through(slug)


def _watcher(shares: ShareLog, terms: Json) -> Watcher:
    return FlowRuns(shares) if terms["deployed"] else Nobody()


def _tag(run: str) -> str:
    return f"run:{run}"


class FlowRuns:
    """Keeps Prefect's records of a run's flow runs true; see :class:`Watcher`.

    What a server that is away could not be told is told at the next look.
    """

    def __init__(self, shares: ShareLog) -> None:
        self._shares = shares
        self._untold: list[Lost] = []

    def lost(self, run: str, workers: Sequence[Lost]) -> None:
        """A flow run whose worker was lost has crashed."""
        self._untold += workers
        self._try(run, self._crash)

    def look(self, run: str) -> None:
        """A run whose first flow run was cancelled is stopped, for all of its workers."""
        self._try(run, self._crash)
        self._try(run, self._stop_cancelled)

    def ended(self, run: str) -> None:
        """Shards that have not begun find nothing to do any more: they need not."""
        self._try(run, self._crash)
        self._try(run, self._withdraw)

    def _try(self, run: str, tell: Callable[[SyncPrefectClient, str], None]) -> None:
        try:
            with get_client(sync_client=True) as client:
                tell(client, run)
        except _TROUBLE as error:
            log.warning("Prefect's server could not be told of the run %s: %s", run, error)

    def _crash(self, client: SyncPrefectClient, _run: str) -> None:
        while self._untold:
            one = self._untold[0]
            if one.flow_run is not None:
                state = client.read_flow_run(UUID(one.flow_run)).state
                if state is None or state.type not in _OVER:
                    crashed: State[Any] = Crashed(message=f"Its worker was lost: {one.why}.")
                    client.set_flow_run_state(UUID(one.flow_run), crashed, force=True)
            self._untold.pop(0)

    def _stop_cancelled(self, client: SyncPrefectClient, run: str) -> None:
        state = client.read_flow_run(UUID(run)).state
        if state is not None and state.type in (StateType.CANCELLING, StateType.CANCELLED):
            error = CitewrightError("the run was cancelled.", hint="Start it again to go on.")
            self._shares.stop(run, error.as_dict())

    def _withdraw(self, client: SyncPrefectClient, run: str) -> None:
        waiting = FlowRunFilter(
            tags=FlowRunFilterTags(all_=[_tag(run)]),
            state=FlowRunFilterState(
                type=FlowRunFilterStateType(any_=[StateType.SCHEDULED, StateType.PENDING])
            ),
        )
        working = set(self._shares.flow_runs(run))
        for one in client.read_flow_runs(flow_run_filter=waiting):
            if str(one.id) not in working:
                done: State[Any] = Cancelled(message="Other workers have done all of it.")
                client.set_flow_run_state(one.id, done, force=True)
