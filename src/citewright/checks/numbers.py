"""The numbers in a text, by value, whichever way they are written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache

from citewright.model.numerals import GROUPED, SMALL, TENS, UNGROUPED, VALUES, plain, value_of

_SUPERSCRIPTS = "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079\u207b"

# Also a bare ".05". A superscript makes a power, which is a number of its own: 10⁵ is not 105 and
# not 10.
_NUMBER = rf"(?:{GROUPED}|{UNGROUPED}|[.\u00b7]\d+)"
_POWER = rf"[{_SUPERSCRIPTS}]+"
_FREE = r"(?<![\w.])(?<![A-Za-z]-)"
DIGITS = rf"{_FREE}{_NUMBER}(?:{_POWER})?"
"""A pattern for a number in digits."""

_DIGITS = re.compile(rf"{_FREE}(?P<number>{_NUMBER})(?P<power>{_POWER})?")
# "mid-1990s" and "n52" hold a number; "COVID-19" and "T1" are names and vouch for none.
_ATTACHED = re.compile(r"(?<=[a-z])-?(?P<number>\d+(?:\.\d+)?)")

_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7,
    "eighth": 8, "ninth": 9, "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13,
    "fourteenth": 14, "fifteenth": 15, "sixteenth": 16, "seventeenth": 17, "eighteenth": 18,
    "nineteenth": 19, "twentieth": 20, "thirtieth": 30, "fortieth": 40, "fiftieth": 50,
    "once": 1, "twice": 2, "thrice": 3, "double": 2, "triple": 3, "dozen": 12,
}  # fmt: skip
_WORDS: dict[str, int] = VALUES | _ORDINALS
NUMBER_WORD = "|".join(sorted((*SMALL, *TENS, "hundred"), key=len, reverse=True))
"""A pattern for one word of a cardinal number."""

_SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
# Numbers that a text may also mean: "12 000" with a plain space, "1.2 million", "100k", the
# second year of "2018–19".
_SPACED = re.compile(r"(?<![\w.,])\d{1,3}(?: \d{3})+(?![\d.,]*\d)")
_SCALED = re.compile(
    rf"(?P<number>\d[\d,.\u00b7]*)(?:[\s-](?P<scale>{'|'.join(_SCALES)})s?|k)\b", re.IGNORECASE
)
_SHORT_YEAR = re.compile(
    r"(?<!\w)(?P<century>1[89]|20)\d\d\s?[\u2010-\u2015\u2212/-]\s?(?P<short>\d\d)(?!\w)"
)
# "'63" and "the '40s", of whichever century.
_APOSTROPHE_YEAR = re.compile(r"(?<!\w)['\u2018\u2019](\d\d)(?=s?\b)")
_IN_NAME = r"(?<![\w-])[A-Za-z][\w-]*?(?<!\d){}(?!\d)[\w-]*|\b[A-Z][A-Za-z]+ {}(?![\w.,]\d)"
_HALF = re.compile(r"\bhalf\b", re.IGNORECASE)
Scaled = dict[str, frozenset[str]]
"""What a number amounts to with the scale behind it: 1.2 in "1.2 million" to 1200000."""

_WORD = re.compile(r"([^A-Za-z]*)([A-Za-z]+)")
_JOINED = re.compile(r"[\s\u2010\u2011-]+")

READ = 2048
"""Texts whose numbers are kept: the checks of a statement, and those of its passage, ask again."""


@lru_cache(maxsize=READ)
def digit_numbers(text: str) -> frozenset[str]:
    """The numbers written in digits, each as one canonical string (``1,200.50`` is ``1200.5``).

    A power keeps its superscript (``10⁵``). Digits that belong to a name (``T1``, ``COVID-19``)
    are not numbers.
    """
    return frozenset(
        _canonical(match["number"]) + (match["power"] or "") for match in _DIGITS.finditer(text)
    )


@lru_cache(maxsize=READ)
def word_numbers(text: str) -> frozenset[str]:
    """The numbers written as words: cardinals up to the millions, ordinals up to the fiftieth.

    A compound is one number: ``twenty-five`` is 25 and neither 20 nor 5, ``two hundred`` is 200.
    Where only a space joins a ten and a unit, both count as well, since words in a row need not
    be one number (``twenty five-minute talks``). ``half`` is 0.5.
    """
    reading = _Reading()
    for gap, word in _WORD.findall(text):
        reading.take(gap, word.lower())
    reading.close()
    return frozenset(reading.values | ({"0.5"} if _HALF.search(text) else set()))


class _Reading:
    """Reads words one by one; ``room`` is what the next word has to be below to be added."""

    def __init__(self) -> None:
        self.values: set[str] = set()
        self._total = 0
        self._group: int | None = None
        self._room = 0
        self._article = False

    def take(self, gap: str, word: str) -> None:
        joined = bool(_JOINED.fullmatch(gap))
        if word in _WORDS:
            self._add(_WORDS[word], gap, joined=joined)
        elif word in _SCALES and joined and (self._group is not None or self._article):
            self._scale(_SCALES[word])
        elif not (word == "and" and joined and self._room >= 100):
            self.close()
        self._article = word == "a"

    def _add(self, value: int, gap: str, *, joined: bool) -> None:
        if self._group is None or not joined or value >= self._room:
            self.close()
            self._group = 0
        elif self._room == 10 and gap.isspace():
            self.values |= {str(value), str(self._group % 100)}
        self._group += value
        self._room = 10 if value in range(20, 100, 10) else 0

    def _scale(self, scale: int) -> None:
        group = (self._group or 1) * scale
        if scale > 100:
            self._total, group = self._total + group, 0
        self._group, self._room = group, scale

    def close(self) -> None:
        if self._group is not None:
            self.values.add(str(self._total + self._group))
        self._total, self._group, self._room = 0, None, 0


def missing_numbers(statement: str, evidence: Iterable[str]) -> tuple[str, ...]:
    """The statement's numbers in digits that no piece of its evidence holds in any form."""
    return _missing(digit_numbers(statement), evidence, _scaled(statement))


def missing_word_numbers(statement: str, evidence: Iterable[str]) -> tuple[str, ...]:
    """The same for numbers written as words; weaker, since small ones are often counted, not read.

    One is left out: it mostly is a pronoun.
    """
    return _missing(word_numbers(statement) - {"1", "0"}, evidence, {})


@lru_cache(maxsize=READ)
def all_numbers(text: str) -> frozenset[str]:
    """Every number that a text states in any form, also within names and with a scale."""
    in_names = {_canonical(match["number"]) for match in _ATTACHED.finditer(text)}
    spaced = {_canonical(match[0].replace(" ", "")) for match in _SPACED.finditer(text)}
    scaled = frozenset().union(*_scaled(text).values())
    return digit_numbers(text) | word_numbers(text) | in_names | spaced | scaled


def _missing(wanted: frozenset[str], evidence: Iterable[str], scaled: Scaled) -> tuple[str, ...]:
    pieces = list(evidence)
    present = frozenset().union(*(all_numbers(piece) for piece in pieces))
    return tuple(sorted(n for n in wanted - present if not scaled.get(n, frozenset()) & present))


def _scaled(text: str) -> Scaled:
    found: dict[str, set[str]] = {}
    for match in _SCALED.finditer(text):
        for number in digit_numbers(match["number"]):
            if number.replace(".", "").isdecimal():
                value = Decimal(number) * _SCALES[(match["scale"] or "thousand").lower()]
                found.setdefault(number, set()).add(_canonical(format(value, "f")))
    for match in _SHORT_YEAR.finditer(text):
        short = _canonical(match["short"])
        found.setdefault(short, set()).add(match["century"] + match["short"])
    for match in _APOSTROPHE_YEAR.finditer(text):
        years = {century + match[1] for century in ("18", "19", "20")}
        found.setdefault(_canonical(match[1]), set()).update(years)
    return {number: frozenset(others) for number, others in found.items()}


def name_with(number: str, texts: Iterable[str]) -> str | None:
    """A name in a text that holds the number's digits, as "SARS-CoV-2" holds 2; it states none."""
    pattern = re.compile(_IN_NAME.format(re.escape(number), re.escape(number)))
    return next((match[0] for text in texts if (match := pattern.search(text))), None)


def _canonical(number: str) -> str:
    return plain(value_of(number))
