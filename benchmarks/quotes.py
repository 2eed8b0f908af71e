"""Finding declared quotes: true ones found, altered ones refused, and how fast.

Data: ``provenance_bench/dev/quotes_synthetic.jsonl``, 200 faithful and 200 altered quotes. Beside
ours stands what is mostly written instead: ``find`` looks for the very characters; ``rapidfuzz``
takes the best alignment of ``partial_ratio`` from 90 on, as RAG tools do; ``difflib`` takes what
has a matching share of 0.9 among the quote's own characters.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from difflib import SequenceMatcher
from pathlib import Path

from benchmarks.installing import Absent, library
from benchmarks.measuring import Figures
from citewright.checks.quotes import QuoteFinder

Finder = Callable[[str, str], bool]
"""Whether a quote is said to stand in a passage."""
ENOUGH = 90


def run(shared: Path) -> Figures:
    """Counts of faithful quotes found and altered ones accepted, and quotes a second.

    :raises FileNotFoundError: when the data is not at hand.
    """
    lines = (shared / "provenance_bench" / "dev" / "quotes_synthetic.jsonl").read_text("utf-8")
    rows = [json.loads(line) for line in lines.splitlines()]
    figures: dict[str, float | str] = {}
    makers = {"": _ours, "find.": _find, "difflib.": _difflib, "rapidfuzz.": _fuzzy}
    for name, make in makers.items():
        try:
            figures |= {f"quotes.{name}{key}": one for key, one in _counted(rows, make()).items()}
        except Absent as error:
            figures |= {f"quotes.{name}{key}": str(error) for key in KEYS}
    return figures


KEYS = ("faithful_found", "faithful", "altered_accepted", "altered", "per_second")


def _counted(rows: list[dict[str, str]], find: Finder) -> dict[str, float]:
    started = time.perf_counter()
    found = [find(row["passage"], row["quote"]) for row in rows]
    seconds = time.perf_counter() - started
    faithful = [bool(row["is_faithful_quote"]) for row in rows]
    hits = [is_found for is_found, is_true in zip(found, faithful, strict=True) if is_true]
    wrong = [is_found for is_found, is_true in zip(found, faithful, strict=True) if not is_true]
    values = (sum(hits), len(hits), sum(wrong), len(wrong), len(rows) / seconds)
    return dict(zip(KEYS, values, strict=True))


def _ours() -> Finder:
    return lambda passage, quote: QuoteFinder(passage).find(quote) is not None


def _find() -> Finder:
    return lambda passage, quote: quote in passage


def _difflib() -> Finder:
    def find(passage: str, quote: str) -> bool:
        blocks = SequenceMatcher(None, passage, quote, autojunk=False).get_matching_blocks()
        return 100 * sum(block.size for block in blocks) >= ENOUGH * len(quote)

    return find


def _fuzzy() -> Finder:
    """rapidfuzz's.

    :raises Absent: when it is not installed.
    """
    ratio = library("rapidfuzz.fuzz").partial_ratio
    return lambda passage, quote: bool(ratio(quote, passage) >= ENOUGH)
