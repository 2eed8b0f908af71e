"""Street addresses in several languages, post boxes, and postal codes that are called so."""

from __future__ import annotations

import re
from collections.abc import Iterator

from citewright.privacy.findings import Certainty, Kind
from citewright.privacy.forms import Hit, hits, rule

_WORD = r"[^\W\d_][\w'.-]{0,30}"
_UPPER = "A-Z" + "".join(filter(str.isupper, map(chr, range(0xC0, 0x530))))
_CAP = rf"(?-i:[{_UPPER}])[\w'.-]{{0,30}}"
_ROOM = r"(?:apt\.?|apartment|suite|ste\.?|unit|flat|room|rm\.?|floor|bldg\.?|lot|#)"
_FLAT = r"(?:apt\.?|apartment|suite|ste\.?|unit|flat)"
_MONTHS = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?:[a-z]{2,6})?\b"
_NOT = (
    rf"(?!{_MONTHS}|(?:study|tables?|figures?|fig|models?|times?|sessions?|weeks?|days?|vol|volume"
    r"|chapter|sections?|items?|trials?|phase|groups?|steps?|years?|months?|participants|patients"
    r"|people|adults|women|men|children|hours?|minutes?|and|or|to|of|the|in|vs|versus|percent|p|n|m"
    r"|sd|ci|hz|mg|kg|ml|x|studies|points?|sources?|statements?|suppl|pt|main|effects?|new york"
    r"|thousand)\b)"
)

_STREET = (
    r"(?:street|st|avenue|ave|av|road|rd|lane|ln|drive|dr|boulevard|blvd|court|ct|place|pl|terrace"
    r"|way|circle|cir|close|crescent|square|sq|parkway|pkwy|highway|hwy|trail|row|gardens|grove"
    r"|mews|turnpike|alley|loop|path|pike|ridge|walk|green|crossing)"
)
_ROMANCE = (
    r"(?:rue|via|calle|avenida|av\.|rua|vicolo|piazza|viale|corso|strada|plaza|carrer|chemin|allée"
    r"|impasse|quai|avenue|boulevard|place|praça|travessa|paseo|camino|ulica|ul\.|aleja|al\.|calea"
    r"|contrada|largo|borgo|rúa|ronda|cours)"
)
_GERMANIC = (
    r"[^\W\d_][\w-]{1,30}(?:straße|strasse|str\.|gasse|weg|platz|allee|gata|gatan|vägen|väg|katu"
    r"|tie|vej|veien|vegen|gade|laan|straat|plein|gracht|kade|ufer|damm|steig|stræde|bakken"
    r"|vænget|vangen|vellir|kuja|polku|penger|braut|stígur|utca|ulice|ucce|gränd|stien|parken"
    r"|toften|haven|lunden|marken|høj|rinne|pfad|graben|markt|brücke|hof)"
)
_APART = (
    r"[^\W\d_][\w-]{1,30} (?:utca|út|útja|tér|körút|krt\.|kapu|köz|u\.|terrasse|alle|vei|gate|gade"
    r"|ulice|náměstí|třída|cesta|trg|katu|tie|road|street|ulica|udde|väg|sokak|caddesi|jalan)"
)


def _no_initials(street: str) -> bool:
    """Whether its last word is no author's initials, as in "38 Robins LN"."""
    *before, last = street.split()
    return not (len(last) == 2 and last.isupper() and not before[-1].isupper()) or last in _WINDS


_WINDS = frozenset(("NE", "NW", "SE", "SW"))

_STREETS = (
    rule(
        Kind.ADDRESS,
        "a street and number",
        rf"(?<![\w.,/-])(?P<id>\d{{1,6}}[a-z]?,? (?:\d{{1,5}} |[nsew]{{1,2}}\.? |north |south "
        rf"|east |west )"
        rf"?(?:{_NOT}{_CAP} |\d{{1,3}}(?:st|nd|rd"
        rf"|th) ){{1,4}}{_STREET}\b\.?(?! \()(?:,? {_ROOM} ?[\w-]{{1,6}}\b)?)",
        holds=_no_initials,
    ),
    rule(
        Kind.ADDRESS,
        "a street and number",
        rf"(?<![\w.,/-])(?P<id>\d{{2,6}} (?:{_NOT}{_WORD} ){{1,3}}"
        r"(?:street|avenue|ave|road|rd|lane|boulevard|blvd|terrace|crescent|parkway)\b\.?)",
    ),
    rule(
        Kind.ADDRESS,
        "a street, a number and a flat",
        rf"(?<![\w.,/-])(?P<id>\d{{1,6}}(?:,? {_WORD}){{1,5}}(?:"
        rf" \d{{1,5}}[.a-z]?)?,?\s{{1,3}}{_FLAT} ?\d{{1,5}})\b",
    ),
    rule(
        Kind.ADDRESS,
        "a street and number",
        rf"(?P<id>(?<!\w)(?:\d{{1,6}},?\s)?(?:{_GERMANIC}"
        rf"|{_APART})\s\d{{1,4}}(?:\s?[a-z]\b)?\.?)(?![\d%])",
    ),
    rule(
        Kind.ADDRESS,
        "a street and number",
        rf"(?<!\w)(?P<id>(?:\d{{1,6}} )?{_ROMANCE} (?:(?:de|del|della|dei|delle|des|du|la|le|los"
        rf"|las|dos|da|do|di|d'|l'|san) ?){{0,3}}"
        rf"{_CAP}(?: {_CAP}| (?:de|del|la|di|da)\b){{0,4}},? (?:n[°ºo.]{{1,2}} ?)?\d{{1,5}})\b",
    ),
    rule(
        Kind.ADDRESS,
        "a street and number",
        rf"(?<![\w.,/-])(?P<id>\d{{1,6}}(?: ?bis| ?ter)?,? (?:\d{{1,5}} )?(?:rue|avenue"
        rf"|boulevard|place|chemin|allée|impasse"
        rf"|quai|via|calle|cours|route)(?: (?:de|des|du|la|le|les|l'"
        rf"|d')){{0,3}} ?{_WORD}(?:[ -]{_CAP}){{0,3}})",
    ),
    rule(
        Kind.ADDRESS,
        "two numbers around a street",
        rf"(?<![\w.,/()-])(?P<id>\d{{2,6}} {_NOT}{_CAP}(?: {_NOT}{_CAP}){{0,3}} (?!(?:19|20)\d\d\b)"
        rf"\d{{1,5}}\.?)(?![\d%)]|[.,:]\d| ?[-=<>(±])",
        Certainty.POSSIBLE,
    ),
    rule(
        Kind.ADDRESS,
        "a post box",
        r"\b(?P<id>(?:p\.? ?o\.? ?box|postfach|post office box|apartado|boîte postale"
        r"|psc \d{1,6},? box"
        r"|unit \d{1,6},? box|cmr \d{1,6},? box"
        r"|rr ?\d{1,3},? box)\s?\d{1,7}(?:\s[adf]po,?\s[a-z]{2}\s\d{5})?)\b",
    ),
    rule(
        Kind.ADDRESS,
        "a military post office",
        r"\b(?P<id>(?:us\w{1,4} [^\W\d_]{2,24}\s)?[adf]po,?\sa[aep]\s\d{5})\b",
    ),
    rule(
        Kind.ADDRESS,
        "the corner of two streets",
        rf"\b(?P<id>corner of (?:{_WORD}|\d{{1,5}})(?: (?:{_WORD}|\d{{1,5}})){{0,4}}? and"
        rf"(?: {_CAP}| \d{{1,5}}){{1,4}}\.?)",
    ),
)

_PLACE = (
    r"\b(?:address(?: of [\w' ]{1,40})?(?: (?:is|was|as|to)|:)|(?:lives?|lived|living"
    r"|resid(?:es?|ing|ed)|stay(?:s|ing|ed)?)"
    r"(?: [\w']{1,12}){0,4}? (?:at|on|in|of)|moved (?:in)?to|located at|sent to|(?:meet"
    r"|met)(?: [\w']{1,10})? at"
    r"|(?:office|house|home|clinic|practice|flat|apartment) is (?:at|on|in)|taxi to|(?:off|stop"
    r"|pick(?:ed)? (?:\w{1,5} )?up) at"
    r"|home is|visit(?:ed|s)? (?:her|him|them) at|address it is|address\? (?:it(?:'s"
    r"| is) )?(?:in |at )?|address following\?)"
)
_CUED = (
    rule(
        Kind.ADDRESS,
        "what is called an address, or where somebody lives",
        rf"{_PLACE}[ :]{{0,3}}(?:the |both "
        rf"|same: )?(?P<id>\d{{1,6}}[a-z]?,? {_NOT}{_WORD}(?: {_CAP}| \d{{1,5}}){{0,5}})",
    ),
    rule(
        Kind.ADDRESS,
        "what is called an address, or where somebody lives",
        rf"{_PLACE}[ :]{{0,3}}(?:the )?(?P<id>{_CAP}(?: {_CAP}| (?:and|de|del|la|ul\."
        rf"|u\.)){{0,5}} (?!(?:19|20)\d\d\b)\d{{1,5}}\.?)(?! (?:years|months|weeks|days))",
    ),
    rule(
        Kind.ADDRESS,
        "what stands behind the word address",
        r"(?:^|\n)[> ]{0,4}(?:home |mailing "
        r"|street )?address ?:[ \t]{0,20}(?P<id>(?=[^\n]{0,60}\d)[^\n]{5,160})",
    ),
    rule(
        Kind.ADDRESS,
        "a number and a street of its own line",
        rf"(?:^"
        rf"|\n)[> ]{{0,8}}(?P<id>\d{{1,6}} {_CAP}(?: {_CAP}){{0,3}}(?: \d{{1,5}})?)(?=\n[>"
        rf" ]{{0,8}}(?:{_ROOM}|{_CAP}))",
    ),
    rule(
        Kind.ADDRESS,
        "a postal code that is called one",
        r"\b(?:zip|zip ?code|post ?code|postal code|plz)\b(?: (?:is|was|of"
        r"|number))?[ :#]{1,3}(?P<id>[a-z]{0,2}-?\d[\da-z]{2,5}(?:[ -]\d[\da-z]{1,4})?)\b",
    ),
    rule(
        Kind.ADDRESS,
        "a state and its postal code",
        r"(?-i:\b(?P<id>[A-Z][\w'.-]{2,20},? (?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA"
        r"|M[ADEINOST]|N[CDEHJMVY]|O[HKR]"
        r"|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY])\s{1,3}\d{5}(?:-\d{4})?))\b",
        Certainty.POSSIBLE,
    ),
    rule(
        Kind.ADDRESS,
        "the form of a British or Canadian postal code",
        r"(?-i:(?<!\w)(?P<id>[A-Z]{1,2}\d[A-Z\d]? \d[A-BD-HJLNP-UW-Z]{2}"
        r"|[A-CEGHJ-NPRSTVXY]\d[A-Z] ?\d[A-Z]\d))(?!\w)",
        Certainty.POSSIBLE,
    ),
)

_MORE = re.compile(
    r"(?:[ ,\n>]{1,8}(?:the )?(?:apt\.?|suite|ste\.?|unit|flat|nan|box|\d{3,6}(?:-\d{4})?(?![\d/.])"
    rf"|(?-i:\(?[{_UPPER}][\w'-]{{1,24}}\)?)(?: (?-i:[a-z]{{2,4}}(?= [{_UPPER}])))?))"
    r"(?: \d{1,6}\b)?",
    re.IGNORECASE,
)

LONGEST_REST = 8
"""Words and numbers taken to belong to an address behind its street: flat, place, code, country."""


def addresses(text: str) -> Iterator[Hit]:
    """The addresses in a folded text, with the lines behind the street that belong to them."""
    for start, end, kind, certainty, words in hits((*_STREETS, *_CUED), text):
        yield start, _rest(text, end), kind, certainty, words


def _rest(text: str, end: int) -> int:
    """Where the address whose street ends here ends: before the first word in lower case."""
    if not re.compile(r"[,\n]|\s(?:apt|suite|unit)", re.IGNORECASE).match(text, end):
        return end
    for _ in range(LONGEST_REST):
        match = _MORE.match(text, end)
        if not match:
            break
        end = match.end()
    return end
