"""Finding and ranking the evidence that experts marked in 33 trial articles.

Data: ``sources/evidence-spans``: texts, and for each of 126 questions (outcome, intervention,
comparator) the stretches of its article that answer it. All is measured on the text that
citewright's own extraction makes of the files.

*Located*: a mark's words are found by :class:`citewright.checks.quotes.QuoteFinder`, and at the
very words or at an equal stretch. ``as_marked`` takes each mark to the letter. Nine of them begin
or end inside a word, by a slip or where the file has two words run together ("Figure 3Salivary"),
which the finder refuses on purpose; ``located`` widens such a mark to its whole words.

*Ranked*: a question hits at the rank of the first passage that overlaps any of its marks by a
character; a question whose marks no passage holds counts as missed. The outcome is what is sought,
intervention and comparator are the context. ``flat`` has all three in one query, as one would ask
FTS5 alone. The weights of contexts and findings were sought on the articles of half A (every second
by name): for contexts 0 was best there, and 0.2 was taken for the sake of articles with several
sources; for findings see :data:`citewright.retrieval.rank.FINDING_WEIGHT`. The halves' figures were
both seen on the way, so half B is a check and no blind test.

*Speed*: ``rank_milliseconds`` is the mean time of a flat query, with the whole ranking asked for,
over an index of ``rank_small_passages`` passages.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from statistics import fmean
from typing import Any

from benchmarks.installing import Absent, library
from citewright.checks.quotes import QuoteFinder
from citewright.model.base import INVISIBLE
from citewright.model.canonical import bytes_digest, tagged_digest
from citewright.model.evidence import Passage
from citewright.retrieval.passages import split
from citewright.retrieval.plain import from_text
from citewright.retrieval.rank import PassageIndex

Span = tuple[int, int]
_INDEXED, _SMALL, _ASKED = 2000, 550, 15
_PARTS = ("outcome", "intervention", "comparator")
_WORD = re.compile(r"\w+(?:[-'’]\w+)*")
_LONGEST = 80


def run(shared: Path) -> dict[str, float]:
    """All figures by name.

    :raises FileNotFoundError: when the data is not at hand.
    """
    folder = shared / "sources" / "evidence-spans"
    lines = (folder / "prompts.jsonl").read_text(encoding="utf-8").splitlines()
    prompts = [json.loads(line) for line in lines]
    articles = {
        name: Trial((folder / "txt" / f"{name}.txt").read_bytes().decode())
        for name in sorted({prompt["pmcid"] for prompt in prompts})
    }
    return {
        **_located(prompts, articles),
        **_ranked(prompts, articles),
        **_speed(prompts, articles),
        **_bm25(prompts, articles),
    }


@dataclass(frozen=True)
class Trial:
    """An article as the file has it."""

    raw: str

    @cached_property
    def text(self) -> str:
        """Its stored text."""
        return from_text(self.raw)

    @cached_property
    def finder(self) -> QuoteFinder:
        """What finds quotes in the stored text."""
        return QuoteFinder(self.text)

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """The passages of the stored text."""
        digest = bytes_digest(self.text.encode())
        snapshot = tagged_digest("citewright/snapshot/1", {"text": digest})
        return split(self.text, source="trial", snapshot=snapshot, text_digest=digest)

    @cached_property
    def index(self) -> PassageIndex:
        """The index over its passages."""
        return PassageIndex(self.passages)

    @cached_property
    def _places(self) -> dict[int, int]:
        # Extraction changes white space and drops invisible characters, nothing else, in these.
        pairs = zip(_visible(self.raw), _visible(self.text), strict=True)
        return {raw: stored for raw, stored in pairs if self.raw[raw] == self.text[stored]}

    def stored(self, span: Span) -> Span:
        """The place in the stored text of a place in the file."""
        inside = [self._places[at] for at in range(*span) if at in self._places]
        return inside[0], inside[-1] + 1

    def whole_words(self, span: Span) -> Span:
        """The span with the whole of the words that it begins and ends in."""
        start, end = span
        for word in _WORD.finditer(self.raw, max(0, start - _LONGEST), end + _LONGEST):
            if word.start() < span[0] < word.end():
                start = word.start()
            if word.start() < span[1] < word.end():
                end = word.end()
        return start, end


def _visible(text: str) -> Iterator[int]:
    return (at for at, char in enumerate(text) if not char.isspace() and char not in INVISIBLE)


def _located(prompts: list[dict[str, Any]], articles: dict[str, Trial]) -> dict[str, float]:
    as_marked = located = total = 0
    for prompt in prompts:
        trial = articles[prompt["pmcid"]]
        for mark in prompt["evidence"]:
            span = (mark["start"], mark["end"])
            total += 1
            as_marked += _finds(trial, span)
            located += _finds(trial, span) or _finds(trial, trial.whole_words(span))
    return {
        "evidence_spans": float(total),
        "evidence_spans_located": float(located),
        "evidence_spans_located_as_marked": float(as_marked),
    }


def _finds(trial: Trial, span: Span) -> bool:
    """Whether the words are found, at a place that reads as they do."""
    found = trial.finder.find(trial.raw[slice(*span)])
    if found is None:
        return False
    ours, theirs = (_letters(text) for text in (trial.text[slice(*found)], trial.raw[slice(*span)]))
    return theirs in ours


def _letters(text: str) -> str:
    return "".join(char for char in text if char.isalnum())


def _ranked(prompts: list[dict[str, Any]], articles: dict[str, Trial]) -> dict[str, float]:
    tuned_on = set(sorted(articles)[::2])
    ranks: list[tuple[bool, int, int]] = []
    for prompt in prompts:
        trial = articles[prompt["pmcid"]]
        gold = {trial.stored((mark["start"], mark["end"])) for mark in prompt["evidence"]}
        context = f"{prompt['intervention']} {prompt['comparator']}"
        focused = trial.index.rank(prompt["outcome"], context=context, limit=len(trial.passages))
        flat = trial.index.rank(f"{prompt['outcome']} {context}", limit=len(trial.passages))
        ranks.append(
            (prompt["pmcid"] in tuned_on, _first_hit(focused, gold), _first_hit(flat, gold))
        )
    focused_ranks = [rank for _, rank, _ in ranks]
    return {
        "evidence_questions": float(len(ranks)),
        "evidence_passages_per_article": fmean(len(trial.passages) for trial in articles.values()),
        "evidence_hit_at_1": _hit(focused_ranks, 1),
        "evidence_hit_at_5": _hit(focused_ranks, 5),
        "evidence_hit_at_5_half_a": _hit([rank for tuned, rank, _ in ranks if tuned], 5),
        "evidence_hit_at_5_half_b": _hit([rank for tuned, rank, _ in ranks if not tuned], 5),
        "evidence_mrr": fmean(1 / rank if rank else 0.0 for rank in focused_ranks),
        "evidence_hit_at_5_flat": _hit([rank for _, _, rank in ranks], 5),
        "evidence_hit_at_5_flat_half_a": _hit([rank for tuned, _, rank in ranks if tuned], 5),
        "evidence_hit_at_5_flat_half_b": _hit([rank for tuned, _, rank in ranks if not tuned], 5),
    }


def _hit(ranks: list[int], within: int) -> float:
    return fmean(1 <= rank <= within for rank in ranks)


def _first_hit(ranking: Iterable[tuple[Passage, float]], gold: set[Span]) -> int:
    """The rank of the first passage that overlaps evidence, from 1; 0 where none does."""
    for rank, (passage, _) in enumerate(ranking, 1):
        if any(passage.start < end and start < passage.end for start, end in gold):
            return rank
    return 0


def _speed(prompts: list[dict[str, Any]], articles: dict[str, Trial]) -> dict[str, float]:
    passages = [passage for trial in articles.values() for passage in trial.passages][:_INDEXED]
    started = time.perf_counter()
    index = PassageIndex(passages)
    for prompt in prompts[:_ASKED]:
        index.rank(prompt["outcome"], context=prompt["intervention"], limit=200)
    in_all = time.perf_counter() - started
    small = PassageIndex(passages[:_SMALL])
    queries = [_flat(prompt) for prompt in prompts]
    started = time.perf_counter()
    for query in queries:
        small.rank(query, limit=_SMALL)
    return {
        "rank_passages": float(len(passages)),
        "rank_index_and_15_queries_seconds": in_all,
        "rank_small_passages": float(len(passages[:_SMALL])),
        "rank_milliseconds": 1000 * (time.perf_counter() - started) / len(queries),
    }


def _bm25(prompts: list[dict[str, Any]], articles: dict[str, Trial]) -> dict[str, float]:
    """rank-bm25's Okapi with its defaults, over the same passages by their words in lower case.

    Its question is the flat one: it knows of no context. Left out where it is not installed.
    """
    try:
        okapi = library("rank_bm25").BM25Okapi
    except Absent as error:
        sys.stderr.write(f"rank-bm25: {error}\n")
        return {}
    indexes = {
        name: okapi([_words(passage.text) for passage in trial.passages])
        for name, trial in articles.items()
    }
    ranks = []
    for prompt in prompts:
        trial = articles[prompt["pmcid"]]
        gold = {trial.stored((mark["start"], mark["end"])) for mark in prompt["evidence"]}
        scores = indexes[prompt["pmcid"]].get_scores(_words(_flat(prompt)))
        # Equal scores stay in the order of the text, as ours do.
        best = sorted(zip(trial.passages, scores, strict=True), key=lambda one: -one[1])
        ranks.append(_first_hit(best, gold))
    passages = [passage for trial in articles.values() for passage in trial.passages][:_SMALL]
    small = okapi([_words(passage.text) for passage in passages])
    started = time.perf_counter()
    for prompt in prompts:
        scores = small.get_scores(_words(_flat(prompt)))
        sorted(zip(passages, scores, strict=True), key=lambda one: -one[1])
    return {
        "evidence_hit_at_5_flat_rank_bm25": _hit(ranks, 5),
        "rank_milliseconds_rank_bm25": 1000 * (time.perf_counter() - started) / len(prompts),
    }


def _flat(prompt: dict[str, Any]) -> str:
    return " ".join(prompt[part] for part in _PARTS)


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]
