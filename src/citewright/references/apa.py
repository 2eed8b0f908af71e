"""References in the manner of the APA's Publication Manual (7th edition), by CSL.

The style ``apa-7.csl`` says what stands where; citeproc-py renders it. What that library does
otherwise than the manual (as of 0.11) is mended here, before it and after it:

* it shortens ``KD`` to ``K.`` and turns uncapitalised given names into ``. x .``: initials are
  made here;
* it writes ``111st`` and leaves ``2nd`` without its ``ed.``, and takes ``iv–xii`` for one page:
  editions and page labels are made here;
* it collapses or splits at punctuation inside titles, pages and numbers: a value's punctuation
  goes through it under cover, as private characters, which no value of the model holds;
* it writes ``?.``: a full stop of the style is dropped after a value that ends its sentence.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from citewright.model.source import CslDate, CslItem, CslName, Source
from citewright.references.identifiers import doi_address

if TYPE_CHECKING:
    from citeproc import CitationStylesStyle

Run = tuple[str, bool]
"""A stretch of a reference, and whether it is in italics."""

_PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~–—"
_COVER = {ord(char): chr(0xE000 + place) for place, char in enumerate(_PUNCTUATION)}
_UNCOVER = {ord(cover): chr(char) for char, cover in _COVER.items()}
_BEGIN, _END = "\ue100", "\ue101"
_MARKS = re.compile(f"[{_BEGIN}{_END}]")
_COVERED_STOP = "".join(_COVER[ord(char)] for char in ".?!")
_COVERED_QUOTE = "".join(_COVER[ord(char)] for char in "\"'") + "”’»"
_PLACE = 0xF0000
_PLACES = re.compile("[\U000f0000-\U000ffffd]")
_SECOND_STOP = re.compile(rf"([{_COVERED_STOP}][{_COVERED_QUOTE}]?{_END}?)\.")

_URI_SAFE = "%:/?#[]@!$&'()*+,;=~"
_JOURNALS = frozenset({"article-journal", "article-magazine", "article-newspaper"})
_PARTS = frozenset({"chapter", "entry-dictionary", "entry-encyclopedia", "paper-conference"})
_WORDED = re.compile(r"\bed(?:ition|\.|n\.?)?$", re.IGNORECASE)
_ORDINAL = re.compile(r"^(\d+)(?:st|nd|rd|th)?$", re.IGNORECASE)
# What services give as the page of an article that has none.
_ARTICLE_NUMBER = re.compile(r"^(?:e\d{3,}|\d{6,})$")
_RANGE = re.compile(r"[-–—,&]")

# citeproc-py keeps the state of a rendering in the style's elements.
_ONE_AT_A_TIME = Lock()


class _Formatter:
    """How citeproc-py is told of italics; nothing is escaped."""

    @staticmethod
    def preformat(text: object) -> str:
        return str(text)

    @staticmethod
    def Italic(text: object) -> str:  # noqa: N802 - citeproc-py's name
        return f"{_BEGIN}{text}{_END}"


def apa(item: CslItem | Source, *, address: bool = True) -> str:
    """A reference after APA 7 as one line of plain text.

    :param item: a source's ``printed`` goes first where it is present.
    :param address: whether the DOI or URL stands at its end.
    """
    return "".join(text for text, _ in apa_runs(item, address=address))


def apa_runs(item: CslItem | Source, *, address: bool = True) -> tuple[Run, ...]:
    """The same as :func:`apa` in runs of upright and italic text, none of them empty."""
    if isinstance(item, Source):
        if item.printed is not None:
            return ((item.printed, False),)
        item = item.csl
    form, values = _form(_prepared(item, address=address))
    rendered = _PLACES.sub(lambda one: values[ord(one[0]) - _PLACE], _render(form))
    return tuple(_runs(_SECOND_STOP.sub(r"\1", rendered)))


def _form(prepared: Mapping[str, Any]) -> tuple[str, list[str]]:
    """An item as JSON with a place in each value's stead, and the values of the places.

    The style looks at no value's letters, only at what there is: items of one form are rendered
    once. Dates stay, since their numbers are told apart.
    """
    values: list[str] = []

    def place(text: str) -> str:
        values.append(text)
        return chr(_PLACE + len(values) - 1)

    form: dict[str, Any] = {}
    for name, value in sorted(prepared.items()):
        if name in ("author", "editor"):
            form[name] = [{part: place(text) for part, text in one.items()} for one in value]
        elif isinstance(value, str) and name not in ("id", "type"):
            form[name] = place(value)
        else:
            form[name] = value
    return json.dumps(form, sort_keys=True), values


def _runs(text: str) -> Iterator[Run]:
    italic = False
    for piece in re.split(f"({_BEGIN}|{_END})", text):
        if _MARKS.match(piece):
            italic = piece == _BEGIN
        elif piece:
            yield piece.translate(_UNCOVER), italic


# The forms of references are few: kind, which values there are, how many names, the date.
@lru_cache(maxsize=8192)
def _render(as_json: str) -> str:
    prepared = json.loads(as_json)
    # The import takes 0.02 to 0.04 s, and most commands print no reference.
    from citeproc import Citation, CitationItem, CitationStylesBibliography
    from citeproc.source.json import CiteProcJSON

    with _ONE_AT_A_TIME:
        bibliography = CitationStylesBibliography(
            _style(), CiteProcJSON([prepared]), formatter=_Formatter
        )
        bibliography.register(Citation([CitationItem(prepared["id"])]))
        return str(bibliography.bibliography()[0])


@cache
def _style() -> CitationStylesStyle:
    from citeproc import CitationStylesStyle

    # The tests hold the style against CSL's schema; doing it here takes longer than rendering.
    return CitationStylesStyle(str(Path(__file__).with_name("apa-7.csl")), validate=False)


def _prepared(item: CslItem, *, address: bool) -> dict[str, Any]:
    """The item as citeproc-py's input, every value under cover."""
    texts = {
        "title": item.title,
        "event": item.event_title,
        "medium": item.medium,
        "version": item.version,
        "issue": _range(item.issue) if item.issue else None,
        "volume": _range(item.volume) if item.volume else None,
        "edition": _edition(item.edition) if item.edition else None,
        "page": _pages(item) if item.page else None,
        "number": _number(item) if item.number else None,
        **_sites(item),
        **(_addresses(item) if address else {}),
    }
    ready: dict[str, Any] = {
        name: text.translate(_COVER) for name, text in texts.items() if text is not None
    }
    for role, names in (("author", item.author), ("editor", item.editor)):
        if names:
            ready[role] = [_name(name) for name in names]
    for name, date in (("issued", item.issued), ("accessed", item.accessed)):
        if date:
            ready[name] = _date(date)
    # Type names alone decide the form: what the style does not know is a work that stands alone.
    return {"id": "item", "type": item.type, **ready}


def _date(date: CslDate) -> dict[str, list[list[int]]]:
    return {"date-parts": [list(date.date_parts[0])]}


def _name(name: CslName) -> dict[str, str]:
    if name.literal:
        return {"literal": name.literal.translate(_COVER)}
    given, _, suffix = (name.given or "").partition(", ")
    parts = {"family": name.family or "", "given": initials(given), "suffix": suffix}
    return {part: text.translate(_COVER) for part, text in parts.items() if text}


def initials(given: str) -> str:
    """The initials of given names: ``Kristin D.`` gives ``K. D.``, ``Jean-Paul`` ``J.-P.``.

    Later words in lower case (``Alexander von``) and words in letters without case stay whole.
    """
    words = given.replace(".", ". ").split()
    # Bibliographic services also write initials without points: "KD".
    if len(words) == 1 and 1 < len(given) <= 3 and given.isupper() and given.isalpha():
        words = list(given)
    return " ".join(
        "-".join(_initial(part, place == 0) for part in word.split("-") if part)
        for place, word in enumerate(words)
    )


def _initial(word: str, first: bool) -> str:
    return f"{word[0]}." if word[0].isupper() or (first and word[0].islower()) else word


def _sites(item: CslItem) -> dict[str, str | None]:
    """Container and publisher, each only where it is not named before (9.29, 10.16)."""
    named = {name.literal for name in item.author if name.literal}
    container = item.container_title if item.container_title not in named else None
    publisher = item.publisher if item.publisher not in named | {container} else None
    return {"container-title": container, "publisher": publisher}


def _edition(edition: str) -> str:
    ordinal = _ORDINAL.match(edition)
    if ordinal:
        number = int(ordinal[1])
        teen = 10 < number % 100 < 20
        suffix = "th" if teen else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
        return f"{number}{suffix} ed."
    if _WORDED.search(edition):
        return _WORDED.sub("ed.", edition)
    return f"{edition} ed."


def _pages(item: CslItem) -> str:
    pages = _range(item.page or "")
    if item.type in _JOURNALS:
        return f"Article {pages}" if _ARTICLE_NUMBER.match(pages) else pages
    if item.type not in _PARTS:
        return pages
    return f"pp. {pages}" if _RANGE.search(pages) else f"p. {pages}"


def _range(text: str) -> str:
    return re.sub(r"(?<=\w)\s*(?:--?|–)\s*(?=\w)", "–", text)


def _number(item: CslItem) -> str:
    number = item.number or ""
    if not number[0].isdecimal() and item.type == "report":
        return number
    if item.type == "report":
        return f"Report No. {number}"
    return f"Article {number}" if item.type in _JOURNALS else f"No. {number}"


def _addresses(item: CslItem) -> dict[str, str | None]:
    doi = doi_address(item.DOI) if item.DOI else None
    return {"DOI": doi, "URL": quote(item.URL, safe=_URI_SAFE) if item.URL else None}
