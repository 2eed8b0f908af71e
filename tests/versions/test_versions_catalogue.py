"""The catalogue: numbers without gaps, one chain, states, and messages that help."""

from __future__ import annotations

import sqlite3
import time
from itertools import pairwise
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from model.values import Desk, article, snapshot, version
from opened import database_in
from sqlalchemy import URL, create_engine, inspect
from versions.processes import side_by_side
from versions.worker import RACERS

from citewright.database import Database
from citewright.database.migrating import alembic_config
from citewright.database.tables import metadata
from citewright.errors import CitewrightError, InputError, IntegrityError, NotFound
from citewright.model.version import Version
from citewright.versions.catalogue import Catalogue


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "catalogue.sqlite"


def add(
    catalogue: Catalogue, text: str, *, major: bool = True, slug: str = "an-article"
) -> Version:
    with catalogue.writing(slug) as writer:
        made = version(
            article(Desk().cited(text), slug=slug),
            number=writer.next_number(major=major),
            parent=writer.head.digest if writer.head else None,
        )
        writer.add(made, "generated")
    return made


def add_and_fail(catalogue: Catalogue, added: Version) -> None:
    with catalogue.writing(added.slug) as writer:
        writer.add(added, "generated")
        raise ZeroDivisionError


def test_four_processes_make_one_chain_without_gaps(folder: Path) -> None:
    side_by_side("add_versions", folder, 4)
    entries = Catalogue(database_in(folder)).all_versions()
    assert len(entries) == 40
    parents = [None, *(entry.digest for entry in entries)]
    assert [entry.parent for entry in entries] == parents[:-1]
    for before, after in pairwise(entries):
        major, minor = map(int, before.number.split("."))
        assert after.number in {f"{major + 1}.0", f"{major}.{minor + 1}"}
    assert entries[0].number == "1.0"
    assert Catalogue(database_in(folder)).currents() == {"an-article": entries[-1].digest}


def test_major_and_minor(database: Database) -> None:
    catalogue = Catalogue(database)
    made = [
        add(catalogue, text, major=major)
        for text, major in (("a", False), ("b", False), ("c", True), ("d", False))
    ]
    assert [one.number for one in made] == ["1.0", "1.1", "2.0", "2.1"]
    assert catalogue.version("an-article").digest == made[-1].digest
    assert catalogue.version("an-article", "1.1").digest == made[1].digest
    for _ in range(8):
        add(catalogue, f"{_}", major=False)
    assert add(catalogue, "last", major=False).number == "2.10"
    assert [e.number for e in catalogue.all_versions()][-2:] == ["2.9", "2.10"]


def test_a_version_that_does_not_follow_is_refused(database: Database) -> None:
    catalogue = Catalogue(database)
    first = add(catalogue, "a")
    wrong = [
        version(article(Desk().cited("b")), number="3.0", parent=first.digest),
        version(article(Desk().cited("b")), number="1.0", parent=first.digest),
        version(article(Desk().cited("b")), number="2.0"),
        version(article(Desk().cited("b")), number="2.0", parent="sha256:" + "0" * 64),
        version(article(Desk().cited("b"), slug="another"), number="2.0", parent=first.digest),
    ]
    for one in wrong:
        with (
            pytest.raises(InputError, match=r"does not follow 1\.0"),
            catalogue.writing("an-article") as writer,
        ):
            writer.add(one, "generated")
    assert [entry.digest for entry in catalogue.all_versions()] == [first.digest]


def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    catalogue = Catalogue(database)
    first = add(catalogue, "a")
    added = version(article(Desk().cited("b")), number="2.0", parent=first.digest)
    with pytest.raises(ZeroDivisionError):
        add_and_fail(catalogue, added)
    assert [entry.digest for entry in catalogue.all_versions()] == [first.digest]
    assert add(catalogue, "b").number == "2.0"


def test_publishing_supersedes_the_published_one(database: Database) -> None:
    catalogue = Catalogue(database)
    first, second, other = (
        add(catalogue, "a"), add(catalogue, "b"), add(catalogue, "a", slug="another"),
    )  # fmt: skip
    for one in (first, other, second):
        catalogue.reviews.publish(one.digest, None, unreviewed=True)
    states = {entry.digest: entry.state for entry in catalogue.all_versions()}
    assert states == {
        first.digest: "superseded",
        second.digest: "published",
        other.digest: "published",
    }
    catalogue.reviews.publish(second.digest, None, unreviewed=True)
    assert catalogue.version("an-article").state == "published"
    with pytest.raises(NotFound, match="the catalogue has no version sha256:0"):
        catalogue.reviews.publish("sha256:" + "0" * 64, None, unreviewed=True)
    assert catalogue.version("an-article").state == "published"


def test_what_is_unknown_is_said_with_what_is_known(database: Database) -> None:
    catalogue = Catalogue(database)
    with pytest.raises(NotFound, match=r"no article 'x'\. Known articles: none yet\."):
        catalogue.version("x")
    add(catalogue, "a")
    add(catalogue, "b")
    with pytest.raises(NotFound, match=r"no article 'x'\. Known articles: an-article\."):
        catalogue.version("x", "1.0")
    with pytest.raises(
        NotFound, match=r"no version 7\.3 of 'an-article'\. Known versions: 1\.0, 2"
    ):
        catalogue.version("an-article", "7.3")


@pytest.mark.parametrize("number", ["", "1", "1.", ".1", "1.0.0", "a.b", "-1.0", "1.00", "٢.0",
                                    "9" * 30 + ".0", "1.0\n", "1.0' OR '1'='1"])  # fmt: skip
def test_what_is_no_version_number_is_said(path: Path, number: str) -> None:
    catalogue = Catalogue(Database(path))
    add(catalogue, "a")
    with pytest.raises(NotFound, match="is not a version number"):
        catalogue.version("an-article", number)


def test_a_snapshot_is_recorded_once_and_found_again(database: Database) -> None:
    catalogue = Catalogue(database)
    taken = snapshot()
    assert catalogue.known_snapshot(taken) is None
    catalogue.add_snapshot(taken)
    catalogue.add_snapshot(taken)
    later = taken.model_copy(update={"retrieved": taken.retrieved.replace(year=2027)})
    assert catalogue.known_snapshot(later) == taken.digest
    for change in ({"covers": "notes"}, {"extractor_version": "2"}, {"requested": "b.txt"},
                   {"raw": "sha256:" + "1" * 64}):  # fmt: skip
        assert catalogue.known_snapshot(taken.model_copy(update=change)) is None


def test_what_is_no_database_is_said(path: Path) -> None:
    path.write_bytes(b"these bytes are no database at all " * 100)
    with pytest.raises(IntegrityError, match="cannot be read as the catalogue") as caught:
        Database(path)
    assert "backup" in caught.value.hint
    path.unlink()
    path.mkdir()
    with pytest.raises(CitewrightError, match="unable to open"):
        Database(path)


def test_a_damaged_database_is_said(path: Path) -> None:
    catalogue = Catalogue(Database(path))
    add(catalogue, "a")
    catalogue._database.close()
    data = bytearray(path.read_bytes())
    data[4096 : len(data)] = bytes(len(data) - 4096)
    path.write_bytes(data)
    with pytest.raises(IntegrityError, match="cannot be read as the catalogue"):
        Catalogue(Database(path)).all_versions()


def test_a_locked_database_is_waited_for_and_then_said(path: Path) -> None:
    Database(path).close()
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    catalogue = Catalogue(Database(path, busy_seconds=0.3))
    began = time.monotonic()
    with (
        pytest.raises(CitewrightError, match="is locked by another process") as caught,
        catalogue.writing("an-article"),
    ):
        raise AssertionError("nothing may be written beside another writer")
    assert time.monotonic() - began > 0.2
    assert caught.value.retry
    assert not isinstance(caught.value, IntegrityError)
    assert catalogue.all_versions() == []
    holder.execute("ROLLBACK")
    assert add(catalogue, "a").number == "1.0"
    holder.close()


def test_a_database_locked_while_it_is_made_is_said(path: Path) -> None:
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(CitewrightError, match="is locked by another process") as caught:
        Database(path, busy_seconds=0.2)
    assert caught.value.retry
    holder.execute("ROLLBACK")
    holder.close()
    Database(path, busy_seconds=0.2).close()


def test_processes_may_open_an_empty_folder_at_once(tmp_path: Path) -> None:
    side_by_side("open_databases", tmp_path, RACERS)
    folders = sorted(tmp_path.iterdir())
    assert len(folders) == 6
    for folder in folders:
        assert Catalogue(Database(folder / "catalogue.sqlite")).all_versions() == []


def test_threads_may_open_databases_at_once(tmp_path: Path) -> None:
    side_by_side("open_in_threads", tmp_path, 1)
    assert len(list(tmp_path.glob("*.sqlite"))) == 12


@pytest.mark.parametrize("name", ["what? #1 100%.sqlite", "a%20b?mode=memory", "ä ö.sqlite"])
def test_any_file_name_will_do(tmp_path: Path, name: str) -> None:
    Database(tmp_path / "with space" / name).close()
    assert [p.name for p in (tmp_path / "with space").iterdir() if "-" not in p.name] == [name]


def test_the_migrations_make_the_tables(path: Path) -> None:
    Database(path).close()
    made, wanted = (
        create_engine(URL.create("sqlite", database=name)) for name in (str(path), ":memory:")
    )
    with made.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, metadata) == []
        with wanted.connect() as other:
            metadata.create_all(other)
            for table in metadata.tables:
                for ask in ("get_check_constraints", "get_unique_constraints", "get_indexes"):
                    ours, theirs = (
                        sorted(getattr(inspect(c), ask)(table), key=str)
                        for c in (connection, other)
                    )
                    assert [o["name"] for o in ours] == [t["name"] for t in theirs]
                    assert [o.get("sqltext") for o in ours] == [t.get("sqltext") for t in theirs]


def test_down_and_up_again(path: Path) -> None:
    Database(path).close()
    engine = create_engine(URL.create("sqlite", database=str(path)))
    config = alembic_config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        assert inspect(connection).get_table_names() == ["alembic_version"]
    engine.dispose()
    catalogue = Catalogue(Database(path))
    assert add(catalogue, "a").number == "1.0"


def test_a_newer_database_is_said(path: Path) -> None:
    Database(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(InputError, match="was made by a newer citewright"):
        Database(path)


def test_a_second_first_version_breaks_a_constraint(path: Path) -> None:
    database = Database(path)
    add(Catalogue(database), "a")
    names = "digest, slug, major, minor, state, content, parent, created"
    row = "('sha256:x', 'an-article', 9, 0, 'draft', 'c', NULL, 'now')"
    with (
        pytest.raises(IntegrityError, match="refuses the change: UNIQUE"),
        database.writing() as connection,
    ):
        connection.exec_driver_sql(f"INSERT INTO versions ({names}) VALUES {row}")


def test_what_is_committed_is_durable(path: Path) -> None:
    with Database(path).writing() as connection:
        pragma = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert pragma == ["wal", 2, 1]
