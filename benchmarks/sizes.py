"""The short form: a run that shows that every benchmark works, with sizes too small to mean much.

``python -m benchmarks all --quick`` sets the variable for the benchmarks' processes.
"""

from __future__ import annotations

import os

QUICK = "CITEWRIGHT_BENCH_QUICK"


def is_quick() -> bool:
    """Whether this is the short form."""
    return os.environ.get(QUICK) == "1"


def size(usual: int, quick: int) -> int:
    """A size of the usual run, or of the short form."""
    return quick if is_quick() else usual
