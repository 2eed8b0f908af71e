"""The same refresh through Prefect and plainly, in turn, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median

from benchmarks.team import descendants, free_port, peak_mb, resident_mb, wait_for

SETTINGS = {
    # The sources are on this machine, and nothing is to be measured that only waits.
    "CITEWRIGHT_FETCH_PRIVATE": "true",
    "CITEWRIGHT_FETCH_INTERVAL": "0",
}


@dataclass(frozen=True)
class PrefectServer:
    """A Prefect server: its API's address, and the process that was started."""

    api: str
    pid: int

    def memory_mb(self, read: Callable[[int], float]) -> float:
        """Of the server's processes the one with the most memory."""
        return max(read(pid) for pid in (self.pid, *descendants(self.pid)))


@contextmanager
def prefect_server() -> Iterator[PrefectServer]:
    """A Prefect server of this measurement's own."""
    with tempfile.TemporaryDirectory() as home:
        port = free_port()
        environment = os.environ | {
            "PREFECT_HOME": home,
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "DO_NOT_TRACK": "1",
        }
        command = [sys.executable, "-m", "prefect", "server", "start", "--port", str(port)]
        server = subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            wait_for(f"http://127.0.0.1:{port}/api/health")
            yield PrefectServer(f"http://127.0.0.1:{port}/api", server.pid)
        finally:
            server.terminate()
            server.wait()


@dataclass(frozen=True)
class BothWays:
    """Seconds, medians over the rounds, and megabytes.

    ``peak`` is of the process that ran the refresh both ways, ``server_peak`` of the Prefect
    server's; ``growth`` and ``server_growth`` are what the resident memory of each grew by from
    the end of the first round to that of the last, for one round.
    """

    plain: float
    prefect: float
    peak: float
    growth: float
    server_peak: float
    server_growth: float

    @property
    def ratio(self) -> float:
        """What the refresh takes through Prefect, over what it takes without."""
        return self.prefect / self.plain


def both_ways(folder: Path, server: PrefectServer, *, check: bool, rounds: int) -> BothWays:
    """Refresh a project's whole library both ways, in turn, so often.

    :param check: ask the sources' servers first; else only look over what is on record.
    """
    ours, theirs = get_context("spawn").Pipe()
    arguments = (folder, server, check, rounds, theirs)
    process = get_context("spawn").Process(target=_both_ways, args=arguments)
    process.start()
    theirs.close()
    try:
        found: BothWays = ours.recv()
    finally:
        process.join()
    return found


def _both_ways(
    folder: Path, server: PrefectServer, check: bool, rounds: int, pipe: Connection
) -> None:
    settle_in(server)
    # The first plain run leaves nothing to be learnt, and the first of each way loads what it
    # needs. Then in turn, lest the machine's load tell.
    _plain(folder, check=check)
    by_flow(folder, check=False)
    times, own, its = [], [], []
    for _ in range(rounds):
        plain = _timed(partial(_plain, folder, check=check))
        times.append((plain, _timed(partial(by_flow, folder, check=check))))
        own.append(resident_mb(os.getpid()))
        its.append(server.memory_mb(resident_mb))
    pipe.send(
        BothWays(
            plain=median(one for one, _ in times),
            prefect=median(other for _, other in times),
            peak=peak_mb(os.getpid()),
            growth=_growth(own),
            server_peak=server.memory_mb(peak_mb),
            server_growth=_growth(its),
        )
    )


def settle_in(server: PrefectServer) -> None:
    """Set this process up to refresh against a server, before anything is imported for it."""
    os.environ |= {"PREFECT_API_URL": server.api, **SETTINGS}


def by_flow(folder: Path, *, check: bool) -> None:
    """Refresh a project's whole library as ``citewright refresh`` does."""
    from citewright.bootstrap import open_workspace
    from citewright.cli.prefect_run import run_flow

    threads = open_workspace(folder).settings.concurrency
    parameters = {"project": str(folder), "drafter": "extractive", "check": check}
    run_flow("refresh_articles", folder, parameters, concurrency=threads)


def _plain(folder: Path, *, check: bool) -> None:
    """What the flow does of a refresh in which nothing changed, by the same functions."""
    from citewright.bootstrap import open_watch, open_workspace
    from citewright.pipeline import checking, refreshing, staleness

    def check_batch(keys: list[str]) -> int:
        opened = open_workspace(folder)
        found = checking.check_sources(opened, keys, open_watch(opened))
        return sum(one.error is not None for one in found)

    if check:
        keys = staleness.cited_sources(open_workspace(folder))
        size = max(25, -(-len(keys) // 160))
        batches = [keys[start : start + size] for start in range(0, len(keys), size)]
        threads = open_workspace(folder).settings.concurrency
        with ThreadPoolExecutor(threads) as pool:
            assert not any(pool.map(check_batch, batches))
    found = refreshing.look_over(open_workspace(folder))
    assert not found.plans


def _growth(megabytes: list[float]) -> float:
    return (megabytes[-1] - megabytes[0]) / max(1, len(megabytes) - 1)


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
