"""``citewright why`` and ``runs``: what an article cost, and why it changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from commands import InProcess
from sqlalchemy import update

from citewright.database.tables import calls
from citewright.errors import NotFound
from citewright.pipeline.accounting import account
from citewright.pipeline.workspace import Workspace
from citewright.versions.runs import RunLog
from tests.web.desk import SLUG, calls_of, opened, two


@pytest.fixture
def project(tmp_path: Path) -> Workspace:
    """A project of two versions, and the calls of a run."""
    workspace = opened(tmp_path / "project")
    two(workspace)
    calls_of(workspace)
    return workspace


def test_a_version_tells_its_cause_its_cost_and_what_was_done_with_it(project: Workspace) -> None:
    found = account(project, SLUG)
    version = project.version(project.catalogue.version(SLUG).digest)
    assert (found["number"], found["parent"]) == (version.number, "1.0")
    assert found["cause"] == {"kind": version.cause.kind, "detail": version.cause.detail}
    assert found["cost_usd"] == float(version.cost_usd)
    assert sum(one["cost_usd"] for one in found["spending"]) == found["cost_usd"]
    assert len(found["changes"]) == len(version.changes)
    assert bool(found["no_changes"]) == (not version.changes)
    logged = project.catalogue.reviews.log(slug=SLUG, version=version.digest)
    assert [one["kind"] for one in found["log"]] == [one.kind for one in logged]
    assert account(project, SLUG, "1.0")["parent"] is None
    # All of it can be printed.
    assert json.loads(json.dumps(found)) == found
    with pytest.raises(NotFound):
        account(project, SLUG, "9.9")


def test_the_runs_that_paid_are_found_by_their_answers(project: Workspace) -> None:
    calls_of(project, "run-2")
    with project.database.writing() as connection:
        for run, answer in (("run-1", "sha256:1"), ("run-2", "sha256:2")):
            connection.execute(update(calls).where(calls.c.run == run).values(answer=answer))
    log = RunLog(project.database)
    assert log.that_paid(["sha256:2", "sha256:1"]) == ["run-1", "run-2"]
    assert log.that_paid(["sha256:2"]) == ["run-2"]
    assert log.that_paid([]) == account(project, SLUG)["runs"] == []


def test_commands_print_it(project: Workspace, quick_cli: InProcess) -> None:
    folder = project.project
    listed = quick_cli("runs", "list", "--project", folder)
    assert "run-1: 1 articles, 4 calls, 1 failed, 1 under way" in listed.out
    told = quick_cli("runs", "show", "run-1", "--project", folder)
    assert "failed" in told.out
    assert "Run the same command again" in told.out
    values = quick_cli("runs", "show", "run-1", "--project", folder, "--json").json
    assert (values["calls"], values["open"], values["reserved_usd"]) == (4, 1, 0.5)
    assert quick_cli("runs", "list", "--project", folder, "--json").json["runs"][0]["failed"] == 1
    assert quick_cli("runs", "show", "none", "--project", folder).code == 2
    why = quick_cli("why", SLUG, "--project", folder)
    assert f"{SLUG} 1.1" in why.out
    assert "cause" in why.out
    same = quick_cli("why", SLUG, "--project", folder, "--json").json
    assert same == account(project, SLUG)
