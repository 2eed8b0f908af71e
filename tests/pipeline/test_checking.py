"""Checking sources against servers that answer 304, change, vanish, or say nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from catalogues import open_catalogue, open_workspace
from fakes.service_answers import ToldLookup
from fakes.source_server import SourceServer, page, revalidated
from model.values import Desk, with_sections
from model.values import paragraph as a_paragraph
from model.values import section as a_section
from model.values import version as a_version
from opened import put_database
from sqlalchemy import Connection
from watching.sayings import NOTICE, TITLE, record, says

from citewright.database import Database
from citewright.model.article import Article
from citewright.model.evidence import Passage, Snapshot, quote_at
from citewright.model.source import Source
from citewright.model.statement import Citation
from citewright.pipeline.checking import Finding, Watch, check_sources
from citewright.pipeline.refetching import Refetched, refetcher
from citewright.pipeline.workspace import Workspace
from citewright.retrieval.fetch import Validators
from citewright.versions.sources import SourceLog
from citewright.watching.retraction_watch import parse_retraction_watch

FIRST = b"Breathing slowly lowered the pulse of 52 invented adults by 3.5 beats a minute."
SECOND = b"Breathing slowly did nothing at all to the pulse of the 52 invented adults."
MORE = b"In another invented group of forty people it rose by two beats."


def html(*paragraphs: bytes) -> bytes:
    body = b"".join(b"<p>%s</p>" % one for one in paragraphs)
    head = b"<html><head><title>Breathing</title></head><body><article><h1>Breathing</h1>"
    return head + body + b"</article></body></html>"


DOI = "10.5555/work.1"


class Desktop:
    """A project with sources on a loopback server, and what checking them needs."""

    def __init__(self, folder: Path, server: SourceServer) -> None:
        self.folder, self.server = folder, server
        (folder / "sources" / "library").mkdir(parents=True)
        (folder / "citewright.toml").write_text("fetch_private = true\n")
        put_database(folder / "output")
        self.workspace: Workspace = open_workspace(folder)
        self.log = SourceLog(open_catalogue(folder))
        self.lookup = ToldLookup()
        self.watch = Watch(self.lookup, refetcher(self.workspace), self.log)

    def source(self, key: str, doi: str | None = DOI, path: str = "/a") -> None:
        way = {"kind": "url", "url": f"{self.server.base_url}{path}", "covers": "abstract"}
        entry = {
            "key": key,
            "tier": "T1",
            "tier_reason": "Invented.",
            "csl": {"type": "article-journal", "title": TITLE} | ({"DOI": doi} if doi else {}),
            "access": [way] if path else [],
        }
        file = self.folder / "sources" / "library" / f"{key}.yaml"
        file.write_text(yaml.safe_dump(entry))

    def cite(self, key: str, quote: bytes) -> str:
        """A version that cites a source by a quote of its text; gives the statement's id."""
        seen = self.log.last_seen(key)
        assert seen is not None
        taken = self.workspace.snapshot(seen.snapshot)
        text = self.workspace.store.text(taken.text)
        start = text.index(quote.decode())
        name = Passage.name(taken.text, start, start + len(quote))
        evidence = quote_at(text, start, start + len(quote), seen.snapshot, name)
        statement = Desk().cited("It lowers it.", Citation(source=key, evidence=evidence))
        written = {
            "sections": (a_section(a_paragraph(statement)),),
            "sources": (self.workspace.source(key),),
        }
        plain = with_sections(a_section(a_paragraph(Desk().llm())))
        content = Article.model_validate(dict(plain) | written)
        made = a_version(content, snapshots=(taken,))
        with self.workspace.catalogue.writing(made.slug) as writer:
            self.workspace.store.put_document("version", made.format, made)
            writer.add(made, "generated")
        return statement.id

    def check(self, *keys: str) -> list[Finding]:
        found = check_sources(self.workspace, keys, self.watch)
        json.dumps([one.as_dict() for one in found])
        return found

    def kinds(self, key: str) -> list[str]:
        return [event.kind for event in self.log.events(key)]


class Counted(Database):
    """A database that counts its transactions."""

    def __init__(self, inner: Database) -> None:
        self._inner, self.read, self.written = inner, 0, 0

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        self.read += 1
        with self._inner.reading() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        self.written += 1
        with self._inner.writing() as connection:
            yield connection


@pytest.fixture
def desktop(tmp_path: Path):
    with SourceServer({"/a": revalidated(html(FIRST), etag='"1"')}) as server:
        yield Desktop(tmp_path / "project", server)


def test_an_unchanged_source_is_downloaded_once_and_recorded_once(desktop: Desktop) -> None:
    desktop.source("breathing")
    desktop.lookup.tell(DOI, [record()])
    (first,) = desktop.check("breathing")
    assert (first.text, first.standing.status) == ("retrieved", "unflagged")
    for _ in range(3):
        (again,) = desktop.check("breathing")
        assert (again.text, again.snapshot) == ("unchanged", first.snapshot)
        assert not again.needs_a_look
        assert again.affected == ()
    assert desktop.kinds("breathing") == ["retrieved", "standing", "unchanged"]
    asked = [headers.get("If-None-Match") for _, headers in desktop.server.requests]
    assert asked == [None, '"1"', '"1"', '"1"']
    assert desktop.log.snapshots("breathing") == [first.snapshot]


def test_a_changed_source_gives_the_statements_whose_quote_is_lost(desktop: Desktop) -> None:
    desktop.source("breathing")
    desktop.lookup.tell(DOI, [record()])
    desktop.check("breathing")
    statement = desktop.cite("breathing", b"lowered the pulse of 52 invented adults")
    desktop.server.routes["/a"] = revalidated(html(FIRST, MORE), etag='"2"')
    (added,) = desktop.check("breathing")
    assert (added.text, added.lost) == ("changed", ())
    assert [one.statement for one in added.affected] == [statement]
    desktop.server.routes["/a"] = revalidated(html(SECOND), etag='"3"')
    (changed,) = desktop.check("breathing")
    assert (changed.text, changed.lost) == ("changed", (statement,))
    assert changed.needs_a_look
    assert changed.snapshot not in (None, added.snapshot)
    assert [event.kind for event in changed.news] == ["changed"]
    # The version's own snapshot stands as it was.
    assert desktop.workspace.version(changed.affected[0].version).snapshots[0].digest in (
        desktop.log.snapshots("breathing")
    )
    (quiet,) = desktop.check("breathing")
    assert (quiet.text, quiet.snapshot) == ("unchanged", changed.snapshot)
    # Back to what it was first: the snapshot of then stands again, and is asked for by its own.
    desktop.server.routes["/a"] = revalidated(html(FIRST, MORE), etag='"2"')
    (back,) = desktop.check("breathing")
    assert (back.text, back.snapshot) == ("changed", added.snapshot)
    assert desktop.check("breathing")[0].text == "unchanged"


def test_gone_and_unreachable_keep_the_snapshot_and_come_back(desktop: Desktop) -> None:
    desktop.source("breathing")
    desktop.lookup.tell(DOI, [record()])
    (first,) = desktop.check("breathing")
    desktop.server.routes["/a"] = page(b"no such page", status=404)
    (gone,) = desktop.check("breathing")
    assert (gone.text, gone.snapshot, gone.needs_a_look) == ("gone", first.snapshot, True)
    assert "404" in gone.text_detail
    desktop.check("breathing")
    desktop.server.routes["/a"] = revalidated(html(FIRST), etag='"1"')
    assert desktop.check("breathing")[0].text == "unchanged"
    assert desktop.kinds("breathing") == ["retrieved", "standing", "gone", "unchanged"]


def test_a_source_without_text_is_watched_all_the_same(desktop: Desktop) -> None:
    desktop.source("talk", path="")
    desktop.lookup.tell(DOI, [record(TITLE, DOI, says())])
    (found,) = desktop.check("talk")
    assert (found.text, found.snapshot) == ("no_text", None)
    assert found.standing.status == "retracted"


def test_a_retraction_is_news_once_and_names_who_is_affected(desktop: Desktop) -> None:
    desktop.source("breathing")
    desktop.lookup.tell(DOI, [record()])
    desktop.check("breathing")
    statement = desktop.cite("breathing", b"lowered the pulse")
    erratum = record(TITLE, DOI, says("correction"))
    desktop.lookup.tell(DOI, [erratum, record(service="pubmed")])
    desktop.lookup.tell(NOTICE, [record(f"Retraction notice to “{TITLE}”", NOTICE)])
    (found,) = desktop.check("breathing")
    assert found.standing.status == "retracted"
    assert [event.kind for event in found.news] == ["unchanged", "retraction", "standing"]
    assert found.news[1].notice == NOTICE
    assert [(one.slug, one.statement) for one in found.affected] == [("an-article", statement)]
    assert NOTICE in desktop.lookup.asked
    (again,) = desktop.check("breathing")
    assert again.news == ()
    assert again.needs_a_look


def test_silence_does_not_unflag_what_the_silent_one_said(desktop: Desktop) -> None:
    desktop.source("breathing")
    flag = says(service="openalex", notice=None, date=None, detail="is_retracted: true")
    desktop.lookup.tell(DOI, [record(), record(TITLE, DOI, flag, service="openalex")])
    assert desktop.check("breathing")[0].standing.status == "retracted"
    desktop.lookup.silent = ("openalex",)
    (silent,) = desktop.check("breathing")
    assert silent.standing.status == "retracted"
    assert [one.service for one in silent.standing.silent] == ["openalex"]
    assert [event.kind for event in silent.news] == ["unchanged"]
    # It answers again, and says no more of it: then it stands no more.
    desktop.lookup.silent = ()
    desktop.lookup.tell(DOI, [record(), record(service="openalex")])
    (cleared,) = desktop.check("breathing")
    assert cleared.standing.status == "unflagged"
    assert [event.kind for event in cleared.news] == ["standing"]
    desktop.lookup.silent = ("openalex",)
    assert desktop.check("breathing")[0].standing.status == "unknown"


def test_notices_about_other_works_are_not_recorded(desktop: Desktop) -> None:
    desktop.source("breathing")
    other = says(about="10.5555/other", notice="10.5555/other-notice")
    desktop.lookup.tell(DOI, [record(TITLE, DOI, other)])
    (found,) = desktop.check("breathing")
    assert found.standing.status == "unflagged"
    assert desktop.kinds("breathing") == ["retrieved", "standing"]
    assert desktop.lookup.asked == [DOI]


def test_retraction_watch_is_heard(desktop: Desktop) -> None:
    desktop.source("breathing")
    desktop.lookup.tell(DOI, [record()])
    columns = (
        "Record ID,RetractionDate,RetractionDOI,RetractionPubMedID,OriginalPaperDOI,"
        "OriginalPaperPubMedID,RetractionNature,Reason\n"
    )
    rows = parse_retraction_watch([columns, f"1,5/1/2019 0:00,{NOTICE},0,{DOI},0,Retraction,\n"])
    watch = Watch(desktop.lookup, refetcher(desktop.workspace), desktop.log, rows)
    (found,) = check_sources(desktop.workspace, ["breathing"], watch)
    assert found.standing.status == "retracted"
    assert [one.service for one in found.standing.counted] == ["retraction-watch"]


def test_one_that_cannot_be_checked_does_not_keep_the_others(desktop: Desktop) -> None:
    desktop.source("breathing")
    library = desktop.folder / "sources" / "library"
    (library / "broken.yaml").write_text("key: [")
    desktop.lookup.tell(DOI, [record()])
    broken, unknown, fine = desktop.check("broken", "no-such-source", "breathing")
    assert "is not readable YAML" in (broken.error or "")
    assert "there is no source 'no-such-source'" in (unknown.error or "")
    assert broken.needs_a_look
    assert (fine.error, fine.text) == (None, "retrieved")


def test_texts_that_stand_are_recorded_in_one_transaction(desktop: Desktop) -> None:
    keys = ("breathing", "pacing", "walking")
    for key in keys:
        desktop.source(key)
    desktop.lookup.tell(DOI, [record()])
    for _ in range(2):
        desktop.check(*keys)
    counted = Counted(desktop.workspace.database)
    desktop.watch = replace(desktop.watch, log=SourceLog(counted))
    assert [one.text for one in desktop.check(*keys)] == ["unchanged"] * 3
    assert counted.written == 1


def test_what_was_found_to_stand_is_kept_when_the_check_is_stopped(desktop: Desktop) -> None:
    for key in ("breathing", "pacing"):
        desktop.source(key)
    desktop.lookup.tell(DOI, [record()])
    desktop.check("breathing", "pacing")
    before = {key: desktop.log.last_seen(key) for key in ("breathing", "pacing")}
    refetch = desktop.watch.refetch

    def stopped(source: Source, last: Snapshot | None, known: Validators) -> Refetched:
        if source.key == "pacing":
            raise KeyboardInterrupt
        return refetch(source, last, known)

    desktop.watch = replace(desktop.watch, refetch=stopped)
    with pytest.raises(KeyboardInterrupt):
        desktop.check("breathing", "pacing")
    assert desktop.log.last_seen("breathing").checked > before["breathing"].checked
    assert desktop.log.last_seen("pacing") == before["pacing"]


def test_only_what_is_grave_changes_the_place_in_the_queue(desktop: Desktop) -> None:
    desktop.source("breathing")
    desktop.check("breathing")
    desktop.cite("breathing", b"lowered the pulse")
    queue = desktop.workspace.queue
    desktop.lookup.tell(DOI, [record()])
    # That nothing befell it is news here, and no reason to weigh any article anew.
    assert [one.kind for one in desktop.check("breathing")[0].news] == ["unchanged", "standing"]
    assert queue.page() == []
    desktop.lookup.tell(DOI, [record(TITLE, DOI, says())])
    desktop.check("breathing")
    assert [one.origin for one in queue.page()] == ["retraction"]
    desktop.lookup.tell(DOI, [])
    assert [one.detail for one in desktop.check("breathing")[0].news] == ["unknown"]
    assert [one.origin for one in queue.page()] == ["retraction"]
    desktop.lookup.tell(DOI, [record()])
    desktop.check("breathing")
    assert [one.origin for one in queue.page()] == ["editor"]


def test_a_snapshot_taken_since_the_last_check_is_the_one_to_compare_with(
    desktop: Desktop,
) -> None:
    desktop.source("breathing")
    desktop.lookup.tell(DOI, [record()])
    desktop.check("breathing")
    desktop.server.routes["/a"] = revalidated(html(SECOND), etag='"2"')
    later = datetime.now(UTC) + timedelta(minutes=1)
    retrieved = refetcher(desktop.workspace)(
        desktop.workspace.source("breathing"), None, desktop.workspace.fetcher.fetch(
            f"{desktop.server.base_url}/a"
        ).validators,
    )  # fmt: skip
    taken = retrieved.snapshot.model_copy(update={"retrieved": later})
    digest = desktop.workspace.store.put_document("snapshot", "citewright/snapshot/1", taken)
    desktop.workspace.catalogue.add_snapshot(taken)
    (found,) = desktop.check("breathing")
    assert (found.text, found.snapshot) == ("unchanged", digest)
