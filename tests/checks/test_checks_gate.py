"""The last gate: what is not assessed, not supported or not in its place is held back."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model import values
from model.values import TEXT, Desk, article, bare, citation, section, version, with_sections

from citewright.checks.gate import blocking, misplaced, objections
from citewright.checks.policy import default_policy
from citewright.model.assessment import Assessment
from citewright.model.evidence import Evidence
from citewright.model.policy import Policy
from citewright.model.verdict import Checker, Finding, LintFinding, Outcome, Reason, Verdict
from citewright.model.version import Version

HELD = {values.snapshot().digest: TEXT}


def changed(**changes: Any) -> Version:
    """A version whose one quote was changed, as if it had been written so."""
    cited = citation()
    assert isinstance(cited.evidence, Evidence)
    evidence = cited.evidence.model_dump()
    for name, value in changes.items():
        part = "position" if name in {"start", "end"} else "quote"
        evidence[part][name] = value
    moved = cited.model_copy(update={"evidence": Evidence.model_validate(evidence)})
    return version(article(Desk().cited("It is so.", moved)))


def held_back(made: Version, **given: Any) -> tuple[str, ...]:
    return blocking(objections(made, **given))


@pytest.mark.parametrize("outcome", get_args(Outcome))
def test_only_what_is_supported_passes(outcome: Outcome) -> None:
    found = blocking(objections(version(outcome=outcome)))
    assert (found == ()) == (outcome == "supported")
    if found:
        assert outcome.replace("_", " ") in found[0]


def test_each_outcome_is_counted() -> None:
    desk = Desk()
    content = article(desk.cited("A."), desk.cited("B."), desk.cited("C."))
    given = ("partial", "partial", "not_assessed")
    judged = tuple(
        v.model_copy(update={"outcome": outcome})
        for v, outcome in zip(values.verdicts(content), given, strict=True)
    )
    first, second, third = (one.id for one in content.statements())
    assert held_back(version(content, verdicts=judged)) == (
        f"1 of 3 citations are not assessed: {third}.",
        f"2 citations are partial: {first}, {second}.",
    )


def test_of_many_statements_the_first_are_named() -> None:
    desk = Desk()
    content = article(*(desk.cited(f"It is said {n} times.") for n in range(12)))
    (found,) = objections(version(content, outcome="not_assessed"))
    ids = [one.id for one in content.statements()]
    assert found.statements == tuple(ids)
    listed = ", ".join(ids[:10])
    assert blocking([found]) == (f"12 of 12 citations are not assessed: {listed} and 2 more.",)


def test_a_citation_without_a_passage_is_never_passed() -> None:
    content = article(Desk().cited("It is so.", bare()))
    assert held_back(version(content)) == ("1 citations have no passage behind them.",)
    (cited,) = (one.id for one in content.statements() if one.citations)
    assert held_back(version(content, outcome="not_assessed")) == (
        f"1 of 1 citations are not assessed: {cited}.",
    )


def test_an_article_of_nothing_is_held_back() -> None:
    video = values.every_block(Desk())[-1]
    assert held_back(version(with_sections(section(video)))) == ("The article has no statement.",)


def assessment(made: Version, **changes: Any) -> Assessment:
    verdicts = tuple(v.model_copy(update={"outcome": "supported"}) for v in made.verdicts)
    given: dict[str, Any] = {
        "format": "citewright/assessment/1",
        "version": made.digest,
        "assessed": values.NOW,
        "verdicts": verdicts,
        "lint": (),
        "policy": default_policy().digest,
        "spending": (),
    }
    return Assessment(**given | changes)


def policy(**changes: Any) -> Policy:
    return Policy.model_validate(default_policy().model_dump() | changes)


def test_the_newest_assessment_counts_and_not_the_version() -> None:
    made = version(outcome="not_assessed")
    (cited,) = (one.id for one in made.article.statements() if one.citations)
    assert held_back(made) == (f"1 of 1 citations are not assessed: {cited}.",)
    assert held_back(made, assessment=assessment(made)) == ()
    failed = tuple(v.model_copy(update={"outcome": "contradicted"}) for v in made.verdicts)
    assert held_back(made, assessment=assessment(made, verdicts=failed)) == (
        f"1 citations are contradicted: {cited}.",
    )


def test_an_assessment_that_stopped_half_way_passes_nothing() -> None:
    made = version(article(Desk().cited("A.", citation(), citation("taught in groups of twelve"))))
    (cited,) = (one.id for one in made.article.statements() if one.citations)
    half = assessment(made, verdicts=assessment(made).verdicts[:1])
    assert held_back(made, assessment=half) == (f"1 of 2 citations are not assessed: {cited}.",)
    none = assessment(made, verdicts=())
    assert held_back(made, assessment=none) == (f"2 of 2 citations are not assessed: {cited}.",)


def test_an_assessment_of_another_version_is_refused() -> None:
    with pytest.raises(ValueError, match="the assessment is of"):
        objections(version(), None, assessment(version(outcome="not_assessed")))


def test_an_assessment_under_another_policy_is_told() -> None:
    made = version()
    stricter = policy(copy_limit=3)
    found = objections(made, stricter, assessment(made))
    assert [(one.code, one.severity) for one in found] == [("other-policy", "note")]
    assert objections(made, None, assessment(made)) == ()


def finding(kind: Any, made: Version) -> Finding:
    [statement] = made.article.statements()
    checker = Checker(name="invented", version="1")
    return Finding(kind=kind, statements=(statement.id,), detail="So.", checker=checker)


@pytest.mark.parametrize(
    ("kind", "code", "severity"),
    [
        ("contradiction", "contradiction", "block"),
        ("repeat", "repeat", "note"),
        ("undefined_term", "undefined-term", "note"),
    ],
)
def test_what_was_seen_in_the_whole_weighs_as_the_policy_says(
    kind: str, code: str, severity: str
) -> None:
    made = version()
    seen = made.model_copy(update={"findings": (finding(kind, made),)})
    assert [(one.code, one.severity) for one in objections(seen)] == [(code, severity)]
    eased = policy(gate=default_policy().gate | {code: "review"})
    assert [one.severity for one in objections(seen, eased)] == ["review"]


def test_a_fact_on_a_verdict_holds_back_whatever_the_outcome_is() -> None:
    made = version()

    def with_fact(code: str, certainty: Any = "certain") -> tuple[Verdict, ...]:
        reason = Reason(code=code, certainty=certainty, detail="the number 9 is not in the quotes")
        return tuple(
            v.model_copy(update={"reasons": (*v.reasons, reason, reason)}) for v in made.verdicts
        )

    for code, severity in (("number-absent", "block"), ("source-concern", "review")):
        [found] = objections(made, None, assessment(made, verdicts=with_fact(code)))
        assert (found.code, found.severity) == (code, severity)
        assert found.detail == "The number 9 is not in the quotes, and 1 more such."
    suspected = assessment(made, verdicts=with_fact("number-absent", "suspect"))
    assert objections(made, None, suspected) == ()


def test_findings_of_the_lint_weigh_as_the_policy_says() -> None:
    made = version()
    lint = tuple(
        LintFinding(code=code, section="overview", statement=None, detail=f"{code}.")
        for code in ("population-missing", "client-identifying", "client-identifying")
    )
    found = objections(made, None, assessment(made, lint=lint))
    assert [(one.code, one.severity) for one in found] == [
        ("client-identifying", "block"),
        ("population-missing", "note"),
    ]
    assert found[0].detail == "In 'overview': client-identifying. And 1 more such."


def test_the_share_of_llm_is_counted_by_section_without_its_examples() -> None:
    desk = Desk()
    sourced, own, other = desk.cited("A."), desk.llm("B."), desk.llm("C.")
    example = values.Example(type="example", label="Example", statement=desk.llm("D."))
    whole = with_sections(section(values.paragraph(sourced, own, other), example))
    [found] = objections(version(whole))
    assert (found.code, found.severity) == ("llm-share", "review")
    assert "67 %" in found.detail
    assert objections(version(whole), policy(llm_share={"prose": 67})) == ()
    assert objections(version(whole), policy(llm_share={})) == ()


def test_evidence_in_its_place_is_not_misplaced() -> None:
    assert misplaced(version(), HELD.__getitem__) == ()
    quotation = version(article(Desk().quotation()))
    assert misplaced(quotation, HELD.__getitem__) == ()
    missing = version(article(Desk().cited("It is so.", bare())))
    assert misplaced(missing, HELD.__getitem__) == ()


START = TEXT.index(values.QUOTE)
END = START + len(values.QUOTE)


@pytest.mark.parametrize(
    "changes",
    [
        {"start": START - 1, "end": END - 1},
        {"start": START + 1, "end": END + 1},
        {"start": 0, "end": END - START},
        {"start": len(TEXT) - 3, "end": len(TEXT), "exact": "abc"},
        {"exact": values.QUOTE.replace("eight", "seven")},
        {"prefix": "another prefix "},
        {"suffix": " another suffix"},
        {"prefix": values.QUOTE},
    ],
    ids=str,
)
def test_evidence_out_of_its_place_is_found(changes: dict[str, Any]) -> None:
    [found] = misplaced(changed(**changes), HELD.__getitem__)
    assert "invented-2020" in found


@given(st.integers(0, len(TEXT) - 1), st.characters(codec="utf-8"))
def test_a_changed_text_is_found_wherever_the_evidence_reaches(place: int, char: str) -> None:
    whole = version()
    altered = TEXT[:place] + char + TEXT[place + 1 :]
    evidence = citation().evidence
    assert isinstance(evidence, Evidence)
    reach = range(START - len(evidence.quote.prefix), END + len(evidence.quote.suffix))
    found = misplaced(whole, lambda _: altered)
    assert bool(found) == (place in reach and altered != TEXT)


def test_a_quotation_that_is_not_its_evidence_is_found() -> None:
    statement = Desk().quotation().model_copy(update={"text": "The course lasts nine weeks"})
    [found] = misplaced(version(article(statement)), HELD.__getitem__)
    assert "differs from its own evidence" in found


def test_two_citations_of_a_quotation_are_both_looked_at() -> None:
    two = Desk().cited(values.QUOTE, citation(), citation("taught in groups of twelve"))
    found = misplaced(version(article(two.model_copy(update={"form": "quotation"}))), HELD.get)
    assert len(found) == 1
