"""Whether a process that refreshes a large library again and again keeps its memory.

The library, the sources' servers and the flow are those of :mod:`benchmarks.refresh`, its whole
refresh run through Prefect round after round in one process, which is more than a worker does: it
starts a process for each. The resident memory after each round is given, of that process and of the
Prefect server, and what a round adds in the second half of them. ``CITEWRIGHT_ARTICLES`` makes the
library smaller.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from benchmarks.loopback_sources import source_servers
from benchmarks.refresh import ARTICLES, HOSTS
from benchmarks.refresh_both_ways import PrefectServer, by_flow, prefect_server, settle_in
from benchmarks.refresh_library import make_library
from benchmarks.sizes import size
from benchmarks.team import peak_mb, resident_mb

ROUNDS = size(8, 2)


def run(shared: Path) -> dict[str, float]:
    """Megabytes by round, and the peaks."""
    articles = int(os.environ.get("CITEWRIGHT_ARTICLES", size(ARTICLES, 20)))
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(dir=memory if memory.is_dir() else None))
    try:
        with source_servers(HOSTS) as servers, prefect_server() as prefect:
            make_library(folder, articles, shared, servers.hosts)
            ours, theirs = get_context("spawn").Pipe()
            process = get_context("spawn").Process(target=_rounds, args=(folder, prefect, theirs))
            process.start()
            theirs.close()
            try:
                found: dict[str, list[float]] = ours.recv()
            finally:
                process.join()
    finally:
        shutil.rmtree(folder)
    figures: dict[str, float] = {"refresh_memory.articles": articles}
    for name, (peak, *after) in found.items():
        figures |= {f"refresh_memory.{name}_mb_after_{n}": mb for n, mb in enumerate(after, 1)}
        figures[f"refresh_memory.{name}_peak_mb"] = peak
        half = len(after) // 2
        added = (after[-1] - after[half - 1]) / (len(after) - half)
        figures[f"refresh_memory.{name}_mb_added_a_round"] = added
    return figures


def _rounds(folder: Path, server: PrefectServer, pipe: Connection) -> None:
    """Refresh so often; sends the peak and then the memory after each round, of both processes."""
    settle_in(server)
    own, its = [], []
    for _ in range(ROUNDS):
        by_flow(folder, check=True)
        own.append(resident_mb(os.getpid()))
        its.append(server.memory_mb(resident_mb))
    pipe.send({
        "flow": [peak_mb(os.getpid()), *own],
        "server": [server.memory_mb(peak_mb), *its],
    })  # fmt: skip
