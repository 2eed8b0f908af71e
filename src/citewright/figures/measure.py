"""Text measured without a font, and cut into lines.

The widths are upper bounds, in em, for Arial Bold, whose metrics Helvetica Bold and Liberation Sans
Bold share (widths by the Adobe font metrics of Helvetica-Bold), with a tenth to spare. So a drawing
is the same everywhere, and no text leaves its place in any of these faces.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# By class of glyph: thin letters and points; r, t, f and brackets; the widest letters and dashes;
# capitals; all other Latin; scripts for which no face is named, of which few glyphs exceed an em.
_THIN, _NARROW, _SPACE, _WIDE, _CAPITAL, _LATIN, _FULL = 0.36, 0.46, 0.31, 1.12, 0.86, 0.68, 1.15
_EMOJI, _HUGE = 1.45, 9.0
_THIN_CHARS = frozenset("iljI.,:;'’‘!|/\\")
_NARROW_CHARS = frozenset('tfr()[]{}-*`"“”‐‑')
_WIDE_CHARS = frozenset("mwMW@%‰—…→½¼¾æœÆŒ")
_CAPITAL_CHARS = frozenset("&©®")
_MARKS = frozenset({"Mn", "Me"})
_JOINED = frozenset({"Mn", "Me", "Mc", "Sk"})
# A hyphen stays with the word before it.
_PIECE = re.compile(r"\s*[^\s-]*-+|\s*[^\s-]+")


@lru_cache(maxsize=8192)
def text_width(text: str, size: float) -> float:
    """An upper bound of a text's width, in the unit of ``size``, its font size."""
    return size * sum(_char_width(char) for char in text)


@lru_cache(maxsize=4096)
def _char_width(char: str) -> float:
    code = ord(char)
    if code >= 0x250:
        return _foreign_width(char, code)
    if char in _THIN_CHARS:
        return _THIN
    if char in _NARROW_CHARS:
        return _NARROW
    if char.isspace():
        return _SPACE
    if char in _WIDE_CHARS:
        return _WIDE
    return _CAPITAL if char.isupper() or char in _CAPITAL_CHARS else _LATIN


def _foreign_width(char: str, code: int) -> float:
    if unicodedata.category(char) in _MARKS:
        return 0.0
    if char in _THIN_CHARS:
        return _THIN
    if char in _NARROW_CHARS:
        return _NARROW
    # Arabic phrases in one glyph, dashes of several em, and cuneiform.
    if 0xFDF0 <= code <= 0xFDFF or code in (0x2E3A, 0x2E3B) or 0x12000 <= code <= 0x1254F:
        return _HUGE
    return _EMOJI if code >= 0x1F000 else _FULL


def wrap(text: str, size: float, width: float) -> list[str]:
    """A text in lines no wider than that, broken at spaces and behind hyphens.

    A word that is wider by itself is broken between characters, without a sign: a label says what
    it says. A single character that is wider stands alone.
    """
    lines: list[str] = []
    for piece in _PIECE.findall(text):
        if lines and text_width(lines[-1] + piece, size) <= width:
            lines[-1] += piece
        elif text_width(piece.strip(), size) <= width:
            lines.append(piece.strip())
        else:
            lines += _broken(piece.strip(), size, width)
    return lines


def fits(text: str, size: float, width: float) -> bool:
    """Whether each word of a text is at most so wide, so that :func:`wrap` breaks none."""
    return all(text_width(piece.strip(), size) <= width for piece in _PIECE.findall(text))


def is_rtl(text: str) -> bool:
    """Whether a text runs from right to left: its first letter with a direction does.

    Rules P2 and P3 of the Unicode bidirectional algorithm (UAX 9).
    """
    for char in text:
        kind = unicodedata.bidirectional(char)
        if kind in ("L", "R", "AL"):
            return kind != "L"
    return False


def _broken(word: str, size: float, width: float) -> list[str]:
    lines = [""]
    for char in word:
        joined = unicodedata.category(char) in _JOINED
        if lines[-1] and not joined and text_width(lines[-1] + char, size) > width:
            lines.append("")
        lines[-1] += char
    return lines
