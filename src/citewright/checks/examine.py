"""The checks of one drafted statement: structure, quotes, figures, sources, wording."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from citewright.checks.claims import claims_of
from citewright.checks.copying import count_words, longest_copy
from citewright.checks.figures import compare_numbers
from citewright.checks.locating import SHORTEST_QUOTE, locate, narrowed, prohibited
from citewright.checks.policy import default_policy
from citewright.checks.quotes import QuoteFinder, same_words
from citewright.checks.sourcing import (
    claim_reasons,
    standing_reasons,
    tier_reasons,
    unsourced_reasons,
)
from citewright.checks.verdicts import Judgement, certain
from citewright.model.base import clean_text
from citewright.model.brief import SectionSpec
from citewright.model.draft import DraftStatement
from citewright.model.evidence import Passage
from citewright.model.policy import Policy
from citewright.model.source import Coverage, Tier
from citewright.model.statement import Citation
from citewright.model.verdict import Reason

Role = Literal["prose", "claim", "example", "question", "framing", "label"]
"""What a statement is in its section; examples, questions and framing are the model's own."""

UNSOURCED_ROLES: frozenset[Role] = frozenset({"example", "framing"})
CLAIMING_ROLES: frozenset[Role] = frozenset({"prose", "claim", "label"})


@dataclass(frozen=True)
class Corpus:
    """What may be cited in an article, and what is known of it.

    ``passages`` are the citable passages by key, ``finders`` the texts by snapshot, ``tiers`` the
    sources' tiers; ``coverage`` says what was read of a source, ``standings`` what befell it (the
    status of ``citewright.watching.standing``), both as far as it is known.
    """

    passages: Mapping[str, Passage]
    finders: Mapping[str, QuoteFinder]
    tiers: Mapping[str, Tier]
    coverage: Mapping[str, Coverage] = field(default_factory=dict)
    standings: Mapping[str, str] = field(default_factory=dict)
    policy: Policy = field(default_factory=default_policy)


@dataclass(frozen=True)
class Examined:
    """A drafted statement with what the checks found.

    ``failures`` are certain facts for which it may not stand as drafted; ``notes`` are signs, and
    facts that the policy sends to review, which a judge or a person should look at. ``citations``
    are those whose quote was found; ``judgements`` has one for each of them once it was judged
    whether they support the statement.
    """

    draft: DraftStatement
    text: str
    role: Role
    form: Literal["own_words", "quotation"]
    citations: tuple[Citation, ...]
    failures: tuple[Reason, ...]
    notes: tuple[Reason, ...]
    judgements: tuple[Judgement, ...] = ()


def examine(draft: DraftStatement, role: Role, spec: SectionSpec, corpus: Corpus,
            form: Literal["own_words", "quotation"]) -> Examined:  # fmt: skip
    """Check one drafted statement against the corpus it may cite."""
    text = clean_text(draft.text)
    reasons = list(_structure(draft, text, role, spec))
    citations = []
    for cited in draft.citations if draft.marker == "sources" else ():
        # A label that is its quote claims no more than that the words stand there.
        alone = role == "label" and same_words(text, cited.quote)
        least = 1 if alone else SHORTEST_QUOTE
        found = locate(cited, corpus.passages, corpus.finders, least)
        if isinstance(found, Reason):
            reasons.append(found)
        else:
            citations.append(found)
    if role == "label" and text:
        citations, form = _as_label(text, citations, form, corpus)
    reasons += prohibited(draft, text, citations)
    reasons += _claims(draft, text, role, spec, citations, corpus)
    reasons += _pages(citations, corpus)
    reasons += _wording(text, form, citations, corpus)
    # An illustration loses its source whatever its figures are.
    quotes = [_exact(citation) for citation in citations if role not in UNSOURCED_ROLES]
    figures = compare_numbers(text, quotes) if quotes else ()
    every = (*reasons, *figures)
    failures = tuple(reason for reason in every if _fails(reason, corpus.policy))
    notes = tuple(reason for reason in every if not _fails(reason, corpus.policy))
    return Examined(draft, text, role, form, tuple(citations), failures, notes)


def _as_label(
    text: str,
    citations: list[Citation],
    form: Literal["own_words", "quotation"],
    corpus: Corpus,
) -> tuple[list[Citation], Literal["own_words", "quotation"]]:
    """A label whose words stand within all of its quotes is a quotation, whoever drafted it."""
    alone = [narrowed(citation, text, corpus.finders) for citation in citations]
    words = [citation for citation in alone if citation is not None]
    return (words, "quotation") if words and len(words) == len(alone) else (citations, form)


def _fails(reason: Reason, policy: Policy) -> bool:
    return reason.certainty == "certain" and policy.action(reason.code) != "review"


def _structure(draft: DraftStatement, text: str, role: Role, spec: SectionSpec) -> list[Reason]:
    reasons = []
    if not text:
        reasons.append(certain("empty-text", "the statement has no visible text"))
    if draft.marker == "sources" and not draft.citations:
        reasons.append(
            certain("marker-without-citation", "it is marked as sourced and cites nothing")
        )
    if draft.marker == "llm" and draft.citations:
        reasons.append(certain("citation-without-marker", "it is tagged LLM and cites a passage"))
    if draft.marker == "llm" and not spec.llm:
        reasons.append(certain("source-required", "this section takes no statement without one"))
    if role in UNSOURCED_ROLES and draft.marker == "sources":
        reasons.append(certain("example-with-source", "an illustration is never sourced"))
    return reasons


def _claims(
    draft: DraftStatement,
    text: str,
    role: Role,
    spec: SectionSpec,
    citations: list[Citation],
    corpus: Corpus,
) -> Iterator[Reason]:
    """What the policy says of the statement's claims and of the sources it names for them."""
    claims = claims_of(text)
    if draft.marker == "llm":
        if role in CLAIMING_ROLES:
            yield from unsourced_reasons(claims, corpus.policy)
        return
    tiers = {citation.source: corpus.tiers[citation.source] for citation in citations}
    yield from tier_reasons(tiers, spec, corpus.policy)
    yield from claim_reasons(claims, tiers, corpus.coverage, corpus.policy)
    yield from standing_reasons(tiers, corpus.standings)


def _pages(citations: list[Citation], corpus: Corpus) -> Iterator[Reason]:
    """The sources whose stored text is a notice of a server and not the source."""
    for citation in citations:
        if citation.evidence.kind == "quote":
            seen = corpus.finders[citation.evidence.snapshot].notice
            if seen:
                yield certain("page-not-source", f"the text of {citation.source} is {seen}")


def _wording(
    text: str, form: Literal["own_words", "quotation"], citations: list[Citation], corpus: Corpus
) -> Iterator[Reason]:
    if form == "quotation":
        if not all(same_words(text, _exact(cited)) for cited in citations):
            yield certain("not-verbatim", "the text is not its own quotation")
        return
    limit = corpus.policy.copy_limit
    run = longest_copy(text, corpus.finders.values(), limit)
    if run:
        yield certain(
            "copied",
            f"{count_words(run)} words in a row stand in a source as well, more than {limit}: "
            f"{_shown(run)}",
        )


def _exact(citation: Citation) -> str:
    evidence = citation.evidence
    return evidence.quote.exact if evidence.kind == "quote" else ""


def _shown(foreign: str) -> str:
    return repr(clean_text(foreign)[:80])
