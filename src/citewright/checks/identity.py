"""Details in an illustration by which a person could be known.

A made-up client needs none of them, so that what is found here is either careless or real. Rules
see what has a form (initials, dates, addresses, names with a title or an age); they cannot see
that a story is somebody's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from citewright.privacy import Certainty, Kind, screen

_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sep(?:t(?:ember)?)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
)
_NAME = r"[A-Z][a-zà-ž]+(?:[-'’][A-Z]?[a-zà-ž]+)?"
_NO_NAME = (
    r"(?!(?:The|This|That|A|An|Over|Within|After|At|In|On|For|By|Age|Aged|Session|Week|Day)\b)"
)

_FORMS = {
    "a name with an age": rf"\b{_NO_NAME}{_NAME}(?:\s[A-Z][a-z]+)?(?:,\s\d{{1,3}},|\s\(\d\d\)"
    r"|,?\s(?:is|was|aged?|an?|who\sis)\s(?:an?\s|aged?\s)?\d{1,3}"
    r"(?:[\s-]?(?:years?|yrs?|y/?o)\b|(?=[,.;)])))",
    "a name with a title": rf"\b(?:Mr|Mrs|Ms|Miss|Mx|Frau|Herr)\.?\s{_NAME}",
    "a name": rf"\b(?:named|called|nicknamed|name\sis)\s(?:['“\"]\s?)?{_NAME}",
    "initials": r"(?<![\w.])(?:[A-Z]\.\s?){2,3}(?![A-Z]?[a-z]{2})(?<!U\.S\.)(?<!U\.K\.)(?<!D\.C\.)"
    r"|\b(?:[Cc]lient|[Pp]atient|[Mm]an|[Ww]oman|[Cc]hild)\s[A-Z]{2}\b(?!-)",
    "a date": rf"\b\d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?{_MONTH}\.?,?\s\d{{4}}\b"
    rf"|\b{_MONTH}\.?\s\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s\d{{4}})?\b"
    r"|\b\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d\d\b|\b(?:19|20)\d\d-\d\d-\d\d\b",
    "a place": r"\b(?:lives|living|lived|born|works|worked|working|grew\sup|resides|moved|employed"
    r"|studies|teaches)\s(?:\w+\s){0,4}?(?:in|at|to|near)\s(?:the\s)?[A-Z][a-z]+"
    r"|\b(?:comes|came|is|was)\sfrom\s(?:the\s)?[A-Z][a-z]+",
}
_COMPILED = {kind: re.compile(pattern) for kind, pattern in _FORMS.items()}

_SCREENED = {
    Kind.ADDRESS: "an address",
    Kind.EMAIL: "an e-mail address",
    Kind.PHONE: "a telephone number",
    Kind.FAX: "a telephone number",
    Kind.RECORD: "a record number",
    Kind.SSN: "a record number",
    Kind.PLAN: "a record number",
}
"""What the screen of readers' texts finds surely, in the words of this lint."""


def identifying(text: str) -> Iterator[tuple[str, str]]:
    """What could identify a person in an illustration: its kind, and the words."""
    for kind, pattern in _COMPILED.items():
        match = pattern.search(text)
        if match:
            yield kind, " ".join(match[0].split())
    for one in screen(text).findings:
        if one.kind in _SCREENED and one.certainty is Certainty.CERTAIN:
            yield _SCREENED[one.kind], " ".join(text[one.start : one.end].split())
