"""Links between articles: where a statement names another article's title for the first time."""

from __future__ import annotations

import re
import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping

from citewright.model.article import Article

_WORD = re.compile(r"\w+")
_BRACKETS = re.compile(r"\s*\([^()]*\)\s*$")
_SHORTEST = 4
_BITS = 2048

Span = tuple[int, int, str]
"""Where a title begins and ends in a text, and the name of its article."""


def names_of(title: str) -> tuple[str, ...]:
    """What an article is called in running text: its title, and that without brackets at its end.

    Names of fewer than four letters are left out: they stand for too much else.
    """
    found = dict.fromkeys((title, _BRACKETS.sub("", title)))
    return tuple(name for name in found if len(name) >= _SHORTEST and _WORD.search(name))


class Titles:
    """The titles of a site's articles, to be found in texts."""

    def __init__(self, titles: Mapping[str, str]) -> None:
        """Take the titles by the names of their articles; a title that two have is nobody's."""
        self._owner: dict[tuple[str, ...], str] = {}
        owners: dict[tuple[str, ...], set[str]] = defaultdict(set)
        for slug, title in titles.items():
            for name in names_of(title):
                owners[_words(name)].add(slug)
        for words, slugs in owners.items():
            if len(slugs) == 1:
                self._owner[words] = next(iter(slugs))
        lengths: dict[str, set[int]] = defaultdict(set)
        for words in self._owner:
            lengths[words[0]].add(len(words))
        self._lengths = {first: sorted(found, reverse=True) for first, found in lengths.items()}

    def spans(self, text: str, own: str, used: set[str]) -> tuple[Span, ...]:
        """The titles in a text, the longest at each place; none twice, none of ``used`` or ``own``.

        :param used: names of articles that are linked already; what is found is added.
        """
        words = [(one.group().casefold(), one.start(), one.end()) for one in _WORD.finditer(text)]
        found, place = list[Span](), 0
        while place < len(words):
            length, slug = self._at(words, place)
            if length and slug != own and slug not in used:
                used.add(slug)
                found.append((words[place][1], words[place + length - 1][2], slug))
            place += length or 1
        return tuple(found)

    def _at(self, words: list[tuple[str, int, int]], place: int) -> tuple[int, str]:
        for length in self._lengths.get(words[place][0], ()):
            name = tuple(word for word, _, _ in words[place : place + length])
            if name in self._owner:
                return len(name), self._owner[name]
        return 0, ""


def article_spans(article: Article, titles: Titles) -> dict[str, tuple[Span, ...]]:
    """The first mention of each other article, by the id of the statement it is in.

    Quotations stay as they are.
    """
    used: set[str] = set()
    found = {}
    for statement in article.statements():
        if statement.form == "own_words":
            spans = titles.spans(statement.text, article.slug, used)
            if spans:
                found[statement.id] = spans
    return found


def word_marks(article: Article) -> int:
    """A set of the words of an article's own sentences in 2,048 bits (a Bloom filter).

    It tells which articles cannot name a title without reading them again: see :func:`may_name`.
    """
    bits = 0
    for statement in article.statements():
        if statement.form == "own_words":
            for word in _words(statement.text):
                bits |= 1 << _bit(word)
    return bits


def may_name(marks: int, titles: Iterable[str]) -> bool:
    """Whether a text of these marks may name one of the titles; False is certain."""
    return any(
        all(marks >> _bit(word) & 1 for word in _words(name))
        for title in titles
        for name in names_of(title)
    )


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.casefold() for word in _WORD.findall(text))


def _bit(word: str) -> int:
    return zlib.crc32(word.encode()) % _BITS
