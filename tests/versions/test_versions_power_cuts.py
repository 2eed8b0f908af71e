"""The folder store when the power goes, and when a system call of it fails or ends the process.

A power cut is what a disk's image holds at a moment: a file system in a file is copied while a
process writes into it, and the copy is mounted, which runs the file system's own recovery. What was
written and not synced is not in it, or empty.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from versions.places import key
from versions.processes import STORES, start
from versions.store_worker import BLOB

from citewright.errors import CitewrightError
from citewright.model.canonical import bytes_digest
from citewright.versions.folder_store import FolderStore

WRITERS, CUTS = 10, 20
MEGABYTES = 64
SIZE = 3000
"""Bytes of a blob: small enough that a fast disk is not filled before the last cut."""

pytestmark = pytest.mark.slow


def must(*command: object) -> None:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode != 0:
        pytest.skip(f"{command[0]} cannot be used here: {done.stderr.strip()[-100:]}")


@contextmanager
def mounted(image: Path, at: Path) -> Iterator[Path]:
    at.mkdir(exist_ok=True)
    must("mount", "-o", "loop", image, at)
    try:
        yield at
    finally:
        subprocess.run(["umount", at], check=True)


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    """The image of an empty file system."""
    if os.geteuid() != 0 or not all(map(shutil.which, ("mount", "mkfs.ext4"))):
        pytest.skip("mounting a file system in a file needs root, mount and mkfs.ext4")
    image = tmp_path / "disk"
    with image.open("wb") as file:
        file.truncate(MEGABYTES << 20)
    must("mkfs.ext4", "-q", image)
    return image


@dataclass
class Found:
    """Acknowledged blobs, those of them lost or torn, and the longest recovery in seconds."""

    acknowledged: int = 0
    lost: int = 0
    slowest: float = 0.0


def cut(disk: Path, action: str, writers: int, cuts: int) -> Found:
    """Cut the power several times while each of some processes writes into a new file system."""
    dice, found = random.Random(7), Found()
    for _ in range(writers):
        must("mkfs.ext4", "-q", "-F", disk)
        with mounted(disk, disk.parent / "mounted") as folder:
            writer = start(action, folder, str(SIZE), worker=STORES)
            assert writer.stdout
            told = []
            for _ in range(cuts):
                told.append(writer.stdout.readline().strip())
                until = time.monotonic() + dice.random() * 0.1
                while time.monotonic() < until:
                    told.append(writer.stdout.readline().strip())
                assert all(told), "the writer has ended"
                writer.send_signal(signal.SIGSTOP)
                shutil.copyfile(disk, disk.parent / "copy")
                recover(disk.parent / "copy", told, found)
                writer.send_signal(signal.SIGCONT)
            writer.kill()
            writer.communicate(timeout=300)
        found.acknowledged += len(told)
    return found


def recover(copy: Path, told: list[str], found: Found) -> None:
    began = time.monotonic()
    with mounted(copy, copy.parent / "recovered") as folder:
        store = FolderStore(folder / "store")
        found.lost += sum(not stands(store, digest) for digest in told)
        # What was not acknowledged is whole or not there, or is mended by the next put.
        again = store.put("raw", BLOB + b"0")
        assert store.get("raw", again) == BLOB + b"0"
    found.slowest = max(found.slowest, time.monotonic() - began)


def stands(store: FolderStore, digest: str) -> bool:
    try:
        store.get("raw", digest)
    except CitewrightError:
        return False
    return True


def test_nothing_acknowledged_is_lost_in_power_cuts(disk: Path) -> None:
    found = cut(disk, "write_on", WRITERS, CUTS)
    print(f"{WRITERS * CUTS} cuts: {found}")
    assert found.acknowledged >= WRITERS * CUTS
    assert found.lost == 0
    assert found.slowest < 60


def test_without_syncing_they_would_be_lost(disk: Path) -> None:
    """The test above can fail: the same writer without its syncs loses what it acknowledges."""
    assert cut(disk, "write_unsynced", 1, 3).lost > 0


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
