"""Puts and reads a second: this project's stores beside plain files and obstore's own LocalStore.

The same blobs of 10 kB with a fixed seed, put one after the other by one thread, into folders of
the current folder's file system. ``plain`` writes a file and renames it, as is mostly done;
``local`` is obstore's LocalStore with a conditional put; neither syncs, so neither survives a power
cut (docs/stores.md). ``objects`` is a bucket on this machine (localbucket, which does not sync
either); its figures are left out where that is not installed.
"""

from __future__ import annotations

import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import obstore
from obstore.store import LocalStore

from citewright.model.canonical import bytes_digest
from citewright.versions.folder_store import FolderStore
from citewright.versions.object_store import ObjectStore
from citewright.versions.store import Name, Store

COUNT = 300
SIZE = 10_000


def run(_: Path) -> dict[str, float]:
    """Calls a second; ``again`` puts what is there already."""
    blobs = _blobs()
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as name:
        root = Path(name)
        figures |= _measured("plain", blobs, *_plain(root / "plain"))
        figures |= _measured("local", blobs, *_local(root / "local"))
        folder = FolderStore(root / "folder")
        figures |= _measured("folder", blobs, _put(folder), _get(folder))
        with _server(root / "objects") as address:
            if address is not None:
                os.environ.update(_environment(address))
                store = ObjectStore("s3://bench/wiki", root / "cache")
                figures |= _measured("objects", blobs, _put(store), _get(store))
    return figures


def _measured(
    name: str, blobs: list[bytes], put: Callable[[bytes], object], get: Callable[[bytes], object]
) -> dict[str, float]:
    return {
        f"store_put_a_second_{name}": _a_second(blobs, put),
        f"store_put_again_a_second_{name}": _a_second(blobs, put),
        f"store_get_a_second_{name}": _a_second(blobs, get),
    }


def _a_second(blobs: list[bytes], call: Callable[[bytes], object]) -> float:
    began = time.perf_counter()
    for blob in blobs:
        call(blob)
    return len(blobs) / (time.perf_counter() - began)


def _blobs() -> list[bytes]:
    dice = random.Random(7)
    return [dice.randbytes(SIZE) for _ in range(COUNT)]


def _put(store: Store) -> Callable[[bytes], str]:
    return lambda blob: store.put("raw", blob)


def _get(store: Store) -> Callable[[bytes], bytes]:
    return lambda blob: store.get("raw", bytes_digest(blob))


def _plain(root: Path) -> tuple[Callable[[bytes], object], Callable[[bytes], object]]:
    def put(blob: bytes) -> None:
        path = root / Name("raw", bytes_digest(blob)).key
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            new = path.with_suffix(".new")
            new.write_bytes(blob)
            new.replace(path)

    return put, lambda blob: (root / Name("raw", bytes_digest(blob)).key).read_bytes()


def _local(root: Path) -> tuple[Callable[[bytes], object], Callable[[bytes], object]]:
    store = LocalStore(root, mkdir=True)

    def put(blob: bytes) -> None:
        try:
            obstore.put(store, Name("raw", bytes_digest(blob)).key, blob, mode="create")
        except obstore.exceptions.AlreadyExistsError:
            return

    def get(blob: bytes) -> bytes:
        return bytes(obstore.get(store, Name("raw", bytes_digest(blob)).key).bytes())

    return put, get


def _environment(address: str) -> dict[str, str]:
    return {
        "AWS_ENDPOINT_URL": address,
        "AWS_ALLOW_HTTP": "true",
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
        "AWS_REGION": "us-east-1",
    }


@contextmanager
def _server(root: Path) -> Iterator[str | None]:
    """A server on loopback with an empty bucket; None where there is none."""
    beside = Path(sys.executable).parent / "localbucket"
    command = str(beside) if beside.is_file() else shutil.which("localbucket")
    if command is None:
        yield None
        return
    (root / "bench").mkdir(parents=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    quiet = subprocess.DEVNULL
    server = subprocess.Popen([command, "--port", str(port), str(root)], stdout=quiet, stderr=quiet)
    try:
        _wait(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait(timeout=30)


def _wait(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("the server does not listen")
