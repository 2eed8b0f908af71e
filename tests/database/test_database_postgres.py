"""The catalogue on a PostgreSQL server: transactions, errors in words, migrations."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import databases
import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, make_url, select

from citewright.database import Database
from citewright.database.migrating import alembic_config
from citewright.database.tables import articles, metadata, versions
from citewright.errors import CitewrightError, InputError, IntegrityError, SettingsError


def row(digest: str, slug: str = "an-article", major: int = 1) -> dict[str, object]:
    return {
        "digest": digest,
        "slug": slug,
        "major": major,
        "minor": 0,
        "state": "draft",
        "content": "c",
        "parent": None,
        "created": "2026",
    }


def digests(database: Database) -> list[str]:
    with database.reading() as connection:
        query = select(versions.c.digest).order_by(versions.c.slug)
        return list(connection.execute(query).scalars())


@pytest.fixture
def server(migrated_schema: str) -> Iterator[Database]:
    """A database on the server, its tables empty."""
    with psycopg.connect(migrated_schema) as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(f"DELETE FROM {table.name}")
    opened = Database(migrated_schema, busy_seconds=0.5)
    yield opened
    opened.close()


def test_a_reader_sees_one_state_and_cannot_write(server: Database) -> None:
    with server.reading() as reader:
        assert reader.execute(select(versions.c.digest)).all() == []
        with server.writing() as writer:
            writer.execute(versions.insert().values(**row("a")))
        assert reader.execute(select(versions.c.digest)).all() == []
    assert digests(server) == ["a"]
    with (
        pytest.raises(CitewrightError, match=r"cannot be used: .*read-only"),
        server.reading() as reader,
    ):
        reader.execute(versions.insert().values(**row("b", "b")))


def test_a_writer_reads_what_the_one_before_it_wrote(
    migrated_schema: str, server: Database
) -> None:
    database = Database(migrated_schema)
    entered, seen = threading.Event(), []

    def second() -> None:
        entered.set()
        with database.writing() as connection:
            seen.extend(connection.execute(select(versions.c.digest)).scalars())

    with ThreadPoolExecutor(1) as thread, server.writing() as first:
        waiting = thread.submit(second)
        assert entered.wait(60)
        time.sleep(0.1)
        first.execute(versions.insert().values(**row("a")))
        assert not waiting.done()
        first.commit()
        waiting.result(60)
    assert seen == ["a"]
    database.close()


def test_a_lock_is_waited_for_and_then_said(migrated_schema: str, server: Database) -> None:
    with (
        Database(migrated_schema).writing(),
        pytest.raises(CitewrightError, match="is locked by another process") as caught,
        server.writing(),
    ):
        raise AssertionError("nothing may be written beside another writer")
    assert caught.value.retry
    assert not isinstance(caught.value, IntegrityError)
    with server.writing() as connection:
        connection.execute(versions.insert().values(**row("a")))


def test_schemas_do_not_wait_for_each_other(schema: str, server: Database) -> None:
    other = Database(schema, busy_seconds=0.5)
    with server.writing(), other.writing() as connection:
        connection.execute(versions.insert().values(**row("a")))
    assert (digests(server), digests(other)) == ([], ["a"])
    other.close()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (row("b", "an-article"), "duplicate key"),
        (row("b") | {"state": "nothing"}, "violates check constraint"),
        (row("b", "b") | {"parent": "gone"}, "violates foreign key"),
        (row("b", "b") | {"content": "x" * 72}, "too long"),
        (row("b", "b") | {"content": "\x00"}, "NUL"),
    ],
)
def test_a_broken_constraint_is_said_without_the_values(
    server: Database, values: dict[str, object], said: str
) -> None:
    with server.writing() as connection:
        connection.execute(versions.insert().values(**row("a")))
    with (
        pytest.raises(IntegrityError, match=f"refuses the change: .*{said}") as caught,
        server.writing() as connection,
    ):
        connection.execute(versions.insert().values(**values))
    assert "an-article" not in str(caught.value)
    assert digests(server) == ["a"]


def test_a_server_that_goes_away_is_said_and_found_again(server: Database) -> None:
    with pytest.raises(CitewrightError, match="cannot be reached, or went away") as caught:
        _write_and_be_ended(server)
    assert caught.value.retry
    assert not isinstance(caught.value, IntegrityError)
    assert digests(server) == []
    with server.reading() as connection:
        idle = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    # A connection that was ended while nobody used it is replaced unnoticed.
    _end(idle)
    with server.writing() as connection:
        connection.execute(versions.insert().values(**row("a")))
    assert digests(server) == ["a"]


def _write_and_be_ended(server: Database) -> None:
    with server.writing() as connection:
        connection.execute(versions.insert().values(**row("a")))
        _end(connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one())
        connection.execute(versions.insert().values(**row("b", "b")))


def _end(backend: int) -> None:
    with databases.connect() as connection:
        connection.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])


def test_names_sort_by_their_characters(server: Database) -> None:
    slugs = ["a-b", "a1", "ab", "b"]
    with server.writing() as connection:
        for slug in reversed(slugs):
            connection.execute(versions.insert().values(**row(slug, slug)))
            connection.execute(articles.insert().values(slug=slug, current=slug))
        collations = connection.exec_driver_sql(
            "SELECT table_name || '.' || column_name FROM information_schema.columns "
            "WHERE table_schema = current_schema() AND collation_name = 'C' ORDER BY 1"
        )
        found = list(collations.scalars())
    assert found == ["articles.slug", "cited.slug", "cited.statement", "versions.slug"]
    assert digests(server) == slugs


def test_what_is_acknowledged_is_on_the_disk(migrated_schema: str) -> None:
    url = make_url(migrated_schema)
    options = f"{url.query['options']} -csynchronous_commit=off"
    with Database(
        url.update_query_dict({"options": options}).render_as_string(hide_password=False)
    ).writing() as connection:
        assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"


def test_the_migrations_make_the_tables_and_take_them_back(schema: str) -> None:
    database = Database(schema)
    # Without its number: the table of these goes too.
    with database._unmarked() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, metadata) == []
        config = alembic_config()
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        assert inspect(connection).get_table_names() == ["alembic_version"]
    Database(schema).close()
    assert digests(database) == []
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(InputError, match="was made by a newer citewright"):
        Database(schema)
    database.close()


def test_threads_may_make_one_database_at_once(schema: str) -> None:
    with ThreadPoolExecutor(3) as threads:
        for database in threads.map(lambda _: Database(schema), range(3)):
            assert digests(database) == []
            database.close()


def test_no_schema_no_database() -> None:
    url = make_url(databases.server()).update_query_dict({"options": "-csearch_path=not_there"})
    with pytest.raises(SettingsError, match="names no schema that is there"):
        Database(url.render_as_string(hide_password=False))


@pytest.mark.parametrize(
    ("url", "kind", "said"),
    [
        ("postgresql://who:geheim@127.0.0.1:9/x", CitewrightError, "'x' at 127.0.0.1 cannot be"),
        ("geheim", SettingsError, "cannot be read as one"),
        ("postgresql://who:geheim@h:port/x", SettingsError, "cannot be read as one"),
        ("mysql://who:geheim@h/x", SettingsError, "no database of the kind 'mysql'"),
        ("sqlite://", SettingsError, "no database of the kind 'sqlite'"),
    ],
)
def test_an_url_that_leads_nowhere_is_said_without_its_password(
    url: str, kind: type[CitewrightError], said: str
) -> None:
    with pytest.raises(kind, match=said) as caught:
        Database(url)
    error: BaseException | None = caught.value
    while error is not None:
        assert "geheim" not in str(error)
        error = error.__cause__
    assert caught.value.hint
