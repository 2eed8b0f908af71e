"""Two texts compared word by word, in runs a person can read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from citewright.diff.common import common
from citewright.diff.tokens import is_word, tokens
from citewright.model.base import Value

REWRITTEN = 2 / 3
"""Where more of the words than this changed, before and after are shown whole.

Single words that two different sentences happen to share mislead (MediaWiki's wikidiff2 shows
lines that changed that much as one deletion and one addition).
"""


class Span(Value):
    """A run of text that stands in both texts, only in the old one, or only in the new one."""

    op: Literal["equal", "deleted", "inserted"]
    text: Annotated[str, Field(min_length=1)]


@dataclass(slots=True)
class _Run:
    """What both texts share, or (``equal`` is false) what one has in place of the other."""

    equal: bool
    old: list[str]
    new: list[str]

    def swallow(self, other: _Run) -> None:
        self.old += other.old
        self.new += other.new

    @property
    def weight(self) -> int:
        """The words of the longer side; for what is shared both are the same."""
        return max(_count(self.old), _count(self.new))


def words(old: str, new: str) -> tuple[Span, ...]:
    """The runs that lead from one text to the other.

    Equal and deleted runs together are the old text, equal and inserted ones the new text, to the
    letter; between two equal runs the deleted one stands first. No run cuts a word or a grapheme.
    Between two changes at least two words are shared, and more than one of the changes has
    (after ``diff_cleanupSemantic`` of Google's diff-match-patch); else they are one change.
    """
    before, after = tokens(old), tokens(new)
    runs = _readable(_runs(before, after))
    kept = sum(_count(run.old) for run in runs if run.equal)
    longest = max(_count(before), _count(after))
    if longest - kept > REWRITTEN * longest:
        runs = [_Run(equal=False, old=before, new=after)]
    return tuple(span for run in runs for span in _spans(run))


def _runs(before: list[str], after: list[str]) -> list[_Run]:
    runs: list[_Run] = []
    i = j = 0
    for one, other in [*common(before, after), (len(before), len(after))]:
        if one > i or other > j:
            runs.append(_Run(equal=False, old=before[i:one], new=after[j:other]))
        if one < len(before):
            if not (runs and runs[-1].equal):
                runs.append(_Run(equal=True, old=[], new=[]))
            runs[-1].swallow(_Run(True, before[one : one + 1], after[other : other + 1]))
        i, j = one + 1, other + 1
    return runs


def _readable(runs: list[_Run]) -> list[_Run]:
    """The same with shared islands joined to the changes on both sides of them."""
    kept: list[_Run] = []
    for run in runs:
        kept.append(run)
        while len(kept) >= 3 and not kept[-1].equal and _is_island(*kept[-3:]):
            change = kept[-3]
            change.swallow(kept[-2])
            change.swallow(kept[-1])
            del kept[-2:]
    return kept


def _is_island(left: _Run, shared: _Run, right: _Run) -> bool:
    return shared.weight <= max(1, min(left.weight, right.weight))


def _spans(run: _Run) -> list[Span]:
    if run.equal:
        return [Span(op="equal", text="".join(run.old))]
    sides = (
        Span.model_construct(op="deleted", text="".join(run.old)),
        Span.model_construct(op="inserted", text="".join(run.new)),
    )
    return [span for span in sides if span.text]


def _count(pieces: list[str]) -> int:
    return sum(1 for piece in pieces if is_word(piece))
