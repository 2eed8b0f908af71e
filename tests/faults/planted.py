"""Rows of the matrix of faults: each holds with its guard, and the same claim fails without it.

A row that would hold without what is said to guard it shows nothing. So each scenario runs twice:
``guarded``, and with the guard removed: by a setting, by a collaborator that has not got it, or,
where the product has no seam for that, by :func:`without`.
"""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

both = pytest.mark.parametrize(
    "guarded", [pytest.param(True, id="guarded"), pytest.param(False, id="planted")]
)
"""Runs a scenario with its guard, and with the defect planted."""


@contextmanager
def claimed(guarded: bool) -> Iterator[None]:
    """What a row claims, by assertions; without its guard, one of these very assertions fails.

    Only a failed assertion counts: a scenario that breaks for another reason shows nothing.
    """
    if guarded:
        yield
        return
    try:
        yield
    except AssertionError:
        return
    pytest.fail("the guard was removed, and the claim holds as before: the row shows nothing")


@contextmanager
def without(where: object, guard: str, instead: object, *, guarded: bool = False) -> Iterator[None]:
    """Put something in the place of a guard that the product has no seam for.

    The one place where tests replace a part of the product: what is tested here is the test.

    :param where: the module or class that holds the guard.
    :param guarded: nothing is replaced.
    """
    before = where.__dict__[guard]
    if not guarded:
        setattr(where, guard, instead)
    try:
        yield
    finally:
        setattr(where, guard, before)


def raised(do: Callable[[], object]) -> Exception | None:
    """What was raised, if anything was."""
    try:
        do()
    except Exception as error:  # noqa: BLE001 - what it is, is for the claim to say
        return error
    return None


def in_child(do: Callable[[], object]) -> int:
    """Run in a process of its own; gives 0, 1 for an exception, or less than 0 for a signal."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            do()
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def full_after(size: int, *, killed: bool) -> None:
    """From now on no file of this process grows beyond so many bytes.

    :param killed: the kernel kills the process in the middle of such a write; else the write gives
        an error, as on a full disk.
    """
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL if killed else signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
