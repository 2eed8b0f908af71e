"""A source's reference and where it can be opened."""

from __future__ import annotations

import re
from functools import lru_cache

from citewright.model.source import Source
from citewright.references.apa import apa
from citewright.site.plain import outgoing

_DOI = re.compile(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?(10\.\d{4,9}/\S+)$", re.IGNORECASE)


@lru_cache(maxsize=4096)
def reference(source: Source) -> str:
    """A source's reference as one line of plain text, in APA's style or as it was printed.

    Addresses are left out; :func:`link` gives them. The last ones are remembered, since each card
    of a page shows one.
    """
    return apa(source, address=False)


def link(source: Source) -> str | None:
    """Where a source can be opened: its URL, else its DOI's; None where it has neither."""
    if url := outgoing(source.csl.URL):
        return url
    doi = _DOI.match(source.csl.DOI or "")
    return outgoing(f"https://doi.org/{doi[1]}") if doi else None
