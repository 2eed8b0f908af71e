"""Finding a declared quote in a source's stored text, to the letter.

Both sides are brought to one comparison form, and every place found is given in the stored text's
own offsets. The form:

1. Unicode's NFC, whichever form the text is stored in; never NFKC (which makes 10⁵ into 105);
2. typographic quotation marks and apostrophes as ``"`` and ``'``, dashes and minus as ``-``;
3. the ligatures of Latin script (U+FB00 to U+FB06) as their letters;
4. characters that take no room dropped; any run of white space as one space;
5. a hyphen between letters at a line's end may be there or not: extraction cannot know whether it
   belongs to the word. Any other hyphen or dash must be there on both sides, and white space at a
   line's end behind one counts for nothing (``10–`` and ``20`` on the next line are ``10–20``).

A declared quote may further begin in another case than the text, with a changed capital in
brackets (``[T]he``), or with a reference mark (``[12]``); it may end in another of ``. , ; :``
or without one; and it may leave words out where it shows
an ellipsis; then its parts stand in their order within :data:`ELLIPSIS_REACH` characters, and the
evidence is the whole stretch. A match begins and ends at the borders of words, never inside
``non-suicidal`` or ``can't``; one that begins or ends inside a number (``0.5``, ``-3``, ``10,000``,
``3–5``, ``5%``) is widened to all of it, so that the evidence never shows another number than the
source. Nothing is fuzzy: a changed word, number or negation is not found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from citewright.model.base import INVISIBLE
from citewright.model.page_notices import stored_notice

ELLIPSIS_REACH = 1500
"""Code points that a quote with an ellipsis may span, about two passages."""

_SAME = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u00b4\u0060\u02bc", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d", "-"),
        "\ufb00": "ff",
        "\ufb01": "fi",
        "\ufb02": "fl",
        "\ufb03": "ffi",
        "\ufb04": "ffl",
        "\ufb05": "st",
        "\ufb06": "st",
    }
)

_DASHES = {code: same for code, same in _SAME.items() if same == "-"}
_HYPHENS = frozenset("-\u2010\u2011\u2212\ufe63\uff0d")

# A line's end, or a page's (form feed).
_BREAK = re.compile(r"(?<=\S)-[^\S\n\f]*[\n\f]\s*")
_ELLIPSIS = re.compile(r"\s*(?:\[\s*(?:\u2026|\.\s?\.\s?\.)\s*\]|\u2026|\.\s?\.\s?\.)\s*")
_REFERENCE_MARK = re.compile(r"^(?:\s*\[\d+(?:\s*[,\u2013-]\s*\d+)*\])+\s*")
_BRACKETED_CAPITAL = re.compile(r"^\[([^\W\d_])\]")
# A quotation's last mark belongs to the sentence around it ("…," he said), so it may differ.
_LAST_MARK = re.compile(r"[.,;:]\s*$")

# Inside a word; the border is the NUL: letters and digits, hyphens, apostrophes, a letter's accent.
# A capitalised word right behind a digit is another word: extraction runs a label into its caption
# ("Table 2Comparison of …").
_IN_WORD = re.compile(
    r"(?!\d\0[A-Z][a-z])[^\W_]\0[^\W_]|[^\W\d_]\0-[^\W_]|[^\W_]\0-[^\W\d_]"
    r"|[^\W\d_]\0'[^\W\d_]|[^\W\d_]'\0[^\W\d_]|\0[\u0300-\u036f]"
)
# The rest of a number: sign, decimals, thousands, the other end of a range or ratio, per cent.
_JOINS = "[.,·:/\u2010-\u2015\u2212-]"
_NUMBER_BEFORE = re.compile(rf"(?:(?<!\w)[-\u2212\u2013])?(?:\d+{_JOINS})*(?:(?<!\w)[.·])?$")
_NUMBER_AFTER = re.compile(rf"(?:{_JOINS}\d+)*[%‰]?")
_LONGEST_NUMBER = 40
_LEADING_DASH = re.compile(r"^[-\u2013\u2014]\s+")

_WORD = re.compile(r"[^\W_]+")

# ASCII that stands for itself, with single spaces between: no hyphen, no grave accent.
_PLAIN = re.compile(r"[!-,./0-_a-~]+(?: [!-,./0-_a-~]+)*")

HARD, DASH, SOFT = "-", "—", "s"


@dataclass(frozen=True)
class Form:
    """A text in comparison form.

    ``chars`` holds no hyphens; ``chars[i]`` stands at ``at[i]`` to ``ends[i]`` of the original;
    ``hyphens`` says for a place in ``chars`` that a hyphen (``HARD``), a longer dash (``DASH``) or
    a hyphen that may be left out (``SOFT``) stands before it.
    """

    chars: str
    at: tuple[int, ...]
    ends: tuple[int, ...]
    hyphens: dict[int, str]


def comparison_form(text: str) -> Form:
    """The comparison form of a text, with offsets into that text."""
    chars: list[str] = []
    at: list[int] = []
    ends: list[int] = []
    hyphens: dict[int, str] = {}
    breaks = {match.start(): match.end() for match in _BREAK.finditer(text.translate(_DASHES))}
    resume = 0
    for start, end, piece in _pieces(text):
        if start < resume:
            continue
        if start in breaks:
            resume = breaks[start]
            hyphens[len(chars)] = _broken(text, start, resume)
            continue
        if len(piece) == end - start > 1 and piece.isascii():
            chars += piece
            at += range(start, end)
            ends += range(start + 1, end + 1)
            continue
        for same in piece.translate(_SAME):
            if same == "-":
                hyphens[len(chars)] = HARD if piece in _HYPHENS else DASH
            elif not same.isspace() and same not in INVISIBLE:
                chars.append(same)
                at.append(start)
                ends.append(end)
            # "word - word" keeps the space behind its dash apart from the one before it.
            elif same.isspace() and chars and (chars[-1] != " " or len(chars) in hyphens):
                chars.append(" ")
                at.append(start)
                ends.append(end)
    return Form("".join(chars), tuple(at), tuple(ends), hyphens)


def _pieces(text: str) -> Iterator[tuple[int, int, str]]:
    """Stretches of a text in NFC: runs of plain ASCII, and else mostly one character each."""
    if unicodedata.is_normalized("NFC", text):
        start = 0
        while start < len(text):
            plain = _PLAIN.match(text, start)
            end = plain.end() if plain else start + 1
            yield start, end, text[start:end]
            start = end
        return
    start = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or not _composes(text[place]):
            yield start, place, unicodedata.normalize("NFC", text[start:place])
            start = place


def _composes(char: str) -> bool:
    """Whether a character may become one with the one before: a mark, or a later Hangul jamo."""
    return unicodedata.category(char)[0] == "M" or "\u1160" <= char <= "\u11ff"


def _broken(text: str, hyphen: int, resume: int) -> str:
    """What a hyphen at a line's end is: only between letters may it be left out."""
    if text[hyphen] not in _HYPHENS:
        return DASH
    letters = text[hyphen - 1].isalpha() and text[resume : resume + 1].isalpha()
    return SOFT if letters else HARD


class QuoteFinder:
    """Finds quotes in one stored text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._form = comparison_form(text)
        self._runs: dict[int, frozenset[int]] = {}

    @cached_property
    def words(self) -> str:
        """The text's words in lower case, one space before each and behind the last."""
        return plain_words(self.text)

    def runs(self, length: int) -> frozenset[int]:
        """The hashes of all runs of so many words; what is not among them stands nowhere in it.

        :param length: 1 or more; each is read once.
        """
        known = self._runs.get(length)
        if known is None:
            words = self.words.split()
            ends = range(length, len(words) + 1)
            known = frozenset(hash(tuple(words[end - length : end])) for end in ends)
            self._runs[length] = known
        return known

    @cached_property
    def notice(self) -> str | None:
        """What the text is if it is a server's notice and not a source's text."""
        return stored_notice(self.text)

    def find(self, quote: str, start: int = 0, end: int | None = None) -> tuple[int, int] | None:
        """Where the quote stands first in ``text[start:end]``: offsets, end exclusive.

        :return: None when it is not there to the letter.
        """
        limit = len(self.text) if end is None else end
        quote = _REFERENCE_MARK.sub("", unicodedata.normalize("NFC", quote)).strip()
        quote = _BRACKETED_CAPITAL.sub(r"\1", quote)
        parts = [part for part in _ELLIPSIS.split(quote) if part]
        if not parts:
            return None
        parts[-1] = _LAST_MARK.sub("", parts[-1])
        forms = [comparison_form(_LEADING_DASH.sub("", part)) for part in parts]
        for first in self._places(forms[0], start, limit, any_case=True):
            whole = self._follow(first, forms[1:], limit)
            if whole:
                begin, stop = self._widened(*whole)
                closed = _LAST_MARK.search(quote) and self.text[stop : stop + 1] in {*".,;:"}
                return begin, stop + 1 if closed else stop
        return None

    def _widened(self, begin: int, end: int) -> tuple[int, int]:
        """The stretch with the whole of the numbers that it begins and ends in."""
        if self.text[begin].isdigit():
            before = self.text[max(0, begin - _LONGEST_NUMBER) : begin]
            found = _NUMBER_BEFORE.search(before)
            begin -= len(found[0]) if found else 0
        if self.text[end - 1].isdigit():
            found = _NUMBER_AFTER.match(self.text, end)
            end = found.end() if found else end
        return begin, end

    def _follow(
        self, first: tuple[int, int], rest: list[Form], limit: int
    ) -> tuple[int, int] | None:
        begin, end = first
        for form in rest:
            reach = min(limit, begin + ELLIPSIS_REACH)
            place = next(iter(self._places(form, end, reach, any_case=False)), None)
            if place is None:
                return None
            end = place[1]
        return begin, end

    def _places(
        self, quote: Form, start: int, end: int, *, any_case: bool
    ) -> list[tuple[int, int]]:
        wanted = quote.chars.strip()
        if not wanted:
            return []
        lead = len(quote.chars) - len(quote.chars.lstrip())
        tail = wanted[1:] if any_case else wanted
        skip = len(wanted) - len(tail)
        chars, at, ends = self._form.chars, self._form.at, self._form.ends
        places = []
        place = chars.find(tail, skip)
        while place >= 0:
            first = place - skip
            last = first + len(wanted) - 1
            if at[first] >= start and ends[last] <= end:
                if (
                    chars[first].casefold() == wanted[0].casefold()
                    and _hyphens_agree(quote, lead, self._form, first, len(wanted))
                    and not _IN_WORD.search(self._edge(first))
                    and not _IN_WORD.search(self._edge(last + 1))
                ):
                    places.append((at[first], ends[last]))
            elif at[first] >= end:
                break
            place = chars.find(tail, place + 1)
        return places

    def _edge(self, place: int) -> str:
        """Two characters on each side of a place, hyphens put back, a NUL between them."""
        chars, hyphens = self._form.chars, self._form.hyphens
        shown = [
            {HARD: "-", SOFT: "-", DASH: "—"}.get(hyphens.get(i, ""), "") + chars[i]
            for i in range(max(0, place - 2), min(place + 2, len(chars)))
        ]
        middle = min(place, 2)
        return "".join(shown[:middle]) + "\0" + "".join(shown[middle:])


def _hyphens_agree(quote: Form, lead: int, text: Form, first: int, length: int) -> bool:
    """Whether both have the same hyphens; a quote may begin behind one, but not add one."""
    for offset in range(length):
        ours, theirs = text.hyphens.get(first + offset), quote.hyphens.get(lead + offset)
        if offset == 0 and theirs is None:
            continue
        if (ours is None) != (theirs is None) and SOFT not in (ours, theirs):
            return False
    return True


def plain_words(text: str) -> str:
    """A text's words in lower case, one space before each and behind the last."""
    return f" {' '.join(match[0].casefold() for match in _WORD.finditer(text))} "


def same_words(one: str, other: str) -> bool:
    """Whether two texts are equal in comparison form: a quotation and its evidence."""
    first, second = comparison_form(one.strip()), comparison_form(other.strip())
    return (
        first.chars.strip() == second.chars.strip()
        and (0 in first.hyphens) == (0 in second.hyphens)
        and _hyphens_agree(first, 0, second, 0, len(first.chars))
    )
