"""Words taken over from a source outside of quotation marks."""

from __future__ import annotations

import re
from collections.abc import Iterable

from citewright.checks.quotes import QuoteFinder

_WORD = re.compile(r"[^\W_]+")
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|«[^»]*»|„[^“”]*[“”]")


def longest_copy(text: str, finders: Iterable[QuoteFinder], limit: int) -> str | None:
    """The longest run of words of a text that stands in a source, if it is longer than a limit.

    Case and punctuation do not count, a hyphenated word counts as its parts, and what stands in
    quotation marks is no copy.

    :param limit: words that a run may have.
    :return: the run as it stands in the text.
    """
    sources = list(finders)
    longest = ""
    most = limit
    for stretch in _QUOTED.split(text):
        found = list(_WORD.finditer(stretch))
        words = [match[0].casefold() for match in found]
        start = 0
        while start + most < len(words):
            # Most words begin no run of any source, which a look into a set tells.
            begun = hash(tuple(words[start : start + limit + 1]))
            holding = [one.words for one in sources if begun in one.runs(limit + 1)]
            count = _run(words[start:], holding, most + 1) if holding else 0
            if count > most:
                longest = stretch[found[start].start() : found[start + count - 1].end()]
                most = count
            start += 1
    return longest or None


def _run(words: list[str], sources: list[str], least: int) -> int:
    """How many of the first words stand in a row in one of the sources; 0 when under the least."""
    most = 0
    for source in sources:
        count = least
        while count <= len(words) and f" {' '.join(words[:count])} " in source:
            most = max(most, count)
            count += 1
    return most


def count_words(text: str) -> int:
    """Words as they are counted here."""
    return len(_WORD.findall(text))
