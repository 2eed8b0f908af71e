"""Alignment and word diff, side by side with what a user would pick instead.

Data: ``revisions/``. Agreement is with the alignment that F1000RD's authors published, which a
program made: neither side is the truth. Times are medians on the machine it runs on.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from benchmarks import iterater, rivals
from benchmarks.rivals import Aligned, Pairs, Run
from citewright.diff.tokens import bag, is_word, tokens

TURNS = 5


def run(shared: Path) -> dict[str, float]:
    """The figures of each tool, under its name.

    :raises FileNotFoundError: when the data is not at hand.
    """
    figures = {**_articles(shared), **_passages(shared), **_fixtures(shared)}
    return {f"alignment.{name}": value for name, value in figures.items()}


def _articles(shared: Path) -> dict[str, float]:
    """F1000RD: which nodes of two versions belong together, and how long that takes."""
    rows = _f1000rd(shared)
    texts = [
        tuple([_line(node["s"]) for node in row[side]] for side in ("v1", "v2")) for row in rows
    ]
    truth = [_published(row) for row in rows]
    figures: dict[str, float] = {}
    for name, pairs in (("citewright", rivals.own_pairs), ("difflib", rivals.difflib_pairs)):
        answers = [pairs(old, new).pairs for old, new in texts]
        figures |= _agreement(name, answers, truth)
        figures[f"{name}.article_ms"] = median(
            _milliseconds(partial(pairs, old, new), bag.cache_clear) for old, new in texts
        )
    told = rivals.wikidiff2([("\n".join(old), "\n".join(new)) for old, new in texts])
    if told:
        found = [
            rivals.wikidiff2_pairs(old, new, answer["diff"]).pairs
            for (old, new), answer in zip(texts, told, strict=True)
        ]
        figures |= _agreement("wikidiff2", found, truth)
        figures["wikidiff2.article_ms"] = median(answer["ms"] for answer in told)
    return figures


def _f1000rd(shared: Path) -> list[dict[str, Any]]:
    with gzip.open(
        shared / "revisions" / "f1000rd" / "pairs.jsonl.gz", "rt", encoding="utf-8"
    ) as lines:
        return [json.loads(line) for line in lines]


def _line(text: str) -> str:
    return re.sub(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]", " ", text)


def _published(row: dict[str, Any]) -> Pairs:
    old, new = ({node["ix"]: n for n, node in enumerate(row[side])} for side in ("v1", "v2"))
    return {(old[one], new[other]) for one, other, _ in row["align"]}


def _agreement(name: str, answers: Sequence[Pairs], truth: Sequence[Pairs]) -> dict[str, float]:
    """Shares of the published pairs found, and of the pairs given that were published.

    Of the latter only those count whose nodes were aligned by the authors at all: references and
    figures were not.
    """
    found = sum(len(given & wanted) for given, wanted in zip(answers, truth, strict=True))
    given = 0
    for answer, wanted in zip(answers, truth, strict=True):
        olds, news = {i for i, _ in wanted}, {j for _, j in wanted}
        given += sum(1 for i, j in answer if i in olds or j in news)
    return {
        f"{name}.published_pairs_found": found / sum(map(len, truth)),
        f"{name}.given_pairs_published": found / given,
    }


def _passages(shared: Path) -> dict[str, float]:
    """IteraTeR: whether a word diff touches the edits people made, and how it reads."""
    rows = iterater.rows(shared)
    figures: dict[str, float] = {}
    for name, tool in rivals.word_diffs().items():
        runs = [tool.runs(row["old"], row["new"]) for row in rows]
        figures |= reading(name, rows, runs)
        figures[f"{name}.passage_ms"] = median(
            _milliseconds(partial(tool.raw, row["old"], row["new"])) for row in rows
        )
    told = rivals.wikidiff2([(_line(row["old"]), _line(row["new"])) for row in rows])
    if told:
        runs = [rivals.wikidiff2_runs(answer["diff"]) for answer in told]
        figures |= reading("wikidiff2", rows, runs)
        figures["wikidiff2.passage_ms"] = median(answer["ms"] for answer in told)
    return figures


def reading(name: str, rows: Iterable[dict[str, Any]], runs: list[list[Run]]) -> dict[str, float]:
    """How a tool's runs touch the edits of the rows, and how they read."""
    edits = touched = 0
    for row, found in zip(rows, runs, strict=True):
        places = _changed(found)
        for edit in row["edits"]:
            edits += 1
            # An inserted word's blank may stand before or behind it: one character is no miss.
            touched += any(a - 1 <= edit["end"] and edit["start"] <= b + 1 for a, b in places)
    return {
        f"{name}.edits": edits,
        f"{name}.edits_touched": touched / edits,
        f"{name}.one_word_islands": sum(_islands(found) for found in runs),
        f"{name}.words_cut": sum(_cut(found) for found in runs),
    }


def _changed(runs: list[Run]) -> list[tuple[int, int]]:
    """Where in the old text something changed."""
    places, at = [], 0
    for op, text in runs:
        length = 0 if op == "inserted" else len(text)
        if op != "equal":
            places.append((at, at + length))
        at += length
    return places


def _islands(runs: list[Run]) -> int:
    """Equal runs of one word or none between two changes."""
    return sum(
        1
        for op, text in runs[1:-1]
        if op == "equal" and sum(1 for token in tokens(text) if is_word(token)) <= 1
    )


def _cut(runs: list[Run]) -> int:
    """Borders of a change that stand within a word of the old or of the new text."""
    cuts = 0
    for other in ("inserted", "deleted"):
        side = [text for op, text in runs if op != other]
        cuts += sum(1 for a, b in pairwise(side) if a[-1].isalnum() and b[0].isalnum())
    return cuts


def _fixtures(shared: Path) -> dict[str, float]:
    """wikidiff2's own cases: the moves in prose, and the lines that changed."""
    text = (shared / "revisions" / "wikidiff2_fixtures" / "fixtures.jsonl").read_text("utf-8")
    rows = [row for row in map(json.loads, text.splitlines()) if "JSON" in row["title"]]
    wanted = found = lines = touched = 0
    for row in rows:
        old, new = row["old"].split("\n"), row["new"].split("\n")
        items = json.loads(row["expected"])["diff"]
        given = rivals.own_pairs(old, new)
        if _is_prose(row):
            moved = rivals.wikidiff2_pairs(old, new, items).moved
            wanted += len(moved)
            found += len({old[i] for i in moved} & {old[i] for i in given.moved})
        for changed in _told_changed(row, items, given):
            lines += 1
            touched += changed
    return {
        "citewright.fixture_moves_found": found,
        "citewright.fixture_moves": wanted,
        "citewright.fixture_lines": lines,
        "citewright.fixture_lines_touched": touched / lines,
    }


def _is_prose(row: dict[str, Any]) -> bool:
    """The cases made to show moves; in the others lines of wikitext happen to look alike."""
    return "Diff test A" in row["title"] or "Moved paragraph" in row["title"]


def _told_changed(row: dict[str, Any], items: list[Any], given: Aligned) -> Iterable[bool]:
    """For each line with text that upstream says changed, whether it is shown as changed here."""
    old, new = row["old"].split("\n"), row["new"].split("\n")
    kept = {(i, j) for i, j in given.pairs if old[i] == new[j] and i not in given.moved}
    still_old, still_new = {i for i, _ in kept}, {j for _, j in kept}
    starts_old, starts_new = rivals.line_starts(old), rivals.line_starts(new)
    for item in items:
        # A blank line says nothing: which of several equal ones is new cannot be told.
        if item["type"] == 0 or not item["text"].strip():
            continue
        i = starts_old.get(item["offset"]["from"])
        j = starts_new.get(item["offset"]["to"])
        yield i not in still_old if i is not None else j not in still_new


def _milliseconds(work: Callable[[], object], before: Callable[[], object] | None = None) -> float:
    """The median of some turns."""
    times = []
    for _ in range(TURNS):
        if before:
            before()
        started = perf_counter()
        work()
        times.append(1000 * (perf_counter() - started))
    return median(times)
