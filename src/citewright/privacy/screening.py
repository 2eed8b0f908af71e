"""One text through all rules."""

from __future__ import annotations

from citewright.privacy.addresses import addresses
from citewright.privacy.dates import ages, dates
from citewright.privacy.findings import Certainty, Finding, Screening, settled
from citewright.privacy.folding import fold
from citewright.privacy.names import names
from citewright.privacy.numbers import emails, numbers
from citewright.privacy.scholarly import without_works


def screen(text: str) -> Screening:
    """What in a text could identify a person, after the kinds of HIPAA's Safe Harbor.

    Pure: nothing is stored, sent or looked up. The time grows linearly with the text. Offsets
    are code points of the text as given.
    """
    folded = fold(text)
    blanked = without_works(folded.text)

    others = [
        *emails(folded.text),
        *numbers(blanked),
        *dates(blanked),
        *ages(blanked),
        *addresses(blanked),
    ]
    starts = sorted(hit[0] for hit in others if hit[3] is Certainty.CERTAIN)
    found = [*others, *names(folded, starts)]
    return Screening(
        settled(
            [
                Finding(*folded.span(start, end), kind, certainty, rule)
                for start, end, kind, certainty, rule in found
            ]
        )
    )
