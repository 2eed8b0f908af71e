"""Puts and reads a second: this project's stores beside what a user would keep versions in.

The same blobs of 10 kB with a fixed seed, put one after the other by one thread, into folders of
the current folder's file system. The rivals are those of :mod:`benchmarks.store_rivals`; the
folder store and ``sqlite`` alone survive a power cut (docs/stores.md). The two that commit to git
get fewer blobs. ``objects`` is a bucket on this machine (localbucket, which does not sync either).
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

from benchmarks import store_rivals
from benchmarks.installing import Absent
from benchmarks.measuring import Figures
from benchmarks.sizes import size
from benchmarks.store_rivals import Ways
from citewright.model.canonical import bytes_digest
from citewright.versions.folder_store import FolderStore
from citewright.versions.object_store import ObjectStore
from citewright.versions.store import Store

COUNT, FEW = size(300, 10), size(60, 5)
SIZE = 10_000
RIVALS: dict[str, Callable[[Path], Ways]] = {
    "plain": store_rivals.plain,
    "local": store_rivals.local,
    "sqlite": store_rivals.sqlite,
    "git": store_rivals.git,
    "dulwich": store_rivals.dulwich,
}
COMMITTING = ("git", "dulwich")


def run(_: Path) -> Figures:
    """Calls a second; ``again`` puts what is there already."""
    some = blobs(COUNT, SIZE)
    figures: dict[str, float | str] = {}
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as name:
        root = Path(name)
        folder = FolderStore(root / "folder")
        figures |= _measured("folder", some, Ways(_put(folder), _get(folder)))
        for rival, made in RIVALS.items():
            few = some[:FEW] if rival in COMMITTING else some
            try:
                figures |= _measured(rival, few, made(root / rival))
            except (Absent, FileNotFoundError) as error:
                figures |= dict.fromkeys(_names(rival), str(error))
        with _server(root / "objects") as address:
            if address is not None:
                os.environ.update(_environment(address))
                store = ObjectStore("s3://bench/wiki", root / "cache")
                figures |= _measured("objects", some, Ways(_put(store), _get(store)))
            else:
                figures |= dict.fromkeys(_names("objects"), "localbucket is not installed")
    return figures


def _measured(name: str, some: list[bytes], ways: Ways) -> dict[str, float]:
    calls = (ways.put, ways.put, ways.get)
    rates = (a_second(some, call) for call in calls)
    return dict(zip(_names(name), rates, strict=True))


def _names(name: str) -> list[str]:
    return [f"store_{call}_a_second_{name}" for call in ("put", "put_again", "get")]


def a_second(some: list[bytes], call: Callable[[bytes], object]) -> float:
    """Calls a second, one after the other."""
    began = time.perf_counter()
    for blob in some:
        call(blob)
    return len(some) / (time.perf_counter() - began)


def blobs(count: int, length: int, *, seed: int = 7) -> list[bytes]:
    """So many blobs of so many bytes, the same in each run."""
    dice = random.Random(seed)
    return [dice.randbytes(length) for _ in range(count)]


def _put(store: Store) -> Callable[[bytes], str]:
    return lambda blob: store.put("raw", blob)


def _get(store: Store) -> Callable[[bytes], bytes]:
    return lambda blob: store.get("raw", bytes_digest(blob))


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
