"""A refresh of a large library in which nothing changed, and one in which one passage did.

The library is generated with a fixed seed: 10,000 articles of 20 statements, each with a quote of
one of 20,000 sources (:mod:`benchmarks.refresh_library`).

Three things are measured. The whole refresh, as a schedule runs it: each source's server is asked
whether the text still stands (loopback servers in a process of their own, twenty hosts, which
answer 304), all articles are looked over, and what stands is recorded so. The planning alone, with
nothing asked. And planning after one passage changed. The first two through the flow, against a
Prefect server of its own, and plainly: the same functions in as many threads, without Prefect.

No scholarly service is asked in either way: the sources have no name that one knows works by, and
there is no file of Retraction Watch. Hosts are asked without a pause between two requests, but one
at a time each, as always.

The library is made in one transaction, and in memory (``/dev/shm``) where there is such a folder:
waiting for a disk would hide what Prefect adds. ``CITEWRIGHT_ARTICLES`` makes it smaller, a tenth
of it stands beside it.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from benchmarks.loopback_sources import SourceServers, source_servers
from benchmarks.refresh_both_ways import both_ways, prefect_server
from benchmarks.refresh_library import Text, make_library, stored
from benchmarks.sizes import is_quick, size
from benchmarks.team import peak_mb
from citewright.bootstrap import open_workspace
from citewright.drafting.ports import Drafter
from citewright.pipeline.refreshing import reaffirm
from citewright.pipeline.staleness import survey
from citewright.pipeline.workspace import RunOptions, Workspace

ARTICLES = 10_000
HOSTS = 20
ROUNDS, PLANNING_ROUNDS, TENTH_ROUNDS = (1, 1, 1) if is_quick() else (3, 5, 8)
"""Of the whole refresh, of planning, and of the whole refresh of a tenth of the library."""


def run(shared: Path) -> dict[str, float]:
    """Seconds, megabytes, model calls and statements touched."""
    articles = int(os.environ.get("CITEWRIGHT_ARTICLES", size(ARTICLES, 20)))
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(dir=memory if memory.is_dir() else None))
    try:
        with source_servers(HOSTS) as servers:
            whole, small = folder / "whole", folder / "small"
            whole.mkdir()
            small.mkdir()
            began = time.perf_counter()
            texts = make_library(whole, articles, shared, servers.hosts)
            built = time.perf_counter() - began
            make_library(small, max(1, articles // 10), shared, servers.hosts)
            return {
                "refresh.articles": articles,
                "refresh.sources": len(texts),
                "refresh.seconds_to_build": built,
                **_through_prefect(whole, small, servers),
                **_planned(whole, articles, texts[0]),
            }
    finally:
        shutil.rmtree(folder)


def planned(folder: Path, articles: int, shared: Path) -> dict[str, float]:
    """What looking over takes by itself, in a library of so many articles made in a folder."""
    texts = make_library(folder, articles, shared)
    return _planned(folder, articles, texts[0])


def _through_prefect(whole: Path, small: Path, servers: SourceServers) -> dict[str, float]:
    with prefect_server() as prefect:
        tenth = both_ways(small, prefect, check=True, rounds=TENTH_ROUNDS)
        asked = servers.answered().get(304, 0)
        full = both_ways(whole, prefect, check=True, rounds=ROUNDS)
        answered = servers.answered()
        planning = both_ways(whole, prefect, check=False, rounds=PLANNING_ROUNDS)
    # Once to begin with, then both ways in each round.
    runs = 1 + 2 * ROUNDS
    return {
        "refresh.through_prefect_over_plain": full.ratio,
        "refresh.seconds_through_prefect": full.prefect,
        "refresh.seconds_plain": full.plain,
        "refresh.sources_asked_a_run": (answered[304] - asked) // runs,
        "refresh.bodies_downloaded": answered.get(200, 0),
        "refresh.peak_memory_mb": full.peak,
        "refresh.memory_growth_mb_per_round": full.growth,
        "refresh.server_peak_memory_mb": full.server_peak,
        "refresh.server_memory_growth_mb_per_round": full.server_growth,
        "refresh.sources_server_peak_memory_mb": peak_mb(servers.pid),
        "refresh.through_prefect_over_plain_a_tenth_of_it": tenth.ratio,
        "refresh.seconds_through_prefect_a_tenth_of_it": tenth.prefect,
        "refresh.seconds_plain_a_tenth_of_it": tenth.plain,
        "refresh.peak_memory_mb_a_tenth_of_it": tenth.peak,
        "refresh.memory_growth_mb_per_round_a_tenth_of_it": tenth.growth,
        "refresh.server_peak_memory_mb_a_tenth_of_it": tenth.server_peak,
        "refresh.server_memory_growth_mb_per_round_a_tenth_of_it": tenth.server_growth,
        "refresh.planning_through_prefect_over_plain": planning.ratio,
        "refresh.planning_seconds_through_prefect": planning.prefect,
        "refresh.planning_seconds_plain": planning.plain,
        "refresh.planning_seconds_prefect_adds": planning.prefect - planning.plain,
    }


def _planned(folder: Path, articles: int, first: Text) -> dict[str, float]:
    """Looking over by itself, with nothing changed and then with one passage."""
    calls: list[RunOptions] = []

    def make_drafter(options: RunOptions) -> Drafter:
        calls.append(options)
        raise AssertionError("nothing was to be drafted")

    workspace = replace(open_workspace(folder), make_drafter=make_drafter)
    again = min(_timed(lambda: reaffirm(workspace, survey(workspace))) for _ in range(3))
    versions = len(workspace.catalogue.all_versions())
    wanted, changed = _change(workspace, first)
    began = time.perf_counter()
    found = survey(workspace)
    one_change = time.perf_counter() - began
    touched = {(plan.slug, name) for plan in found.stale for name in plan.touched}
    return {
        "refresh.ms_per_article_no_change": 1000 * again / articles,
        "refresh.model_calls_no_change": len(calls),
        "refresh.versions_made_no_change": versions - articles,
        "refresh.statements_touched_one_change": len(touched),
        "refresh.statements_quoting_the_passage": len(wanted),
        "refresh.statements_touched_wrongly": len(touched ^ wanted),
        "refresh.quotes_reanchored_one_change": sum(len(plan.anchors) for plan in found.plans),
        "refresh.other_quotes_of_the_source": changed,
        "refresh.seconds_plan_one_change": one_change,
    }


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _change(workspace: Workspace, source: Text) -> tuple[set[tuple[str, str]], int]:
    """Exchange the sentence that is quoted first; gives who quotes it, and how many others."""
    quotes = []
    for one in workspace.source_log.affected(source.key):
        statements = workspace.version(one.version).article.statements()
        cited = next(each for each in statements if each.id == one.statement)
        evidence = cited.citations[one.citation].evidence
        assert evidence.kind == "quote"
        quotes.append((one.slug, one.statement, evidence.quote.exact))
    gone = quotes[0][2]
    wanted = {(slug, name) for slug, name, exact in quotes if exact == gone}
    new = f"It opens otherwise now.\n\n{source.text.replace(gone, 'This was taken back.')}"
    stored(workspace, source.key, new, taken=workspace.clock())
    return wanted, len(quotes) - len(wanted)
