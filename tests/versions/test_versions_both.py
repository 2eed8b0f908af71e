"""Reviews, refreshing and batches on both kinds of database: what their rows lead to."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from threading import Barrier

import pytest
from model.values import NOW, Desk, article, snapshot, version
from opened import database_in
from versions.worker import order

from citewright.database import Database
from citewright.errors import BudgetExceeded, InputError
from citewright.model.batch import Batch, InBatch, Refused, Result
from citewright.model.call import Stored
from citewright.model.version import Version
from citewright.versions.batches import BatchLog
from citewright.versions.catalogue import Catalogue
from citewright.versions.folder_store import FolderStore
from citewright.versions.refreshing import Anchored, RefreshLog
from citewright.versions.requests import RequestLog
from citewright.versions.reviews import Act
from citewright.versions.sources import Happening, LastSeen, SourceLog

ACTS = [Act("submit", "Ana", "Ready."), Act("comment", "Bo", "Fine.", ("c-1", "c-2"))]


def add(
    database: Database, text: str = "It takes eight weeks.", slug: str = "an-article"
) -> Version:
    with Catalogue(database).writing(slug) as writer:
        made = version(
            article(Desk().cited(text), slug=slug),
            number=writer.next_number(major=True),
            parent=writer.head.digest if writer.head else None,
        )
        writer.add(made, "generated", "Ana")
    return made


def test_a_version_is_reviewed_and_its_log_is_one_chain(database: Database) -> None:
    made, reviews = add(database), Catalogue(database).reviews
    assert reviews.act(made.digest, ACTS) == "in_review"
    with pytest.raises(InputError, match=r"ana made an-article 1\.0 and cannot approve it"):
        reviews.act(made.digest, [Act("approve", "ana", "")])
    assert reviews.act(made.digest, [Act("approve", "Bo", "Good.")]) == "approved"
    log = reviews.log("an-article")
    assert [one.sequence for one in log] == [1, 2, 3, 4, 5]
    assert all(after.hash == after.derived_hash(before.hash) for before, after in pairwise(log))
    tip = reviews.tip("an-article")
    assert tip is not None
    assert (tip.version, tip.sequence, tip.hash) == (made.digest, 5, log[-1].hash)
    assert reviews.makers(made.digest) == {"Ana"}


def test_of_two_decisions_at_once_one_stands(folder: Path) -> None:
    made = add(database_in(folder))
    Catalogue(database_in(folder)).reviews.act(made.digest, ACTS[:1])
    barrier = Barrier(3)

    def decide(_: int) -> str:
        reviews = Catalogue(database_in(folder)).reviews
        barrier.wait(120)
        try:
            return reviews.act(made.digest, [Act("approve", "Bo", "")])
        except InputError as error:
            return error.message

    with ThreadPoolExecutor(3) as threads:
        said = sorted(threads.map(decide, range(3)))
    assert said[2] == "approved" or said.count("approved") == 1
    assert sum("is approved: only a version in review" in one for one in said) == 2
    assert len(Catalogue(database_in(folder)).reviews.log("an-article")) == 3


def test_what_befell_a_source_reaches_the_articles_that_cite_it(database: Database) -> None:
    made, other = add(database), add(database, slug="a1")
    log, refresh = SourceLog(database), RefreshLog(database)
    catalogue, taken = Catalogue(database), snapshot("Another text.")
    catalogue.add_snapshot(taken)
    assert [head.slug for head in refresh.heads()] == ["a1", "an-article"]
    assert refresh.sources(["a1"]) == {"invented-2020"}
    log.saw({"invented-2020": LastSeen("u", "e" * 2000, None, taken.digest, "2026")})
    seen = log.last_seen("invented-2020")
    assert seen is not None
    assert seen.etag is None
    moved = refresh.moved()
    assert {one.version for one in moved} == {made.digest, other.digest}
    # An anchor in the new text ends that, for the one that has it.
    [mine] = [one for one in moved if one.version == made.digest]
    anchor = Anchored(mine.version, mine.statement, mine.citation, taken.digest, 0, 7)
    for _ in range(2):
        refresh.anchor(made.digest, [anchor])
    assert refresh.anchors(made.digest) == [anchor]
    assert {one.version for one in refresh.moved()} == {other.digest}
    log.record("invented-2020", [Happening("standing", None, "retracted")], NOW)
    assert {one.slug for one in refresh.standing(["retracted"])} == {"a1", "an-article"}
    log.record("invented-2020", [Happening("gone", None, "404")], NOW)
    assert len(refresh.gone()) == 2
    later = NOW + timedelta(days=9999)
    log.record("invented-2020", [Happening("correction", "crossref", "x")], later)
    assert {one.slug for one in refresh.news(["correction"])} == {"a1", "an-article"}
    refresh.affirm([("a1", other.digest), ("an-article", other.digest)], refresh.through(), later)
    assert {one.slug for one in refresh.news(["correction"])} == {"an-article"}
    refresh.made_again(made.digest, {"model": ["m2"]})
    assert refresh.made_with()[made.digest] == {"model": frozenset({"m2"})}


def test_a_request_stays_open_until_it_is_answered(database: Database) -> None:
    made, asked = add(database), RequestLog(database)
    one = asked.ask("an-article", None, who="Ana", why="x" * 5000, now=NOW)
    assert [each.id for each in asked.open()] == [one.id]
    asked.answer([one.id], made.digest)
    assert asked.open() == []


def log(folder: Path, run: str = "run", cap: str = "1") -> BatchLog:
    store = FolderStore(folder / "store")
    return BatchLog(database_in(folder), store, run=run, cap_usd=Decimal(cap))


def test_a_batch_is_reserved_within_the_cap_and_its_answers_are_found(folder: Path) -> None:
    first = log(folder)
    with pytest.raises(BudgetExceeded, match="the next batch of 11 calls"):
        first.reserve([order(f"r{number}") for number in range(11)])
    reserved = first.reserve([order("a"), order("b"), order("a")])
    assert reserved is not None
    batch, names = reserved
    assert names == {"a", "b"}
    assert log(folder, "other").reserve([order("a")]) is None
    assert log(folder, "other").look(order("a")) == InBatch(batch.id)
    first.made(batch, "service-1")
    assert log(folder).going([batch.id]) == [replace(batch, service_id="service-1")]
    results = [Result("a", b"raw"), Result("b", Refused("errored", "kind", "words"))]
    for _ in range(2):
        first.received(batch, results)
    first.ended(batch)
    found = first.look(order("a"))
    assert isinstance(found, Stored)
    assert (found.raw, found.batch) == (b"raw", True)
    assert first.look(order("b")) == Refused("errored", "kind", "words")
    assert log(folder, "other").look(order("b")) is None
    assert first.known() == {"service-1"}
    assert first.going([batch.id]) == []


def test_one_of_many_makes_a_batch(folder: Path) -> None:
    barrier = Barrier(4)

    def reserve(number: int) -> tuple[Batch, frozenset[str]] | None:
        mine = log(folder, f"run-{number}")
        barrier.wait(120)
        return mine.reserve([order("a"), order("b")])

    with ThreadPoolExecutor(4) as threads:
        made = [one for one in threads.map(reserve, range(4)) if one is not None]
    assert len(made) == 1
