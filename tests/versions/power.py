"""Cutting the power while a process writes, by the image of a disk as it is at that moment.

A file system in a file is copied while a process writes into it, and the copy is mounted, which
runs the file system's own recovery. What was written and not synced is not in it, or empty.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

MEGABYTES = 64


@dataclass
class Found:
    """After some cuts: how many acknowledgements there were, those of them that are gone, what
    else is wrong, and the longest recovery in seconds, mounting included.
    """

    acknowledged: int = 0
    lost: int = 0
    wrong: list[str] = field(default_factory=list)
    slowest: float = 0.0


Recover = Callable[[Path, list[str], Found], float]
"""Goes on in what a cut left, given the lines that were printed before, and adds what it finds;
gives the moment (``time.monotonic``) at which all was looked at and usable."""


def new_disk(folder: Path) -> Path:
    """The image of a file system; skips the test where none can be mounted."""
    if os.geteuid() != 0 or not all(map(shutil.which, ("mount", "mkfs.ext4"))):
        pytest.skip("mounting a file system in a file needs root, mount and mkfs.ext4")
    image = folder / "disk"
    with image.open("wb") as file:
        file.truncate(MEGABYTES << 20)
    return image


def cut(
    disk: Path, write: Callable[[Path], subprocess.Popen[str]], recover: Recover, cuts: list[int]
) -> Found:
    """Cut the power while a process writes into a new file system.

    :param write: starts a process that writes into a folder and prints a line for all that it
        acknowledges.
    :param cuts: how often while each of the processes writes.
    """
    dice, found = random.Random(7), Found()
    for times in cuts:
        _must("mkfs.ext4", "-q", "-F", disk)
        with mounted(disk, disk.parent / "mounted") as folder:
            writer = write(folder)
            told: list[str] = []
            try:
                for _ in range(times):
                    told += _written(writer, dice.random() * 0.1)
                    writer.send_signal(signal.SIGSTOP)
                    shutil.copyfile(disk, disk.parent / "copy")
                    began = time.monotonic()
                    with mounted(disk.parent / "copy", disk.parent / "recovered") as left:
                        found.slowest = max(found.slowest, recover(left, told, found) - began)
                    writer.send_signal(signal.SIGCONT)
            finally:
                writer.kill()
                writer.communicate(timeout=300)
        found.acknowledged += len(told)
    return found


def _written(writer: subprocess.Popen[str], seconds: float) -> list[str]:
    """What a process prints in so many seconds, one line at the least."""
    assert writer.stdout
    told = [writer.stdout.readline().strip()]
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        told.append(writer.stdout.readline().strip())
    if not all(told):
        writer.kill()
        raise AssertionError(writer.communicate(timeout=300)[1])
    return told


@contextmanager
def mounted(image: Path, at: Path) -> Iterator[Path]:
    at.mkdir(exist_ok=True)
    _must("mount", "-o", "loop", image, at)
    try:
        yield at
    finally:
        subprocess.run(["umount", at], check=True)


def _must(*command: object) -> None:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode != 0:
        pytest.skip(f"{command[0]} cannot be used here: {done.stderr.strip()[-100:]}")
