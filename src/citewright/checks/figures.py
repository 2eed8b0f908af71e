"""The numbers of a statement against those of its quotes: what is absent, what may be derived."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from citewright.checks.numbers import missing_numbers, missing_word_numbers, name_with
from citewright.checks.rounding import rounded_from
from citewright.checks.units import converted, other_units, quantities
from citewright.checks.verdicts import certain
from citewright.model.base import clean_text
from citewright.model.verdict import Reason


def compare_numbers(text: str, quotes: Sequence[str]) -> Iterator[Reason]:
    """A certain reason for each number or unit that no quote has, a sign for what may be derived.

    :param quotes: the exact quotes of all the statement's citations, at least one.
    """
    absent = set(missing_numbers(text, quotes))
    for quantity in sorted(quantities(text)):
        same = converted(quantity, quotes) if quantity.value in absent else None
        if same:
            absent.discard(quantity.value)
            yield _sign("number-converted", f"{quantity} is {same} in the quotes")
    for number in sorted(absent):
        exact = rounded_from(number, text, quotes)
        if exact:
            yield _sign("number-rounded", f"{number} is {exact} in the quotes, rounded")
            continue
        name = name_with(number, quotes)
        only = f" (only within {clean_text(name)[:40]!r})" if name else ""
        yield certain("number-absent", f"the number {number} is not in the quotes{only}")
    for found in other_units(text, quotes):
        exact = rounded_from(found.stated.value, text, quotes)
        if exact:
            yield _sign("number-rounded", f"{found.stated} is {exact} in the quotes, rounded")
            continue
        there = " and ".join(f"{found.stated.value} {unit}" for unit in found.units)
        yield certain("unit-absent", f"{found.stated} is not in the quotes, which have {there}")
    for number in missing_word_numbers(text, quotes):
        yield _sign("number-word-absent", f"a number word of value {number} is not in the quotes")


def _sign(code: str, detail: str) -> Reason:
    return Reason(code=code, certainty="suspect", detail=detail)
