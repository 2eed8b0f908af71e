"""The review queue's page and the cost of a small transaction, on SQLite and on PostgreSQL.

Beside it the same rows of the same file by ``sqlite3`` and SQL written by hand, as safe from a
power cut (WAL, ``synchronous=FULL``); there nothing waits, looks up a commit or makes items.

Ten thousand open items with five levels of risk, drawn with a fixed seed. PostgreSQL is the server
of ``CITEWRIGHT_TEST_POSTGRES``, by default the database ``test`` on this machine; where none
answers, its figures are left out. Files are made in the current folder's file system.
"""

from __future__ import annotations

import os
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

from sqlalchemy import create_engine, insert, make_url, text
from sqlalchemy.exc import OperationalError

from citewright.community.audit import Audit
from citewright.community.queue import Queue
from citewright.database import Database
from citewright.database.tables import versions
from citewright.model.community import QueueItem

ITEMS = 10_000
TIMES = 100


def run(_: Path) -> dict[str, float]:
    """Medians in milliseconds, of calls that are served from an open connection."""
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        file = Path(folder) / "catalogue.sqlite"
        figures |= _measured("sqlite", Database(file)) | _by_hand(file)
    with schema() as url:
        if url is not None:
            figures |= _measured("postgresql", Database(url))
    return figures


def _measured(kind: str, database: Database) -> dict[str, float]:
    queue, audit = filled(database), Audit(database)
    middle = queue.page(limit=ITEMS // 2)[-1]
    figures = {
        f"queue_page_first_ms_{kind}": median_ms(queue.page),
        f"queue_page_middle_ms_{kind}": median_ms(lambda: queue.page(middle)),
        f"commit_ms_{kind}": median_ms(lambda: audit.note("a", "measure", "b")),
    }
    database.close()
    return figures


def _by_hand(file: Path) -> dict[str, float]:
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA synchronous=FULL")
    order = "ORDER BY rank, since, version LIMIT"
    first = f"SELECT * FROM queue_items {order} 50"
    place = f"SELECT rank, since, version FROM queue_items {order} 1 OFFSET {ITEMS // 2 - 1}"
    middle = f"SELECT * FROM queue_items WHERE (rank, since, version) > (?, ?, ?) {order} 50"
    after = connection.execute(place).fetchone()
    row = (
        "INSERT INTO audit (at, actor, action, subject, detail) VALUES ('2026', 'a', 'b', 'c', '')"
    )
    figures = {
        "queue_page_first_ms_by_hand": median_ms(lambda: connection.execute(first).fetchall()),
        "queue_page_middle_ms_by_hand": median_ms(
            lambda: connection.execute(middle, after).fetchall()
        ),
        "commit_ms_by_hand": median_ms(lambda: connection.execute(row)),
    }
    connection.close()
    return figures


def median_ms(call: Callable[[], object]) -> float:
    """The median time of a call, of a hundred."""
    taken = []
    for _ in range(TIMES):
        began = time.perf_counter()
        call()
        taken.append(time.perf_counter() - began)
    return 1000 * statistics.median(taken)


def filled(database: Database, items: int = ITEMS) -> Queue:
    """A queue of so many items."""
    dice, queue = random.Random(7), Queue(database)
    rows = [
        {
            "digest": f"sha256:{number:064x}",
            "slug": f"article-{number}",
            "major": 1,
            "minor": 0,
            "state": "in_review",
            "content": "c",
            "created": "2026",
        }
        for number in range(items)
    ]
    with database.writing() as connection:
        connection.execute(insert(versions), rows)
    queue.put_all(_item(str(row["digest"]), str(row["slug"]), dice) for row in rows)
    return queue


def _item(version: str, slug: str, dice: random.Random) -> QueueItem:
    return QueueItem(
        version=version,
        slug=slug,
        origin="schedule",
        risk=dice.randrange(5),
        meaning_changes=0,
        unsupported=0,
        llm_change=0.0,
        cost_usd=Decimal(0),
        since=f"2026-01-{dice.randrange(1, 29):02d}",
    )


@contextmanager
def schema() -> Iterator[str | None]:
    """The URL of an empty schema; None where no server answers."""
    url = make_url(os.environ.get("CITEWRIGHT_TEST_POSTGRES", "postgresql:///test"))
    name = f"citewright_{uuid4().hex[:12]}"
    engine = create_engine(url.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    try:
        connection = engine.connect()
    except OperationalError:
        yield None
        return
    with connection:
        connection.execute(text(f"CREATE SCHEMA {name}"))
        try:
            own = url.update_query_dict({"options": f"-csearch_path={name}"})
            yield own.render_as_string(hide_password=False)
        finally:
            connection.execute(text(f"DROP SCHEMA {name} CASCADE"))
