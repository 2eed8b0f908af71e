"""A catalogue is moved to a server and back: every row, in one transaction, into an empty one."""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import InProcess
from sqlalchemy import func, select

from citewright import bootstrap
from citewright.database import Database
from citewright.database.copying import copy_all
from citewright.database.tables import commits, events, metadata, runs, versions
from citewright.errors import CitewrightError, InputError
from citewright.pipeline import reviewing, verifying
from tests.web import desk

OWN = {commits.name}


def rows(database: Database) -> dict[str, set[tuple[object, ...]]]:
    with database.reading() as connection:
        return {
            table.name: {tuple(row) for row in connection.execute(select(table))}
            for table in metadata.sorted_tables
            if table.name not in OWN
        }


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with two versions, decisions, calls and accounts in its file."""
    monkeypatch.delenv("TESTS_CATALOGUES", raising=False)
    monkeypatch.delenv("CITEWRIGHT_DATABASE_URL", raising=False)
    workspace = desk.opened(tmp_path / "project")
    desk.two(workspace)
    desk.calls_of(workspace)
    with desk.served(workspace) as running:
        running.signed_in("Bo").client.post(f"/vote/{desk.SLUG}")
    workspace.database.close()
    return tmp_path / "project"


def test_a_project_goes_on_where_it_was_moved_to_and_comes_back(
    project: Path,
    schema: str,
    tmp_path: Path,
    quick_cli: InProcess,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    there = quick_cli.with_environment(CITEWRIGHT_DATABASE_URL=schema)
    file = project / "output" / "catalogue.sqlite"
    before = rows(Database(file))
    assert before["versions"]
    assert before["votes"]
    done = there("database", "copy", "--to", "server", "--project", project, "--json")
    assert (done.code, done.err) == (0, "")
    assert done.json["rows"] == {name: len(found) for name, found in before.items()}
    assert rows(Database(schema)) == before
    # A second time there is something to overwrite.
    again = there("database", "copy", "--to", "server", "--project", project)
    assert again.code == 2
    assert "is not empty" in again.err

    # Work goes on there, and numbers go on where they were.
    file.rename(tmp_path / "kept.sqlite")
    monkeypatch.setenv("CITEWRIGHT_DATABASE_URL", schema)
    bootstrap._opened.cache_clear()
    workspace = bootstrap.open_workspace(project)
    assert verifying.verify(workspace).problems == []
    reviewing.approve(workspace, desk.SLUG, "1.1", "Bo", "")
    with workspace.database.reading() as connection:
        last = connection.execute(select(func.max(events.c.id))).scalar_one()
    assert last == len(before["events"]) + 1
    assert verifying.verify(workspace).problems == []
    after = rows(workspace.database)
    workspace.database.close()

    back = there("database", "copy", "--to", "file", "--project", project)
    assert back.code == 0, back.err
    assert "rows of" in back.out
    assert rows(Database(file)) == after
    bootstrap._opened.cache_clear()


def test_nothing_is_kept_of_a_copy_that_fails(schema: str, tmp_path: Path) -> None:
    source, target = Database(tmp_path / "a.sqlite"), Database(schema)
    with source.writing() as connection:
        connection.execute(runs.insert().values(run="sound", cap_usd="1", began="2026"))
        # A file takes what a server does not: more characters than the column has.
        row = {"slug": "a", "major": 1, "minor": 0, "state": "draft", "parent": None}
        long = row | {"digest": "d", "content": "x" * 99, "created": "2026"}
        connection.execute(versions.insert().values(**long))
    with pytest.raises(CitewrightError, match="refuses the change"):
        copy_all(source, target)
    assert not any(rows(target).values())


def test_a_server_and_a_file_are_needed(
    tmp_path: Path, schema: str, quick_cli: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TESTS_CATALOGUES", raising=False)
    where = ("--project", tmp_path)
    unnamed = quick_cli("database", "copy", "--to", "server", *where)
    assert unnamed.code == 2
    assert "CITEWRIGHT_DATABASE_URL" in unnamed.err
    there = quick_cli.with_environment(CITEWRIGHT_DATABASE_URL=schema)
    assert "no catalogue" in there("database", "copy", "--to", "server", *where).err
    assert not (tmp_path / "output").exists()
    assert there("database", "copy", "--to", "moon", *where).code == 2


def test_a_full_one_is_not_copied_into(schema: str, tmp_path: Path) -> None:
    source, target = Database(tmp_path / "a.sqlite"), Database(schema)
    for database in (source, target):
        with database.writing() as connection:
            connection.execute(runs.insert().values(run="r", cap_usd="1", began="2026"))
    with pytest.raises(InputError, match="is not empty: it has runs"):
        copy_all(source, target)
