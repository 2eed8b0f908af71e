"""System calls of a process that are made to fail, or to be its last, by strace."""

from __future__ import annotations

import ctypes
import os
import shutil
import socket
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from citewright.errors import CitewrightError

_SET_PTRACER, _ANYBODY = 0x59616D61, ctypes.c_ulong(-1)


@dataclass(frozen=True)
class Ended:
    """How a process ended: what it said, as itself or as an error of the product's own, or what it
    raised beside these; nothing of the three where it was killed.
    """

    said: str = ""
    error: str = ""
    raised: str = ""

    @property
    def killed(self) -> bool:
        return not (self.said or self.error or self.raised)


def traced(do: Callable[[], str], *options: str) -> Ended:
    """Run in a process of its own, a fork of this one, under strace from its first step.

    :param options: strace's, such as ``-e inject=…``.
    """
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not installed")
    ours, theirs = socket.socketpair()
    child = os.fork()
    if child == 0:
        ours.close()
        _run(do, theirs)
    theirs.close()
    tracer = subprocess.Popen(
        [strace, "-f", "-p", str(child), *options], stderr=subprocess.PIPE, text=True
    )
    try:
        assert tracer.stderr
        told = tracer.stderr.readline()
        attached = "attached" in told
        ours.sendall(b"go" if attached else b"no")
        with ours, ours.makefile("rb") as lines:
            said = lines.read().decode()
    finally:
        os.waitpid(child, 0)
        tracer.communicate(timeout=60)
    if not attached:
        pytest.skip(f"strace cannot be used here: {told.strip()[-100:]}")
    kind, _, text = said.partition(" ")
    return Ended(**{kind: text}) if kind else Ended()


def _run(do: Callable[[], str], to: socket.socket) -> None:
    """What the child does; it says how it ended by calls that none of those made to fail is."""
    try:
        # Where only a parent may trace, as a user who is not root: whoever wants to.
        ctypes.CDLL(None).prctl(_SET_PTRACER, _ANYBODY, 0, 0, 0)
        if to.recv(2) == b"go":
            try:
                said = f"said {do()}"
            except CitewrightError as error:
                said = f"error {error.message}"
            except Exception as error:  # noqa: BLE001 - the test is to see it
                said = f"raised {error!r}"
            to.sendall(said.encode())
    finally:
        os._exit(0)


def counted(log: Path) -> dict[str, int]:
    """How often each system call stands in a log of strace's (``-o``)."""
    found: dict[str, int] = {}
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        name = line.partition(" ")[2].strip().partition("(")[0]
        found[name] = found.get(name, 0) + 1
    return found
