"""A benchmark in a process of its own: its figures, its seconds, its CPU and its memory.

Memory is read from ``/proc`` every tenth of a second, as the sum of the resident sizes of all
processes of the benchmark's session, with what it started; pages that several share count in each.
Where there is no ``/proc`` it is the largest single process, as the kernel tells it at the end.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
PAGE = resource.getpagesize()
EVERY = 0.1
"""Seconds between two looks at the memory."""

Figures = Mapping[str, float | str]
"""Figures by name; a string in a figure's place says why there is none."""


@dataclass(frozen=True)
class Measured:
    """What became of one benchmark.

    ``failed`` says why there are no figures. ``peak_mb`` is of the whole session in millions of
    bytes, ``load`` the machine's load of one minute when it began.
    """

    name: str
    command: str
    figures: Figures
    failed: str | None
    seconds: float
    cpu_seconds: float
    peak_mb: float
    load: float


def measured(name: str, *, seconds: float, environment: Mapping[str, str]) -> Measured:
    """Run one benchmark as ``python -m benchmarks NAME --json``.

    :param seconds: after so many it is ended, and counts as failed.
    :param environment: added to this process's own.
    """
    command = [sys.executable, "-m", "benchmarks", name, "--json"]
    load = os.getloadavg()[0]
    ended = run(command, seconds=seconds, environment=environment)
    figures: dict[str, float | str] = {}
    failed = ended.why
    if failed is None:
        try:
            figures = json.loads(ended.said.splitlines()[-1])
        except (IndexError, ValueError):
            failed = "it printed no figures"
    told = f"python -m benchmarks {name}"
    return Measured(
        name, told, figures, failed, ended.seconds, ended.cpu_seconds, ended.peak_mb, load
    )


@dataclass(frozen=True)
class Ended:
    """A process that ended: its output, why it counts as failed, and what it took.

    ``peak_mb`` is of the whole session, ``largest_mb`` the peak of that of its processes which had
    the most, ``own_mb`` of the process itself.
    """

    said: str
    why: str | None
    seconds: float
    cpu_seconds: float
    peak_mb: float
    largest_mb: float
    own_mb: float


def run(
    command: Sequence[str],
    *,
    seconds: float,
    environment: Mapping[str, str] | None = None,
    folder: Path = ROOT,
) -> Ended:
    """Run a command in a session of its own and see what it takes.

    Never raises for what the command does; its last line on standard error is the reason.
    """
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        began = time.perf_counter()
        child = subprocess.Popen(
            command,
            stdout=out,
            stderr=err,
            cwd=folder,
            env=os.environ | (environment or {}),
            start_new_session=True,
        )
        watch = Watch(child.pid)
        late = threading.Timer(seconds, _end, [child.pid])
        late.start()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        overdue = not late.is_alive()
        late.cancel()
        took = time.perf_counter() - began
        seen = watch.end()
        kernel = _kernel_mb(usage.ru_maxrss)
        _end(child.pid)
        why = f"not done after {seconds:.0f} s" if overdue else None
        if why is None and child.returncode:
            why = _last_line(err) or f"exit code {child.returncode}"
        out.seek(0)
        cpu = usage.ru_utime + usage.ru_stime
        # The kernel's figure begins with what this process had when it started the other.
        largest = seen.largest or kernel
        return Ended(
            out.read(), why, took, cpu, max(seen.peak, kernel), largest, seen.own or kernel
        )


@dataclass
class Seen:
    """The most memory that a session's processes had together, that one had, and the first had."""

    peak: float = 0.0
    largest: float = 0.0
    own: float = 0.0


class Watch:
    """Looks at the memory of a session's processes until it is told to end."""

    def __init__(self, session: int) -> None:
        self._session = session
        self._seen = Seen()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def end(self) -> Seen:
        """Stop looking; what was seen, in millions of bytes."""
        self._over.set()
        self._thread.join()
        return self._seen

    def _look(self) -> None:
        seen = self._seen
        while not self._over.wait(EVERY):
            found = resident_mb(self._session)
            seen.peak = max(seen.peak, sum(found.values()))
            seen.largest = max(seen.largest, *found.values(), 0.0)
            seen.own = max(seen.own, found.get(self._session, 0.0))


def resident_mb(session: int) -> dict[int, float]:
    """The resident size of each process of a session by its id, in millions of bytes.

    None without /proc.
    """
    found = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            # Behind the name, which is in brackets and may hold anything.
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session:
            found[int(entry.parent.name)] = int(fields[21]) * PAGE / 1e6
    return found


def _kernel_mb(most: int) -> float:
    return most / 1e6 if sys.platform == "darwin" else most * 1024 / 1e6


def _end(session: int) -> None:
    """End what is left of a session."""
    try:
        os.killpg(session, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def _last_line(err: IO[str]) -> str:
    err.seek(0)
    lines = [line.strip() for line in err.read().splitlines() if line.strip()]
    return lines[-1] if lines else ""
