"""Having a model read the whole article: what is said twice, contradicted, or left unexplained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from citewright.drafting.answers import CoherenceAnswer, CoherenceFinding
from citewright.drafting.manner import Manner
from citewright.drafting.prompts import fence, render
from citewright.drafting.request import Request, plain_request
from citewright.model.base import clean_text
from citewright.model.brief import Brief
from citewright.model.statement import Statement
from citewright.model.verdict import Checker, Finding

LONGEST_DETAIL = 300
"""Characters of what a finding says; the rest is cut."""

FEWEST = {"repeat": 2, "contradiction": 2, "undefined_term": 1}
"""Statements that a finding of each kind is about, at the least."""

Sections = Sequence[tuple[str, Sequence[Statement]]]
"""Titles, each with the statements under it, in the order of the page."""


def coherence_request(brief: Brief, sections: Sections, manner: Manner) -> Request:
    """The request to read these sections together.

    :raises InputError: for an unusable prompt.
    """
    views = [
        {
            "title": clean_text(title),
            "statements": [{"key": one.id, "text": clean_text(one.text)} for one in statements],
        }
        for title, statements in sections
        if statements
    ]
    prompt = render(
        "coherence.md",
        manner.project,
        title=clean_text(brief.title),
        sections=views,
        fence=fence([str(view) for view in views]),
    )
    return plain_request(prompt, CoherenceAnswer, manner)


def findings(answer: CoherenceAnswer, sections: Sections, checker: Checker) -> tuple[Finding, ...]:
    """What of an answer can be used: keys that nobody was shown are dropped, details are cut."""
    order = {one.id: place for place, one in enumerate(s for _, group in sections for s in group)}
    made = (_finding(one, order, checker) for one in answer.findings)
    return tuple(dict.fromkeys(finding for finding in made if finding))


def _finding(found: CoherenceFinding, order: Mapping[str, int], checker: Checker) -> Finding | None:
    known = sorted({key for key in found.statements if key in order}, key=order.__getitem__)
    detail = clean_text(found.detail)
    if len(detail) > LONGEST_DETAIL:
        detail = f"{detail[: LONGEST_DETAIL - 1].rstrip()}…"
    if len(known) < FEWEST[found.kind] or not detail:
        return None
    return Finding(kind=found.kind, statements=tuple(known), detail=detail, checker=checker)
