from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from fakes.source_server import SourceServer, page, redirect, revalidated

from citewright.errors import ExtractionError, FetchError, InputError, NoText
from citewright.model.canonical import bytes_digest
from citewright.model.source import CslItem, FileAccess, Source, UrlAccess
from citewright.retrieval.fetch import Fetcher, Validators
from citewright.retrieval.snapshots import (
    Changed,
    Gone,
    Limits,
    Retrieved,
    Unchanged,
    refresh,
    retrieve,
    take,
)

NOW = datetime(2026, 6, 4, 12, tzinfo=UTC)
NOTES = "# Notes\n\nSelf-compassion has three components, and each has an opposite.\n"


class FolderBlobs:
    """A store of files named by their digest."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, kind: str, data: bytes) -> str:
        digest = bytes_digest(data)
        path = self.folder / kind / digest.removeprefix("sha256:")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return digest

    def get(self, kind: str, digest: str) -> bytes:
        return (self.folder / kind / digest.removeprefix("sha256:")).read_bytes()


@pytest.fixture
def blobs(tmp_path):
    return FolderBlobs(tmp_path / "blobs")


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "project"
    (folder / "texts").mkdir(parents=True)
    (folder / "texts" / "notes.md").write_text(NOTES)
    return folder


def source(*access: FileAccess | UrlAccess) -> Source:
    return Source(
        key="neff-2023",
        tier="T1",
        tier_reason="a review",
        csl=CslItem(type="article-journal", title="Self-compassion"),
        access=access,
    )


def file(path: str, covers="notes") -> FileAccess:
    return FileAccess(kind="file", path=path, covers=covers)


def url(address: str, covers="full_text") -> UrlAccess:
    return UrlAccess(kind="url", url=address, covers=covers)


def means(project: Path, blobs: FolderBlobs, max_bytes=100_000) -> dict[str, object]:
    return {
        "project": project,
        "blobs": blobs,
        "fetcher": Fetcher(timeout=60, max_bytes=max_bytes, private=True, contact=None, pause=0.01),
        "limits": Limits(max_bytes=max_bytes, extract_seconds=120, extract_megabytes=512),
        "now": NOW,
    }


def snap(what: Source, project: Path, blobs: FolderBlobs, max_bytes=100_000):
    return take(what, **means(project, blobs, max_bytes))


def test_a_file(project, blobs):
    snapshot = snap(source(file("texts/notes.md")), project, blobs)
    text = blobs.get("text", snapshot.text).decode()
    assert text == NOTES.strip()
    assert snapshot.length == len(text)
    assert blobs.get("raw", snapshot.raw) == NOTES.encode()
    assert snapshot.requested == "texts/notes.md"
    assert snapshot.final_url is None
    assert snapshot.media_type == "text/markdown"
    assert snapshot.covers == "notes"
    assert snapshot.retrieved == NOW
    assert snapshot == snap(source(file("texts/notes.md")), project, blobs)


def test_an_address_after_one_that_fails(project, blobs):
    routes = {"/b": page(NOTES.encode(), "text/plain; charset=utf-8")}
    with SourceServer(routes) as server:
        what = source(url(server.base_url + "/a"), url(server.base_url + "/b", "abstract"))
        snapshot = snap(what, project, blobs)
    assert snapshot.requested == snapshot.final_url == server.base_url + "/b"
    assert snapshot.covers == "abstract"
    assert snapshot.media_type == "text/plain; charset=utf-8"


@pytest.mark.parametrize(
    "path",
    [
        "../secret.txt",
        "/etc/hostname",
        "texts/../../secret.txt",
        "link.txt",
        "folder/secret.txt",
        "a\0b",
    ],
)
def test_a_path_out_of_the_project_is_refused(project, blobs, path):
    outside = project.parent / "secret.txt"
    outside.write_text(NOTES)
    (project / "link.txt").symlink_to(outside)
    (project / "folder").symlink_to(project.parent)
    with pytest.raises(InputError, match="path"):
        snap(source(file(path), file("texts/notes.md")), project, blobs)
    assert not blobs.folder.exists()


def test_a_link_inside_the_project_is_fine(project, blobs):
    (project / "link.md").symlink_to(project / "texts" / "notes.md")
    assert snap(source(file("link.md")), project, blobs).requested == "link.md"


def test_no_way_at_all(project, blobs):
    with pytest.raises(NoText, match="'neff-2023' names no way"):
        snap(source(), project, blobs)


def test_every_way_and_its_reason_are_named(project, blobs):
    (project / "short.txt").write_text("Too short.")
    (project / "a.docx").write_bytes(b"PK\x03\x04")
    with SourceServer({"/busy": page(b"", status=503)}) as server:
        what = source(
            file("none.txt"), file("short.txt"), file("a.docx"), url(server.base_url + "/busy")
        )
        with pytest.raises(FetchError) as caught:
            snap(what, project, blobs)
    message = caught.value.message
    for part in ("'neff-2023'", "none.txt", "no file", "8 letters", "Office", "/busy", "503"):
        assert part in message
    assert caught.value.retry
    assert not blobs.folder.exists()


def test_the_error_is_of_the_kind_of_the_failure(project, blobs):
    (project / "short.txt").write_text("Too short.")
    (project / "a.docx").write_bytes(b"PK\x03\x04")
    with pytest.raises(NoText):
        snap(source(file("short.txt")), project, blobs)
    with pytest.raises(ExtractionError) as caught:
        snap(source(file("short.txt"), file("a.docx")), project, blobs)
    assert not caught.value.retry


def test_a_file_that_is_too_large(project, blobs):
    with pytest.raises(FetchError, match="more than 50 bytes"):
        snap(source(file("texts/notes.md")), project, blobs, max_bytes=50)
    assert snap(source(file("texts/notes.md")), project, blobs, max_bytes=len(NOTES))


TEXT = (NOTES * 5).encode()
OTHER = (NOTES.replace("three", "six") * 5).encode()


def html(text: bytes, nonce: str = "") -> bytes:
    body = b"<p>" + b"</p><p>".join(text.split(b"\n\n")) + b"</p>"
    return b"<!doctype html><title>A page</title><article>" + body + nonce.encode()


@pytest.fixture
def server():
    with SourceServer({"/a": revalidated(html(TEXT), etag='"1"')}) as running:
        yield running


@pytest.fixture
def first(server, project, blobs) -> tuple[Source, Retrieved]:
    what = source(url(server.base_url + "/a"))
    return what, retrieve(what, **means(project, blobs))


def stored(blobs: FolderBlobs) -> int:
    return sum(1 for path in blobs.folder.rglob("*") if path.is_file())


def test_a_304_leaves_everything_as_it_is(server, first, project, blobs):
    what, last = first
    assert last.validators == Validators(etag='"1"')
    result = refresh(what, last.snapshot, last.validators, **means(project, blobs))
    assert result == Unchanged(last.validators, downloaded=False)
    assert stored(blobs) == 2


def test_the_same_text_in_other_bytes_is_unchanged(server, first, project, blobs):
    what, last = first
    for body in (html(TEXT), html(TEXT, "<!-- nonce 17 -->")):
        server.routes["/a"] = revalidated(body, etag='"2"')
        result = refresh(what, last.snapshot, last.validators, **means(project, blobs))
        assert result == Unchanged(Validators(etag='"2"'), downloaded=True)
    assert stored(blobs) == 2


def test_another_text_is_a_new_snapshot_beside_the_last(server, first, project, blobs):
    what, last = first
    server.routes["/a"] = revalidated(html(OTHER), etag='"2"')
    result = refresh(what, last.snapshot, last.validators, **means(project, blobs))
    assert isinstance(result, Changed)
    assert result.validators == Validators(etag='"2"')
    assert "six components" in blobs.get("text", result.snapshot.text).decode()
    assert "three components" in blobs.get("text", last.snapshot.text).decode()
    assert result.snapshot.digest != last.snapshot.digest


def test_what_a_newer_reader_sees_differently_is_no_change(server, first, project, blobs):
    what, last = first
    server.routes["/a"] = page(html(TEXT, "<!-- nonce -->"))
    older = last.snapshot.model_copy(
        update={"extractor_version": "0", "text": blobs.put("text", b"as an older reader had it")}
    )
    result = refresh(what, older, last.validators, **means(project, blobs))
    assert isinstance(result, Unchanged)
    server.routes["/a"] = page(html(OTHER))
    assert isinstance(refresh(what, older, last.validators, **means(project, blobs)), Changed)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (page(b"", status=404), "404"),
        (page(b"", status=410), "410"),
        (redirect("/login"), "login page"),
        (page(b"<html><title>Page not found</title>"), "error page"),
        (page(html(TEXT) + b"<p>Subscribe to continue reading"), "an extract of"),
        (page(b"<html><title>A page</title><p>Nothing.</p>"), "7 letters"),
    ],
)
def test_a_source_that_is_gone(server, first, project, blobs, answer, reason):
    what, last = first
    server.routes["/a"] = answer
    result = refresh(what, last.snapshot, last.validators, **means(project, blobs))
    assert isinstance(result, Gone)
    assert reason in result.reason
    assert server.base_url in result.reason
    assert stored(blobs) == 2


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_server_that_fails_for_now_says_nothing(server, first, project, blobs, status):
    what, last = first
    server.routes["/a"] = page(b"", status=status)
    with pytest.raises(FetchError) as caught:
        refresh(what, last.snapshot, last.validators, **means(project, blobs))
    assert caught.value.retry


def test_validators_go_to_where_a_redirect_leads(server, project, blobs):
    server.routes["/moved"] = redirect("/a")
    what = source(url(server.base_url + "/moved"))
    last = retrieve(what, **means(project, blobs))
    result = refresh(what, last.snapshot, last.validators, **means(project, blobs))
    assert result == Unchanged(last.validators, downloaded=False)


def test_a_file_of_the_project(project, blobs):
    what = source(file("texts/notes.md"))
    last = retrieve(what, **means(project, blobs))
    assert refresh(what, last.snapshot, last.validators, **means(project, blobs)) == Unchanged(
        Validators(), downloaded=True
    )
    (project / "texts" / "notes.md").write_text(NOTES + "\nMore of them.\n")
    assert isinstance(
        refresh(what, last.snapshot, last.validators, **means(project, blobs)), Changed
    )
    (project / "texts" / "notes.md").unlink()
    assert isinstance(refresh(what, last.snapshot, last.validators, **means(project, blobs)), Gone)


def test_a_source_with_other_ways_by_now(server, first, project, blobs):
    _, last = first
    elsewhere = source(file("texts/notes.md"))
    result = refresh(elsewhere, last.snapshot, last.validators, **means(project, blobs))
    assert isinstance(result, Changed)
    assert result.snapshot.requested == "texts/notes.md"


def test_a_teaser_is_no_full_text_but_an_abstract(server, project, blobs):
    server.routes["/t"] = page(html(TEXT) + b"<p>Access through your institution")
    address = server.base_url + "/t"
    with pytest.raises(FetchError, match="an extract of"):
        snap(source(url(address)), project, blobs)
    assert snap(source(url(address, "abstract")), project, blobs).covers == "abstract"
