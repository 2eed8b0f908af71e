"""Texts cut into the pieces a diff compares: words where a script has them, else graphemes."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import chain, groupby


def _ranges(wanted: frozenset[int]) -> str:
    """Code points as the inside of a character class."""
    runs = (
        list(run) for _, run in groupby(enumerate(sorted(wanted)), lambda pair: pair[1] - pair[0])
    )
    return "".join(f"\\U{run[0][1]:08x}-\\U{run[-1][1]:08x}" for run in runs)


# Where Unicode has its marks: planes 2 to 13 hold ideographs or nothing, 15 and 16 are private.
# To look at every code point takes a quarter of a second of each start.
_ASSIGNED = (range(0x20000), range(0xE0000, 0xE1000))
# Combining marks (category M) and the joiners belong to the letter before them; Thai's and Lao's
# vowel AM is a letter by category, yet a grapheme's tail (Unicode UAX 29, SpacingMark).
_MARKS = _ranges(
    frozenset(code for code in chain(*_ASSIGNED) if unicodedata.category(chr(code))[0] == "M")
    | {0x200C, 0xE33, 0xEB3}
    | set(range(0x1F3FB, 0x1F400))
)
# Scripts that write no space between words (Unicode UAX 29, 4): Thai to Myanmar, Khmer, Tai,
# kana, Han.
_UNSPACED = (
    r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1950-\u19df\u1a20-\u1aaf\u3040-\u30ff"
    r"\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
_GRAPHEME = rf"(?:[\U0001f1e6-\U0001f1ff]{{2}}|[^\s])[{_MARKS}]*(?:\u200d[^\s][{_MARKS}]*)*"
_LETTER = rf"(?:[^\W{_UNSPACED}][{_MARKS}\u200d]*)"
_TOKEN = re.compile(
    rf"""\s+[{_MARKS}\u200d]*
    | \d+(?:[.,\u00b7]\d+)+                       # 1,200.5 is one word
    | {_LETTER}+(?:['\u2019]{_LETTER}+)*          # don't is one word
    | {_GRAPHEME}
    | .""",
    re.VERBOSE | re.DOTALL,
)
# Latin-1 and typographic punctuation need no regular expression to be cut at what is no letter.
_BEYOND_LATIN = re.compile("[^\x00-\xff\u2000-\u206f]")
_NEEDS_CARE = re.compile(f"[{_UNSPACED}{_MARKS}]")
_LETTERS = re.compile(r"[^\W_]+")
_LATIN_LETTERS = bytes(
    ord(lower) if (lower := chr(code).lower()).isalnum() else ord(" ") for code in range(256)
)
_STEM = 6
"""Letters that are compared of a word, so that its inflections count as the same word."""


def tokens(text: str) -> list[str]:
    """The text in pieces that are never cut: words, white space, single graphemes.

    Joined together they are the text again.
    """
    return _TOKEN.findall(text)


def is_word(token: str) -> bool:
    """Whether a token of :func:`tokens` is a word, and not white space or punctuation."""
    return token[0].isalnum()


@lru_cache(maxsize=4096)
def bag(text: str) -> frozenset[str]:
    """The first letters of the text's distinct words, in lower case."""
    if text.isascii() or not _BEYOND_LATIN.search(text):
        letters = text.encode("latin-1", "replace").translate(_LATIN_LETTERS)
        found = letters.decode("latin-1").split()
    elif _NEEDS_CARE.search(lower := text.lower()):
        found = [token for token in tokens(lower) if is_word(token)]
    else:
        found = _LETTERS.findall(lower)
    return frozenset([word[:_STEM] for word in found])
