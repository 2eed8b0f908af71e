"""What a figure was measured on and with: machine, date, command and every version."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

from benchmarks.installing import cache

TOOLS = {
    "git": ["git", "--version"],
    "hugo": ["hugo", "version"],
    "php": ["php", "--version"],
    "postgres": ["psql", "--version"],
    "redis": ["redis-server", "--version"],
    "chromium": ["chromium", "--version"],
}
"""What is asked for its version, where it is at hand."""


def about(*, quick: bool) -> dict[str, Any]:
    """What stands above the figures of a run."""
    return {
        "format": "citewright/bench/1",
        "quick": quick,
        "measured": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": ["python", "-m", "benchmarks", *sys.argv[1:]],
        "machine": {
            "system": platform.platform(),
            "processor": _processor(),
            "cores": os.cpu_count(),
            "memory_mb": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e6,
            "load": os.getloadavg()[0],
            "scheduling": _scheduling(),
            "python": platform.python_version(),
        },
        "versions": {
            "project": _versions(None),
            **{name: _versions(name) for name in _environments()},
            "tools": {name: _told(command) for name, command in TOOLS.items()},
        },
    }


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    if told.is_file():
        for line in told.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "unknown"


def _scheduling() -> str:
    """How the kernel treats these processes: beside other work that changes times."""
    if not hasattr(os, "sched_getscheduler"):
        return "unknown"
    if os.sched_getscheduler(0) == os.SCHED_RR:
        return "real time, before all other work (chrt)"
    return f"usual, nice {os.nice(0)}"


def _environments() -> list[str]:
    return [
        str(ready.parent.relative_to(cache())) for ready in sorted(cache().glob("**/ready"))
    ]  # fmt: skip


def _versions(environment: str | None) -> dict[str, str]:
    folders = (
        sys.path
        if environment is None
        else [str(one) for one in (cache() / environment).glob("lib/python3.*/site-packages")]
    )
    found = {one.metadata["Name"]: one.version for one in distributions(path=list(folders))}
    return dict(sorted(found.items()))


def _told(command: list[str]) -> str:
    if shutil.which(command[0]) is None:
        return "not at hand"
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return (done.stdout.strip().splitlines() or ["?"])[0]
