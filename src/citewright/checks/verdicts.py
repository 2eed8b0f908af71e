"""The verdicts on the citations of a statement: what is certain, and what was judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from citewright.model.statement import Statement
from citewright.model.verdict import Checker, Outcome, Reason, Verdict

QUOTATION_CHECK = Checker(name="quotation", version="1")

FAILING: frozenset[Outcome] = frozenset({"partial", "not_supported", "contradicted"})
"""The outcomes with which a statement may not stand as it was drafted."""


@dataclass(frozen=True)
class Judgement:
    """What was found for a statement and one of its citations.

    ``quotes`` are the words that it rests on, as they stand in the passage. ``score`` is the
    judge's, or the share of its answers that agree, where there are several. The first of the
    ``reasons`` is the judge's own, or says why the pair is ``not_assessed``.
    """

    outcome: Outcome
    checker: Checker
    reasons: tuple[Reason, ...]
    quotes: tuple[str, ...] = ()
    score: str | None = None

    @property
    def failures(self) -> tuple[Reason, ...]:
        """The reasons for which a statement so judged may not stand; none where it may."""
        return self.reasons[:1] if self.outcome in FAILING else ()


def verdicts_for(
    statement: Statement,
    notes: tuple[Reason, ...],
    now: datetime,
    judgements: tuple[Judgement, ...] = (),
) -> list[Verdict]:
    """A verdict for each citation of a statement that passed the certain checks.

    A quotation is supported by being its own evidence. Whether a passage supports a statement in
    other words is not decided here: that is what it was judged to be, and ``not_assessed`` where
    no judge was asked.

    :param judgements: one for each citation, or none at all.
    """
    verdicts = []
    for index, citation in enumerate(statement.citations):
        evidence = citation.evidence
        found = judgements[index] if judgements else unjudged()
        if evidence.kind == "missing":
            found = unjudged()
            reasons: tuple[Reason, ...] = (certain("evidence-missing", evidence.reason),)
        else:
            where = f"characters {evidence.position.start} to {evidence.position.end}"
            located = certain("quote-located", f"the quote stands in the stored text at {where}")
            reasons = (located, *notes)
            if statement.form == "quotation":
                verbatim = certain("verbatim", "the statement is the quotation itself")
                found = Judgement("supported", QUOTATION_CHECK, (verbatim,))
        verdicts.append(
            Verdict(
                statement=statement.id,
                citation=index,
                source=citation.source,
                outcome=found.outcome,
                checker=found.checker,
                score=found.score,
                reasons=reasons + found.reasons,
                assessed=now,
            )
        )
    return verdicts


def unjudged() -> Judgement:
    """The judgement of a pair that no judge was asked about."""
    why = certain("support-not-judged", "whether it supports the statement was not judged")
    return Judgement("not_assessed", QUOTATION_CHECK, (why,))


def certain(code: str, detail: str) -> Reason:
    """A reason that states a fact about the text."""
    return Reason(code=code, certainty="certain", detail=detail)
