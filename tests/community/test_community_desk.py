"""The review queue and the audit log."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal

from community.people import Time, add_article, add_version, at_once, digest
from sqlalchemy import insert, select, tuple_

from citewright.community.audit import Audit
from citewright.community.queue import Queue
from citewright.database import Database
from citewright.database.community_tables import queue_items
from citewright.database.tables import versions
from citewright.model.community import QueueItem


def item(number: int, risk: int = 0, since: str = "2026-01-01") -> QueueItem:
    return QueueItem(
        version=digest(number),
        slug=f"article-{number}",
        origin="suggestion" if number % 2 else "schedule",
        risk=risk,
        meaning_changes=2,
        unsupported=1,
        llm_change=-0.25,
        cost_usd=Decimal("0.0123"),
        since=since,
    )


def with_versions(database: Database, count: int) -> Queue:
    rows = [
        {
            "digest": digest(number),
            "slug": f"article-{number}",
            "major": 1,
            "minor": 0,
            "state": "in_review",
            "content": digest(0),
            "created": "2026",
        }
        for number in range(count)
    ]
    with database.writing() as connection:
        connection.execute(insert(versions), rows)
    return Queue(database)


def test_the_riskiest_come_first_then_the_oldest(database: Database) -> None:
    queue = with_versions(database, 6)
    items = [
        item(0, 1, "2026-01-02"), item(1, 9, "2026-01-03"), item(2, 1, "2026-01-01"),
        item(3, -5, "2025-01-01"), item(4, 1, "2026-01-02"), item(5, 0, "2026-01-01"),
    ]  # fmt: skip
    queue.put_all(items)
    expected = [items[at] for at in (1, 2, 0, 4, 5, 3)]
    assert queue.page() == expected
    pages, after = [], None
    while page := queue.page(after, 2):
        pages += page
        after = page[-1]
        # What a page ended with may be gone by the time of the next.
        queue.remove(after.version)
    assert pages == expected
    assert queue.page() == [items[at] for at in (1, 0, 5)]


def test_an_item_is_replaced_and_removed(database: Database) -> None:
    queue = with_versions(database, 2)
    queue.put(item(0))
    queue.put(replace(item(0), risk=7))
    queue.put(item(1))
    assert queue.find(digest(0)) == replace(item(0), risk=7)
    assert queue.counts() == {"schedule": 1, "suggestion": 1}
    for _ in range(2):
        queue.remove(digest(0))
    assert queue.find(digest(0)) is None
    assert queue.page() == [item(1)]


def test_a_page_among_thousands_reads_only_its_own_rows(database: Database) -> None:
    queue = with_versions(database, 3000)
    dice = random.Random(7)
    queue.put_all(
        item(number, dice.randrange(5), f"2026-01-{dice.randrange(1, 29):02d}")
        for number in range(3000)
    )
    middle = queue.page(limit=1500)[-1]
    assert len(queue.page(middle)) == 50
    place = (queue_items.c.rank, queue_items.c.since, queue_items.c.version)
    page = select(queue_items).order_by(*place).limit(50)
    after = tuple_(*place) > tuple_(-middle.risk, middle.since, middle.version)
    for query in (page, page.where(after)):
        with database.reading() as connection:
            dialect = connection.dialect
            explain = "EXPLAIN QUERY PLAN" if dialect.name == "sqlite" else "EXPLAIN"
            said = query.compile(dialect=dialect, compile_kwargs={"literal_binds": True})
            plan = repr(connection.exec_driver_sql(f"{explain} {said}").all())
        assert "ix_queue_items_order" in plan
        assert "Sort" not in plan
        assert "TEMP B-TREE" not in plan


def test_the_queue_changes_with_the_transaction_that_it_is_part_of(database: Database) -> None:
    queue = with_versions(database, 2)
    try:
        with database.writing() as connection:
            queue.put(item(0), within=connection)
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass
    assert queue.page() == []
    with database.writing() as connection:
        queue.put(item(0), within=connection)
        queue.put(item(1), within=connection)
        queue.remove(digest(0), within=connection)
    assert queue.page() == [item(1)]


def test_the_audit_log_is_read_from_its_end(database: Database) -> None:
    clock = Time()
    log = Audit(database, clock)
    for number in range(5):
        log.note("Ana", "approve", f"an-article 1.{number}", "x" * 5000)
    newest = log.listing(limit=2)
    assert [one.subject for one in newest] == ["an-article 1.4", "an-article 1.3"]
    assert [one.subject[-1] for one in log.listing(newest[-1].id)] == ["2", "1", "0"]
    assert newest[0].at == "2026-03-01T00:00:00.000000Z"
    assert len(newest[0].detail) == 4000
    with database.writing() as connection:
        log.note("Bo", "publish", "b", within=connection)
    assert [one.actor for one in log.listing(limit=1)] == ["Bo"]


def test_many_write_the_audit_log_at_once(database: Database) -> None:
    log = Audit(database)
    at_once(6, lambda: log.note("Ana", "approve", "b"))
    assert len({one.id for one in log.listing()}) == 6


def test_versions_have_an_article(database: Database) -> None:
    # What the other tests of this folder build on: constraints hold for them as for real ones.
    assert add_article(database) == digest(0)
    with database.writing() as connection:
        assert add_version(connection, 1, parent=0) == digest(1)
