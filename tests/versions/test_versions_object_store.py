"""The store in a bucket: what the server honours, fails or refuses, and the local cache."""

from __future__ import annotations

import logging
import subprocess
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Timer

import obstore
import pytest
from object_servers import SECRET, ObjectServer, environment, failing_before, program
from obstore.exceptions import AlreadyExistsError
from obstore.store import from_url
from versions.places import Place, key

from citewright.errors import CitewrightError, IntegrityError, NotFound, SettingsError
from citewright.model.canonical import bytes_digest
from citewright.versions.folder_store import FolderStore
from citewright.versions.object_store import ObjectStore

NAMED = bytes_digest(b"x")
MISSING = "sha256:" + "0" * 64


@pytest.fixture
def url(in_bucket: Place) -> str:
    """The URL of an empty prefix in a bucket; the environment leads to its server."""
    return (in_bucket.folder / "store-url").read_text(encoding="utf-8")


def opened(url: str, cache: Path, patience: float = 60.0) -> ObjectStore:
    return ObjectStore(url, cache, patience=patience)


def test_the_server_honours_a_conditional_put(url: str) -> None:
    """What all of this rests on: of eight that put different content under one key, one does."""
    bucket = from_url(url)

    def put(race: int, racer: int) -> bool:
        try:
            obstore.put(bucket, f"race/{race}", str(racer).encode() * 20_000, mode="create")
        except AlreadyExistsError:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        for race in range(20):
            won = list(threads.map(put, [race] * 8, range(8)))
            assert won.count(True) == 1
            kept = bytes(obstore.get(bucket, f"race/{race}").bytes())
            assert kept == str(won.index(True)).encode() * 20_000


def test_of_eight_threads_that_put_the_same_one_writes_it(
    url: str, object_server: ObjectServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with failing_before(object_server) as (address, told):
        monkeypatch.setenv("AWS_ENDPOINT_URL", address)
        stores = [opened(url, tmp_path / f"cache-{number}") for number in range(8)]
        with ThreadPoolExecutor(8) as threads:
            put = list(threads.map(lambda store: store.put("raw", b"x"), stores))
    assert put == [NAMED] * 8
    # The seven that were told that it is there have read and compared it.
    assert sorted(method for method, _ in told.seen) == ["GET"] * 7 + ["PUT"] * 8


@pytest.mark.parametrize(
    ("script", "sent"),
    [
        (["503", "503"], ["PUT", "PUT", "PUT"]),
        # What was put by the request whose answer was lost is found, compared, and stands.
        (["lost"], ["PUT", "PUT", "GET"]),
        (["lost", "503", "lost"], ["PUT", "PUT", "PUT", "PUT", "GET"]),
    ],
    ids=" ".join,
)
def test_a_failing_server_is_asked_again(
    url: str,
    object_server: ObjectServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    script: list[str],
    sent: list[str],
) -> None:
    with failing_before(object_server) as (address, told):
        monkeypatch.setenv("AWS_ENDPOINT_URL", address)
        told.script += script
        assert opened(url, tmp_path / "one").put("raw", b"x") == NAMED
        assert [method for method, _ in told.seen] == sent
        told.script += ["503", "503"]
        assert opened(url, tmp_path / "two").get("raw", NAMED) == b"x"
        told.script += ["503", "503"]
        assert opened(url, tmp_path / "two").digests("raw") == [NAMED]
        assert told.script == []


def test_patience_has_an_end(
    url: str, object_server: ObjectServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with failing_before(object_server) as (address, told):
        monkeypatch.setenv("AWS_ENDPOINT_URL", address)
        told.script += ["503"] * 1000
        store = opened(url, tmp_path / "cache", patience=0.5)
        with pytest.raises(CitewrightError, match=r"503") as caught:
            store.put("raw", b"x")
        assert caught.value.retry
        assert len(told.seen) < 20
        with pytest.raises(CitewrightError, match=r"cannot be read: .* gave 503"):
            store.get("raw", NAMED)
        with pytest.raises(CitewrightError, match=r"cannot be listed: .* gave 503"):
            store.digests("raw")
    # Nothing was acknowledged, so nothing is believed to be there.
    monkeypatch.setenv("AWS_ENDPOINT_URL", object_server.address)
    with pytest.raises(NotFound):
        opened(url, tmp_path / "cache").get("raw", NAMED)


@pytest.fixture
def restarting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[ObjectServer, str]]:
    """A server of this test's own and the URL of a bucket there."""
    server = ObjectServer("localbucket", tmp_path / "objects")
    for name, value in environment(server.address).items():
        monkeypatch.setenv(name, value)
    yield server, f"s3://{server.new_bucket()}"
    server.stop()


def test_a_server_may_be_restarted_in_the_middle(
    restarting: tuple[ObjectServer, str], tmp_path: Path
) -> None:
    server, url = restarting
    store = opened(url, tmp_path / "cache", patience=300.0)
    before = [store.put("raw", bytes([number])) for number in range(20)]
    server.stop()
    again = Timer(0.7, server.start)
    again.start()
    after = [store.put("raw", bytes([number])) for number in range(20, 40)]
    again.join()
    anew = opened(url, tmp_path / "another")
    assert anew.digests("raw") == sorted(before + after)
    assert [anew.get("raw", digest) for digest in before + after] == [
        bytes([number]) for number in range(40)
    ]


def test_what_is_in_the_cache_is_read_without_the_server(
    restarting: tuple[ObjectServer, str], tmp_path: Path
) -> None:
    server, url = restarting
    store = opened(url, tmp_path / "cache", patience=0.2)
    put = store.put("raw", b"x")
    server.stop()
    assert opened(url, tmp_path / "cache", patience=0.2).get("raw", put) == b"x"
    with pytest.raises(CitewrightError, match=r"cannot be read: .* gave no answer") as caught:
        opened(url, tmp_path / "empty", patience=0.2).get("raw", put)
    assert caught.value.retry
    with pytest.raises(CitewrightError, match=r"cannot be stored: .* gave no answer"):
        store.put("raw", b"x")


def test_a_damaged_cache_is_not_believed_and_mended(url: str, tmp_path: Path) -> None:
    put = opened(url, tmp_path / "cache").put("raw", b"x")
    cached = tmp_path / "cache" / key("raw", put)
    for damage in (b"", b"y"):
        cached.write_bytes(damage)
        assert opened(url, tmp_path / "cache").get("raw", put) == b"x"
        assert cached.read_bytes() == b"x"


def test_what_is_damaged_at_the_server_does_not_enter_the_cache(
    in_bucket: Place, url: str, tmp_path: Path
) -> None:
    put = opened(url, tmp_path / "one").put("raw", b"x")
    in_bucket.file("raw", put).write_bytes(b"y")
    with pytest.raises(IntegrityError):
        opened(url, tmp_path / "two").get("raw", put)
    assert not (tmp_path / "two" / key("raw", put)).exists()


def test_a_cache_that_cannot_be_used_stops_nothing(
    url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "cache").write_text("a file where a folder belongs", encoding="utf-8")
    store = opened(url, tmp_path / "cache")
    with caplog.at_level(logging.WARNING):
        assert store.get("raw", store.put("raw", b"x")) == b"x"
    assert "the cache is of no use" in caplog.text


def told_of(error: CitewrightError) -> str:
    """All that a log could hold of an error."""
    return "".join(traceback.format_exception(error)) + str(error.as_dict())


@pytest.fixture
def guarded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ObjectServer]:
    """A server that checks signatures; the environment holds the right credentials."""
    server = ObjectServer("rclone", tmp_path / "guarded")
    for name, value in environment(server.address).items():
        monkeypatch.setenv(name, value)
    yield server
    server.stop()


def test_wrong_credentials_are_told_and_not_shown(
    guarded: ObjectServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"s3://{guarded.new_bucket()}/wiki"
    right = opened(url, tmp_path / "right")
    put = right.put("raw", b"x")
    # This server ignores the condition: the same content is written again, and stands.
    assert right.put("raw", b"x") == put
    assert opened(url, tmp_path / "anew").get("raw", put) == b"x"
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", f"not-{SECRET}")
    wrong = opened(url, tmp_path / "wrong")
    for ask in (
        lambda: wrong.put("raw", b"x"),
        lambda: wrong.get("raw", put),
        lambda: wrong.digests("raw"),
    ):
        with pytest.raises(SettingsError, match=r"refuses it .403 SignatureDoesNotMatch") as caught:
            ask()
        assert not caught.value.retry
        assert "AWS_SECRET_ACCESS_KEY" in caught.value.hint
        told = told_of(caught.value)
        assert SECRET not in told
        assert "tester" not in told
        assert "PermissionDenied" not in told


def test_a_bucket_that_is_not_there_is_told(
    in_bucket: Place, object_server: ObjectServer, tmp_path: Path
) -> None:
    store = opened("s3://no-such-bucket/wiki", tmp_path / "cache")
    for ask in (
        lambda: store.put("raw", b"x"),
        lambda: store.get("raw", NAMED),
        lambda: store.digests("raw"),
    ):
        with pytest.raises(SettingsError, match="there is no bucket for s3://no-such-bucket/wiki"):
            ask()


def test_plain_http_has_to_be_allowed(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ALLOW_HTTP", "false")
    with pytest.raises(SettingsError, match="none that may be used") as caught:
        opened(url, tmp_path).get("raw", MISSING)
    assert "AWS_ALLOW_HTTP=true" in caught.value.hint


@pytest.mark.parametrize(
    ("url", "name", "value"),
    [
        ("az://container/wiki", "AZURE_STORAGE_ACCOUNT_NAME", ""),
        ("az://container/wiki", "AZURE_STORAGE_ACCOUNT_KEY", SECRET + "?"),
        ("gs://bucket/wiki", "GOOGLE_SERVICE_ACCOUNT_KEY", f'{{"private_key": "{SECRET}"}}'),
    ],
)
def test_an_environment_that_does_not_do_is_told_and_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, name: str, value: str
) -> None:
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_NAME", "tester")
    monkeypatch.setenv(name, value) if value else monkeypatch.delenv(name)
    with pytest.raises(SettingsError, match=f"{url} cannot be opened") as caught:
        opened(url, tmp_path)
    assert "AZURE_STORAGE_ACCOUNT_KEY" in caught.value.hint
    assert SECRET not in told_of(caught.value)


def test_a_folder_is_moved_into_a_bucket_by_a_copy(
    in_bucket: Place, url: str, object_server: ObjectServer, tmp_path: Path
) -> None:
    """Both keep the same files under the same names; the command is that of docs/stores.md."""
    put = [FolderStore(tmp_path / "store").put("raw", bytes([number])) for number in range(5)]
    there = f":s3,provider=Other,env_auth,endpoint='{object_server.address}':"
    copy = ["copy", "--config", "", "--s3-no-check-bucket", str(tmp_path / "store")]
    subprocess.run(
        [program("rclone"), *copy, there + url.removeprefix("s3://")], check=True, timeout=300
    )
    assert opened(url, tmp_path / "cache").digests("raw") == sorted(put)
    assert [opened(url, tmp_path / "cache").get("raw", one) for one in put]
