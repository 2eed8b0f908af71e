"""Foreign text made fit to be looked at: what cannot be seen is spelled out, links are checked."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from urllib.parse import quote, urlsplit

from citewright.errors import InputError

# Letters and marks that take no room although their category says nothing of it
# (Default_Ignorable_Code_Point in Unicode's DerivedCoreProperties.txt, variation selectors left
# out: these choose between shapes of the character before them and are common in honest text).
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_LAYOUT = frozenset("\t\n\r")

# What may stand in an address as it is: RFC 3986's reserved characters and the percent sign.
_URI_SAFE = "%:/?#[]@!$&'()*+,;=~"


def visible(text: str) -> str:
    """Text in which each character that cannot be seen stands as an escape such as ``⟨U+202E⟩``.

    Control, formatting (bidirectional controls included), private, unassigned and surrogate
    characters are spelled out; tab, line feed and carriage return stay.
    """
    if text.isascii() and text.isprintable():
        return text
    return text.translate(_SEEN)


class _Seen(dict[int, str]):
    """What each character is shown as, found out once."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        self[code] = f"⟨U+{code:04X}⟩" if _unseen(char) else char
        return self[code]


_SEEN = _Seen()


def _unseen(char: str) -> bool:
    if char in _LAYOUT:
        return False
    return char in _BLANK or unicodedata.category(char) in _UNSEEN


def outgoing(url: str | None) -> str | None:
    """An address fit for a link, in ASCII; None unless it is plain ``http`` or ``https``.

    An address with a user name before the host is refused, since it reads as another host.
    """
    if url is None:
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not host or "@" in parts.netloc:
        return None
    return quote(url, safe=_URI_SAFE)


def host(url: str) -> str:
    """The host of an address that :func:`outgoing` let pass, without a leading ``www.``."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


def own_href(href: str | None) -> str | None:
    """A link within the site, as it is.

    :raises InputError: when it names another scheme than ``http`` or ``https``.
    """
    if href is not None and urlsplit(href).scheme not in {"", "http", "https"}:
        raise InputError(f"a page of the site cannot be at {href!r}.", hint="Give a relative path.")
    return href


def day(moment: datetime) -> str:
    """The UTC date of a moment, as in ``2026-06-04``."""
    return moment.date().isoformat()


def short_digest(digest: str) -> str:
    """The first twelve hexadecimal digits of a digest, named as such and marked as cut."""
    return f"{digest[:19]}…"


def clipped(text: str, limit: int = 90) -> str:
    """The beginning of a text, cut at a word."""
    if len(text) <= limit:
        return text
    return text[:limit].rsplit(" ", 1)[0].rstrip(" ,;:—–-") + " …"
