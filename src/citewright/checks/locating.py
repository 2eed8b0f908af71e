"""Where a declared quote stands: in a passage that may be cited, to the letter, or nowhere."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator, Mapping

from citewright.checks.quotes import QuoteFinder, same_words
from citewright.checks.verdicts import certain
from citewright.model.base import INVISIBLE, PROHIBITED, clean_text
from citewright.model.draft import DraftCitation, DraftStatement
from citewright.model.evidence import Passage, quote_at
from citewright.model.statement import Citation
from citewright.model.verdict import Reason

SHORTEST_QUOTE = 20
"""Letters and digits that a quote needs at least: a shorter one stands in any text."""

SOFT_HYPHEN = "\u00ad"
"""Allowed: texts that were set for print are full of it, and it changes no order and no word."""

# What makes a reader see another order or other words than are stored: bidirectional controls
# and tags (Unicode TR 36, section 3). What only takes no room is dropped from a comparison.
_DECEPTIVE = frozenset(
    chr(code)
    for low, high in ((0x202A, 0x202E), (0x2066, 0x2069), (0xE0000, 0xE007F))
    for code in range(low, high + 1)
)


def locate(
    cited: DraftCitation,
    passages: Mapping[str, Passage],
    finders: Mapping[str, QuoteFinder],
    least: int = SHORTEST_QUOTE,
) -> Citation | Reason:
    """The citation with its evidence, or why there is none.

    The quote is looked for in the passage that is named, then in the other passages of the same
    text, and the citation names the passage that holds it. What stands in the text and in no
    passage (a reference list) is no evidence.

    :param least: the letters and digits that the quote needs.
    """
    passage = passages.get(cited.passage)
    if passage is None:
        return certain("unknown-passage", f"no passage {_shown(cited.passage)} was offered")
    if sum(char.isalnum() for char in cited.quote) < least:
        return certain(
            "quote-too-short", f"the quote {_shown(cited.quote)} is too short to carry a claim"
        )
    finder = finders[passage.snapshot]
    others = (p for p in passages.values() if p.snapshot == passage.snapshot and p.id != passage.id)
    for home in (passage, *others):
        place = finder.find(cited.quote, home.start, home.end)
        if place:
            evidence = quote_at(finder.text, *place, passage.snapshot, home.id)
            return Citation(source=passage.source, evidence=evidence)
    return _absent(cited.quote, passage, passages.values(), finders)


def _absent(
    quote: str,
    passage: Passage,
    passages: Collection[Passage],
    finders: Mapping[str, QuoteFinder],
) -> Reason:
    shown = _shown(quote)
    if finders[passage.snapshot].find(quote):
        detail = f"the quote {shown} stands in {passage.source}, in no passage that may be cited"
        return certain("quote-not-citable", detail)
    texts = {other.snapshot: other.source for other in passages}
    holders = sorted({source for text, source in texts.items() if finders[text].find(quote)})
    if holders:
        detail = f"the quote {shown} is not in {passage.source} but in {', '.join(holders)}"
        return certain("quote-in-another-source", detail)
    return certain("quote-absent", f"the quote {shown} is not in the text of {passage.source}")


def narrowed(found: Citation, words: str, finders: Mapping[str, QuoteFinder]) -> Citation | None:
    """The citation of these words alone, which stand within its quote; None where they do not.

    What surrounds them is kept in the evidence's prefix and suffix.
    """
    evidence = found.evidence
    if evidence.kind == "missing":
        return None
    finder, place = finders[evidence.snapshot], evidence.position
    within = finder.find(words, place.start, place.end)
    if within is None or not same_words(words, finder.text[slice(*within)]):
        return None
    alone = quote_at(finder.text, *within, evidence.snapshot, evidence.passage)
    return Citation(source=found.source, evidence=alone)


def prohibited(draft: DraftStatement, text: str, citations: list[Citation]) -> Iterator[Reason]:
    """A reason for each of text, quotes and evidence that holds prohibited characters.

    :param text: the statement's text without them; where nothing is left, that is told elsewhere.
    """
    if text and (found := _listed(char for char in _odd(draft.text) if _is_prohibited(char))):
        yield certain("prohibited-character", f"its text holds {found}")
    declared = "".join(cited.quote for cited in draft.citations)
    # Private characters are left: symbol fonts of printed texts come out as such.
    if found := _listed(char for char in _odd(declared) if char in INVISIBLE or _is_control(char)):
        yield certain("prohibited-character", f"its quotes hold {found}")
    for citation in citations:
        evidence = citation.evidence
        if evidence.kind == "quote" and (
            found := _listed(char for char in _odd(evidence.quote.exact) if char in _DECEPTIVE)
        ):
            detail = f"the passage of {citation.source} holds {found}"
            yield certain("prohibited-character", detail)


def _odd(text: str) -> str:
    """The characters of a text that may be prohibited: none of what ASCII can print."""
    return "" if text.isascii() and text.isprintable() else text


def _is_prohibited(char: str) -> bool:
    if char.isspace():
        return char in "\u2028\u2029"
    return char in INVISIBLE or unicodedata.category(char) in PROHIBITED


def _is_control(char: str) -> bool:
    return unicodedata.category(char) == "Cc" and not char.isspace()


def _listed(chars: Iterator[str]) -> str:
    return ", ".join(f"U+{ord(char):04X}" for char in sorted(set(chars) - {SOFT_HYPHEN}))


def _shown(foreign: str) -> str:
    return repr(clean_text(foreign)[:80])
