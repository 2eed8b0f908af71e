"""Paid calls in a process of its own: ``python calls_worker.py FOLDER RUN ADDRESS KEY COUNT``.

It says that it is ready, waits for a line, makes COUNT calls four at a time, and prints for each
the digest of its answer, or why there is none.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from claude_tasks import Wall
from paid_calls import Desk, ask, hello
from pydantic import SecretStr

from citewright.drafting.calls import Paid, PaidCalls
from citewright.drafting.messages import Messages

SIDE_BY_SIDE = 4


def digests(calls: PaidCalls, count: int) -> Iterator[str]:
    """What came of so many calls, in their order."""

    def one(number: int) -> str:
        got = ask(calls, hello(f"request {number}"))
        return got.digest if isinstance(got, Paid) else got.why

    with ThreadPoolExecutor(SIDE_BY_SIDE) as threads:
        yield from threads.map(one, range(count))


def main(folder: str, run: str, address: str, key: str, count: str) -> None:
    messages = Messages(api_key=SecretStr(key), base_url=address)
    desk = Desk(Path(folder), lease_seconds=3600)
    calls = desk.calls(messages, run=run, clock=Wall(), deadline=60)
    print("ready", flush=True)
    sys.stdin.readline()
    for line in digests(calls, int(count)):
        print(line, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
