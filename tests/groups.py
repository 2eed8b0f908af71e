"""How tests are shared out: to how many processes, and which of them stay in one.

Those of one ``xdist_group`` run in one process, where they share a server or a browser.
"""

from __future__ import annotations

import os

import pytest
from _pytest.nodeid import NodeId


def pytest_xdist_auto_num_workers() -> int:
    """Two for each processor: much of what a test takes is waiting for a server or a process."""
    return 2 * (os.cpu_count() or 1)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Put a test's group at the end of its id, by which pytest-xdist shares the tests out.

    pytest-xdist 3.8 puts it into ``_nodeid``, which pytest 9.2 does not have any more: without
    this, groups would be ignored without a word.
    """
    if item.config.getoption("loadgroup", default=False):
        groups = {str(mark.args[0]) for mark in item.iter_markers("xdist_group")}
        if groups:
            item._id = NodeId.parse(f"{item.nodeid}@{'_'.join(sorted(groups))}")
