"""Ends a PostgreSQL server and removes its folder once its standard input ends; see clusters.py.

It imports nothing of the tests, which may be gone by then.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from pathlib import Path

SECONDS = 240
"""How long it may take until nothing is left."""


def sweep(folder: Path) -> None:
    """End what runs on the folder, as a server's quickest way to shut down has it; remove all.

    Again until it is gone: its tables may just have been being made, or the server been starting.
    """
    end = time.monotonic() + SECONDS
    while folder.exists() and time.monotonic() < end:
        server = _server_of(folder)
        if server:
            os.kill(server, signal.SIGQUIT)
        while _server_of(folder) and time.monotonic() < end:
            time.sleep(0.02)
        shutil.rmtree(folder, ignore_errors=True)


def _server_of(folder: Path) -> int | None:
    """The server's process; none where its file names one that has ended, or somebody else's."""
    try:
        said = (folder / "data" / "postmaster.pid").read_text(encoding="utf-8")
        server = int(said.split()[0])
        command = Path(f"/proc/{server}/cmdline").read_bytes()
    except (OSError, ValueError, IndexError):
        return None
    return server if os.fsencode(folder) in command else None


if __name__ == "__main__":
    sys.stdin.buffer.read()
    sweep(Path(sys.argv[1]))
    sys.exit(Path(sys.argv[1]).exists())
