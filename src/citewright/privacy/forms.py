"""Rules for identifiers in a fixed form: a pattern, what it must hold, and the checks of numbers.

Each pattern repeats only what is bounded, so that the time a text takes grows with its length.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from citewright.privacy.findings import Certainty, Kind

Hit = tuple[int, int, Kind, Certainty, str]
"""Start and end in the folded text, the kind, the certainty, the rule in words."""


@dataclass(frozen=True)
class Rule:
    """A pattern whose group ``id`` is a finding where ``holds`` is true of it."""

    kind: Kind
    words: str
    pattern: re.Pattern[str]
    certainty: Certainty
    holds: Callable[[str], bool]


def rule(
    kind: Kind,
    words: str,
    pattern: str,
    certainty: Certainty = Certainty.CERTAIN,
    holds: Callable[[str], bool] = bool,
) -> Rule:
    """A rule whose pattern is blind to case."""
    return Rule(kind, words, re.compile(pattern, re.IGNORECASE), certainty, holds)


def hits(rules: Iterable[Rule], text: str) -> Iterator[Hit]:
    """What the rules find in a folded text."""
    for one in rules:
        for match in one.pattern.finditer(text):
            if one.holds(match["id"]):
                yield *match.span("id"), one.kind, one.certainty, one.words


def digits(text: str) -> str:
    """The digits of a text."""
    return "".join(filter(str.isdigit, text))


def luhn(number: str) -> bool:
    """Whether the digits of a number end with the check digit of ISO/IEC 7812-1."""
    total = 0
    for place, digit in enumerate(reversed(digits(number))):
        value = int(digit) * (1 + place % 2)
        total += value - 9 * (value > 9)
    return total % 10 == 0


def card(number: str) -> bool:
    """Whether a number may be a payment card's: it starts like one and its check digit is right."""
    return number[0] in "123456" and luhn(number) and len(set(digits(number))) > 1


def iban(number: str) -> bool:
    """Whether a number passes the check of ISO 13616 (modulo 97)."""
    plain = number.replace(" ", "").upper()
    return int("".join(str(int(one, 36)) for one in plain[4:] + plain[:4])) % 97 == 1


def address_of_net(address: str) -> bool:
    """Whether it is an IPv4 or an IPv6 address of some length ("::" alone stands in code, too)."""
    try:
        ipaddress.ip_address(address)
    except ValueError:
        return False
    return ":" not in address or len(address) > len("fe80::1")


def callable_number(number: str) -> bool:
    """Whether a number has as many digits as a telephone number and is no date."""
    years = re.match(
        r"(?:19|20)\d\d(?: ?- ?(?:19|20)\d\d\Z|[ /.-])|\d{1,2}([/.-])\d{1,2}\1(?:19|20)?\d\d\Z",
        number,
    )
    return 7 <= len(digits(number)) <= 15 and not years


def full_number(number: str) -> bool:
    """Whether it has as many digits as a telephone number with its area code."""
    return 9 <= len(digits(number)) <= 15


def mixed(number: str) -> bool:
    """Whether it has both digits and letters."""
    return any(map(str.isdigit, number)) and any(map(str.isalpha, number))


def vehicle(number: str) -> bool:
    """Whether 17 characters look like a vehicle's (ISO 3779): capitals, six digits or more."""
    return mixed(number) and number.isupper() and len(digits(number)) >= 6
