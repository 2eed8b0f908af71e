"""The clinical lint: what a clinician would miss or mistrust in a whole article, by rule.

It reads words, not meaning: each finding is for a person to look at, as gravely as the policy
says. Abbreviations that nobody explains are found where the article is read as a whole
(:mod:`citewright.checks.coherence`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from citewright.checks.building import FRAMING_LABEL
from citewright.checks.claims import claims_of, statistics
from citewright.checks.identity import identifying
from citewright.checks.smart import incomplete_rows
from citewright.model.article import Article, Example, Section, Table, block_statements
from citewright.model.brief import Outline
from citewright.model.policy import LintCode
from citewright.model.statement import Statement
from citewright.model.verdict import LintFinding

_NOT_BEFORE = (
    r"(?<!not\ )(?<!no\ )(?<!not\ yet\ )(?<!n't\ )(?<!n’t\ )(?<!never\ )(?<!than\ )(?<!whether\ )"
)
# What only a body of evidence carries: a review, a guideline, or trials beyond a pilot.
_SETTLED = re.compile(
    rf"""{_NOT_BEFORE}\b(?:
      (?:(?:is|are|an|as|now|firmly|become)\s|well[-\s])established(?!\s(?:in|by|at|on|from)\b)
    | (?:clinically\s)?proven
    | prove[sd]?\s(?:that|to|its|the|effective) | conclusive(?:ly)? | definitive(?:ly)?
    | gold[-\s]standard | (?:strong|robust|solid|compelling|overwhelming)\s(?:\w+\s)?evidence
    | (?:robustly|strongly|firmly|thoroughly)\s(?:studied|supported|validated|established)
    | guarantee[sd]? | first[-\s]line\s(?:treatment|therapy) | undoubtedly | cures?
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
# What a study beyond a pilot carries.
_EFFECTIVE = re.compile(
    rf"{_NOT_BEFORE}\b(?:is|are|was|were|highly|an?)\s(?:highly\s|clearly\s|also\s)?effective\b"
    r"|\bdemonstrat(?:es|ed)\s(?:the\s)?(?:effectiveness|efficacy)\b|\bcauses?\b(?=\s\w+\sto\b)"
    rf"|{_NOT_BEFORE}\bevidence-based\b",
    re.IGNORECASE | re.VERBOSE,
)
_WEAK_DESIGN = re.compile(
    r"\b(?:pilot|feasibility|case\s(?:series|reports?|stud(?:y|ies))|uncontrolled|single[-\s](?:arm"
    r"|group|case)|open(?:-label)?\strial|pre-?\s?(?:to\s|/|-)?post|before[-\s]and[-\s]after"
    r"|preliminary|exploratory|qualitative|cross-sectional|correlational|proof[-\s]of[-\s]concept"
    r"|(?:study\s|trial\s)?protocol|small\s(?:sample|trial|study))\b",
    re.IGNORECASE,
)
_STRONG_DESIGN = re.compile(
    r"\b(?:meta-?\s?analy\w+|systematic(?:ally)?\s(?:\w+\s)?review\w*|guidelines?|network\smeta"
    r"|umbrella\sreview|randomi[sz]ed|multi-?cent(?:re|er)|trials)\b",
    re.IGNORECASE,
)
_REVIEWED = re.compile(
    r"\b(?:meta-?\s?analy\w+|systematic(?:ally)?\s(?:\w+\s)?review\w*|guidelines?|umbrella\sreview"
    r"|(?:several|many|multiple|numerous|\d{2,})\s(?:\w+\s){0,3}trials)\b",
    re.IGNORECASE,
)
_POPULATION = re.compile(
    r"\b(?:adults?|adolescents?|teen\w*|child(?:ren)?|youths?|people|persons?|individuals|patients?"
    r"|clients?|participants?|students?|undergraduates|veterans|soldiers|nurses|caregivers?|carers?"
    r"|parents?|mothers|fathers|women|men|couples|families|survivors|professionals|clinicians"
    r"|therapists|teachers|workers|employees|volunteers|sample|population|community|outpatients?"
    r"|inpatients?|older|elderly|those|subjects|attendees|members|trainees|users|athletes)\b",
    re.IGNORECASE,
)
_CRISIS = re.compile(
    r"\b(?:suicid\w+|cris[ie]s|emergenc(?:y|ies)|self-harm\w*|self-injur\w+|immediate\s(?:danger|risk)"
    r"|acute(?:ly)?\s(?:risk|danger|unsafe|unstable))\b",
    re.IGNORECASE,
)
_BOUNDARY = re.compile(
    r"\b(?:not|no|never|cannot|refer\w*|instead|first|priority|precedence|before|stop\w*|contact"
    r"|call|hotline|helpline|hospital|emergency\s(?:services|care|department|room)|seek|stabili\w+"
    r"|contra-?indicat\w+|outside|beyond|exclu\w+|assess\w*|safety\splan\w*|poorly\ssuited"
    r"|unsuitable|postpone\w*|wait|higher\slevel)\b",
    re.IGNORECASE,
)


class _Placed(NamedTuple):
    section: str
    statement: Statement


def lint(
    article: Article, outline: Outline, passages: Mapping[str, str]
) -> tuple[LintFinding, ...]:
    """All findings of an article, in reading order by rule.

    :param outline: what the article's sections are for.
    :param passages: the texts of the cited passages by id, as far as they are at hand; the words
        of a study's design are looked for there, in the quotes and in the sources' titles.
    """
    return (
        *_safety(article, outline),
        *_smart(article),
        *_strength(article, passages),
        *_populations(article, outline),
        *_unsourced_figures(article),
        *_identities(article),
    )


def _smart(article: Article) -> Iterator[LintFinding]:
    for section in article.sections:
        for table in section.blocks if section.kind == "smart_table" else ():
            if isinstance(table, Table):
                for place, code, why in incomplete_rows(table):
                    yield _finding(code, section.id, table.rows[place].claim, why)


def _safety(article: Article, outline: Outline) -> Iterator[LintFinding]:
    """Whether the outline's sections on safety are there, and one says where its reach ends."""
    wanted = [spec.id for spec in outline.sections if "safety" in spec.claims]
    held = {section.id: section for section in article.sections if section.blocks}
    if not wanted:
        yield _finding(
            "safety-section-missing", "lead", None, "The outline has no section on safety."
        )
    for name in wanted:
        if name not in held:
            detail = "The section on contraindications and cautions is absent."
            yield _finding("safety-section-missing", name, None, detail)
    present = [held[name] for name in wanted if name in held]
    if present and not any(_bounds_crisis(one) for section in present for one in _of(section)):
        detail = "No statement says what to do, or what this is not for, in a crisis."
        yield _finding("crisis-boundary-missing", present[0].id, None, detail)


def _bounds_crisis(statement: Statement) -> bool:
    return bool(_CRISIS.search(statement.text) and _BOUNDARY.search(statement.text))


def _strength(article: Article, passages: Mapping[str, str]) -> Iterator[LintFinding]:
    titles = {source.key: source.csl.title for source in article.sources}
    for section, statement in _asserted(article):
        settled = _said(_SETTLED, statement.text)
        strong = settled or _said(_EFFECTIVE, statement.text)
        if strong is None or statement.text.rstrip().endswith("?"):
            continue
        said = f"It says {' '.join(strong[0].split())!r}"
        if not statement.citations:
            if settled:
                detail = f"{said} and names no study."
                yield _finding("strength-over-design", section, statement, detail)
            continue
        behind = " ".join(_behind(statement, titles, passages))
        weak = _WEAK_DESIGN.search(behind)
        if settled and not _REVIEWED.search(behind):
            seen = f"; what is cited calls itself {weak[0]!r}" if weak else ""
            detail = f"{said}, and neither review nor guideline is cited for it{seen}."
            yield _finding("strength-over-design", section, statement, detail)
        elif weak and not settled and not _beyond_a_pilot(behind):
            detail = f"{said}, and what is cited for it calls itself {weak[0]!r}."
            yield _finding("strength-over-design", section, statement, detail)


def _said(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """The first match that is the statement's own word and not part of a title's capitals."""
    found = (match for match in pattern.finditer(text) if not match.start() or match[0].islower())
    return next(found, None)


def _beyond_a_pilot(behind: str) -> bool:
    """Whether a text names a design that carries an effect; a randomized pilot does not."""
    weak = re.search(r"\b(?:pilot|feasibility|protocol)\b", behind, re.IGNORECASE)
    return bool((_REVIEWED if weak else _STRONG_DESIGN).search(behind))


def _behind(
    statement: Statement, titles: Mapping[str, str], passages: Mapping[str, str]
) -> Iterator[str]:
    """Everything of the cited sources that may name their design."""
    for citation in statement.citations:
        yield titles[citation.source]
        evidence = citation.evidence
        if evidence.kind == "quote":
            yield passages.get(evidence.passage, evidence.quote.exact)


def _populations(article: Article, outline: Outline) -> Iterator[LintFinding]:
    """Statements of effect, in the sections on efficacy, that do not say in whom."""
    known = {spec.id: spec for spec in outline.drafted}
    for section, statement in _asserted(article):
        spec = known.get(section)
        if spec is None or "efficacy" not in spec.claims or not statement.citations:
            continue
        claims = {claim.kind for claim in claims_of(statement.text)}
        if claims & {"efficacy", "statistic"} and not _POPULATION.search(statement.text):
            detail = "It states an effect or a figure and does not say in whom."
            yield _finding("population-missing", section, statement, detail)


def _unsourced_figures(article: Article) -> Iterator[LintFinding]:
    free = {one.id for section in article.sections for one in _illustrating(section)}
    for section, statement in _asserted(article):
        if statement.citations or statement.id in free:
            continue
        found = statistics(statement.text)
        if found:
            detail = f"It is tagged LLM and states {', '.join(found[:3])}."
            yield _finding("llm-statistic", section, statement, detail)


def _illustrating(section: Section) -> Iterator[Statement]:
    """Questions, and the sentence for the record: they assert nothing."""
    for block in section.blocks:
        if block.type == "questions" or getattr(block, "label", None) == FRAMING_LABEL:
            yield from block_statements(block)


def _identities(article: Article) -> Iterator[LintFinding]:
    for section in article.sections:
        for block in section.blocks:
            if isinstance(block, Example):
                yield from _identifying(section.id, block.statement, block.statement.text)
            elif isinstance(block, Table):
                for row in block.rows:
                    yield from _identifying(section.id, row.claim, " | ".join(row.cells))


def _identifying(section: str, statement: Statement, text: str) -> Iterator[LintFinding]:
    for kind, words in identifying(text):
        detail = f"An illustration holds {kind}: {words!r}."
        yield _finding("client-identifying", section, statement, detail)


def _asserted(article: Article) -> Iterator[_Placed]:
    """What the article asserts, with its section: everything but examples."""
    yield from (_Placed("lead", one) for one in article.lead.statements)
    if article.figure:
        yield from (_Placed("figure", one) for one in article.figure.statements)
    for section in article.sections:
        yield from (_Placed(section.id, one) for one in _of(section))


def _of(section: Section) -> Iterator[Statement]:
    for block in section.blocks:
        if not isinstance(block, Example):
            yield from block_statements(block)


def _finding(code: LintCode, section: str, statement: Statement | None, detail: str) -> LintFinding:
    return LintFinding(
        code=code, section=section, statement=statement.id if statement else None, detail=detail
    )
