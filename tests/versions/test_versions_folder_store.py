"""The store in a folder: a full disk, and what is on the disk before it is acknowledged."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from versions.places import key
from versions.processes import STORES, start

from citewright.errors import CitewrightError
from citewright.model.canonical import bytes_digest
from citewright.versions.folder_store import FolderStore


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def stored(folder: Path, digest: str) -> Path:
    return folder / key("raw", digest)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 200 kilobytes."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = shutil.which("mount")
    if mount is None or os.geteuid() != 0:
        pytest.skip("mounting a small file system needs root")
    made = subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=200k", "tmpfs", folder], capture_output=True
    )
    if made.returncode != 0:
        pytest.skip("a small file system cannot be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def test_a_full_disk_leaves_nothing_half_written(small_disk: Path) -> None:
    store = FolderStore(small_disk)
    kept = store.put("raw", b"small")
    with pytest.raises(CitewrightError, match="cannot be written: No space left") as caught:
        store.put("raw", b"x" * 1_000_000)
    assert caught.value.retry
    assert files(small_disk) == [stored(small_disk, kept)]
    assert store.get("raw", store.put("raw", b"small too")) == b"small too"


def test_what_cannot_be_read_or_written_is_said(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    digest = store.put("raw", b"x")
    stored(tmp_path, digest).unlink()
    stored(tmp_path, digest).mkdir()
    with pytest.raises(CitewrightError, match="cannot be read: Is a directory"):
        store.get("raw", digest)
    (tmp_path / "text").write_bytes(b"a file where a folder belongs")
    with pytest.raises(CitewrightError, match="cannot be written"):
        store.put("text", b"x")


def calls(folder: Path) -> list[tuple[str, str]]:
    """The system calls of one put: the name, and the path it was about."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not installed")
    log = folder.with_suffix(".log")
    watched = (
        "-f",
        "-y",
        "-s",
        "200",
        "-e",
        "trace=fsync,fdatasync,link,linkat,rename,write",
        "-o",
        str(log),
    )
    process = start("put_once", folder.parent, "some text", strace, *watched, worker=STORES)
    out, error = process.communicate(timeout=60)
    if process.returncode != 0:
        pytest.skip(f"strace cannot run here: {error.strip()[-100:]}")
    found = []
    for line in log.read_text(encoding="utf-8").splitlines():
        match = re.match(r"\d+\s+(\w+)\((.*)\)\s+= (\d+)", line)
        if match and (str(folder) in match[2] or out.strip() in match[2]):
            found.append((match[1], match[2]))
    return found


@pytest.mark.parametrize("again", [False, True])
def test_a_put_is_on_the_disk_before_it_is_acknowledged(tmp_path: Path, again: bool) -> None:
    folder = tmp_path / "store"
    digest = bytes_digest(b"some text")
    if again:
        assert FolderStore(folder).put("raw", b"some text") == digest
    found = calls(folder)
    names = [name for name, _ in found]
    parents = [stored(folder, digest).parent, folder / "raw", folder]
    synced = [
        max(i for i, (name, what) in enumerate(found) if name == "fsync" and f"<{parent}>" in what)
        for parent in parents
    ]
    told = next(i for i, (name, what) in enumerate(found) if name == "write" and digest in what)
    assert max(synced) < told
    if again:
        assert not {"link", "linkat", "rename"} & set(names)
        return
    link = next(i for i, name in enumerate(names) if name in {"link", "linkat"})
    file_synced = next(i for i, (n, what) in enumerate(found) if n == "fsync" and ".new-" in what)
    written = next(i for i, (n, what) in enumerate(found) if n == "write" and ".new-" in what)
    assert written < file_synced < link < min(synced)
