"""The sentences that bear on a claim, the best first."""

from __future__ import annotations

import math
from collections.abc import Sequence

from citewright.checks.support.reading import Claim, Frequencies, Sentence

# Found by a softmax over the lines of 319 web pages with people's choice of supporting lines,
# then rounded; benchmarks/support.py measures what they find.
_COVERED, _CLOSE, _AROUND, _ORDER, _NUMBERS, _NO_SENTENCE = 1.0, 1.2, 1.5, 1.2, 5.0, -0.1
_PRECISION = 16.0
_ENDS = frozenset(".!?\"”')")
# Order is compared for so many of the best only: it is the one costly comparison.
_COMPARED = 12


class Ranked:
    """The sentences of the passages in order of their weight for a claim.

    ``order`` are indices into ``sentences``, the best first; ``weights`` belong to ``order``.
    """

    def __init__(
        self,
        claim: Claim,
        sentences: list[Sentence],
        passages: Sequence[str],
        frequencies: Frequencies,
    ) -> None:
        self.sentences = sentences
        self.hits = [claim.telling & sentence.words for sentence in sentences]
        local = _local_weights(claim, self.hits)
        rough = sorted(
            (
                (_rough(place, hit, self, claim, local, frequencies), -place)
                for place, hit in enumerate(self.hits)
                if hit
            ),
            reverse=True,
        )
        compared = sorted(
            (
                (score + _finer(claim, sentences[-back], passages), back)
                for score, back in rough[:_COMPARED]
            ),
            reverse=True,
        )
        scored = (compared + rough[_COMPARED:]) or [(0.0, 0)]
        self.order = [-back for _, back in scored]
        self.weights = [max(score, 0.0) for score, _ in scored]


def _finer(claim: Claim, sentence: Sentence, passages: Sequence[str]) -> float:
    order = common_order(claim.stems, sentence.stems) / len(claim.stems)
    ended = passages[sentence.passage][sentence.end - 1] in _ENDS
    return _ORDER * order + (0.0 if ended else _NO_SENTENCE)


def _local_weights(claim: Claim, hits: list[frozenset[str]]) -> dict[str, float]:
    """A word's share of all telling, less where it stands in many of the sentences at hand."""
    counts = dict.fromkeys(claim.content, 0)
    for hit in hits:
        for word in hit:
            counts[word] += 1
    size = len(hits)
    top = math.log(size + 2)
    found = {
        word: claim.weights[word] * math.log((size + 1) / (count + 0.5)) / top
        for word, count in counts.items()
    }
    # In a passage of one sentence all its words are everywhere: then they count as they are.
    total = sum(found.values())
    if size < 2 or total <= 0:
        return {word: claim.weights[word] / claim.total for word in found}
    return {word: weight / total for word, weight in found.items()}


def _rough(
    place: int,
    hit: frozenset[str],
    ranked: Ranked,
    claim: Claim,
    local: dict[str, float],
    frequencies: Frequencies,
) -> float:
    covered = sum([local[word] for word in hit])
    weights = claim.weights
    precise = sum([weights[word] for word in hit]) / max(
        frequencies.total(ranked.sentences[place].words), 0.01
    )
    close = (1 + _PRECISION) * covered * precise / (_PRECISION * precise + covered + 1e-9)
    beside: frozenset[str] = frozenset()
    if place:
        beside = ranked.hits[place - 1]
    if place + 1 < len(ranked.hits):
        beside |= ranked.hits[place + 1]
    around = sum([local[word] for word in beside - hit])
    numbers = sum([local[word] for word in hit if word[0].isdigit()])
    return _COVERED * covered + _CLOSE * close + _AROUND * around + _NUMBERS * numbers


def common_order(one: Sequence[str], other: Sequence[str]) -> int:
    """The length of the longest common subsequence.

    By bits: Hyyrö, "Bit-parallel LCS-length computation revisited", 2004.
    """
    places: dict[str, int] = {}
    for place, word in enumerate(one):
        places[word] = places.get(word, 0) | 1 << place
    full = (1 << len(one)) - 1
    row = full
    for word in other:
        met = row & places.get(word, 0)
        if met:
            row = ((row + met) | (row - met)) & full
    return len(one) - row.bit_count()
