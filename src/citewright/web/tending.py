"""What the application does beside answering: it keeps the review queue right."""

from __future__ import annotations

import logging
import threading

from citewright.pipeline.queueing import reconcile
from citewright.pipeline.workspace import Workspace

LOG = logging.getLogger("citewright.web")

PAUSE = 5.0
"""Seconds between two looks at the queue."""


class Tender:
    """A thread that looks after the queue when it starts and every five seconds."""

    def __init__(self, workspace: Workspace, pause: float = PAUSE) -> None:
        self._workspace = workspace
        self._pause = pause
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="queue", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, once what is under way is done."""
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        while True:
            try:
                reconcile(self._workspace)
            except Exception:
                # Any failure here is one of the next look, not of the application's.
                LOG.exception("the review queue could not be looked after")
            if self._ended.wait(self._pause):
                return
