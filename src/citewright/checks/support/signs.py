"""What a reviewer should look at: facts about the texts, and suspicions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from citewright.checks.numbers import (
    digit_numbers,
    missing_numbers,
    missing_word_numbers,
    word_numbers,
)
from citewright.checks.rounding import rounded_from
from citewright.checks.support.coverage import Ground
from citewright.checks.support.lexicon import ABSOLUTES, CAUSES, DOUBTS, DOWN, HEDGES, LINKS, UP
from citewright.checks.support.opposition import opposites
from citewright.checks.support.words import stem_of, words
from citewright.model.base import clean_text
from citewright.model.verdict import Reason

# With less of the claim in one place, other words than its own are no sign of anything.
_SAME_MATTER = 0.5
_LONGEST_DETAIL = 160


def signs(on: Ground, passages: Sequence[str]) -> tuple[Reason, ...]:
    """The reasons, ``certain`` ones first. None means no more than: nothing found against it."""
    return (*_facts(on, passages), *_suspicions(on, passages))


def _facts(on: Ground, passages: Sequence[str]) -> Iterator[Reason]:
    if not any(passage.strip() for passage in passages):
        yield _certain("passage-empty", "there is no text to support it")
        return
    # Reading all numbers of all passages takes as long as all else: only where there is need.
    claim = on.claim.text
    for number in missing_numbers(claim, passages) if digit_numbers(claim) else ():
        if rounded_from(number, claim, passages) is None:
            yield _certain("number-absent", f"the number {number} is not in the passages")


def _suspicions(on: Ground, passages: Sequence[str]) -> Iterator[Reason]:
    if not on.best.stems:
        return
    claim = on.claim.text
    counted = word_numbers(claim) - on.everywhere - {"0", "1"}
    for number in missing_word_numbers(claim, passages) if counted else ():
        yield _suspect("number-word-absent", f"a number word of value {number} is not in them")
    written = {stem_of(word): word for word in words(on.claim.text)}
    absent = [written.get(stem, stem) for stem in sorted(on.claim.names - on.everywhere)]
    if len(absent) > 1:
        yield _suspect("names-absent", f"no passage names {', '.join(absent)}")
    if on.close >= _SAME_MATTER:
        yield from _turns(on, written)


def _turns(on: Ground, written: dict[str, str]) -> Iterator[Reason]:
    """Suspicions that need a sentence on the same matter."""
    claim, best, three = on.claim.words, on.best.words, on.three
    for stem, opposite in opposites(claim, best):
        yield _suspect(
            "opposite-word", f"it says {written[stem]}, the nearest sentence says {opposite}"
        )
    if bool(claim & DOUBTS) != bool(best & DOUBTS):
        where = "it" if claim & DOUBTS else "the nearest sentence"
        yield _suspect("negation-differs", f"only {where} negates or doubts")
    if claim & (UP | DOWN) and not three & (UP | DOWN):
        said = ", ".join(sorted(written[stem] for stem in claim & (UP | DOWN)))
        yield _suspect("direction-absent", f"the nearest sentences give no direction for {said}")
    if best & HEDGES and not claim & HEDGES:
        yield _suspect("hedge-lost", "the nearest sentence is guarded, it is not")
    if claim & CAUSES and best & LINKS and not best & CAUSES:
        yield _suspect("association-as-cause", "it names a cause, the nearest sentence a link")
    new = sorted(written[stem] for stem in (claim & ABSOLUTES) - three)
    if new:
        yield _suspect("absolute-word", f"no near sentence says {', '.join(new)}")


def _certain(code: str, detail: str) -> Reason:
    return Reason(code=code, certainty="certain", detail=_shown(detail))


def _suspect(code: str, detail: str) -> Reason:
    return Reason(code=code, certainty="suspect", detail=_shown(detail))


def _shown(detail: str) -> str:
    return clean_text(detail)[:_LONGEST_DETAIL].rstrip()
