"""Numbers with their units, dates and doses, as a text states them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from citewright.model.numerals import GROUPED, SMALL, TENS, UNGROUPED, VALUES, plain, value_of

UNITS = {
    "%": "% percent per\\s?cent percentage\\spoints?",
    "mg": "mg milligrams?",
    "mcg": "mcg µg μg micrograms?",
    "g": "g grams?",
    "kg": "kg kilograms?",
    "ml": "ml millilitres? milliliters?",
    "l": "l L litres? liters?",
    "mg/kg": "mg/kg",
    "mmol": "mmol(?:/l)?",
    "mg/dl": "mg/dl",
    "iu": "iu",
    "tablet": "tablets? pills? capsules?",
    "drop": "drops?",
    "mmhg": "mm\\s?hg",
    "cm": "cm centimetres? centimeters?",
    "mm": "mm millimetres? millimeters?",
    "m": "metres? meters?",
    "km": "km kilometres? kilometers?",
    "hz": "hz",
    "kcal": "kcal",
    "°c": "[°º]\\s?c",
    "second": "s secs? seconds?",
    "minute": "mins? minutes?",
    "hour": "h hrs? hours?",
    "day": "d days?",
    "week": "wks? weeks?",
    "month": "mos months?",
    "year": "yrs? years?",
    "decade": "decades?",
    "fold": "fold",
    "time": "times",
    "point": "points?",
    "session": "sessions?",
}
DOSE_UNITS = frozenset({"mg", "mcg", "g", "ml", "mg/kg", "mmol", "mg/dl", "iu", "tablet", "drop"})
_FREQUENCY = {
    "once a day": r"once[\s-](?:a[\s-]day|daily|per\sday)|q\.?d\.?(?=\s)",
    "twice a day": r"twice[\s-](?:a[\s-]day|daily|per\sday)|b\.?i\.?d\.?(?=\W|$)",
    "three times a day": r"(?:three|3)\stimes\s(?:a\sday|daily|per\sday)|t\.?i\.?d\.?(?=\W|$)",
    "once a week": r"once[\s-](?:a[\s-]week|weekly|per\sweek)",
    "twice a week": r"twice[\s-](?:a[\s-]week|weekly|per\sweek)",
    "first line": r"first[\s-]line",
    "second line": r"second[\s-]line",
    "third line": r"third[\s-]line",
}
# Words of comparison count before a number only.
_NUMBER_NEXT = rf"(?=\s(?:[-\u2212\d.$\u00a3]|{'|'.join((*SMALL[1:], *TENS))}))"
_DIGIT_NEXT = r"(?=\s*[-\u2212.\d])"
# "Two or more" and "18 years or older" compare; "tea or more rest" does not. Python's lookbehinds
# have one width each.
_NUMBER_BEFORE = (
    "(?:"
    + "|".join(
        rf"(?<={form}\s)"
        for form in (r"\d", "%", *SMALL[1:], *TENS, "days", "weeks", "months", "years", r"of\sage")
    )
    + ")"
)
_OR_MORE = re.compile(r"\sor\s(?:more|less|fewer)\b", re.IGNORECASE)
_COMPARISONS = {
    "\u2264": rf"\u2264|<=|(?:at\smost|up\sto|no\smore\sthan){_NUMBER_NEXT}"
    rf"|{_NUMBER_BEFORE}or\s(?:less|fewer|lower|below|under|younger)\b",
    "\u2265": rf"\u2265|>=|(?:at\sleast|no\sless\sthan|no\sfewer\sthan){_NUMBER_NEXT}"
    rf"|{_NUMBER_BEFORE}or\s(?:more|greater|higher|above|over|older)\b",
    "<": rf"<{_DIGIT_NEXT}|(?:less\sthan|fewer\sthan|lower\sthan|below|under){_NUMBER_NEXT}",
    ">": rf">{_DIGIT_NEXT}|(?:more\sthan|greater\sthan|higher\sthan|above|over){_NUMBER_NEXT}",
}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9}
_MONTHS = (
    "January February March April May June July August September October November December"
).split()


def _named(name: str, forms: dict[str, str]) -> str:
    """Alternatives that each match under a group name of their own."""
    groups = (f"(?P<{name}{n}>{form})" for n, form in enumerate(forms.values()))
    return "|".join(groups)


# One letter is a unit in its own case only: "Figure 1D" is no day.
_UNIT_FORMS = {
    f"(?-i:{form})" if len(form) == 1 else form: unit
    for unit, forms in UNITS.items()
    for form in forms.split()
}
_UNIT = "|".join(sorted(_UNIT_FORMS, key=len, reverse=True))
_MONTH = "(?-i:" + "|".join(f"{name[:3]}(?:{name[3:]})?" for name in _MONTHS) + ")"
_DAY = r"(?:[12]?\d|3[01])(?:st|nd|rd|th)?"
_WORDED = (
    rf"(?:{'|'.join(TENS)})[\s-](?:{'|'.join(SMALL[1:10])})|{'|'.join(reversed(SMALL))}"
    rf"|{'|'.join(TENS)}|an?(?=\s(?:{'|'.join(_SCALES)})\b)"
)
_QUANTITY = re.compile(
    rf"""(?<![^\W\d_])(?:
      (?P<label>\b(?:fig(?:ure|\.)?s?|tables?|box|appendix)\s\d+\w*|^\d+\.\s)
    | (?P<date>\d{{4}}-\d\d-\d\d
        | \b{_MONTH}\.?\s{_DAY}(?:,?\s\d{{4}})?\b
        | \b{_DAY}\s(?:of\s)?{_MONTH}(?:\.?,?\s\d{{4}})?\b
        | \b{_MONTH}\.?,?\s(?:19|20)\d\d\b
        | \b(?-i:{"|".join(name for name in _MONTHS if name not in ("March", "May"))})\b
        | (?<![\w.,-])(?:1[89]|20)\d\d(?:s\b|(?![\w.,]\d|\w|\s?%)))
    | (?P<frequency>\b(?:{_named("often", _FREQUENCY)}))
    | (?P<comparison>{_named("than", _COMPARISONS)})
    | (?P<name>[A-Za-z]+-?\d[\w-]*)
    | (?P<number>
        (?P<sign>(?:(?<=[\s(=<>\u2264\u2265])|^)[-\u2212])?
        (?P<digits>{GROUPED} | {UNGROUPED} | (?<!\d)[.\u00b7]\d+)
        (?P<power>[\u2070\u00b9\u00b2\u00b3\u2074-\u2079\u207b]*)
      | \b(?P<worded>{_WORDED})\b)
      (?:[\s-](?P<scale>{"|".join(_SCALES)})s?\b)?
      (?:[\s\u00a0\u202f-]?(?P<unit>{_UNIT})(?!\w))?
    | \b(?P<bare>{"|".join(_SCALES)})s?\b
    )""",
    re.VERBOSE | re.IGNORECASE,
)


class Quantity(NamedTuple):
    """A number, date or frequency; ``value`` and ``unit`` are alike however they are written."""

    kind: str
    value: str
    unit: str

    def __str__(self) -> str:
        return f"{self.value} {self.unit}".strip()


def quantities(text: str) -> Iterator[Quantity]:
    """All of them in the order of the text; ``kind`` is number, date, dose or comparison.

    ``one`` counts only before a unit or "or more": else it mostly is a pronoun. The number of a
    figure, a table or a list's item is a name.
    """
    for match in _QUANTITY.finditer(text):
        found = _read(match)
        if found:
            yield found


def _read(match: re.Match[str]) -> Quantity | None:
    if match["label"]:
        return None
    if match["date"]:
        return Quantity("date", _date(match["date"]), "")
    if match["frequency"]:
        return Quantity("dose", _which(match, "often", _FREQUENCY), "")
    if match["comparison"]:
        return Quantity("comparison", _which(match, "than", _COMPARISONS), "")
    if match["name"] or match["bare"]:
        return Quantity("number", (match["name"] or match["bare"]).lower(), "")
    unit = _unit(match["unit"])
    if _is_pronoun(match, unit):
        return None
    return Quantity("dose" if unit in DOSE_UNITS else "number", _value(match), unit)


def _is_pronoun(match: re.Match[str], unit: str) -> bool:
    """Whether this is a "one" that counts nothing."""
    if not match["worded"] or match["worded"].lower() != "one":
        return False
    return not (unit or match["scale"] or _OR_MORE.match(match.string, match.end()))


def _value(match: re.Match[str]) -> str:
    if match["worded"]:
        parts = re.split(r"[\s-]", match["worded"].lower())
        value = Decimal(sum(VALUES.get(part, 1) for part in parts))
    else:
        value = value_of(match["digits"])
    if match["scale"]:
        value *= _SCALES[match["scale"].lower()]
    sign = "-" if match["sign"] else ""
    return sign + plain(value) + (match["power"] or "")


@cache
def _unit(written: str | None) -> str:
    if not written:
        return ""
    for form, unit in _UNIT_FORMS.items():
        if re.fullmatch(form, written, re.IGNORECASE):
            return unit
    raise AssertionError(written)


def _date(written: str) -> str:
    """The date's parts without order and punctuation: "5 May 2020" is "May 5, 2020"."""
    parts = re.findall(r"\d+|[a-z]+", written.lower())
    kept = (part[:3] if part.isalpha() else str(int(part)) for part in parts)
    return " ".join(sorted(part for part in kept if part not in ("st", "nd", "rd", "th", "of")))


def _which(match: re.Match[str], name: str, forms: dict[str, str]) -> str:
    return next(form for n, form in enumerate(forms) if match[f"{name}{n}"])
