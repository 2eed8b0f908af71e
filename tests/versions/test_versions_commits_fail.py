"""Whole commits while system calls fail, each at every place: the store's and the catalogue's."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
from faults.planted import without
from versions.commits import SLUG, Committing, make_project, opened, signing
from versions.injecting import Ended, counted, traced

from citewright.database import sqlite
from citewright.pipeline.commit import Parts
from citewright.pipeline.verifying import verify
from citewright.pipeline.workspace import Workspace

pytestmark = [pytest.mark.slow, pytest.mark.sqlite]

CALLS = {
    "openat": ("error=EIO", "error=ENOSPC"),
    "write": ("error=ENOSPC", "error=EIO", "error=EDQUOT", "error=EINTR"),
    "pwrite64": ("error=ENOSPC", "error=EIO", "error=EDQUOT", "error=EINTR"),
    "fsync": ("error=EIO", "error=ENOSPC", "error=EDQUOT"),
    "fdatasync": ("error=EIO", "error=ENOSPC", "error=EDQUOT"),
    "link": ("error=EIO", "error=ENOSPC", "error=EDQUOT"),
    "mkdir": ("error=EIO", "error=ENOSPC", "error=EDQUOT"),
    "unlink": ("error=EIO",),
    "ftruncate": ("error=EIO", "error=ENOSPC", "error=EINTR"),
}
FAULTS = [(call, fault) for call, faults in CALLS.items() for fault in (*faults, "signal=KILL")]


@dataclass
class Stage:
    """A project with one version; what the next is made of, and how often a commit of it makes
    each system call.
    """

    project: Path
    base: Path
    workspace: Workspace
    committing: Committing
    parts: Parts
    first: str
    calls: dict[str, int]

    def again(self) -> None:
        """The project as it was with one version."""
        shutil.rmtree(self.project)
        shutil.copytree(self.base, self.project)

    def commit(self) -> str:
        digest = self.committing.commit(self.parts)
        # At the last connection's end the catalogue is tidied up.
        self.workspace.database.close()
        return digest


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in signing().items():
            patch.setenv(name, value)
        yield staged(tmp_path_factory.mktemp("stage"))


def staged(folder: Path) -> Stage:
    project = make_project(folder / "project")
    workspace = opened(project)
    committing = Committing(workspace)
    first = committing.commit(committing.prepared("It takes eight weeks."))
    parts = committing.prepared("It takes nine weeks.")
    workspace.database.close()
    base = shutil.copytree(project, folder / "base")
    made = Stage(project, base, workspace, committing, parts, first, {})
    log = folder / "log"
    watched = f"trace={','.join(CALLS)}"
    assert traced(made.commit, "-o", str(log), "-e", watched).said
    made.calls.update(counted(log))
    return made


@pytest.mark.parametrize(("call", "fault"), FAULTS)
def test_a_commit_is_whole_or_not_there(stage: Stage, call: str, fault: str) -> None:
    assert stage.calls[call]
    for nth in range(1, stage.calls[call] + 1):
        stage.again()
        ended = traced(stage.commit, "-o", "/dev/null", "-e", f"inject={call}:{fault}:when={nth}")
        stands(stage, ended, f"{call} {nth}")
        assert ended.killed == ("KILL" in fault), (nth, ended)


def test_without_transactions_it_would_be_neither(stage: Stage) -> None:
    """The test above can fail: where each statement is a transaction of its own, some kill leaves
    the half of a commit.
    """

    def commit() -> str:
        with without(sqlite, "_on_begin", lambda _: None):
            workspace = opened(stage.project)
        digest = Committing(workspace).commit(stage.parts)
        workspace.database.close()
        return digest

    for nth in count(1):
        stage.again()
        ended = traced(commit, "-o", "/dev/null", "-e", f"inject=pwrite64:signal=KILL:when={nth}")
        assert ended.killed, "no kill left the half of it"
        try:
            stands(stage, ended, f"pwrite64 {nth}")
        except AssertionError:
            return


def stands(stage: Stage, ended: Ended, where: str) -> None:
    """Whole or not there, said so, and gone on from."""
    assert not ended.raised, (where, ended)
    left = [path.name for path in stage.project.rglob(".new-*")]
    assert not left or ended.killed or "unlink" in where, (where, left)
    workspace = opened(stage.project)
    made = [one.digest for one in workspace.catalogue.of_article(SLUG)]
    assert made[0] == stage.first, where
    assert made[1:] == [ended.said] if ended.said else len(made) <= 2, (where, ended, made)
    assert verify(workspace).problems == [], (where, ended)
    committing = Committing(workspace)
    committing.commit(committing.prepared("It takes ten weeks."))
    after = workspace.catalogue.version(SLUG)
    assert (after.number, after.parent) == (f"{len(made) + 1}.0", made[-1]), where
    assert verify(workspace).problems == [], where
    workspace.database.close()
