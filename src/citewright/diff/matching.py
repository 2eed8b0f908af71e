"""Which texts of two lists belong together: the same, similar, split or merged."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from heapq import nlargest
from math import log
from typing import NamedTuple

from citewright.diff.common import common
from citewright.diff.order import staying
from citewright.diff.tokens import bag

NEAR = 0.34
"""Least likeness of two texts that stand between the same kept neighbours."""

NOWHERE = -9
"""An index that is none."""

SURE = 0.6
"""Likeness from which two texts behind the same neighbour are not compared with any other."""

FAR = 0.5
"""Least likeness where they do not: a move is claimed only on stronger grounds."""

PART = 0.45
"""Least share of a part's weight that the whole must hold in a split or merge."""

GAIN = 0.04
"""Least growth of the likeness that a further part must bring to a split or merge."""

CANDIDATES = 4
"""How many texts are compared in full with one; the first by the rare words they share."""

COMMON = 0.25
"""Words in more than this share of the texts are not rare."""


_SAYS_SOMETHING = re.compile(r"\w").search


class Group(NamedTuple):
    """Indices of texts that belong together; one side is empty for what was added or removed."""

    old: tuple[int, ...]
    new: tuple[int, ...]


def match(
    old: Sequence[str], new: Sequence[str], anchors: Iterable[tuple[int, int]] = ()
) -> list[Group]:
    """Groups that hold each index of both lists exactly once.

    They stand in the order of the new list; what was removed stands behind what it followed.

    :param anchors: index pairs known to belong together, such as statements with one id.
    """
    pairs = _equal(old, new, dict(anchors))
    groups = [Group((i,), (j,)) for i, j in pairs.items()]
    if len(pairs) < len(old) or len(pairs) < len(new):
        groups = _Likeness(old, new, pairs).groups()
    return _sorted(groups, len(old), len(new))


def _equal(old: Sequence[str], new: Sequence[str], anchors: dict[int, int]) -> dict[int, int]:
    """Pairs of equal texts: first those in order, then those that moved.

    Texts without a letter or digit tell nothing of the order and never move; they are paired where
    they follow a pair.
    """
    reached = {j: i for i, j in anchors.items()}
    # Most texts begin with a letter, which is found out sooner than by a regular expression.
    olds = [
        i
        for i, text in enumerate(old)
        if i in anchors or text[:1].isalnum() or _SAYS_SOMETHING(text)
    ]
    news = [
        j
        for j, text in enumerate(new)
        if j in reached or text[:1].isalnum() or _SAYS_SOMETHING(text)
    ]
    in_order = common(
        [i if i in anchors else old[i] for i in olds], [reached.get(j, new[j]) for j in news]
    )
    pairs = {olds[one]: news[other] for one, other in in_order} | anchors
    taken = set(pairs.values())
    left: dict[str, list[int]] = defaultdict(list)
    for j in reversed(news):
        if j not in taken:
            left[new[j]].append(j)
    for i in olds:
        if i not in pairs and left.get(old[i]):
            pairs[i] = left[old[i]].pop()
    taken = set(pairs.values())
    for i, text in enumerate(old):
        j = pairs.get(i - 1, -1 if i == 0 else len(new)) + 1
        if i not in pairs and j < len(new) and j not in taken and new[j] == text:
            pairs[i] = j
            taken.add(j)
    return pairs


class _Likeness:
    """Pairs the texts that have no equal, by the words they share, rare ones weighing more."""

    def __init__(self, old: Sequence[str], new: Sequence[str], pairs: dict[int, int]) -> None:
        self._pairs = pairs
        self._lengths = [len(text) for text in old]
        self._ends = {-1: -1, len(old): len(new)}
        self._whole = {i for i, j in pairs.items() if old[i] == new[j]}
        done = {pairs[i] for i in self._whole}
        self._old = {i: bag(text) for i, text in enumerate(old) if i not in self._whole}
        self._new = {j: bag(text) for j, text in enumerate(new) if j not in done}
        pool = [*self._old.values(), *self._new.values()]
        counts: Counter[str] = Counter()
        for words in pool:
            counts.update(words)
        # Whole numbers: the sum of a set's floats would differ with the order it is walked in.
        rarity = [0, *(round(1000 * log(1 + len(pool) / n)) for n in range(1, len(pool) + 1))]
        self._weight = {word: rarity[n] for word, n in counts.items()}
        self._totals: dict[frozenset[str], int] = {}
        often = max(8, COMMON * len(pool))
        self._rare = {word for word, n in counts.items() if 1 < n <= often}

    def groups(self) -> list[Group]:
        """All groups with something on both sides."""
        taken = set(self._pairs.values())
        self._neighbours(taken, 1)
        self._neighbours(taken, -1)
        self._elsewhere(taken)
        return self._grown()

    def _neighbours(self, taken: set[int], step: int) -> None:
        """Pair what follows (or with ``step`` -1 precedes) a pair, where it is alike for sure."""
        pairs = self._pairs
        for i in sorted(self._old, reverse=step < 0):
            j = pairs.get(i - step, self._ends.get(i - step, NOWHERE)) + step
            if i in pairs or j in taken or j not in self._new:
                continue
            if self._dice(self._old[i], self._new[j]) >= SURE:
                pairs[i] = j
                taken.add(j)

    def _elsewhere(self, taken: set[int]) -> None:
        """Pair what is left, wherever it stands, the likest first."""
        near = _Between(self._pairs, self._lengths)
        ranked = []
        for i, j, score in self._candidates(taken):
            is_near = near(i, j)
            if score >= (NEAR if is_near else FAR):
                ranked.append((-score - 0.1 * is_near, abs(i - j), i, j))
        for _, _, i, j in sorted(ranked):
            if i not in self._pairs and j not in taken:
                self._pairs[i] = j
                taken.add(j)

    def _candidates(self, taken: set[int]) -> Iterator[tuple[int, int, float]]:
        holders: dict[str, list[int]] = defaultdict(list)
        for i, words in self._old.items():
            if i not in self._pairs:
                for word in words & self._rare:
                    holders[word].append(i)
        for j, words in self._new.items():
            if j in taken:
                continue
            shared: dict[int, int] = defaultdict(int)
            for word in holders.keys() & words:
                weight = self._weight[word]
                for i in holders[word]:
                    shared[i] += weight
            for _, back in nlargest(CANDIDATES, ((value, -i) for i, value in shared.items())):
                yield -back, j, self._dice(self._old[-back], words)

    def _grown(self) -> list[Group]:
        """The pairs, with neighbours taken in that make them a split or a merge."""
        taken_old, taken_new = set(self._pairs), set(self._pairs.values())
        groups = [Group((i,), (self._pairs[i],)) for i in sorted(self._whole)]
        for i in sorted(taken_old - self._whole):
            j = self._pairs[i]
            news = self._parts(self._old[i], j, self._new, taken_new)
            olds = (i,) if len(news) > 1 else self._parts(self._new[j], i, self._old, taken_old)
            taken_old.update(olds)
            taken_new.update(news)
            groups.append(Group(olds, news))
        return groups

    def _parts(
        self, whole: frozenset[str], first: int, side: dict[int, frozenset[str]], taken: set[int]
    ) -> tuple[int, ...]:
        """Neighbours of ``first`` that together with it hold what the whole holds."""
        low = high = first
        words = side[first]
        while True:
            for at in (high + 1, low - 1):
                part = side.get(at)
                if part and at not in taken and self._is_part(part, whole):
                    grown = words | part
                    if self._dice(whole, grown) >= self._dice(whole, words) + GAIN:
                        break
            else:
                return tuple(range(low, high + 1))
            low, high = min(low, at), max(high, at)
            words = grown

    def _is_part(self, part: frozenset[str], whole: frozenset[str]) -> bool:
        return self._sum(part & whole) >= PART * self._total(part)

    def _dice(self, one: frozenset[str], other: frozenset[str]) -> float:
        """Dice's coefficient of the two, weighted."""
        both = self._total(one) + self._total(other)
        return 2 * self._sum(one & other) / both if both else 0.0

    def _total(self, words: frozenset[str]) -> int:
        """The sum of a whole text's words, which is asked for again and again."""
        total = self._totals.get(words)
        if total is None:
            total = self._totals[words] = self._sum(words)
        return total

    def _sum(self, words: Iterable[str]) -> int:
        return sum(map(self._weight.__getitem__, words))


class _Between:
    """Says whether two texts stand between the same kept neighbours."""

    def __init__(self, pairs: dict[int, int], lengths: Sequence[int]) -> None:
        olds = sorted(pairs)
        news = [pairs[i] for i in olds]
        stay = sorted(staying(news, [lengths[i] for i in olds]))
        self._olds = [olds[index] for index in stay]
        self._news = [news[index] for index in stay]

    def __call__(self, i: int, j: int) -> bool:
        return bisect_left(self._olds, i) == bisect_left(self._news, j)


def _sorted(groups: list[Group], old_count: int, new_count: int) -> list[Group]:
    """The groups in reading order, together with what is on one side only."""
    paired_old = {i: group for group in groups for i in group.old}
    paired_new = {j for group in groups for j in group.new}
    added = [Group((), (j,)) for j in range(new_count) if j not in paired_new]
    ordered = sorted([*groups, *added], key=lambda group: group.new[0])
    behind: dict[Group | None, list[Group]] = defaultdict(list)
    last: Group | None = None
    for i in range(old_count):
        if i in paired_old:
            last = paired_old[i]
        else:
            behind[last].append(Group((i,), ()))
    result = behind[None]
    for group in ordered:
        result += [group, *behind.get(group, ())]
    return result
