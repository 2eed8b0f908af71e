"""An assessment: what the checks found in a version when it was checked again.

A version never changes; what is learned about it later stands here, and the newest one counts.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from citewright.model.base import Digest, Slug, UtcTime, Value
from citewright.model.canonical import dump, tagged_digest
from citewright.model.evidence import Evidence
from citewright.model.outlay import Spending
from citewright.model.source import Tier
from citewright.model.statement import StatementId
from citewright.model.verdict import LintFinding, Reason, Verdict


class Candidate(Value):
    """What of a source could stand behind a statement that has no evidence from it.

    ``citation`` is the citation (from 0) whose passage is missing; null where the statement does
    not cite this source. ``evidence`` are the sentences that bear on the statement, the best
    first, found by words and judged by nobody. ``score`` is the offline support score of these
    sentences, a decimal string; ``reasons`` are what was found against them.
    """

    statement: StatementId
    citation: Annotated[int, Field(ge=0)] | None
    source: Slug
    tier: Tier
    evidence: Annotated[tuple[Evidence, ...], Field(min_length=1)]
    score: Annotated[str, Field(pattern=r"^[01]\.[0-9]+$")]
    reasons: tuple[Reason, ...]


class Assessment(Value):
    """The verdicts on every citation of a version, and the findings of the clinical lint.

    ``version`` is the version's digest, ``policy`` that of the policy it was assessed under.
    ``candidates`` are offered for citations whose passage is missing.
    """

    format: Literal["citewright/assessment/1"]
    version: Digest
    assessed: UtcTime
    verdicts: tuple[Verdict, ...]
    lint: tuple[LintFinding, ...]
    policy: Digest
    spending: tuple[Spending, ...]
    candidates: tuple[Candidate, ...] = ()

    @property
    def digest(self) -> str:
        """The tagged sha256 of the whole document."""
        return tagged_digest(self.format, dump(self))
