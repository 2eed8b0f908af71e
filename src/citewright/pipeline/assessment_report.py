"""An assessment in figures and in words: for ``--json``, the terminal and a run's artifact."""

from __future__ import annotations

from collections import Counter
from typing import Any, get_args

from citewright.checks.gate import blocking
from citewright.checks.placing import placed
from citewright.model.assessment import Assessment, Candidate
from citewright.model.outlay import total_cost
from citewright.model.verdict import Outcome
from citewright.pipeline.rechecking import Recheck
from citewright.pipeline.report import statement_counts

WORST_FIRST: tuple[Outcome, ...] = (
    "contradicted", "not_supported", "partial", "not_assessed", "supported"
)  # fmt: skip


def as_values(result: Recheck) -> dict[str, Any]:
    """Everything that was found, as plain values, for ``--json``."""
    version, found = result.version, result.assessment
    return {
        "slug": version.slug,
        "version": version.number,
        "state": result.entry.state,
        "digest": version.digest,
        "assessment": found.digest,
        "assessed": found.model_dump(mode="json")["assessed"],
        "publishable": not blocking(result.objections),
        "statements": statement_counts(version.article),
        "verdicts": outcome_counts(found),
        "objections": [vars(one) for one in result.objections],
        "pairs": _pairs(result),
        "lint": [one.model_dump() for one in found.lint],
        "candidates": [candidate_values(one) for one in found.candidates],
        "unread": result.unread,
        "cost_usd": float(total_cost(found.spending)),
        "spending": [one.model_dump(mode="json") for one in found.spending],
    }


def candidate_values(one: Candidate) -> dict[str, Any]:
    """A candidate with its quotes and where they stand."""
    return one.model_dump(include={"statement", "citation", "source", "tier", "score"}) | {
        "quotes": [
            {
                "exact": evidence.quote.exact,
                "snapshot": evidence.snapshot,
                "start": evidence.position.start,
                "end": evidence.position.end,
            }
            for evidence in one.evidence
        ],
        "reasons": [reason.model_dump() for reason in one.reasons],
    }


def outcome_counts(assessment: Assessment) -> dict[str, int]:
    """How many citations have each outcome."""
    found = Counter(verdict.outcome for verdict in assessment.verdicts)
    return {outcome: found[outcome] for outcome in get_args(Outcome)}


def _pairs(result: Recheck) -> list[dict[str, Any]]:
    """Every citation with its verdict, the worst first, in reading order otherwise."""
    where = {one.statement.id: one for one in placed(result.version.article)}
    rows = [
        verdict.model_dump(mode="json", exclude={"assessed"})
        | {"section": where[verdict.statement].section}
        | {"text": where[verdict.statement].statement.text}
        for verdict in result.assessment.verdicts
    ]
    return sorted(rows, key=lambda row: WORST_FIRST.index(row["outcome"]))


def rows(result: Recheck) -> list[tuple[str, str]]:
    """Names and what there is to say of each, for the terminal."""
    version, found = result.version, result.assessment
    counts = statement_counts(version.article)
    texts = {one.id: one.text for one in version.article.statements()}
    said = ", ".join(f"{n} {name}" for name, n in outcome_counts(found).items() if n)
    certain = Counter(
        reason.code
        for verdict in found.verdicts
        for reason in verdict.reasons
        if reason.certainty == "certain"
    )
    lines = [
        ("article", f"{version.slug} {version.number}, {result.entry.state}"),
        ("", f"{counts['total']} statements: {counts['sourced']} sourced, {counts['llm']} LLM"),
        ("verdicts", said or "none"),
        ("facts", ", ".join(f"{n} {code}" for code, n in certain.most_common()) or "none"),
        ("candidates", f"{len(found.candidates)} citations have sentences to look at"),
    ]
    lines += [("unread", f"{source}: {why}") for source, why in result.unread.items()]
    lines += [("lint", f"{one.section}: {one.code}: {one.detail}") for one in found.lint]
    for one in result.objections:
        lines.append((one.severity, one.detail))
        lines += [("", f"{name}: {texts[name]}") for name in one.statements]
    lines += [
        ("cost", f"{total_cost(found.spending):.4f} USD"),
        ("assessment", found.digest),
        ("result", "held back" if blocking(result.objections) else "may be published"),
    ]
    return lines


def markdown(result: Recheck) -> str:
    """The assessment as Markdown, for the run's artifact.

    Only figures, names and codes of ours stand in it, no text of sources or models.
    """
    version, found = result.version, result.assessment
    verdicts = outcome_counts(found)
    lines = [
        f"# Assessment of {version.slug} {version.number} ({result.entry.state})",
        "",
        f"- verdicts: {', '.join(f'{name} {n}' for name, n in verdicts.items() if n) or 'none'}",
        f"- citations with candidate evidence: {len(found.candidates)}",
        f"- cost: {total_cost(found.spending)} USD",
        f"- version: `{version.digest}`",
        f"- assessment: `{found.digest}`",
        "",
        "| what speaks against publishing | weight |",
        "|---|---|",
        *(f"| {one.code} | {one.severity} |" for one in result.objections),
        "",
        "| fact or sign | kind | citations |",
        "|---|---|---:|",
    ]
    signs = Counter(
        (reason.code, reason.certainty) for one in found.verdicts for reason in one.reasons
    )
    lines += [f"| {code} | {kind} | {n} |" for (code, kind), n in signs.most_common()]
    lint = Counter(one.code for one in found.lint)
    lines += ["", "| clinical lint | findings |", "|---|---:|"]
    lines += [f"| {code} | {n} |" for code, n in lint.most_common()]
    return "\n".join(lines) + "\n"
