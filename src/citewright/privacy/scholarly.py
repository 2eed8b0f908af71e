"""What looks like an identifier of a person and is one of a work: left out before the rules."""

from __future__ import annotations

import re

_PERSONAL_SITE = re.compile(
    r"(?:facebook|instagram|twitter|tiktok|snapchat|threads|pinterest|tumblr)"
    r"\.(?:com|net)/|//(?:www\.)?(?:x\.com|t\.me|fb\.com)/|linkedin\.com/in/",
    re.IGNORECASE,
)
"""An address of a site whose pages are persons' profiles."""

_OWNED = re.compile(
    r"\b(?:my|his|her|their|patient's|client's)\s(?:[a-z]{1,12}\s){0,2}"
    r"(?:website|web site|home ?page|blog|profile|page|channel|youtube|url|portfolio)"
    r"(?: (?:is|at))?:? {0,2}\Z",
    re.IGNORECASE,
)

_URL = r"(?:https?://|www\.)[^\s<>\"]{1,500}"

_WORKS = re.compile(
    r"\b10\.\d{4,9}/[^\s<>\"]{1,200}"
    r"|\bPMC ?\d{4,9}\b|\bPM(?:C?ID|C) ?[:#]? ?(?:PMC)?\d{4,9}\b"
    r"|\bpubmed\W{0,3}\d{5,9}\b"
    r"|\bISSN\W{0,3}\d{4}-?\d{3}[\dX]\b"
    r"|\bISBN(?:-1[03])?\W{0,3}(?:97[89][- ]?)?(?:\d[- ]?){9}[\dX]\b"
    r"|\b97[89][- ]?(?:\d[- ]?){9}\d\b"
    r"|\b(?:0000|0009)-000\d-\d{4}-\d{3}[\dX]\b"
    r"|\b(?:NCT|ISRCTN|ACTRN|DRKS|CRD|UMIN|jRCT|NTR|KCT|TCTR|IRCT|SLCTR|ChiCTR)"
    r"[-A-Z ]{0,5}\d[\dN-]{3,18}\b"
    r"|\bCTRI/\d[\d/]{4,20}\b|\b20\d\d-\d{6}-\d\d(?:-\d\d)?\b"
    r"|\barXiv ?:? ?\d{4}\.\d{4,5}\b|\bOCLC\W{0,3}\d{5,10}\b|\bCD\d{6}\b"
    r"|\b[A-Z]\d{2} ?[A-Z]{2} ?-?\d{5,6}\b"
    r"|\b(?:pp?|pages?|vol(?:ume)?|issue|article|art)\b\.? ?\d{1,6}(?: ?- ?\d{1,6})?(?!\d)"
    r"|(?<=[,)] )no\.? ?\d{1,3}(?![\d-])"
    r"|\b\d{1,4} ?\(\d{1,4}(?:-\d{1,4})?\) ?[,:;] ?[eE]?\d{1,6}(?: ?- ?[eE]?\d{1,6})?(?!\d)",
    re.IGNORECASE,
)


def without_works(text: str) -> str:
    """The text, of equal length, with the numbers and addresses of works blanked.

    DOIs, PubMed, ISBN, ISSN, ORCID and OCLC numbers, trial registrations, grants, volumes with
    pages, and addresses of pages other than profiles of persons.

    :param text: a folded text.
    """
    return re.sub(_URL, _blank_source, _WORKS.sub(_blank, text), flags=re.IGNORECASE)


def _blank(match: re.Match[str]) -> str:
    return "\u00a6" * len(match[0])


def _blank_source(match: re.Match[str]) -> str:
    before = match.string[max(0, match.start() - 60) : match.start()]
    personal = _PERSONAL_SITE.search(match[0]) or _OWNED.search(before)
    return match[0] if personal else _blank(match)
