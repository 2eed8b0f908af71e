"""Runs the actions of ``worker.py``, or of another file, in processes, several at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

WORKER = Path(__file__).with_name("worker.py")
STORES = Path(__file__).with_name("store_worker.py")


def start(
    action: str, folder: Path, argument: str = "", *before: str, worker: Path = WORKER
) -> subprocess.Popen[str]:
    command = [*before, sys.executable, str(worker), action, str(folder), argument]
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, encoding="utf-8"
    )


def side_by_side(action: str, folder: Path, count: int, worker: Path = WORKER) -> list[list[str]]:
    """The lines that each of the processes printed; all of them must end well."""
    running = [start(action, folder, str(number), worker=worker) for number in range(count)]
    ended = [process.communicate(timeout=300) for process in running]
    assert [process.returncode for process in running] == [0] * count, ended
    return [out.splitlines() for out, _ in ended]
