"""What a version amounts to, in figures and in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, get_args

from citewright.checks.gate import Objection, blocking
from citewright.model.article import Article
from citewright.model.assessment import Assessment
from citewright.model.outlay import Usage
from citewright.model.policy import GateCode, Severity
from citewright.model.verdict import Outcome, Verdict
from citewright.model.version import Version

SPEAKS_AGAINST: dict[Severity, str] = {
    "block": "Why it may not be published yet",
    "review": "What a person should look at",
    "note": "Noted",
}
"""The headings of what speaks against publishing, the gravest first."""


def statement_counts(article: Article) -> dict[str, int]:
    """All statements of an article (lead, caption and sections), sourced and tagged ``LLM``."""
    kinds = Counter(statement.marker.kind for statement in article.statements())
    return {"total": kinds.total(), "sourced": kinds["sources"], "llm": kinds["llm"]}


def verdict_counts(verdicts: Iterable[Verdict]) -> dict[str, int]:
    """How many citations have each outcome."""
    found = Counter(verdict.outcome for verdict in verdicts)
    return {outcome: found[outcome] for outcome in get_args(Outcome)}


def all_input_tokens(usage: Usage) -> int:
    """Input tokens, whether new, written to the cache or read from it."""
    return usage.input_tokens + usage.cache_creation_input_tokens + usage.cache_read_input_tokens


def money(version: Version) -> dict[str, Any]:
    """What a version took: in all, and by section, role and model.

    ``cache_share`` is the share of all input tokens that came from the cache; None without input.
    """
    return {
        "usage": version.usage.model_dump(),
        "input_tokens": all_input_tokens(version.usage),
        "cache_share": version.usage.cache_share,
        "calls": sum(one.calls for one in version.spending),
        "cost_usd": float(version.cost_usd),
        "spending": [
            one.model_dump(exclude={"usage", "cost_usd"})
            | {
                "usage": one.usage.model_dump(),
                "cache_share": one.usage.cache_share,
                "cost_usd": float(one.cost_usd),
            }
            for one in version.spending
        ],
    }


def of_severity(found: Iterable[Objection], severity: Severity) -> list[str]:
    """The sentences of the objections of one severity."""
    return [one.detail for one in found if one.severity == severity]


def summary(
    version: Version,
    state: str,
    against: Sequence[Objection],
    assessment: Assessment | None = None,
) -> dict[str, Any]:
    """A version in the figures that commands print.

    ``objections`` hold it back, ``to_review`` ask for a person's eye, ``noted`` are only told.

    :param against: what speaks against publishing it, as the gate says.
    :param assessment: the newest one of it, whose verdicts take the place of its own.
    """
    return {
        "slug": version.slug,
        "version": version.number,
        "state": state,
        "drafter": version.generator.drafter,
        "models": list(version.generator.models),
        "statements": statement_counts(version.article),
        "verdicts": verdict_counts((assessment or version).verdicts),
        "repaired": _events(version, "repaired"),
        "demoted": _events(version, "demoted"),
        "dropped": _events(version, "dropped"),
        "absent_sections": absent_sections(version.article),
        "objections": list(blocking(against)),
        "to_review": of_severity(against, "review"),
        "noted": of_severity(against, "note"),
        "digest": version.digest,
        "content": version.content,
    } | money(version)


def absent_sections(article: Article) -> dict[str, str]:
    """The sections that are not there, each with the reason."""
    return {section.id: section.absent for section in article.sections if section.absent}


def provenance_report(
    version: Version,
    state: str,
    against: Sequence[Objection],
    assessment: Assessment | None = None,
) -> str:
    """The provenance of a version as Markdown, for the run's artifact; as :func:`summary`.

    Only figures, names and reasons of ours stand in it, no text of sources or models.
    """
    figures = summary(version, state, against, assessment)
    counts, verdicts = figures["statements"], figures["verdicts"]
    lines = [
        f"# Provenance of {version.slug} {version.number} ({state})",
        "",
        f"- drafter: {version.generator.drafter} {', '.join(version.generator.models)}".rstrip(),
        f"- statements: {counts['total']}, sourced {counts['sourced']}, LLM {counts['llm']}",
        f"- verdicts: {', '.join(f'{name} {n}' for name, n in verdicts.items() if n) or 'none'}",
        "- " + ", ".join(f"{kind} {figures[kind]}" for kind in ("repaired", "demoted", "dropped")),
        f"- cost: {version.cost_usd} USD",
        f"- version: `{version.digest}`",
        "",
        "| no. | source | tier | read | statements citing it |",
        "|---|---|---|---|---|",
    ]
    cited = Counter(
        citation.source
        for statement in version.article.statements()
        for citation in statement.citations
    )
    read = {snapshot.source: snapshot.covers for snapshot in version.snapshots}
    lines += [
        f"| {number} | {source.key} | {source.tier} | {read.get(source.key, 'nothing')} "
        f"| {cited[source.key]} |"
        for number, source in enumerate(version.article.sources, 1)
    ]
    absent = figures["absent_sections"]
    if absent:
        lines += ["", "## Absent sections", ""]
        lines += [f"- {section}: {reason}" for section, reason in absent.items()]
    lines += _money_table(version)
    for severity, heading in SPEAKS_AGAINST.items():
        if found := [_told(one) for one in against if one.severity == severity]:
            lines += ["", f"## {heading}", "", *found]
    return "\n".join(lines) + "\n"


def _told(one: Objection) -> str:
    # The details of reasons and of the lint quote the article and its sources.
    ours = one.code in get_args(GateCode)
    return f"- `{one.code}`: {one.detail}" if ours else f"- `{one.code}`"


def _money_table(version: Version) -> list[str]:
    """What the version took, as a Markdown table; nothing where nothing was paid for."""
    if not version.spending:
        return []
    calls = sum(one.calls for one in version.spending)
    return [
        "",
        "## What it took",
        "",
        "| section | role | model | calls | input tokens | from cache | output tokens | USD |",
        "|---|---|---|---:|---:|---:|---:|---:|",
        *(
            f"| {one.section or 'the whole article'} | {one.role} | {one.model} | {one.calls} "
            f"| {_tokens(one.usage)} | {one.cost_usd:.4f} |"
            for one in version.spending
        ),
        f"| all | | | {calls} | {_tokens(version.usage)} | {version.cost_usd:.4f} |",
    ]


def _tokens(usage: Usage) -> str:
    """Three cells: all input, the share of it that came from the cache, the output."""
    share = usage.cache_share
    read = "–" if share is None else f"{share:.0%}"
    return f"{all_input_tokens(usage)} | {read} | {usage.output_tokens}"


def _events(version: Version, action: str) -> int:
    return sum(event.action == action for event in version.history)
