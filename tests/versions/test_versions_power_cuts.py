"""The folder store when the power goes, and when a system call of it fails or ends the process.

Whole commits, by the store and the catalogue together, are in ``test_versions_commits_cut.py``.
"""

from __future__ import annotations

import shutil
import time
from functools import partial
from pathlib import Path

import pytest
from versions.places import key
from versions.power import Found, cut, new_disk
from versions.processes import STORES, start
from versions.store_worker import BLOB

from citewright.errors import CitewrightError
from citewright.model.canonical import bytes_digest
from citewright.versions.folder_store import FolderStore

CUTS = [20] * 10
SIZE = 3000
"""Bytes of a blob: small enough that a fast disk is not filled before the last cut."""

pytestmark = pytest.mark.slow


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    return new_disk(tmp_path)


def cut_while(action: str, disk: Path, cuts: list[int]) -> Found:
    write = partial(start, action, argument=str(SIZE), worker=STORES)
    return cut(disk, write, recover, cuts)


def recover(folder: Path, told: list[str], found: Found) -> float:
    store = FolderStore(folder / "store")
    found.lost += sum(not stands(store, digest) for digest in told)
    # What was not acknowledged is whole or not there, or is mended by the next put.
    again = store.put("raw", BLOB + b"0")
    assert store.get("raw", again) == BLOB + b"0"
    return time.monotonic()


def stands(store: FolderStore, digest: str) -> bool:
    try:
        store.get("raw", digest)
    except CitewrightError:
        return False
    return True


def test_nothing_acknowledged_is_lost_in_power_cuts(disk: Path) -> None:
    found = cut_while("write_on", disk, CUTS)
    print(f"{sum(CUTS)} cuts: {found}")
    assert found.acknowledged >= sum(CUTS)
    assert found.lost == 0


def test_without_syncing_they_would_be_lost(disk: Path) -> None:
    """The test above can fail: the same writer without its syncs loses what it acknowledges."""
    assert cut_while("write_unsynced", disk, [3]).lost > 0


FAULTS = [
    *(("fsync", nth, "error=EIO") for nth in range(1, 8)),
    *(("mkdir", nth, "error=EIO") for nth in range(1, 4)),
    ("write", 1, "error=ENOSPC"),
    ("link", 1, "error=EIO"),
    ("link", 1, "signal=KILL"),
    *(("fsync", nth, "signal=KILL") for nth in (1, 2, 4, 7)),
]  # fmt: skip


@pytest.mark.parametrize(("call", "nth", "fault"), FAULTS)
def test_a_system_call_that_fails_leaves_nothing_torn(
    tmp_path: Path, call: str, nth: int, fault: str
) -> None:
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not installed")
    inject = [strace, "-f", "-qq", "-o", "/dev/null", "-e", f"inject={call}:{fault}:when={nth}"]
    process = start("put_once", tmp_path, "some text", *inject, worker=STORES)
    out, error = process.communicate(timeout=300)
    digest = bytes_digest(b"some text")
    store = FolderStore(tmp_path / "store")
    if process.returncode == 0:
        assert out.strip() == digest
        assert store.get("raw", digest) == b"some text"
    elif "KILL" not in fault:
        assert out == ""
        assert "CitewrightError: " in error, error
        assert "cannot be written: " in error
        assert not list((tmp_path / "store").rglob(".new-*"))
    path = tmp_path / "store" / key("raw", digest)
    assert not path.exists() or path.read_bytes() == b"some text"
    assert store.put("raw", b"some text") == digest
    assert store.get("raw", digest) == b"some text"
