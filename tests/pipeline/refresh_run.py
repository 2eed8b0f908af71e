"""Refreshes the small article, as the flow does: a process to be killed, or to run beside another.

``python refresh_run.py PROJECT DRAFTER RUN [WAIT]``; the model's server and key come from the
environment. With WAIT, a line on standard input is waited for before the plan is carried out.
"""

from __future__ import annotations

import sys
from pathlib import Path

from citewright.bootstrap import open_workspace
from citewright.pipeline.refreshing import refresh_article
from citewright.pipeline.staleness import survey
from citewright.pipeline.workspace import RunOptions


def main(project: str, drafter: str, run: str, wait: str = "") -> None:
    """Print what became of the article, and its number; ``nothing`` where it is not stale."""
    workspace = open_workspace(Path(project))
    found = survey(workspace)
    if wait:
        print("ready", flush=True)
        sys.stdin.readline()
    for plan in found.stale:
        options = RunOptions(run=run, drafter=drafter)
        done = refresh_article(workspace, plan, found.through, options)
        print(done.result, done.number, flush=True)
    if not found.stale:
        print("nothing", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
