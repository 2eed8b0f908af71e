"""Large runs over workers: one that is killed in the middle, and two against one.

A team's engines (:mod:`benchmarks.team`), a library of short articles whose sources and whose model
are loopback servers in a process of their own, a second a call. First a run on two workers, in
which the model answers once both are at it, and one of them is killed with everything under it once
a third of the articles are there: all articles have to end, each with one version, and nothing may
be paid twice. What was under way on the killed
worker is told apart: nobody knows whether it was answered, so it is asked for once more, and it is
never more than that worker's calls at once. Then the same library once with one worker and once
with two, with the same limit of calls at once for each.

The limit is set so low that a run waits for the model and not for the processor; the figures say
how much of the processor's time it took. ``CITEWRIGHT_ARTICLES`` and ``CITEWRIGHT_CALLS_AT_ONCE``
make it smaller or set another limit.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from benchmarks.sizes import size
from benchmarks.team import Team
from benchmarks.team_library import Library
from benchmarks.team_model import SECONDS

ARTICLES, AT_ONCE, SHARD = 400, 2, 25


def run(_shared: Path) -> dict[str, float]:
    """Both figures that are asked for, and what they rest on."""
    articles = int(os.environ.get("CITEWRIGHT_ARTICLES", size(ARTICLES, 12)))
    limit = int(os.environ.get("CITEWRIGHT_CALLS_AT_ONCE", AT_ONCE))
    with tempfile.TemporaryDirectory() as folder, Team(Path(folder, "team")) as team:
        library = Library(team, articles, limit, shard=min(SHARD, max(1, articles // 4)))
        killed = library.run("killed", workers=2, disturb=kill_first, after=articles // 3)
        one = library.run("one", workers=1)
        two = library.run("two", workers=2)
    return {
        "two_workers_over_one": two.seconds / one.seconds,
        "paid_twice": killed.paid_twice + one.paid_twice + two.paid_twice,
        "articles": articles,
        "calls_at_once_a_worker": limit,
        "articles_a_shard": library.shard,
        "killed_articles_done": killed.done,
        "killed_versions": killed.versions,
        "killed_articles_with_two_versions": killed.twice,
        "killed_calls_under_way": killed.under_way,
        "killed_calls_lost_and_sent_again": killed.sent_again,
        "killed_flow_runs_left_running": killed.left_running,
        "killed_seconds": killed.seconds,
        "one_worker_seconds": one.seconds,
        "two_workers_seconds": two.seconds,
        "one_worker_articles_done": one.done,
        "two_workers_articles_done": two.done,
        "calls_a_run": two.calls,
        "waiting_seconds_a_run": two.calls * SECONDS / limit,
        "one_worker_cpu_seconds": one.cpu,
        "two_workers_cpu_seconds": two.cpu,
        "peak_memory_mb_of_a_flow_run": max(one.memory, two.memory),
    }


def kill_first(team: Team) -> None:
    """Kill the worker that was started first, which as a rule has the run's own flow run."""
    team.kill_worker(min(team.workers))
