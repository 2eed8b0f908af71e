"""What the screen says: findings, their certainty, and a text with them taken out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """A kind of identifier, after the Safe Harbor list of 45 CFR 164.514(b)(2)(i).

    Payment cards are an account number there and a kind of their own here. Fingerprints, voices
    and photographs have no form in a text.
    """

    NAME = "name"
    ADDRESS = "address"
    DATE = "date"
    AGE = "age"
    PHONE = "phone"
    FAX = "fax"
    EMAIL = "e-mail"
    SSN = "social security number"
    RECORD = "record number"
    PLAN = "health plan number"
    ACCOUNT = "account number"
    CARD = "card number"
    LICENCE = "licence number"
    VEHICLE = "vehicle number"
    DEVICE = "device number"
    URL = "personal address on the web"
    IP = "IP address"


class Certainty(StrEnum):
    """Whether a finding blocks a text or is only pointed out."""

    CERTAIN = "certain"
    POSSIBLE = "possible"


@dataclass(frozen=True, order=True)
class Finding:
    """A stretch of the text, in code points, and why it was found, in words for its writer."""

    start: int
    end: int
    kind: Kind
    certainty: Certainty
    rule: str


@dataclass(frozen=True)
class Screening:
    """The findings of a text, in its order. None lies within another of its certainty."""

    findings: tuple[Finding, ...]

    @property
    def blocked(self) -> bool:
        """Whether a finding is certain, so that the text may be neither stored nor sent on."""
        return any(one.certainty is Certainty.CERTAIN for one in self.findings)


def settled(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings in the order of the text, without those that another one makes superfluous.

    A finding goes when a certain one covers it, or one of its own certainty does.
    """
    kept: list[Finding] = []
    for certainty in (Certainty.CERTAIN, Certainty.POSSIBLE):
        reach = -1
        covered = [(one.start, one.end) for one in kept]
        for one in sorted(
            (one for one in found if one.certainty is certainty), key=lambda f: (f.start, -f.end)
        ):
            if one.end > reach:
                reach = one.end
                kept.append(one)
        if certainty is Certainty.POSSIBLE:
            kept = _uncovered(kept, covered)
    return tuple(sorted(kept))


def _uncovered(findings: list[Finding], spans: list[tuple[int, int]]) -> list[Finding]:
    # The spans are sorted and none lies within another, so their ends are sorted too.
    kept, at = [], 0
    for one in sorted(findings):
        while at < len(spans) and spans[at][1] < one.end:
            at += 1
        inside = at < len(spans) and spans[at][0] <= one.start
        if one.certainty is Certainty.CERTAIN or not inside:
            kept.append(one)
    return kept


def redact(text: str, screening: Screening) -> str:
    """The text with each finding replaced by its kind in brackets, for display.

    Findings that overlap are replaced together, by the kind of the first.
    """
    parts: list[str] = []
    done = 0
    for one in screening.findings:
        if one.start >= done:
            parts += [text[done : one.start], f"[{one.kind}]"]
        done = max(done, one.end)
    return "".join([*parts, text[done:]])
