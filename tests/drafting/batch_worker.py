"""Batched calls in a process of its own.

``python batch_worker.py FOLDER RUN ADDRESS KEY COUNT [STORED]`` prints for each of COUNT requests
``paid``, or why there is no answer. It kills itself once so many answers are STORED.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from batch_desk import Desk, said
from claude_tasks import Wall
from pydantic import SecretStr

from citewright.drafting.messages import Messages
from citewright.versions.folder_store import FolderStore


class Deadly(FolderStore):
    """A store that kills its process once it was given so much."""

    def __init__(self, root: Path, most: int) -> None:
        super().__init__(root)
        self._left = most

    def put(self, kind: str, data: bytes) -> str:
        digest = super().put(kind, data)
        self._left -= kind == "answer"
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return digest


def main(folder: str, run: str, address: str, key: str, count: str, stored: str = "") -> None:
    messages = Messages(api_key=SecretStr(key), base_url=address)
    store = Deadly(Path(folder) / "store", int(stored)) if stored else None
    desk = Desk(Path(folder), store=store)
    calls = desk.batch_calls(messages, run, clock=Wall(), pause=0.05)
    for line in said(calls, tuple(f"request-{number}" for number in range(int(count)))):
        print(line, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
