"""What a run costs beyond the model's own time, beside doing the same calls by hand.

The calls of an article in their order: one that warms the cache, 14 first drafts side by side, one
repair; each takes two seconds at a loopback server (:mod:`benchmarks.peers.responder`), so six
seconds is the least. ``asyncio`` sends them by httpx and keeps nothing. ``prefect`` does the same
with a task a call, a server of its own that is up before the clock starts, and nothing kept but
Prefect's records. Our own figure is ``wall_over_critical_path`` of ``python -m benchmarks
drafting``: it also retrieves, checks, records each call before and after, and commits a version.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx

from benchmarks import drafting
from benchmarks.measuring import Figures, measured
from benchmarks.peers.responder import Responder

SECTIONS = 14
SECONDS = 2.0
IN_ROW = 3
PROMPT = "Some words of a source. " * 5_000
"""About 30,000 tokens, as the article's calls have."""

Call = Callable[[str], Awaitable[object]]


def run(_: Path) -> Figures:
    """The wall of each way over the six seconds that nobody can do without."""
    # In a process of its own: Prefect has one server a process, whose folder each throws away.
    told = measured("drafting", seconds=600, environment={})
    if told.failed is not None:
        raise RuntimeError(f"benchmarks drafting: {told.failed}")
    ours = {name: float(value) for name, value in told.figures.items()}
    with Responder(lambda _: "Said.", delay=SECONDS).running() as server:
        plain = asyncio.run(_plain(server.base_url))
        with tempfile.TemporaryDirectory() as home:
            os.environ |= {"PREFECT_HOME": home, "PREFECT_LOGGING_LEVEL": "ERROR"}
            bare = _prefect(server.base_url)
    least = IN_ROW * SECONDS
    return {
        "orchestration.ours": ours["wall_over_critical_path"],
        "orchestration.asyncio": plain / least,
        "orchestration.prefect": bare / least,
        "orchestration.seconds_over_ours": ours["wall_seconds"] - ours["critical_path_seconds"],
        "orchestration.seconds_over_asyncio": plain - least,
        "orchestration.seconds_over_prefect": bare - least,
    }


async def _plain(address: str) -> float:
    async with httpx.AsyncClient(base_url=address, timeout=300) as client:
        began = time.perf_counter()
        await _calls(lambda name: _ask(client, name))
        return time.perf_counter() - began


async def _calls(call: Call) -> None:
    await call("warm")
    await asyncio.gather(*(call(f"section {number}") for number in range(SECTIONS)))
    await call("repair")


async def _ask(client: httpx.AsyncClient, name: str) -> dict[str, Any]:
    body = {"model": "any", "messages": [{"role": "user", "content": f"{PROMPT}{name}"}]}
    answer = await client.post("/chat/completions", json=body)
    found: dict[str, Any] = answer.raise_for_status().json()
    return found


def _prefect(address: str) -> float:
    # Prefect reads its settings when it is imported.
    from prefect import flow, task

    @task
    async def ask(name: str) -> dict[str, Any]:
        async with httpx.AsyncClient(base_url=address, timeout=300) as client:
            return await _ask(client, name)

    @flow
    async def first() -> None:
        """Nothing: the server is up afterwards."""

    @flow
    async def article() -> None:
        await _calls(ask)

    asyncio.run(first())
    time.sleep(drafting.SETTLED)
    began = time.perf_counter()
    asyncio.run(article())
    return time.perf_counter() - began
