"""Commits one version after the other: ``python commit_worker.py HOW PROJECT``.

``HOW`` is what is left undone: nothing, or the syncs of the store or of the catalogue.
"""

from __future__ import annotations

import os
import sys
from itertools import count
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sqlalchemy import event
from versions.commits import Committing

from citewright.bootstrap import open_workspace
from citewright.pipeline.workspace import Workspace


def nothing(_: Workspace) -> None:
    """As it is."""


def store(_: Workspace) -> None:
    """What the store writes is acknowledged before it is on the disk."""
    os.fsync = lambda _: None


def catalogue(workspace: Workspace) -> None:
    """What the catalogue commits is acknowledged before it is on the disk."""
    workspace.database.close()
    engine = workspace.database._engine
    event.listen(engine, "connect", lambda made, _: made.execute("PRAGMA synchronous=NORMAL"))


LEFT_UNDONE = (nothing, store, catalogue)


def main(how: str, project: str) -> None:
    workspace = open_workspace(Path(project))
    {one.__name__: one for one in LEFT_UNDONE}[how](workspace)
    committing = Committing(workspace)
    for number in count():
        print(
            committing.commit(committing.prepared(f"It takes eight weeks: {number}.")), flush=True
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
