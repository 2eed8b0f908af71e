"""The store in Azure, and in Google Cloud Storage, as their own programs and protocols have it.

Azure is Azurite, Microsoft's own emulator (``npm install azurite``; its folder of programs on the
PATH). For Google's there is none that speaks the XML interface, by which obstore writes and lists:
a proxy says to a server of S3 objects what Google's headers mean.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from email.utils import formatdate
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import obstore
import pytest
from object_servers import ObjectServer, program, translating
from obstore.exceptions import AlreadyExistsError
from obstore.store import from_url

from citewright.errors import IntegrityError, NotFound, SettingsError
from citewright.model.canonical import bytes_digest
from citewright.versions.object_store import ObjectStore

ACCOUNT, ACCOUNT_KEY = "tester", base64.b64encode(b"a-canary-that-no-message-may-hold").decode()
VERSION = "2021-08-06"
"""Of Azure's interface, by which the container is made."""

Empty = Callable[[], str]
"""Gives the URL of an empty prefix, whose server the environment leads to."""


@contextmanager
def azurite(folder: Path) -> Iterator[str]:
    """The address of an account at a server of Azure's."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [program("azurite-blob"), "--silent", "--disableTelemetry", "--skipApiVersionCheck"]
    command += ["--blobHost", "127.0.0.1", "--blobPort", str(port), "--location", str(folder)]
    accounts = {"AZURITE_ACCOUNTS": f"{ACCOUNT}:{ACCOUNT_KEY}", "PATH": "/usr/bin:/usr/local/bin"}
    server = subprocess.Popen(command, env=accounts, stdout=subprocess.DEVNULL)
    try:
        for _ in range(2400):
            assert server.poll() is None, command
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}/{ACCOUNT}"
    finally:
        server.kill()
        server.wait(timeout=120)


def make_container(address: str, name: str) -> None:
    """By Azure's Shared Key: the method, the headers of its own and the resource, signed."""
    own = f"x-ms-date:{formatdate(usegmt=True)}\nx-ms-version:{VERSION}"
    resource = f"/{ACCOUNT}/{ACCOUNT}/{name}\nrestype:container"
    signed = "\n".join(["PUT", *[""] * 11, own, resource])
    key = base64.b64decode(ACCOUNT_KEY)
    signature = base64.b64encode(hmac.digest(key, signed.encode(), hashlib.sha256)).decode()
    headers = dict(line.split(":", 1) for line in own.splitlines())
    headers["Authorization"] = f"SharedKey {ACCOUNT}:{signature}"
    where = urlsplit(address)
    server = http.client.HTTPConnection(where.netloc, timeout=120)
    server.request("PUT", f"{where.path}/{name}?restype=container", b"", headers)
    assert server.getresponse().status == 201
    server.close()


@pytest.fixture(scope="module")
def azure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Empty]:
    with azurite(tmp_path_factory.mktemp("azure")) as address, pytest.MonkeyPatch.context() as set_:
        set_.setenv("AZURE_STORAGE_ACCOUNT_NAME", ACCOUNT)
        set_.setenv("AZURE_STORAGE_ACCOUNT_KEY", ACCOUNT_KEY)
        set_.setenv("AZURE_STORAGE_ENDPOINT", address)
        set_.setenv("AZURE_ALLOW_HTTP", "true")

        def empty() -> str:
            name = f"box-{uuid4().hex[:12]}"
            make_container(address, name)
            return f"az://{name}/wiki"

        yield empty


@pytest.fixture(scope="module")
def google(
    object_server: ObjectServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Empty]:
    account = tmp_path_factory.mktemp("google") / "account.json"
    with translating(object_server) as address, pytest.MonkeyPatch.context() as set_:
        told = {"gcs_base_url": address, "disable_oauth": True}
        told |= {"client_email": "", "private_key": "", "private_key_id": ""}
        account.write_text(json.dumps(told), encoding="utf-8")
        set_.setenv("GOOGLE_SERVICE_ACCOUNT", str(account))
        set_.setenv("GOOGLE_ALLOW_HTTP", "true")
        yield lambda: f"gs://{object_server.new_bucket()}/wiki"


@pytest.fixture(params=["azure", "google"])
def url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty prefix, at each of the services."""
    empty: Empty = request.getfixturevalue(request.param)
    return empty()


def test_what_is_put_is_got_listed_and_kept_by_its_content(url: str, tmp_path: Path) -> None:
    first = ObjectStore(url, tmp_path / "first")
    put = sorted(first.put("raw", bytes([number]) * 1000) for number in range(20))
    assert first.put("raw", bytes([7]) * 1000) in put
    other = ObjectStore(url, tmp_path / "other")
    assert other.digests("raw") == put
    assert other.digests("text") == []
    assert other.get("raw", put[0]) in {bytes([number]) * 1000 for number in range(20)}
    with pytest.raises(NotFound):
        other.get("raw", bytes_digest(b"never put"))


def test_of_eight_that_put_different_content_under_one_key_one_does(url: str) -> None:
    bucket = from_url(url)

    def put(racer: int) -> bool:
        try:
            obstore.put(bucket, "race", str(racer).encode() * 20_000, mode="create")
        except AlreadyExistsError:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        won = list(threads.map(put, range(8)))
    assert won.count(True) == 1
    assert bytes(obstore.get(bucket, "race").bytes()) == str(won.index(True)).encode() * 20_000


def test_damage_is_seen_and_mended_by_the_next_put(url: str, tmp_path: Path) -> None:
    digest = ObjectStore(url, tmp_path / "first").put("raw", b"x")
    name = digest.removeprefix("sha256:")
    obstore.put(from_url(url), f"raw/{name[:2]}/{name}", b"y")
    with pytest.raises(IntegrityError, match=digest):
        ObjectStore(url, tmp_path / "second").get("raw", digest)
    ObjectStore(url, tmp_path / "second").put("raw", b"x")
    assert ObjectStore(url, tmp_path / "third").get("raw", digest) == b"x"


def test_a_bucket_that_is_not_there_is_told_as_such(url: str, tmp_path: Path) -> None:
    absent = url.replace("/wiki", "-of-nobody/wiki")
    with pytest.raises(SettingsError, match="there is no bucket") as caught:
        ObjectStore(absent, tmp_path).put("raw", b"x")
    assert "canary" not in str(caught.value)


def test_a_wrong_key_is_refused_and_not_shown(
    azure: Empty, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = azure()
    wrong = base64.b64encode(b"another-canary-that-is-wrong").decode()
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_KEY", wrong)
    with pytest.raises(SettingsError, match="403") as caught:
        ObjectStore(url, tmp_path).put("raw", b"x")
    assert wrong not in str(caught.value)
