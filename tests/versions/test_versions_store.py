"""What holds for every store: under races, kills and damage, and for names from outside."""

from __future__ import annotations

import shutil
import signal
import time

import pytest
from model.values import snapshot, version
from versions.places import Place
from versions.processes import STORES, side_by_side, start
from versions.store_worker import BLOB

from citewright.errors import DocumentError, IntegrityError, NotFound
from citewright.model.canonical import bytes_digest
from citewright.model.evidence import Snapshot
from citewright.model.version import Version

TAG = "citewright/snapshot/1"


@pytest.mark.parametrize(
    "racers", [4, pytest.param(8, marks=pytest.mark.slow)], ids="{} racers".format
)
def test_racing_writers_leave_one_content_and_nothing_else(place: Place, racers: int) -> None:
    printed = side_by_side("race", place.folder, racers, STORES)
    assert printed == [printed[0]] * racers
    assert printed[0] == [bytes_digest(BLOB + bytes([number])) for number in range(20)]
    store = place.open()
    assert {store.get("raw", digest) for digest in printed[0]} == {
        BLOB + bytes([number]) for number in range(20)
    }
    assert len(place.files()) == 20


def test_a_killed_writer_leaves_nothing_torn(place: Place) -> None:
    store = place.open()
    for wait in (0.0, 0.031):
        process = start("write_on", place.folder, worker=STORES)
        assert process.stdout
        first = process.stdout.readline().strip()
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        acknowledged = [first, *process.communicate(timeout=300)[0].splitlines()]
        whole = [line for line in acknowledged if len(line) == len(first)]
        assert set(whole) <= set(store.digests("raw"))
    store = place.open()
    for digest in store.digests("raw"):
        assert store.get("raw", digest).startswith(BLOB)
    left = [path for path in place.files() if path.name.startswith(".")]
    assert len(left) <= 2
    assert len(place.files()) == len(store.digests("raw")) + len(left)


@pytest.mark.parametrize("damage", [b"", BLOB[:-1], BLOB[:-1] + b"?", BLOB + b"!"], ids=len)
def test_damage_is_seen_and_mended_by_the_next_put(place: Place, damage: bytes) -> None:
    digest = place.open().put("raw", BLOB)
    place.file("raw", digest).write_bytes(damage)
    store = place.open()
    with pytest.raises(IntegrityError, match=digest):
        store.get("raw", digest)
    assert store.put("raw", BLOB) == digest
    assert store.get("raw", digest) == BLOB
    assert place.open().get("raw", digest) == BLOB
    assert place.files() == [place.file("raw", digest)]


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:-1],
        lambda data: data.replace(b"invented.txt", b"inverted.txt"),
        lambda data: data.replace(b",", b", ", 1),
        lambda data: data.replace(b'"length":', b'"length":1,"length":'),
        lambda data: b"[" * 100_000,
        lambda data: b"\xff",
        lambda data: b"1.5",
    ],
)
def test_a_damaged_document_is_seen(place: Place, damage) -> None:
    store = place.open()
    digest = store.put_document("snapshot", TAG, snapshot())
    assert store.get_document("snapshot", TAG, digest, Snapshot) == snapshot()
    path = place.file("snapshot", digest)
    path.write_bytes(damage(path.read_bytes()))
    place.open()
    for read in (store.get_document, store.get_known):
        with pytest.raises(IntegrityError, match=digest):
            read("snapshot", TAG, digest, Snapshot)


def test_a_document_in_anothers_place_is_seen(place: Place) -> None:
    store = place.open()
    one = store.put_document("snapshot", TAG, snapshot())
    other = store.put_document("snapshot", TAG, snapshot("Another text, long enough."))
    shutil.copy(place.file("snapshot", other), place.file("snapshot", one))
    store = place.open()
    with pytest.raises(IntegrityError, match=one):
        store.get_document("snapshot", TAG, one, Snapshot)
    with pytest.raises(IntegrityError, match=other):
        store.get_document("snapshot", "citewright/another/1", other, Snapshot)
    made = store.put_document("snapshot", "citewright/version/1", version())
    with pytest.raises(DocumentError):
        store.get_document("snapshot", "citewright/version/1", made, Snapshot)
    with pytest.raises(DocumentError):
        store.get_known("snapshot", "citewright/version/1", made, Snapshot)
    assert store.get_document("snapshot", "citewright/version/1", made, Version) == version()


def test_what_a_step_hands_to_the_next_is_read_by_another_process(place: Place) -> None:
    digest = place.open().put_document("snapshot", TAG, snapshot(), durable=False)
    assert place.open().get_document("snapshot", TAG, digest, Snapshot) == snapshot()


def test_strays_are_never_listed(place: Place) -> None:
    store = place.open()
    assert store.digests("raw") == []
    digest = store.put("raw", b"x")
    store.put("rawer", b"of another kind")
    for name in (".new-abc", ".DS_Store", "notes.txt", "A" * 64):
        (place.file("raw", digest).parent / name).write_bytes(b"x")
    assert store.digests("raw") == [digest]


def test_many_are_listed_in_order(place: Place) -> None:
    names = [bytes_digest(str(number).encode()) for number in range(1200)]
    for name in names:
        place.file("raw", name).parent.mkdir(parents=True, exist_ok=True)
        place.file("raw", name).touch()
    assert place.open().digests("raw") == sorted(names)


@pytest.mark.parametrize(
    "digest",
    [
        "sha256:../../secret",
        "../../secret",
        "sha256:" + "../" * 20 + "etc/passwd",
        "/etc/passwd",
        "sha256:" + "A" * 64,
        "sha256:" + "0" * 63,
        "sha256:" + "0" * 64 + "\n",
        "",
        "sha256:\0",
    ],
)
def test_a_digest_from_outside_leads_nowhere_else(place: Place, digest: str) -> None:
    store = place.open()
    store.put("text", b"x")
    (place.kept / "secret").write_bytes(b"secret")
    for read in (store.text, lambda name: store.get("text", name)):
        with pytest.raises(NotFound, match="the store has no text"):
            read(digest)
    with pytest.raises(NotFound):
        store.get_document("text", TAG, digest, Snapshot)


def test_what_is_not_there_is_not_found(place: Place) -> None:
    with pytest.raises(NotFound, match="the store has no raw sha256:0000"):
        place.open().get("raw", "sha256:" + "0" * 64)


@pytest.mark.parametrize("data", [b"", b"\0" * 7_000_000], ids=len)
def test_the_smallest_and_large_ones_come_back(place: Place, data: bytes) -> None:
    digest = place.open().put("raw", data)
    assert place.open().get("raw", digest) == data
