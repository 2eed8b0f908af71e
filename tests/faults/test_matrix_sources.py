"""Rows of the matrix: what servers and documents do to who reads them, and what befell a source."""

from __future__ import annotations

import tracemalloc
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fakes.everywhere import Everywhere, Names
from fakes.source_server import SourceServer, endless, page, redirect, zipped
from faults.planted import both, claimed, raised, without
from model.values import Desk
from retrieval.test_word import W, docx, p, r
from watching.sayings import DOI, WORK, record, says

from citewright.errors import ExtractionError, FetchError, NoText, SourceError
from citewright.model.source import CslItem, Source, UrlAccess
from citewright.pipeline import pages as publishing
from citewright.pipeline import queueing, reviewing, site_inputs, withdrawing
from citewright.retrieval import fetch as fetching
from citewright.retrieval import pages, snapshots, transport, word_package
from citewright.retrieval.extract import extract
from citewright.retrieval.fetch import Fetcher
from citewright.retrieval.snapshots import Changed, Gone, Limits, refresh, retrieve
from citewright.retrieval.word import from_word
from citewright.versions.folder_store import FolderStore
from citewright.versions.sources import Happening
from citewright.watching import readings
from citewright.watching.standing import standing
from citewright.watching.work import name_of
from tests.web import desk

MEGABYTE = 1_000_000
NOW = datetime(2026, 3, 1, tzinfo=UTC)
PROSE = "<p>" + "Breathing slowly lowered the pulse of some invented adults. " * 6 + "</p>"
SLUG = "an-article"


def html(title: str, body: str) -> bytes:
    return f"<!doctype html><html><head><title>{title}</title></head><body>{body}</body>".encode()


def fetcher(*, most: int = MEGABYTE, private: bool = True, **network: object) -> Fetcher:
    return Fetcher(
        timeout=120, max_bytes=most, private=private, contact=None, tries=1, interval=0.0, **network
    )  # type: ignore[arg-type]


# --- the way to a source ------------------------------------------------------------------------


@both
def test_a_loop_of_redirects_ends_after_five(guarded: bool) -> None:
    with (
        SourceServer({"/a": redirect("/b"), "/b": redirect("/a")}) as server,
        without(fetching, "MAX_REDIRECTS", 40, guarded=guarded),
    ):
        error = raised(lambda: fetcher().fetch(server.base_url + "/a"))
        asked = len(server.requests)
    assert isinstance(error, FetchError)
    with claimed(guarded):
        assert asked == 6


@both
@pytest.mark.parametrize("form", ["plain", "gzip"])
def test_a_body_ends_at_its_most_bytes(form: str, guarded: bool) -> None:
    body = bytes(20 * MEGABYTE)
    answer = page(body, "text/plain") if form == "plain" else zipped(body)
    # Planted: no cap that such a body would reach.
    client = fetcher(most=MEGABYTE if guarded else 1000 * MEGABYTE)
    with SourceServer({"/a": answer}) as server:
        error = raised(lambda: client.fetch(server.base_url + "/a"))
    with claimed(guarded):
        assert isinstance(error, FetchError)
        assert "holds more than 1000000 bytes" in error.message


def test_a_body_without_end_ends_at_its_most_bytes() -> None:
    with (
        SourceServer({"/a": endless}) as server,
        pytest.raises(FetchError, match="holds more than"),
    ):
        fetcher().fetch(server.base_url + "/a")


@both
def test_a_bomb_is_unpacked_a_piece_at_a_time(guarded: bool) -> None:
    # Planted: zlib unpacks all that came, however much it grows.
    with (
        SourceServer({"/a": zipped(bytes(60 * MEGABYTE))}) as server,
        without(transport, "_PIECE", 0, guarded=guarded),
    ):
        tracemalloc.start()
        try:
            error = raised(lambda: fetcher(most=100_000).fetch(server.base_url + "/a"))
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert isinstance(error, FetchError)
    with claimed(guarded):
        assert most < 8 * MEGABYTE


PRIVATE = ("http://127.0.0.1/", "http://169.254.169.254/", "http://[::1]/", "http://2130706433/",
           "http://inside.example/", "http://both.example/", "http://turns.example/")  # fmt: skip
PUBLIC = "93.184.216.34"


@both
def test_no_private_address_is_reached(guarded: bool) -> None:
    names = {
        "inside.example": [["10.0.0.5"]],
        "both.example": [[PUBLIC, "127.0.0.1"]],
        "turns.example": [["127.0.0.1"]],
    }
    with SourceServer({"/": page(b"a secret of the inside", "text/plain")}) as server:
        network = Everywhere(int(server.base_url.rpartition(":")[2]))
        for url in PRIVATE:
            # Planted: the setting that allows every address.
            client = fetcher(private=not guarded, resolver=Names(names), network=network)
            raised(lambda client=client, url=url: client.fetch(url))
    with claimed(guarded):
        assert network.reached == []
        assert server.requests == []


# --- what a document does to its reader ---------------------------------------------------------


@both
def test_a_word_file_that_grows_a_thousand_times_is_refused(guarded: bool) -> None:
    spaces = " " * (20 * MEGABYTE)
    bomb = docx(p(r("Some words that stand here.")), **{"word/styles.xml":
                f'<w:styles xmlns:w="{W}">{spaces}</w:styles>'})  # fmt: skip
    assert len(bomb) < MEGABYTE // 10
    with without(word_package, "MAX_RATIO", 10**9, guarded=guarded):
        error = raised(lambda: from_word(bomb))
    with claimed(guarded):
        assert isinstance(error, ExtractionError)
        assert "would grow to" in error.message


@both
def test_a_document_that_takes_too_much_memory_ends_its_child_alone(guarded: bool) -> None:
    bomb = b"words that stand here. " * 700_000
    # Planted: as much as a document asks for.
    most = 100 if guarded else 8_000
    error = raised(
        lambda: extract(bomb, media_type=None, name="a.txt", seconds=120, megabytes=most)
    )
    # The run goes on.
    after = extract(b"Some words.", media_type=None, name="b.txt", seconds=60, megabytes=100)
    assert after.text == "Some words."
    with claimed(guarded):
        assert isinstance(error, ExtractionError)
        assert "100 MB" in error.message


# --- what became of a source --------------------------------------------------------------------


def told_not_found(answer: transport.Answer, known: object) -> fetching.Fetched:
    """Planted: takes whatever comes for the page, its status aside."""
    return fetching.Fetched(answer.body or html("A page", PROSE), "text/html", str(answer.url))


BECAME = {
    "404": (page(html("A page", PROSE), status=404), fetching, "_accepted", told_not_found),
    "a login page": (
        page(html("Sign in | Example Press", "<p>Please sign in to your account. </p>" * 8)),
        pages, "notice", lambda *_: None,
    ),
    "a paywall": (
        page(html("A page", PROSE.replace("lowered", "raised") + "Subscribe to continue reading")),
        pages, "teaser", lambda *_, **__: None,
    ),
    "led to a login": (redirect("/login"), pages, "led_astray", lambda *_: None),
    "without text": (page(html("A page", "<p>Nothing.</p>")), snapshots, "MIN_LETTERS", 0),
}  # fmt: skip


@both
@pytest.mark.parametrize("what", BECAME)
def test_a_source_that_is_gone_is_flagged_and_its_record_stays(
    tmp_path: Path, what: str, guarded: bool
) -> None:
    answer, where, guard, instead = BECAME[what]
    store = FolderStore(tmp_path / "store")
    limits = Limits(MEGABYTE, 60, 1024)
    means = {"project": tmp_path, "blobs": store, "fetcher": fetcher(), "limits": limits,
             "now": NOW}  # fmt: skip
    with SourceServer(
        {"/a": page(html("A page", PROSE)), "/login": page(html("In", PROSE * 2))}
    ) as server:
        known = source(server.base_url + "/a")
        last = retrieve(known, **means)
        server.routes["/a"] = answer
        with without(where, guard, instead, guarded=guarded):
            became = refresh(known, last.snapshot, last.validators, **means)
    # In any case what was cited stands as it was.
    assert "lowered the pulse" in store.text(last.snapshot.text)
    with claimed(guarded):
        assert isinstance(became, Gone)


@both
def test_a_source_that_changed_is_a_new_snapshot_beside_the_old(
    tmp_path: Path, guarded: bool
) -> None:
    class OneText(FolderStore):
        """Planted: one text for a source, which a new one takes the place of."""

        def put(self, kind: str, data: bytes) -> str:
            for path in (tmp_path / "store" / kind).glob("??/*"):
                path.write_bytes(data)
            return super().put(kind, data)

    store = (FolderStore if guarded else OneText)(tmp_path / "store")
    means = {"project": tmp_path, "blobs": store, "fetcher": fetcher(),
             "limits": Limits(MEGABYTE, 60, 1024), "now": NOW}  # fmt: skip
    with SourceServer({"/a": page(html("A page", PROSE))}) as server:
        known = source(server.base_url + "/a")
        last = retrieve(known, **means)
        server.routes["/a"] = page(html("A page", PROSE.replace("lowered", "raised")))
        became = refresh(known, last.snapshot, last.validators, **means)
    assert isinstance(became, Changed)
    assert "raised the pulse" in store.text(became.snapshot.text)
    with claimed(guarded):
        assert raised(lambda: store.text(last.snapshot.text)) is None
        assert "lowered the pulse" in store.text(last.snapshot.text)


def source(url: str) -> Source:
    access = UrlAccess(kind="url", url=url, covers="full_text")
    csl = CslItem(type="webpage", title="A page")
    return Source(key="a-page", tier="T3", tier_reason="a test", csl=csl, access=(access,))


@both
def test_a_source_without_text_cannot_be_cited(tmp_path: Path, guarded: bool) -> None:
    talk = html("A talk", "<video src='a.mp4'></video><p>Watch now.</p>")
    means = {"project": tmp_path, "blobs": FolderStore(tmp_path), "fetcher": fetcher(),
             "limits": Limits(MEGABYTE, 60, 1024), "now": NOW}  # fmt: skip
    with (
        SourceServer({"/a": page(talk)}) as server,
        without(snapshots, "MIN_LETTERS", 0, guarded=guarded),
    ):
        error = raised(lambda: retrieve(source(server.base_url + "/a"), **means))
    with claimed(guarded):
        assert isinstance(error, SourceError)
        assert isinstance(error, NoText)


@both
def test_a_retraction_is_shown_and_queued_and_rewrites_nothing(
    tmp_path: Path, guarded: bool
) -> None:
    workspace = desk.opened(tmp_path / "project")
    made = Desk()
    # The second one cites nothing, and stays.
    said = desk.whole(desk.paragraph(made.cited("It takes eight weeks."), made.llm()), SLUG)
    desk.commit(workspace, said)
    reviewing.submit_and_approve(workspace, SLUG, "Zoe")
    publishing.publish(workspace, [SLUG])
    before = workspace.catalogue.all_versions()
    befell = [Happening(kind="standing", service=None, detail="retracted")]
    workspace.source_log.record("invented-2020", befell, workspace.clock())
    with ExitStack() as planted:
        # Planted: nobody asks what befell the sources.
        for module in (withdrawing, queueing, site_inputs):
            planted.enter_context(without(module, "BEFALLEN", {}, guarded=guarded))
        waiting = reviewing.queue(workspace)
        publishing.publish(workspace, [SLUG])
    shown = (workspace.site / SLUG / "index.html").read_text(encoding="utf-8")
    assert workspace.catalogue.all_versions() == before
    with claimed(guarded):
        assert [one.retracted for one in waiting] == [{"invented-2020": "retracted"}]
        assert "A source does not stand any more" in shown
        assert "It takes eight weeks." not in shown


@both
def test_a_retraction_of_another_work_does_not_count(guarded: bool) -> None:
    known = record()
    others = [says(about="10.5555/work.10"), says(about="1111"), says(about="10.5555/work")]
    # Planted: whatever comes in a service's answer is about the work.
    own = name_of(DOI)
    with without(readings, "name_of", lambda _: own, guarded=guarded):
        found = standing(WORK, others, [known])
    assert standing(WORK, [says()], [known]).status == "retracted"
    with claimed(guarded):
        assert found.status == "unflagged"
