"""Rows of the matrix: what is stored, under kills, full disks, locks, damage and odd clocks."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, nullcontext, suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path

import pytest
from community.people import add_article, add_version
from faults.planted import both, claimed, full_after, in_child, raised, without
from model.values import Desk, article, version
from opened import put_database
from sqlalchemy import select

from citewright.database import Database, sqlite
from citewright.database.tables import articles, calls, versions
from citewright.errors import CitewrightError, IntegrityError
from citewright.model.call import Busy, Claim, Order
from citewright.model.canonical import bytes_digest
from citewright.pipeline import verifying
from citewright.versions import journal as journals
from citewright.versions.catalogue import Catalogue, Entry
from citewright.versions.folder_store import FolderStore
from citewright.versions.journal import Journal
from citewright.versions.store import Name
from tests.web import desk

CONTENT = b"some text that is stored " * 200
SLUG = "an-article"


class InPlace(FolderStore):
    """Writes where the content is to stand, so that what stops it leaves the half of it there."""

    def _put(self, name: Name, data: bytes, *, durable: bool) -> None:
        path = self._root / name.key
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        except OSError as error:
            raise CitewrightError(f"{path} cannot be written: {error}.", retry=True) from error


def store(folder: Path, guarded: bool) -> FolderStore:
    return (FolderStore if guarded else InPlace)(folder)


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


STEPS = ("open", "os.", "tempfile.")


def killed_at(step: int) -> None:
    """Kill this process at its nth step in the file system from now on."""
    left = [step]

    def watch(event: str, _: object) -> None:
        if event.startswith(STEPS):
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)


@both
def test_a_put_that_is_killed_at_any_step_leaves_all_or_nothing(
    tmp_path: Path, guarded: bool
) -> None:
    digest = bytes_digest(CONTENT)

    def put(number: int, size: int | None) -> None:
        if size is None:
            killed_at(number)
        else:
            full_after(size, killed=True)
        store(tmp_path / f"{number}-{size}", guarded).put("raw", CONTENT)

    cases: list[tuple[int, int | None]] = [(0, size) for size in (1, 4000)]
    assert {in_child(lambda case=case: put(*case)) for case in cases} == {-signal.SIGXFSZ}
    for step in count(1):
        cases.append((step, None))
        if in_child(lambda: put(*cases[-1])) == 0:
            # It has fewer steps than that.
            break
    assert len(cases) > 4
    with claimed(guarded):
        for number, size in cases:
            folder = tmp_path / f"{number}-{size}"
            assert files(folder).get(digest.removeprefix("sha256:")) in (None, CONTENT)
            # The next run goes on from there.
            assert FolderStore(folder).put("raw", CONTENT) == digest
            assert FolderStore(folder).get("raw", digest) == CONTENT


@both
def test_a_full_disk_is_a_clear_error_and_leaves_nothing(tmp_path: Path, guarded: bool) -> None:
    told = tmp_path / "told"

    def put() -> None:
        # Said through a pipe, since nothing can be written any more.
        full_after(1000, killed=False)
        error = raised(lambda: store(tmp_path / "store", guarded).put("raw", CONTENT))
        os.write(writing, str(error).encode())
        os.write(writing, b" retry" if getattr(error, "retry", False) else b"")

    reading, writing = os.pipe()
    assert in_child(put) == 0
    os.close(writing)
    with os.fdopen(reading, "rb") as said:
        told.write_bytes(said.read())
    with claimed(guarded):
        assert b"cannot be written" in told.read_bytes()
        assert told.read_bytes().endswith(b"retry")
        assert files(tmp_path / "store") == {}


def rows(folder: Path) -> tuple[int, int]:
    with closing(Database(folder / "catalogue.sqlite")) as database, database.reading() as reader:
        return tuple(len(reader.execute(select(table)).all()) for table in (articles, versions))


@both
def test_a_kill_within_a_transaction_leaves_the_old_state(tmp_path: Path, guarded: bool) -> None:
    put_database(tmp_path)

    def half() -> None:
        database = Database(tmp_path / "catalogue.sqlite")
        with database.writing() as connection:
            add_version(connection, 1, SLUG)
            os.kill(os.getpid(), signal.SIGKILL)

    # Each statement would be a transaction of its own.
    with without(sqlite, "_on_begin", lambda _: None, guarded=guarded):
        assert in_child(half) == -signal.SIGKILL
    with claimed(guarded):
        assert rows(tmp_path) == (0, 0)


@both
def test_a_full_disk_within_a_transaction_leaves_the_old_state(
    tmp_path: Path, guarded: bool
) -> None:
    put_database(tmp_path)

    def much() -> None:
        database = Database(tmp_path / "catalogue.sqlite")
        full_after(50_000, killed=False)
        with database.writing() as connection:
            for number in range(1_000):
                add_version(connection, number, f"{SLUG}-{number}")

    with without(sqlite, "_on_begin", lambda _: None, guarded=guarded):
        assert in_child(much) == 1
    with claimed(guarded):
        assert rows(tmp_path) == (0, 0)


@both
def test_a_locked_database_is_waited_for(tmp_path: Path, guarded: bool) -> None:
    path = put_database(tmp_path) / "catalogue.sqlite"
    database = Database(path, busy_seconds=60 if guarded else 0)
    begun, ended = threading.Event(), threading.Event()
    found: list[Exception | None] = []

    def write() -> None:
        begun.set()
        found.append(raised(lambda: add_article(database)))
        ended.set()

    # Another process's lock: threads of this one would wait for each other's turn.
    reading, writing = os.pipe()
    go, gone = os.pipe()

    def hold() -> None:
        with Database(path).writing():
            os.write(writing, b"held")
            os.read(go, 1)

    with ThreadPoolExecutor(2) as threads:
        holder = threads.submit(in_child, hold)
        assert os.read(reading, 4) == b"held"
        threads.submit(write)
        assert begun.wait(60)
        # Who does not wait has failed by then, however slow the machine is.
        ended.wait(0.3 if guarded else 60)
        os.write(gone, b"x")
        assert holder.result() == 0
        assert ended.wait(60)
    with claimed(guarded):
        assert found == [None]


@both
def test_two_writers_number_their_versions_one_after_the_other(
    tmp_path: Path, guarded: bool
) -> None:
    path = put_database(tmp_path) / "catalogue.sqlite"
    meeting = threading.Barrier(2)

    def add(name: str) -> str:
        catalogue = Catalogue(Database(path))
        with catalogue.writing(SLUG) as writer:
            number = writer.next_number(major=False)
            with suppress(threading.BrokenBarrierError):
                # Both have read the last number, if nothing keeps them apart.
                meeting.wait(0.3 if guarded else 60)
            parent = writer.head.digest if writer.head else None
            said = article(Desk().cited(f"Written by {name}."))
            writer.add(version(said, number=number, parent=parent), "generated")
        return number

    def outcome(name: str) -> str:
        try:
            return add(name)
        except CitewrightError as error:
            return error.message

    turn = nullcontext
    with (
        without(sqlite.SqliteFile, "writing", {}, guarded=guarded),
        without(sqlite.SqliteFile, "turn", lambda _: turn(), guarded=guarded),
        ThreadPoolExecutor(2) as threads,
    ):
        numbers = list(threads.map(outcome, ("one", "two")))
    with claimed(guarded):
        assert sorted(numbers) == ["1.0", "1.1"]


class Time:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


ORDER = Order(
    request=f"sha256:{'a' * 64}",
    model="a-model",
    role="draft",
    slug=SLUG,
    section="a-section",
    worst_usd=Decimal("0.1"),
)


def two_workers(folder: Path, lease: float = 30) -> tuple[Journal, Journal, Time]:
    """Workers of other machines, whose processes nobody here can see."""
    database, clock = Database(put_database(folder) / "catalogue.sqlite"), Time()
    kept = FolderStore(folder / "store")

    def worker(name: str) -> Journal:
        return Journal(
            database,
            kept,
            run=name,
            cap_usd=Decimal(1),
            owner=f"elsewhere/{name}",
            lease_seconds=lease,
            clock=clock,
        )

    return worker("one"), worker("two"), clock


@both
def test_the_claim_of_a_lost_worker_is_taken_over(tmp_path: Path, guarded: bool) -> None:
    # Planted: a lease that never runs out.
    lost, other, clock = two_workers(tmp_path, lease=30 if guarded else 1e9)
    assert isinstance(lost.claim(ORDER), Claim)
    assert isinstance(other.claim(ORDER), Busy)
    clock.now += timedelta(seconds=31)
    with claimed(guarded):
        assert isinstance(other.claim(ORDER), Claim)


@both
def test_a_late_writer_is_fenced_off(tmp_path: Path, guarded: bool) -> None:
    late, other, clock = two_workers(tmp_path)
    first = late.claim(ORDER)
    clock.now += timedelta(seconds=31)
    second = other.claim(ORDER)
    assert isinstance(first, Claim)
    assert isinstance(second, Claim)
    # Planted: whose claim was taken over answers like anybody else.
    every = dict.fromkeys(("sent", "lost"), "answered")
    with without(journals, "_ENDS", every, guarded=guarded):
        late.received(first, b"of the late one")
        stood = other.received(second, b"of its successor")
    with other._database.reading() as connection:
        states = list(connection.execute(select(calls.c.state).order_by(calls.c.id)).scalars())
    with claimed(guarded):
        assert states == ["late", "answered"]
        assert getattr(stood, "raw", None) == b"of its successor"


class ByTime(Catalogue):
    """Takes for the current version what was made last by the clock."""

    def version(self, slug: str, number: str | None = None) -> Entry:
        with self._database.reading() as connection:
            newest = select(versions).order_by(versions.c.created.desc())
            row = connection.execute(newest).first()
        assert row is not None
        return super().version(slug, f"{row.major}.{row.minor}")


@both
def test_a_clock_that_is_set_back_keeps_the_order(tmp_path: Path, guarded: bool) -> None:
    database = Database(put_database(tmp_path) / "catalogue.sqlite")
    catalogue = (Catalogue if guarded else ByTime)(database)
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    for hours in (0, -5, -3):
        with catalogue.writing(SLUG) as writer:
            made = version(
                article(Desk().cited(f"Made {-hours} hours before.")),
                number=writer.next_number(major=False),
                parent=writer.head.digest if writer.head else None,
                created=moment + timedelta(hours=hours),
            )
            writer.add(made, "generated")
    with claimed(guarded):
        assert catalogue.version(SLUG).number == "1.2"
        assert [one.sequence for one in catalogue.reviews.log(SLUG)] == [1, 2, 3]


@both
def test_a_version_that_was_altered_is_not_read(tmp_path: Path, guarded: bool) -> None:
    workspace = desk.opened(tmp_path / "project")
    made = desk.commit(
        workspace, desk.whole(desk.paragraph(Desk().cited("It takes eight weeks.")), SLUG)
    )
    (path,) = (tmp_path / "project").rglob(made.digest.removeprefix("sha256:"))
    data = path.read_bytes()
    path.write_bytes(data.replace(b"It takes eight weeks.", b"It takes nine weeks. ", 1))
    assert path.read_bytes() != data
    with without(Name, "fits", lambda *_: True, guarded=guarded), claimed(guarded):
        again = desk.open_workspace(tmp_path / "project")
        assert isinstance(raised(lambda: again.version(made.digest)), IntegrityError)
        assert verifying.verify(again).problems


@pytest.mark.sqlite
@both
def test_a_catalogue_that_was_rolled_back_is_found_out(tmp_path: Path, guarded: bool) -> None:
    project = tmp_path / "project"
    workspace = desk.opened(project)
    desk.commit(workspace, desk.whole(desk.paragraph(Desk().cited()), SLUG))
    workspace.database.close()
    old = shutil.copytree(project / "output", tmp_path / "old")
    desk.commit(workspace, desk.whole(desk.paragraph(Desk().cited("It takes nine weeks.")), SLUG))
    workspace.database.close()
    for name in ("catalogue.sqlite", "catalogue.sqlite-wal", "catalogue.sqlite-shm"):
        (project / "output" / name).unlink(missing_ok=True)
        if (old / name).exists():
            shutil.copy(old / name, project / "output" / name)
    nothing: tuple[str, ...] = ()
    with without(verifying, "check_heads", lambda *_: nothing, guarded=guarded), claimed(guarded):
        problems = verifying.verify(desk.open_workspace(project)).problems
        assert any("was rolled back" in one for one in problems)
