"""Links that open a page at a passage: text fragments (WICG, Scroll to Text Fragment)."""

from __future__ import annotations

from urllib.parse import quote

from citewright.model.evidence import Evidence, Snapshot
from citewright.site.plain import outgoing

_WHOLE = 200
"""Characters up to which a quote stands in the link as a whole; else its first and last words."""

_ENDS = 6
_OPENED = frozenset({"text/html", "application/xhtml+xml", "text/plain"})


def passage_href(evidence: Evidence, snapshot: Snapshot) -> str | None:
    """Where a passage can be opened in its source; None where only a file was read, or notes.

    Browsers find it by its words; where a page has changed they show its top.
    """
    address = outgoing(snapshot.final_url)
    if address is None or snapshot.covers == "notes" or snapshot.media_type not in _OPENED:
        return None
    exact = " ".join(evidence.quote.exact.split())
    words = exact.split(" ")
    if len(exact) <= _WHOLE or len(words) <= 2 * _ENDS:
        directive = _encoded(exact)
    else:
        directive = f"{_encoded(' '.join(words[:_ENDS]))},{_encoded(' '.join(words[-_ENDS:]))}"
    return f"{address}{'' if '#' in address else '#'}:~:text={directive}"


def _encoded(text: str) -> str:
    # A hyphen, a comma and an ampersand mean something in the directive.
    return quote(text, safe="").replace("-", "%2D")
