"""What a user would compare two texts with instead, each behind the same two functions.

A rival that is not installed is left out and named on standard error. wikidiff2 is MediaWiki's
engine, a PHP extension (Debian: ``php-cli php-wikidiff2``).
"""

from __future__ import annotations

import difflib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any, NamedTuple

from benchmarks.installing import Absent, library
from citewright.diff import align, words
from citewright.diff.tokens import tokens

Run = tuple[str, str]
"""``equal``, ``deleted`` or ``inserted``, and the text."""

Pairs = set[tuple[int, int]]
Opcodes = Sequence[tuple[str, int, int, int, int]]
"""What ``difflib.SequenceMatcher.get_opcodes`` gives."""


class Aligned(NamedTuple):
    """Index pairs of two lists, and the old indices that were said to have moved."""

    pairs: Pairs
    moved: set[int]


class WordDiff(NamedTuple):
    """``raw`` is the tool alone, which is timed; ``runs`` has its answer in our form."""

    raw: Callable[[str, str], object]
    runs: Callable[[str, str], list[Run]]


def own_pairs(old: Sequence[str], new: Sequence[str]) -> Aligned:
    """Ours."""
    found = align(old, new)
    pairs = {(i, j) for one in found for i in one.old for j in one.new}
    return Aligned(pairs, {i for one in found if one.moved for i in one.old})


def difflib_pairs(old: Sequence[str], new: Sequence[str]) -> Aligned:
    """The standard library's: equal runs, and what replaces one another in order."""
    pairs: Pairs = set()
    for op, i, stop, j, end in difflib.SequenceMatcher(None, old, new, False).get_opcodes():
        if op in ("equal", "replace"):
            pairs |= set(zip(range(i, stop), range(j, end), strict=False))
    return Aligned(pairs, set())


def own_runs(old: str, new: str) -> list[Run]:
    """Ours."""
    return [(span.op, span.text) for span in words(old, new)]


def word_diffs() -> dict[str, WordDiff]:
    """The word diffs that are at hand, ours first."""
    found = {
        "citewright": WordDiff(words, own_runs),
        "difflib": WordDiff(_difflib, _difflib_runs),
    }
    for name, module, make in (
        ("redlines", "redlines", _redlines),
        ("fast-diff-match-patch", "fast_diff_match_patch", _dmp),
    ):
        try:
            found[name] = make(library(module))
        except Absent as error:
            sys.stderr.write(f"{name}: {error}\n")
    return found


def _difflib(old: str, new: str) -> Opcodes:
    return difflib.SequenceMatcher(None, tokens(old), tokens(new), False).get_opcodes()


def _difflib_runs(old: str, new: str) -> list[Run]:
    return _from_opcodes(tokens(old), tokens(new), _difflib(old, new))


def _from_opcodes(before: list[str], after: list[str], opcodes: Opcodes) -> list[Run]:
    runs: list[Run] = []
    for op, i, stop, j, end in opcodes:
        sides = [("deleted", "".join(before[i:stop])), ("inserted", "".join(after[j:end]))]
        runs += [("equal", sides[0][1])] if op == "equal" else [run for run in sides if run[1]]
    return runs


def _redlines(module: ModuleType) -> WordDiff:
    def raw(old: str, new: str) -> Opcodes:
        opcodes: Opcodes = module.Redlines(old, new).opcodes
        return opcodes

    def runs(old: str, new: str) -> list[Run]:
        told = json.loads(module.Redlines(old, new).output_json())
        return _from_opcodes(told["source_tokens"], told["test_tokens"], raw(old, new))

    return WordDiff(raw, runs)


def _dmp(module: ModuleType) -> WordDiff:
    names = {"=": "equal", "-": "deleted", "+": "inserted"}

    def raw(old: str, new: str) -> list[Run]:
        found: list[Run] = module.diff(old, new, timelimit=0, cleanup="Semantic", counts_only=False)
        return found

    return WordDiff(raw, lambda *texts: [(names[op], text) for op, text in raw(*texts)])


_PHP = """
$answers = [];
foreach (json_decode(stream_get_contents(STDIN), true) as [$old, $new]) {
    $times = [];
    for ($turn = 0; $turn < 5; $turn++) {
        $start = hrtime(true);
        $answer = wikidiff2_inline_json_diff($old, $new, 1000000);
        $times[] = (hrtime(true) - $start) / 1e6;
    }
    sort($times);
    $answers[] = ["diff" => json_decode($answer, true)["diff"], "ms" => $times[2]];
}
echo json_encode($answers);
"""


def wikidiff2(texts: Sequence[tuple[str, str]]) -> list[Any] | None:
    """What wikidiff2 says of each pair (``diff``) and its milliseconds (``ms``, median of five).

    None where it is not installed.
    """
    php = shutil.which("php")
    if php:
        command = [php, "-r", _PHP]
        done = subprocess.run(
            command, input=json.dumps(texts).encode(), capture_output=True, check=False
        )
        if done.returncode == 0 and done.stdout:
            answers: list[Any] = json.loads(done.stdout)
            return answers
    sys.stderr.write("wikidiff2 is not installed and left out\n")
    return None


def wikidiff2_pairs(old: Sequence[str], new: Sequence[str], items: list[Any]) -> Aligned:
    """Its answer for two texts of one item a line."""
    starts_old, starts_new = line_starts(old), line_starts(new)
    left: dict[str, int] = {}
    right: dict[str, int] = {}
    pairs: Pairs = set()
    for item in items:
        i = starts_old.get(item["offset"]["from"])
        j = starts_new.get(item["offset"]["to"])
        if item["type"] in (0, 3) and i is not None and j is not None:
            pairs.add((i, j))
        elif item["type"] == 4 and i is not None:
            left[item["moveInfo"]["linkId"]] = i
        elif item["type"] == 5 and j is not None:
            right[item["moveInfo"]["id"]] = j
    moves = {(i, right[link]) for link, i in left.items() if link in right}
    return Aligned(pairs | moves, {i for i, _ in moves})


def line_starts(lines: Sequence[str]) -> dict[int, int]:
    """The line number by the offset of its first byte."""
    starts, at = {}, 0
    for number, line in enumerate(lines):
        starts[at] = number
        at += len(line.encode()) + 1
    return starts


def wikidiff2_runs(items: list[Any]) -> list[Run]:
    """Its answer for two texts of one line each."""
    runs: list[Run] = []
    names = {0: "inserted", 1: "deleted"}
    for item in items:
        data, at = item["text"].encode(), 0
        for mark in item.get("highlightRanges", []):
            start, end = mark["start"], mark["start"] + mark["length"]
            runs.append(("equal", data[at:start].decode()))
            runs.append((names[mark["type"]], data[start:end].decode()))
            at = end
        kind = {1: "inserted", 5: "inserted", 2: "deleted", 4: "deleted"}.get(item["type"], "equal")
        runs.append((kind, data[at:].decode()))
    return [run for run in runs if run[1]]
