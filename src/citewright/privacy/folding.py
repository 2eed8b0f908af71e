"""A text as the rules read it: one kind of space, hyphen and digit, and where each stood."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

_SAME = {
    **dict.fromkeys("\u2018\u2019\u02bc\u0060\u00b4", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u00ab\u00bb", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
    "\r": "\n",
    "\u2028": "\n",
    "\u2029": "\n",
    "\t": " ",
}

_UNSEEN = frozenset(("Mn", "Cf"))
"""Combining marks, and characters without width: a number with such a character in it is one."""


@dataclass(frozen=True)
class Folded:
    """A folded text, the same in lower case (of equal length), and the place of each character.

    ``places`` has one entry more than the text: the length of the original.
    """

    text: str
    lower: str
    places: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of the folded text stands in the original.

        :raises IndexError: when the stretch lies outside the text.
        """
        return self.places[start], self.places[end - 1] + 1


def fold(text: str) -> Folded:
    """The text with variants of quotes, hyphens, spaces and digits replaced by the plain ones.

    Digits of any script and full-width letters are plain ones; what has no width is left out.
    """
    characters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        folded = character if character.isascii() else _folded(character)
        folded = _SAME.get(folded, folded)
        if folded:
            characters.append(folded)
            places.append(place)
    plain = "".join(characters)
    lower = "".join(map(_lowered, plain))
    return Folded(plain, lower, (*places, len(text)))


def _folded(character: str) -> str:
    category = unicodedata.category(character)
    if category in _UNSEEN:
        return ""
    if category == "Zs":
        return " "
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if "\uff01" <= character <= "\uff5e":
        return chr(ord(character) - 0xFEE0)
    return character


def _lowered(character: str) -> str:
    lower = character.lower()
    return lower if len(lower) == 1 else character
