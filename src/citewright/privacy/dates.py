"""Dates tied to a person, and ages over 89."""

from __future__ import annotations

import re
from collections.abc import Iterator

from citewright.privacy.findings import Certainty, Kind
from citewright.privacy.forms import Hit, hits, rule

_MONTH = (
    r"(?:jan(?:uary|uar)?|feb(?:ruary|ruar)?|mar(?:ch|z)?|mär(?:z)?|apr(?:il)?|may|mai|june?|juni"
    r"|july?|juli|aug(?:ust)?|sep(?:t(?:ember)?)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?)"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th|\.)?"
_FULL = (
    rf"{_DAY}[ -](?:of )?{_MONTH}\.?(?:,?[ -]\d{{4}}|[ -]'?\d\d)?\b"
    rf"|{_MONTH}\.?[ -]{_DAY}(?:,? \d{{4}})?\b"
    r"|\d{1,2}([./-])\d{1,2}\{sep}(?:\d{4}|\d\d)\b|\d{4}([./-])\d{1,2}\{sep2}\d{1,2}\b"
)


def _date(first: int) -> str:
    """The pattern of a day, in a group ``id`` that is not the first group of its pattern."""
    return "(?P<id>" + _FULL.replace("{sep}", str(first)).replace("{sep2}", str(first + 1)) + ")"


_DATE = _date(2)
_WHEN = r"[^\d\n.;]{0,24}"

_TIED = (
    rule(
        Kind.DATE,
        "a date of birth",
        r"\b(?:d\.?o\.?b\.?|date of birth|birth ?dates?|birthdays?|born(?: on)?"
        r"|geb(?:oren)?\.?(?: am)?"
        rf"|geburtsdatum|date de naissance|né[e]? le"
        rf"|fecha de nacimiento)(?!\w){_WHEN}(?:\. [^\d\n.]{{0,12}})?"
        rf"{_DATE}",
    ),
    rule(
        Kind.DATE,
        "a date of an admission, a discharge or a death",
        r"\b(?:admit(?:ted)?|admission|readmitted|discharged?|died|death|deceased|passed away"
        r"|hospitali[sz]ed|sectioned|killed (?:him|her)self|overdosed|suicide"
        rf"|d\.?o\.?d|d\.?o\.?a)\b{_WHEN}{_DATE}",
    ),
    rule(
        Kind.DATE,
        "a date of a person's care",
        r"\b(?:(?:my|our|her|his|their|the|this) (?:patient|client|pt|daughter|son|wife|husband"
        r"|mother|father"
        r"|appointment|intake|surgery|operation|first session|last session|visit)"
        r"|date of (?:service|visit"
        r"|admission|discharge|death|surgery)|last seen|seen (?:by me|in (?:my )?(?:clinic"
        r"|office)) on"
        r"|saw (?:him|her|them)|appointment|intake|encounter date|evaluated on|diagnosed on|she"
        r"|he)\b"
        rf"[^\d\n.;]{{0,60}}?\b(?:on|was|is|since|from|dated?|until|of|:)[: ]{{1,2}}{_DATE}",
    ),
    rule(
        Kind.DATE,
        "a date of a person's care",
        r"\b(?:date of (?:service|visit|admission|discharge|death|surgery|injury)|dos"
        r"|encounter date"
        rf"|visit date|admission date|discharge date|intake date)\b{_WHEN}{_DATE}",
    ),
    rule(
        Kind.DATE,
        "a day on which something was done with a person",
        rf"\bon {_DATE}(?=,? (?:the|my|our|this) (?:patient|client|pt)\b|,? (?:i|we) (?:saw|met"
        rf"|treated|admitted)\b)",
    ),
)

_PUBLISHED = re.compile(
    r"\b(?:published|publication|posted|accessed|retrieved|updated|journal|issue)\b"
)

_OLD = r"(?P<id>(?:9\d|1[0-2]\d)(?:[- ]?(?:years?|yrs?|yr)[- ]?(?:old|of age)|[- ]?y[/.]?o\b\.?))"
_AGED = (
    r"(?P<id>(?:9\d|1[0-2]\d))(?![\d%-]|\.\d| ?-"
    r"| (?:to|%|percent|items?|min|weeks?|days?|people|patients|participants)\b)"
)
_WHO = r"\b(?:my|our|her|his|their)(?: [a-z]{1,14}){0,3} "
_IS_OLD = (
    r"\b(?:she|he|they|patient|client|mother|father|grandmother|grandfather|wife|husband|aunt"
    r"|uncle|mum|mom|dad"
    r"|who)(?:,? who)?(?:'s| is| was| turned| just turned| has turned| will be"
    r"| has just turned)(?: now| almost| about)? "
)

_AGES = (
    rule(Kind.AGE, "an age over 89", rf"{_WHO}{_OLD}"),
    rule(Kind.AGE, "an age over 89", rf"{_IS_OLD}(?:aged? )?(?:an? )?{_OLD}"),
    rule(Kind.AGE, "an age over 89", rf"{_IS_OLD}(?:aged? )?{_AGED}"),
    rule(
        Kind.AGE,
        "an age over 89",
        rf"\b(?:(?:patient|client|pt|woman|man|lady|gentleman|resident)(?: is|,)? aged?|age ?:"
        rf"|aged? is|age at (?:death|admission) ?(?:was|:)?|died at(?: age| the age of)?"
        rf"|just turned) {_AGED}",
    ),
    rule(
        Kind.AGE,
        "an age over 89",
        rf"(?<![\d-])(?<!to )(?<!and )(?<!over )(?<!or )\b{_OLD}",
        Certainty.POSSIBLE,
    ),
    rule(
        Kind.AGE,
        "an age over 89",
        rf"(?<=, )\b{_AGED}(?=, (?:who|has|was|is|presented|came|lives|and)\b)",
        Certainty.POSSIBLE,
    ),
)


def dates(text: str) -> Iterator[Hit]:
    """The days in a folded text that are tied to a person's birth, death or care."""
    for start, end, kind, certainty, words in hits(_TIED, text):
        if not _PUBLISHED.search(text[max(0, start - 40) : start].lower()):
            yield start, end, kind, certainty, words


def ages(text: str) -> Iterator[Hit]:
    """The ages over 89 in a folded text: Safe Harbor has them, and all lower ones not."""
    return hits(_AGES, text)
