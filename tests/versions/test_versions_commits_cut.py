"""Whole commits when the power goes: what the store and the catalogue keep, together."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest
from versions import commit_worker
from versions.commits import SLUG, Committing, make_project, opened, signing
from versions.power import Found, cut, new_disk

from citewright.errors import CitewrightError
from citewright.pipeline.verifying import verify
from citewright.pipeline.workspace import Workspace

CUTS = [20] * 10

pytestmark = [pytest.mark.slow, pytest.mark.sqlite]


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, value in signing().items():
        monkeypatch.setenv(name, value)
    return new_disk(tmp_path)


def write(undone: str, project: Path) -> subprocess.Popen[str]:
    make_project(project)
    # The project's own documents were there before; its store and its catalogue were not.
    os.sync()
    command = [sys.executable, commit_worker.__file__, undone, str(project)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, encoding="utf-8")


def recover(project: Path, told: list[str], found: Found) -> float:
    workspace = opened(project)
    try:
        found.wrong += verify(workspace).problems
        usable = time.monotonic()
        made = [one.digest for one in workspace.catalogue.of_article(SLUG)]
        found.lost += sum(digest not in made for digest in told)
        found.wrong += gone_wrong(workspace, told, made)
    except CitewrightError as error:
        found.wrong.append(error.message)
    finally:
        workspace.database.close()
    return usable


def gone_wrong(workspace: Workspace, told: list[str], made: list[str]) -> list[str]:
    """What is not as it was acknowledged, or does not go on from there."""
    # What was under way may be there as well, whole, since nobody was told that it is not.
    if made[: len(told)] != told or len(made) > len(told) + 1:
        return [f"{len(made)} versions are there after {len(told)} acknowledgements."]
    wrong = []
    for digest in made:
        workspace.version(digest)
    if workspace.catalogue.currents() != {SLUG: made[-1]}:
        wrong.append("the current version is not the last one.")
    committing = Committing(workspace)
    after = committing.commit(committing.prepared("It takes eight weeks: after the cut."))
    number = workspace.catalogue.version(SLUG).number
    if workspace.version(after).parent != made[-1] or number != f"{len(made) + 1}.0":
        wrong.append(f"the next version is {number} after {len(made)}.")
    return wrong + verify(workspace).problems


def test_no_acknowledged_version_is_lost_in_power_cuts(disk: Path) -> None:
    found = cut(disk, partial(write, "nothing"), recover, CUTS)
    print(f"{sum(CUTS)} cuts: {found}")
    assert found.acknowledged >= sum(CUTS)
    assert (found.lost, found.wrong) == (0, [])


@pytest.mark.parametrize("undone", ["store", "catalogue"])
def test_without_syncing_they_would_be_lost(disk: Path, undone: str) -> None:
    """The test above can fail: the same writer without some of its syncs breaks its word."""
    found = cut(disk, partial(write, undone), recover, [5])
    assert found.wrong
