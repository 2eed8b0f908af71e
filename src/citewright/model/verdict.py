"""What a check found for one statement and one piece of its evidence."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from citewright.model.base import PlainText, Slug, UtcTime, Value
from citewright.model.statement import StatementId

Outcome = Literal["supported", "partial", "not_supported", "contradicted", "not_assessed"]


class Reason(Value):
    """Why: a ``certain`` fact about the text, or a ``suspect`` sign for a person to look at."""

    code: Slug
    certainty: Literal["certain", "suspect"]
    detail: PlainText


class Checker(Value):
    """Who checked."""

    name: Slug
    version: PlainText


class Verdict(Value):
    """The outcome for the ``citation``-th citation (from 0) of a statement.

    ``score`` is a decimal string between 0 and 1 where the checker gives one. ``not_assessed``
    always comes with a reason that says why.
    """

    statement: StatementId
    citation: Annotated[int, Field(ge=0)]
    source: Slug
    outcome: Outcome
    checker: Checker
    score: Annotated[str, Field(pattern=r"^(0(\.[0-9]+)?|1(\.0+)?)$")] | None
    reasons: Annotated[tuple[Reason, ...], Field(min_length=1)]
    assessed: UtcTime


class Finding(Value):
    """What was seen when the article was read as a whole.

    ``statements`` are the ones concerned, in reading order: those that say the same, those that
    contradict each other, or the one that uses a term that is explained nowhere.
    """

    kind: Literal["repeat", "contradiction", "undefined_term"]
    statements: Annotated[tuple[StatementId, ...], Field(min_length=1)]
    detail: PlainText
    checker: Checker


class LintFinding(Value):
    """What the clinical lint saw; its severity is the policy's.

    ``section`` is the section's id, ``lead`` or ``figure``; ``statement`` is null for what a whole
    section lacks. The detail quotes no more of the article than the words that gave rise to it.
    """

    code: Slug
    section: Slug
    statement: StatementId | None
    detail: PlainText
