"""Changes of wording that may change the meaning: numbers, doses, "not", hedging, whom it is about.

A flag asks a person to look; it is no verdict. It is raised where the cues of one kind are not
the same before and after, whatever the rest of the sentence does.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Literal, NamedTuple

from citewright.diff.cues import CAUSAL, EFFECTS, HEDGING, NEGATION, POPULATION
from citewright.diff.quantities import Quantity, quantities
from citewright.model.base import Value

FlagKind = Literal[
    "number", "unit", "dose", "date", "negation", "hedging", "population", "causal language"
]

_PREFIXES = ("un", "in", "im", "ir", "non", "non-", "dis", "contra")
_REACH = 120
"""Characters behind a negation in which the word that it negates is sought."""

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_CLAUSE = re.compile(r"[.,;:()]")
_EMPTY = frozenset("a an the any be been being is are was were have has had to of in it".split())
# "Not only A but also B", "whether or not" and "No. 5" negate nothing.
_NO_NEGATION = re.compile(
    r"\bnot\sonly\b|\bwhether\sor\snot\b|\bno\smore\sthan\b|\bno\sless\sthan\b|\bno\.\s?(?=\d)"
)

# What stands in an address is no number, no date and no word of the text.
_ADDRESS = re.compile(r"\b(?:https?://|www\.|doi:\s?10\.)\S+")
_SHORT_NOT = re.compile(r"n['\u2019]t\b")
_MONTH_OF_MAY = re.compile(r"\bMay(?=,?\s\d)|(?<=\d\s)May\b")


class MeaningFlag(Value):
    """A kind of meaning that changed, with the cues that are gone and those that are new."""

    kind: FlagKind
    removed: tuple[str, ...]
    added: tuple[str, ...]


class _Cues(NamedTuple):
    """What a text holds, in its order."""

    quantities: tuple[Quantity, ...]
    negation: tuple[str, ...]
    negated: frozenset[str]
    hedging: tuple[str, ...]
    population: tuple[str, ...]
    causal: tuple[str, ...]
    effects: tuple[str, ...]
    words: frozenset[str]


def flags(old: str, new: str) -> tuple[MeaningFlag, ...]:
    """The kinds of meaning in which two wordings differ, in the order of :data:`FlagKind`.

    Senses and values are compared, not words: "two percent" and "2 %" are the same. Where cues
    only changed places, numbers, dates and populations are flagged with both orders, negation
    where another word is negated than before. English only.
    """
    if old == new:
        return ()
    before, after = _cues(old), _cues(new)
    found = [
        *_quantity_flags(before.quantities, after.quantities),
        _negation(before, after),
        _counted("hedging", before.hedging, after.hedging),
        _ordered("population", before.population, after.population),
        _causal(before, after),
    ]
    return tuple(flag for flag in found if flag)


def _quantity_flags(
    before: Sequence[Quantity], after: Sequence[Quantity]
) -> Iterable[MeaningFlag | None]:
    numbers = [
        [one.value for one in side if one.kind in ("number", "comparison") or one.unit]
        for side in (before, after)
    ]
    yield _ordered("number", *numbers)
    yield _units(before, after)
    yield _ordered(
        "dose", *([str(one) for one in s if one.kind == "dose"] for s in (before, after))
    )
    yield _ordered(
        "date", *([one.value for one in s if one.kind == "date"] for s in (before, after))
    )


def _units(before: Sequence[Quantity], after: Sequence[Quantity]) -> MeaningFlag | None:
    """Whether a value that stands in both has another unit."""
    both = {one.value for one in before} & {one.value for one in after}
    old, new = (
        {str(one) for one in side if one.value in both and one.kind in ("number", "dose")}
        for side in (before, after)
    )
    if old == new:
        return None
    return MeaningFlag(
        kind="unit", removed=tuple(sorted(old - new)), added=tuple(sorted(new - old))
    )


def _causal(before: _Cues, after: _Cues) -> MeaningFlag | None:
    """What is said to cause what, and which way; an effect no longer named is plain to see."""
    if Counter(before.causal) == Counter(after.causal):
        exchanged = _counted("causal language", before.effects, after.effects)
        return exchanged if exchanged and exchanged.removed and exchanged.added else None
    return _counted("causal language", before.causal + before.effects, after.causal + after.effects)


def _negation(before: _Cues, after: _Cues) -> MeaningFlag | None:
    counted = _counted("negation", before.negation, after.negation)
    if counted:
        return counted
    gone = {word for word in before.negated - after.negated if word in after.words}
    come = {word for word in after.negated - before.negated if word in before.words}
    gone |= {word for word in before.words - after.words if _opposites(word, after.words)}
    come |= {word for word in after.words - before.words if _opposites(word, before.words)}
    if not (gone or come):
        return None
    return MeaningFlag(kind="negation", removed=tuple(sorted(gone)), added=tuple(sorted(come)))


def _opposites(word: str, others: frozenset[str]) -> bool:
    """Whether the others hold the word with a prefix that turns it round."""
    return any(prefix + word in others for prefix in _PREFIXES) and len(word) > 3


def _counted(kind: FlagKind, old: Iterable[str], new: Iterable[str]) -> MeaningFlag | None:
    before, after = Counter(old), Counter(new)
    gone, come = before - after, after - before
    if not (gone or come):
        return None
    return MeaningFlag(
        kind=kind, removed=tuple(sorted(gone.elements())), added=tuple(sorted(come.elements()))
    )


def _ordered(kind: FlagKind, old: Sequence[str], new: Sequence[str]) -> MeaningFlag | None:
    if old == new:
        return None
    changed = _counted(kind, old, new)
    return changed or MeaningFlag(kind=kind, removed=tuple(old), added=tuple(new))


@lru_cache(maxsize=1024)
def _cues(text: str) -> _Cues:
    text = _ADDRESS.sub(" ", text)
    plain = _NO_NEGATION.sub(" ", _SHORT_NOT.sub(" not", _MONTH_OF_MAY.sub(" ", text).lower()))
    return _Cues(
        quantities=tuple(quantities(text)),
        negation=_NEGATION.read(plain),
        negated=frozenset(_negated(plain)),
        hedging=_HEDGING.read(plain),
        population=_POPULATION.read(plain),
        causal=_CAUSAL.read(plain),
        effects=_EFFECTS.read(plain),
        words=frozenset(_WORD.findall(plain)),
    )


def _negated(text: str) -> Iterator[str]:
    """The first word of content behind each negation, within its clause."""
    for match in _NEGATION.pattern.finditer(text):
        clause = _CLAUSE.split(text[match.end() : match.end() + _REACH], maxsplit=1)[0]
        content = (word for word in _WORD.findall(clause) if word not in _EMPTY)
        yield from islice(content, 1)


class _Lexicon:
    """Finds the senses of one kind in a text in lower case."""

    def __init__(self, senses: dict[str, str]) -> None:
        forms = (f"(?P<s{n}>{form})" for n, form in enumerate(senses.values()))
        self.pattern = re.compile(rf"(?<!\w)(?:{'|'.join(forms)})(?!\w)")
        self._names = list(senses)

    def read(self, text: str) -> tuple[str, ...]:
        """The senses in the order of the text."""
        groups = (match.lastgroup or "" for match in self.pattern.finditer(text))
        return tuple(self._names[int(group[1:])] for group in groups)


_NEGATION = _Lexicon(NEGATION)
_HEDGING = _Lexicon(HEDGING)
_POPULATION = _Lexicon(POPULATION)
_CAUSAL = _Lexicon(CAUSAL)
_EFFECTS = _Lexicon(EFFECTS)
