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

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.runtime import deployment, flow_run
from prefect.utilities.annotations import quote

from citewright.bootstrap import open_workspace, strays
from citewright.bootstrap.flow_runs import FlowRuns
from citewright.model.canonical import Json
from citewright.model.shares import RunKind, ShareResult, Taken
from citewright.pipeline.share_work import ShareWork, as_error
from citewright.pipeline.sharing import Member, Nobody, abandoned, cut, wait_for_turn
from citewright.pipeline.workspace import Workspace
from citewright.versions.shares import ShareLog

log = logging.getLogger(__name__)


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
        self._watcher = FlowRuns(self._shares) if self._terms["deployed"] else None
        watcher = self._watcher or Nobody()
        self._member = Member(self._shares, self.run, 0, self.run, watcher=watcher)

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
        # A command's run has no flow runs of its own, but the one before it may.
        wait_for_turn(self._shares, self._member, self._kind, FlowRuns(self._shares))

    def share_out(
        self, slugs: Sequence[str], work: Mapping[str, Json] | None = None
    ) -> list[ShareResult]:
        """Have articles made by all workers that there are; gives what became of each.

        :param work: what the run's kind needs of each article beside its name.
        :raises CitewrightError: what the run was stopped for.
        """
        shards = cut(slugs, self._workspace.settings.shard_articles)
        self._shares.add(self.run, shards, work or {})
        if self._watcher is not None:
            self._watcher.hand_out(self.run, self._workspace.project, range(1, len(shards)))
        _work(self._workspace, self._member, self._terms)
        stopped = self._shares.stopped(self.run)
        if stopped is not None:
            self._shares.end(self.run)
            raise as_error(stopped)
        return self._shares.results(self.run)


def work_shard(project: str, run: str, shard: int | None) -> dict[str, int]:
    """Be one more worker of a run until nothing is left for it; gives how many it settled.

    :param shard: the shard whose articles it takes first.
    :raises NotFound: when no such run is shared.
    """
    workspace = open_workspace(Path(project))
    shares = ShareLog(workspace.database)
    terms = shares.terms(run)
    mine = str(flow_run.get_id())
    watcher = FlowRuns(shares) if terms["deployed"] else Nobody()
    with Member(shares, run, shard, mine, watcher=watcher) as member:
        return {"settled": _work(workspace, member, terms)}


def go_on_with_abandoned(project: str) -> dict[str, int]:
    """Finish the runs whose workers are all lost; gives how many articles of each were settled.

    What Prefect still shows as under way though nobody is at it is marked as crashed.
    """
    workspace = open_workspace(Path(project))
    shares = ShareLog(workspace.database)
    found = {}
    for run in abandoned(shares, FlowRuns(shares)):
        log.warning("the run %s was given up by all of its workers; it is gone on with", run)
        found[run] = work_shard(project, run, None)["settled"]
    strays.mark(str(flow_run.get_id()), shares)
    return found


def _work(workspace: Workspace, member: Member, terms: Json) -> int:
    """Work off what can be taken; gives how many articles were started."""
    most = workspace.settings.concurrency
    started: list[str] = []
    with ThreadPoolExecutor(most, thread_name_prefix="calls") as pool:
        work = ShareWork(
            workspace, member.shares, terms["kind"], terms, pool, ending=lambda: member.ending
        )
        start = partial(_start, work, started)
        try:
            member.work(start, workspace.settings.shard_articles if terms["batch"] else most)
        except BaseException:
            # Calls under way are waited for, as they are paid for; those in line are not begun.
            pool.shutdown(wait=False, cancel_futures=True)
            raise
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
