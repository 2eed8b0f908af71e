"""The catalogue on a PostgreSQL server: one article made, reviewed, refreshed and revised there.

All that is tested on a file runs there too: ``make test-postgresql``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import InProcess
from fakes.service_server import ServiceServer
from pipeline.small import SLUG, Small, make_small
from pipeline.suggested import Suggested

from citewright.pipeline import pages, reviewing
from tests.web import desk

pytestmark = pytest.mark.usefixtures("on_postgresql")


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Small]:
    made = Small(make_small(tmp_path / "project", review=True))
    assert made.workspace.database._engine.dialect.name == "postgresql"
    yield made
    assert not (tmp_path / "project" / "output" / "catalogue.sqlite").exists()
    made.workspace.database.close()


def test_an_article_is_generated_and_refreshed(small: Small, quick_cli: InProcess) -> None:
    assert small.generate("Ada").number == "1.0"
    small.take_back(small.quoted())
    assert small.refresh().number == "1.1"
    assert small.problems() == []
    assert small.exact("1.1") == ()
    where = ("--project", small.folder, "--json")
    assert quick_cli("verify", *where).json["versions"] == 2
    assert quick_cli("show", SLUG, *where).code == 0


def test_a_suggestion_is_drafted_and_published(tmp_path: Path) -> None:
    with ServiceServer({}) as server:
        project = Suggested(tmp_path / "project", server)
        project.received()
        (drafted,) = project.draft()
        assert (drafted.result, drafted.number) == ("drafted", "1.1")
        assert project.problems() == []
        project.workspace.database.close()


def test_a_rejected_change_is_taken_back_and_the_rest_is_published(
    tmp_path: Path, quick_cli: InProcess
) -> None:
    workspace = desk.opened(tmp_path / "project")
    desk.two(workspace)
    shown = reviewing.under_review(workspace, desk.SLUG, "1.1")
    changes = [one.id for one in shown.changes][:1]
    where = ("--project", workspace.project)
    by = ("--as", "Bo", "--reason", "Not so.")
    done = quick_cli("review", "reject", desk.SLUG, "1.1", *changes, *by, *where)
    assert done.code == 0, done.err
    assert quick_cli("review", "revise", desk.SLUG, "1.1", "--as", "Bo", *where).code == 0
    reviewing.approve(workspace, desk.SLUG, "1.2", "Cy", "")
    (released,) = pages.release(workspace, [desk.SLUG])
    assert (released.number, released.objections) == ("1.2", ())
    assert quick_cli("verify", *where).code == 0
    workspace.database.close()
