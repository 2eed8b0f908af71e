"""The last gate: what speaks against publishing a version, and whether its evidence still stands.

Nothing that was not assessed is published, and no version whose quotes are not in the stored text
at the offsets it names. How much an objection weighs is the policy's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from citewright.checks.policy import default_policy
from citewright.checks.quotes import same_words
from citewright.model.article import Section, block_statements
from citewright.model.assessment import Assessment
from citewright.model.evidence import Evidence
from citewright.model.policy import GateCode, Policy, Severity
from citewright.model.verdict import LintFinding, Outcome, Verdict
from citewright.model.version import Version

FAILING: tuple[tuple[Outcome, GateCode], ...] = (
    ("partial", "partial"),
    ("not_supported", "not-supported"),
    ("contradicted", "contradicted"),
)


LISTED = 10
"""Statements that an objection's sentence names at most; ``check --json`` names all."""


@dataclass(frozen=True)
class Objection:
    """What speaks against publishing, in one sentence.

    ``code`` is one of the policy's codes: of the gate, of a reason or of the lint. ``severity``
    says whether it holds the version back. ``statements`` are the ids of those whose citations it
    is about, in reading order, where it is about the outcome of citations.
    """

    code: str
    severity: Severity
    detail: str
    statements: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """The sentence with the first statements that it is about."""
        if not self.statements:
            return self.detail
        left = len(self.statements) - LISTED
        more = f" and {left} more" if left > 0 else ""
        return f"{self.detail.rstrip('.')}: {', '.join(self.statements[:LISTED])}{more}."


def objections(
    version: Version,
    policy: Policy | None = None,
    assessment: Assessment | None = None,
    linted: tuple[LintFinding, ...] | None = None,
) -> tuple[Objection, ...]:
    """What speaks against publishing a version, the gravest first; see :func:`blocking`.

    :param policy: how much each weighs; without it, the packaged policy.
    :param assessment: the newest one of this version, whose verdicts take the place of its own.
    :param linted: what the clinical lint finds in it today; without it, what the assessment holds.
    :raises ValueError: when the assessment is of another version.
    """
    if linted is None:
        linted = assessment.lint if assessment else ()
    policy = policy or default_policy()
    if assessment and assessment.version != version.digest:
        raise ValueError(f"the assessment is of {assessment.version}, not {version.digest}")
    verdicts = assessment.verdicts if assessment else version.verdicts
    gate = [*_verdicts(version, verdicts), *_gaps(version), *_whole(version, policy)]
    if assessment and assessment.policy != policy.digest:
        gate.append(("other-policy", "It was assessed under another policy than today's."))
    found = [
        *(
            Objection(code, policy.gate[code], detail, _concerned(code, version, verdicts))
            for code, detail in gate
        ),
        *_reasons(verdicts, policy),
        *_lint(linted, policy),
    ]
    return ordered(found)


def ordered(found: Iterable[Objection]) -> tuple[Objection, ...]:
    """The objections, the gravest first."""
    order: tuple[Severity, ...] = ("block", "review", "note")
    return tuple(sorted(found, key=lambda one: order.index(one.severity)))


def blocking(found: Iterable[Objection]) -> tuple[str, ...]:
    """The sentences of the objections that hold a version back; empty when it may be published."""
    return tuple(one.told for one in found if one.severity == "block")


def _concerned(code: GateCode, version: Version, verdicts: tuple[Verdict, ...]) -> tuple[str, ...]:
    """The statements that an objection to the outcome of citations is about."""
    names = {code: outcome for outcome, code in FAILING} | {"not-assessed": "not_assessed"}
    if code not in names:
        return ()
    found = {(one.statement, one.citation): one.outcome for one in verdicts}
    return tuple(
        one.id
        for one in version.article.statements()
        if any(
            found.get((one.id, place), "not_assessed") == names[code]
            for place in range(len(one.citations))
        )
    )


def _verdicts(version: Version, verdicts: tuple[Verdict, ...]) -> Iterator[tuple[GateCode, str]]:
    outcomes = Counter(verdict.outcome for verdict in verdicts)
    pairs = Counter((verdict.statement, verdict.citation) for verdict in verdicts)
    cited = {
        (statement.id, index)
        for statement in version.article.statements()
        for index in range(len(statement.citations))
    }
    # An assessment that stopped half-way has no verdict on the rest.
    open_ones = outcomes["not_assessed"] + len(cited - pairs.keys())
    if open_ones:
        yield "not-assessed", f"{open_ones} of {len(cited)} citations are not assessed."
    for outcome, code in FAILING:
        if outcomes[outcome]:
            yield code, f"{outcomes[outcome]} citations are {outcome.replace('_', ' ')}."
    missing = sum(one.evidence.kind == "missing" for one in version.article.citations())
    if missing > outcomes["not_assessed"]:
        yield "evidence-missing", f"{missing} citations have no passage behind them."


def _gaps(version: Version) -> Iterator[tuple[GateCode, str]]:
    """What is wrong with the article as a whole, whatever its citations are."""
    if version.failed:
        listed = ", ".join(version.failed)
        yield "section-failed", f"The drafting of {len(version.failed)} sections failed: {listed}."
    if not any(True for _ in version.article.statements()):
        yield "no-statement", "The article has no statement."
    elif not any(True for _ in version.article.citations()):
        yield "no-source", "No statement of the article has a source."
    notes = {snapshot.digest for snapshot in version.snapshots if snapshot.covers == "notes"}
    resting = sum(
        cited.evidence.kind == "quote" and cited.evidence.snapshot in notes
        for cited in version.article.citations()
    )
    if resting:
        yield (
            "rests-on-notes",
            f"{resting} citations rest on notes: the texts of these sources were not read.",
        )


def _whole(version: Version, policy: Policy) -> Iterator[tuple[GateCode, str]]:
    """What was seen when the article was read as a whole, and where ``LLM`` stands too often."""
    kinds = Counter(finding.kind for finding in version.findings)
    if kinds["contradiction"]:
        yield (
            "contradiction",
            f"{kinds['contradiction']} pairs of statements contradict each other.",
        )
    if kinds["repeat"]:
        yield "repeat", f"{kinds['repeat']} pairs of statements say almost the same."
    if kinds["undefined_term"]:
        yield "undefined-term", f"{kinds['undefined_term']} abbreviations are explained nowhere."
    for section in version.article.sections:
        limit = policy.llm_share.get(section.kind)
        share = _llm_share(section)
        if limit is not None and share > limit:
            detail = f"{share:.0f} % of the statements in {section.id!r} are tagged LLM"
            yield "llm-share", f"{detail}, more than {limit} %."


def _llm_share(section: Section) -> float:
    """The per cent of a section's statements that are tagged ``LLM``, examples left out."""
    marks = [
        statement.marker.kind == "llm"
        for block in section.blocks
        if block.type != "example"
        for statement in block_statements(block)
    ]
    return 100 * sum(marks) / len(marks) if marks else 0.0


def _reasons(verdicts: tuple[Verdict, ...], policy: Policy) -> Iterator[Objection]:
    """The facts on verdicts that the policy does not let pass, whatever the outcome is."""
    facts = [reason for v in verdicts for reason in v.reasons if reason.certainty == "certain"]
    counts = Counter(reason.code for reason in facts)
    for code, action in policy.reasons.items():
        if counts[code]:
            first = next(reason.detail for reason in facts if reason.code == code)
            more = f", and {counts[code] - 1} more such" if counts[code] > 1 else ""
            severity: Severity = "review" if action == "review" else "block"
            yield Objection(code, severity, f"{first[0].upper()}{first[1:]}{more}.")


def _lint(found: tuple[LintFinding, ...], policy: Policy) -> Iterator[Objection]:
    counts = Counter(finding.code for finding in found)
    for code, severity in policy.lint.items():
        if counts[code]:
            first = next(finding for finding in found if finding.code == code)
            more = f" And {counts[code] - 1} more such." if counts[code] > 1 else ""
            yield Objection(code, severity, f"In {first.section!r}: {first.detail}{more}")


def misplaced(version: Version, text_of: Callable[[str], str]) -> tuple[str, ...]:
    """The evidence that does not stand: derived anew from the stored texts.

    :param text_of: gives the stored text of a snapshot's digest.
    """
    found = []
    for statement in version.article.statements():
        for citation in statement.citations:
            evidence = citation.evidence
            if evidence.kind == "missing":
                continue
            if not stands(evidence, text_of(evidence.snapshot)):
                place = evidence.position
                found.append(
                    f"the quote of {statement.id} from {citation.source} is not at characters "
                    f"{place.start} to {place.end} of its text"
                )
            elif statement.form == "quotation" and not same_words(
                statement.text, evidence.quote.exact
            ):
                found.append(f"the quotation {statement.id} differs from its own evidence")
    return tuple(found)


def stands(evidence: Evidence, text: str) -> bool:
    """Whether a quote and the words around it stand in its snapshot's text where it says."""
    place, quote = evidence.position, evidence.quote
    return (
        text[place.start : place.end] == quote.exact
        and text[: place.start].endswith(quote.prefix)
        and text[place.end :].startswith(quote.suffix)
    )
