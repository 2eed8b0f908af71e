"""Numbers that a statement says it rounds: "about 12 %" of a source's "11.8 %".

Only a hedge lets a number be another than the source's, and then only by rounding: to the last
digit that is no closing zero, and by no more than a tenth (a twentieth where tens or more are
rounded). "About 1 mg" is not 0.5 mg, and "almost 12" is not 12.3.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal

from citewright.checks.numbers import DIGITS, all_numbers, digit_numbers
from citewright.checks.units import quantities, without_quantities

_UNDER = r"nearly|almost|just\sunder|not\squite"
_HEDGES = (
    rf"about|around|approximately|approx\.?|roughly|circa|ca\.|some|close\sto|{_UNDER}|in\sthe\s"
    r"(?:order|region)\sof"
)
# A hedge before a range or a list is one of each number in it.
_HEDGED = re.compile(
    rf"(?:\b(?P<hedge>{_HEDGES})\s+|[~\u2248\u223c]\s?)(?:[$€£]\s?)?"
    rf"(?:{DIGITS}\s?%?\s?(?:[\u2010-\u2015-]|to|or|and)\s?)?$",
    re.IGNORECASE,
)
_BELOW = re.compile(_UNDER, re.IGNORECASE)
_REACH = 40
"""Characters before a number in which its hedge stands."""

_MOST, _MOST_IN_TENS = Decimal("0.1"), Decimal("0.05")


def rounded_from(number: str, text: str, evidence: Sequence[str]) -> str | None:
    """The number of the evidence that a statement's number is rounded from; None where it is none.

    :param number: as :func:`citewright.checks.numbers.digit_numbers` writes it; each of its
        places in the statement has to be hedged.
    :param evidence: in which the number may stand with the statement's unit, or without any.
    """
    if not number.replace(".", "").isdecimal():
        return None
    hedges = list(_hedges(number, text))
    if not hedges or None in hedges:
        return None
    below = any(_BELOW.fullmatch(hedge or "") for hedge in hedges)
    stated = Decimal(number)
    for found in sorted(_candidates(number, text, evidence)):
        if found.replace(".", "").isdecimal() and _rounds(Decimal(found), stated, below=below):
            return found
    return None


def _hedges(number: str, text: str) -> Iterator[str | None]:
    """The hedge before each place of a number; empty for a sign, None where there is none."""
    for match in re.finditer(DIGITS, text):
        if number in digit_numbers(match[0]):
            start = match.start()
            found = _HEDGED.search(text[max(0, start - _REACH) : start])
            yield (found["hedge"] or "") if found else None


def _candidates(number: str, text: str, evidence: Sequence[str]) -> frozenset[str]:
    """The numbers of the evidence with the unit that the number has in the statement."""
    units = {one.unit for one in quantities(text) if one.value == number}
    if not units:
        return frozenset().union(*(all_numbers(piece) for piece in evidence))
    same = {one.value for piece in evidence for one in quantities(piece) if one.unit in units}
    return frozenset().union(same, *(all_numbers(without_quantities(one)) for one in evidence))


def _rounds(exact: Decimal, stated: Decimal, *, below: bool) -> bool:
    if not stated or (below and exact > stated):
        return False
    # 12 is rounded to ones, 1200 to hundreds, 1.5 to tenths.
    unit = Decimal(1).scaleb(int(stated.normalize().as_tuple().exponent))
    most = _MOST_IN_TENS if unit > 1 else _MOST
    near = abs(exact - stated) <= most * stated
    return near and (exact / unit).quantize(Decimal(1), ROUND_HALF_UP) * unit == stated
