"""What happens to sources is recorded once, and every statement that cites one is found."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from model.values import (
    NOW,
    TEXT,
    Desk,
    article,
    bare,
    citation,
    paragraph,
    section,
    snapshot,
    source,
    version,
    with_sections,
)

from citewright.database import Database
from citewright.errors import IntegrityError
from citewright.model.article import Article
from citewright.model.version import Version
from citewright.versions.catalogue import Catalogue
from citewright.versions.sources import Happening, Known, LastSeen, SourceLog

RETRACTED = Happening("retraction", "crossref", "updated-by: …", "10.5555/n", "2019-05-01")
FINE = Happening("unchanged", None, "")


@pytest.fixture
def log(database: Database) -> SourceLog:
    return SourceLog(database)


def kinds(log: SourceLog, key: str = "a") -> list[str]:
    return [event.kind for event in log.events(key)]


def test_the_same_fact_is_recorded_once(log: SourceLog) -> None:
    assert [event.kind for event in log.record("a", [RETRACTED, FINE], NOW)] == [
        "retraction", "unchanged",
    ]  # fmt: skip
    assert log.record("a", [FINE, RETRACTED, RETRACTED], NOW + timedelta(days=1)) == ()
    # Another wording of the same fact is no news; another service's word, notice or date is.
    same = Happening("retraction", "crossref", "other words", "10.5555/n", "2019-05-01")
    news = [
        Happening("retraction", "pubmed", "", "10.5555/n", "2019-05-01"),
        Happening("retraction", "crossref", "", "10.5555/m", "2019-05-01"),
        Happening("retraction", "crossref", "", "10.5555/n", "2020-05-01"),
        Happening("retraction", "openalex", "", None, None),
        Happening("concern", "crossref", "", "10.5555/n", "2019-05-01"),
    ]
    assert len(log.record("a", [same, *news], NOW)) == 5
    assert log.record("a", [same, *news], NOW) == ()
    assert len(log.record("b", [same, *news], NOW)) == 6
    first = log.events("a")[0]
    assert (first.source, first.at, first.detail) == (
        "a", "2026-03-04T05:06:07.000000Z", "updated-by: …",
    )  # fmt: skip
    assert len(log.events()) == 13


def test_what_a_source_has_one_of_is_recorded_when_it_changes(log: SourceLog) -> None:
    gone = Happening("gone", None, "status 404")
    for one in (FINE, FINE, gone, gone, FINE, Happening("gone", None, "a login page"), gone):
        log.record("a", [one], NOW)
    assert kinds(log) == ["unchanged", "gone", "unchanged", "gone", "gone"]
    for status in ("unflagged", "unflagged", "retracted", "unflagged"):
        log.record("a", [Happening("standing", None, status), FINE], NOW)
    assert [event.detail for event in log.events("a") if event.kind == "standing"] == [
        "unflagged", "retracted", "unflagged",
    ]  # fmt: skip


def test_the_sources_that_something_befell_by_the_last_check_that_could_tell(
    log: SourceLog,
) -> None:
    told = {
        "a": ["ok", "retracted", "unknown"],
        "b": ["retracted", "ok"],
        "c": ["ok"],
        "d": ["retracted", "withdrawn"],
        "e": ["unknown"],
    }
    for key, details in told.items():
        for detail in details:
            log.record(key, [Happening("standing", None, detail)], NOW)
    found = {"a": "retracted", "d": "withdrawn"}
    assert log.standing_at(["retracted", "withdrawn"]) == found
    assert {key: log.standings(told)[key] for key in found} == found
    assert log.standing_at(["concern"]) == {}


def test_nothing_is_recorded_of_a_transaction_that_fails(log: SourceLog) -> None:
    with pytest.raises(IntegrityError):
        log.record("a", [FINE, Happening(None, None, "no kind")], NOW)  # type: ignore[arg-type]
    assert log.events() == []


def test_what_was_seen_last(database: Database, log: SourceLog) -> None:
    taken = snapshot()
    Catalogue(database).add_snapshot(taken)
    assert log.last_seen("invented-2020") is None
    for etag in ('"1"', None):
        seen = LastSeen("https://example.org/a", etag, "Mon", taken.digest, NOW.isoformat())
        log.saw({"invented-2020": seen})
        assert log.last_seen("invented-2020") == seen
    moved = LastSeen("https://example.org/b", None, None, taken.digest, NOW.isoformat())
    log.saw({"invented-2020": moved})
    assert log.last_seen("invented-2020") == moved
    assert log.last_seen("another") is None
    assert log.snapshots("invented-2020") == [taken.digest]
    with pytest.raises(IntegrityError):
        log.saw({"a": LastSeen("u", None, None, "sha256:" + "0" * 64, NOW.isoformat())})
    assert log.last_seen("a") is None


def test_what_another_process_found_since_is_not_taken_back(
    database: Database, log: SourceLog
) -> None:
    taken = snapshot()
    Catalogue(database).add_snapshot(taken)

    def seen(etag: str, at: datetime) -> LastSeen:
        return LastSeen("https://example.org/a", etag, None, taken.digest, at.isoformat())

    later = seen('"2"', NOW + timedelta(seconds=1, microseconds=5))
    log.saw({"invented-2020": later})
    earlier = seen('"1"', NOW + timedelta(seconds=1))
    log.saw({"invented-2020": earlier, "another": earlier})
    known = log.known(["invented-2020", "another", "none"])
    assert (known["invented-2020"].seen, known["another"].seen) == (later, earlier)
    assert known["none"] == Known((), None)


def cites(*texts: str, slug: str = "an-article") -> Article:
    desk = Desk()
    return article(*(desk.cited(text) for text in texts), desk.llm(), slug=slug)


def add(catalogue: Catalogue, content: Article) -> Version:
    with catalogue.writing(content.slug) as writer:
        parent = writer.head.digest if writer.head else None
        made = version(content, number=writer.next_number(major=True), parent=parent)
        writer.add(made, "generated")
    return made


def test_statements_of_current_versions_are_found(database: Database, log: SourceLog) -> None:
    catalogue = Catalogue(database)
    add(catalogue, cites("First said.", "Said no more."))
    second = add(catalogue, cites("First said.", "Said anew."))
    other = add(catalogue, cites("Elsewhere.", slug="another"))
    found = log.affected("invented-2020")
    assert [(one.slug, one.number) for one in found] == [
        ("an-article", "2.0"), ("an-article", "2.0"), ("another", "1.0"),
    ]  # fmt: skip
    ids = {s.id for made in (second, other) for s in made.article.statements() if s.citations}
    assert {one.statement for one in found} == ids
    assert {one.version for one in found} == {second.digest, other.digest}
    assert {one.snapshot for one in found} == {snapshot().digest}
    assert log.affected("unknown") == []


def test_each_citation_of_a_statement_is_found(database: Database, log: SourceLog) -> None:
    statement = Desk().cited("Twice.", citation(), bare())
    content = with_sections(section(paragraph(statement)))
    made = version(content)
    with Catalogue(database).writing("an-article") as writer:
        writer.add(made, "generated")
    found = log.affected(source().key)
    assert [(one.statement, one.citation) for one in found] == [
        (statement.id, 0),
        (statement.id, 1),
    ]
    assert [one.snapshot for one in found] == [snapshot(TEXT).digest, None]


def test_versions_of_before_the_index_are_added_once(database: Database, log: SourceLog) -> None:
    catalogue = Catalogue(database)
    made = [add(catalogue, cites(text)) for text in ("One.", "Two.")]
    made.append(add(catalogue, article(Desk().llm(), slug="without-sources")))
    by_digest = {one.digest: one for one in made}
    before = log.affected("invented-2020")
    assert len(before) == 1
    assert log.index_missing(by_digest.__getitem__) == 0
    with database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM cited")
        connection.exec_driver_sql("DELETE FROM indexed")
    assert log.affected("invented-2020") == []
    assert log.index_missing(by_digest.__getitem__) == 3
    assert log.index_missing(by_digest.__getitem__) == 0
    assert log.affected("invented-2020") == before
