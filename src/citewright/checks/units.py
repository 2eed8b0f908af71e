"""Numbers with their units: "8 weeks" is not in a text that says "8 months".

Nothing is concluded from a number that stands without a unit, or with one that is not known here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal, localcontext
from functools import lru_cache
from typing import NamedTuple

from citewright.checks.numbers import (
    DIGITS,
    NUMBER_WORD,
    READ,
    all_numbers,
    digit_numbers,
    word_numbers,
)

# Forms by unit, a regular expression each. Single letters count in lower case only ("3D" is no
# day), and "s" and "m" not at all ("the 1990s", "5m" for millions).
_FORMS = {
    "percentage points": r"percentage[\s-]points?",
    "%": r"%|per\s?cent\b(?:age)?",
    "mg/kg": r"mg\s?/\s?kg",
    "mcg": r"mcg|µg|μg|micrograms?",
    "mg": r"mg|milligrams?",
    "g": r"(?-i:g)|grams?",
    "kg": r"kg|kilograms?",
    "ml": r"ml|millilit(?:re|er)s?",
    "l": r"lit(?:re|er)s?",
    "mmol": r"mmol",
    "mmHg": r"mm\s?hg",
    "mm": r"mm|millimet(?:re|er)s?",
    "cm": r"cm|centimet(?:re|er)s?",
    "metres": r"met(?:re|er)s?",
    "km": r"km|kilomet(?:re|er)s?",
    "seconds": r"secs?|seconds?",
    "minutes": r"mins?|minutes?",
    "hours": r"(?-i:h)|hrs?|hours?",
    "days": r"days?",
    "weeks": r"wks?|weeks?",
    "months": r"months?",
    "years": r"yrs?|years?",
    "decades": r"decades?",
    "sessions": r"sessions?",
    "points": r"points?",
    "times": r"times",
    "fold": r"fold",
}
_SIZE = {
    "mcg": ("mass", "0.001"), "mg": ("mass", "1"), "g": ("mass", "1000"), "kg": ("mass", "1000000"),
    "ml": ("volume", "1"), "l": ("volume", "1000"),
    "mm": ("length", "1"), "cm": ("length", "10"), "metres": ("length", "1000"),
    "km": ("length", "1000000"),
    "seconds": ("time", "1"), "minutes": ("time", "60"), "hours": ("time", "3600"),
    "days": ("time", "86400"), "weeks": ("time", "604800"),
    "months": ("months", "1"), "years": ("months", "12"), "decades": ("months", "120"),
}  # fmt: skip
"""The dimension of a unit and its size in it; a month has no fixed number of days."""

_SHARES = {
    "half": (50,), "a third": (33, "33.3"), "one third": (33, "33.3"), "two thirds": (67, "66.7"),
    "a quarter": (25,), "one quarter": (25,), "three quarters": (75,), "a fifth": (20,),
    "one fifth": (20,), "a tenth": (10,), "one tenth": (10,),
}  # fmt: skip
_SHARE = re.compile(
    rf"\b(?:{'|'.join(name.replace(' ', '[ -]') for name in _SHARES)})\b", re.IGNORECASE
)

_WORD = rf"(?:{NUMBER_WORD}|thousand)"
# Bounded and never taken back (an atomic group), so that no text makes the search long.
_NUMBER = rf"(?>{DIGITS}|\b(?:a|{_WORD})(?:[\s-](?:and\s)?{_WORD}){{0,5}}\b)"
_LINK = r"\s?(?:[\u2010-\u2015\u2212/,-]|,?\s(?:to|or|and|vs\.?|versus)\s)\s?"
_UNIT = "|".join(f"(?P<u{n}>{form})" for n, form in enumerate(_FORMS.values()))
_QUANTITY = re.compile(
    rf"(?P<numbers>{_NUMBER}(?:{_LINK}{_NUMBER}){{0,4}})(?:[\s\u00a0\u202f\u2009]?|[-\u2010\u2011])"
    rf"(?:{_UNIT})(?![\w/])",
    re.IGNORECASE,
)


class Quantity(NamedTuple):
    """A number as :mod:`citewright.checks.numbers` writes it, and the unit it stands with."""

    value: str
    unit: str

    def __str__(self) -> str:
        return f"{self.value} {self.unit}"


@lru_cache(maxsize=READ)
def quantities(text: str) -> frozenset[Quantity]:
    """The numbers of a text that have a unit; each of a range or a list has the last one's."""
    return frozenset(quantity for match in _QUANTITY.finditer(text) for quantity in _read(match))


def without_quantities(text: str) -> str:
    """A text without its numbers that have a unit that is known here."""
    return _QUANTITY.sub(" ", text)


def _read(match: re.Match[str]) -> Iterator[Quantity]:
    unit = next(name for n, name in enumerate(_FORMS) if match[f"u{n}"])
    for value in digit_numbers(match["numbers"]) | word_numbers(match["numbers"]):
        yield Quantity(value, unit)


class OtherUnit(NamedTuple):
    """A quantity of a statement whose number stands in the evidence with other units only."""

    stated: Quantity
    units: tuple[str, ...]


def other_units(statement: str, evidence: Iterable[str]) -> tuple[OtherUnit, ...]:
    """The statement's quantities whose number the evidence has, but each time with another unit.

    Left out: a number that stands anywhere in the evidence without a unit that is known here, one
    (it mostly is a pronoun), and what is the same amount in another unit.
    """
    pieces = list(evidence)
    present = frozenset().union(*(quantities(piece) for piece in pieces))
    bare = frozenset().union(*(all_numbers(without_quantities(piece)) for piece in pieces))
    found = []
    for stated in sorted(quantities(statement) - present):
        units = tuple(sorted(held.unit for held in present if held.value == stated.value))
        if units and stated.value not in bare | {"1"} and not converted(stated, pieces):
            found.append(OtherUnit(stated, units))
    return tuple(found)


def converted(stated: Quantity, evidence: Iterable[str]) -> str | None:
    """The amount in the evidence that equals a quantity in another unit or form, as it stands.

    Exact conversions (0.5 g is 500 mg, two weeks are 14 days), and shares in words for per cent.
    """
    for piece in evidence:
        for held in sorted(quantities(piece)):
            if held != stated and _amount(held) is not None and _amount(held) == _amount(stated):
                return str(held)
        if stated.unit == "%":
            for match in _SHARE.finditer(piece):
                name = match[0].lower().replace("-", " ")
                if stated.value in map(str, _SHARES[name]):
                    return name
            ratio = _plain(stated.value)
            if ratio is not None and ratio % 100 and _text(ratio / 100) in digit_numbers(piece):
                return _text(ratio / 100)
    return None


def _amount(quantity: Quantity) -> tuple[str, Decimal] | None:
    size, value = _SIZE.get(quantity.unit), _plain(quantity.value)
    if size is None or value is None:
        return None
    with localcontext(prec=60):
        return size[0], value * Decimal(size[1])


def _plain(value: str) -> Decimal | None:
    """A number's value; None for a power, which is a text with superscripts."""
    return Decimal(value) if value.replace(".", "").isdecimal() else None


def _text(value: Decimal) -> str:
    return format(value.normalize(), "f")
