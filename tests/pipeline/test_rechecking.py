"""Checking an imported page again, sweeping it, and what applying the offers makes of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from catalogues import open_workspace
from commands import InProcess

from citewright.checks.gate import blocking
from citewright.errors import InputError, NotFound
from citewright.model.judging import Heard, Opinion, Pair, Said
from citewright.model.verdict import Checker
from citewright.pipeline import promoting, rechecking, sweeping
from citewright.pipeline.gating import gate
from citewright.pipeline.verifying import verify
from citewright.pipeline.workspace import RunOptions, Workspace

SLUG = "stimulus-control"
OPTIONS = RunOptions(run="test", judge="none")
TRIAL = (
    "A trial of stimulus control\n\n"
    "Stimulus control is a treatment for insomnia that ties the bed to sleep alone. "
    "In the trial 40 of 60 adults slept longer after six weeks of stimulus control. "
    "The bed is used for sleep and for nothing else, and one gets up when sleep does not come. "
    "Nobody in the trial was harmed by getting up at night.\n"
)
MANUAL = (
    "The manual\n\n"
    "Therapists explain to each client why one gets up when sleep does not come. "
    "Rivers and bridges are of no concern to this manual of the clinic.\n"
)
DATED = {"trial": {"author": [{"family": "Roe"}], "issued": {"date-parts": [[2001]]}}}
PAGE = """Example Wiki
modality · Sleep · Stimulus control

Stimulus Control (SC)

It ties the bed to sleep.

Origin and Use

Stimulus control treats insomnia and ties the bed to sleep alone LLM. In the trial \
41 of 60 adults slept longer 1. Therapists explain why one gets up when sleep does not come 2. \
The bed is for sleep and for nothing else 3.

Sources

  1. Roe, J. (2001). A trial of stimulus control. Sleep. — linkT1
  2. The clinic. The manual. — linkT2
  3. Doe, A. (1999). A lost book. Gone. — linkT3

See also

Provenance. This article is AI-generated (model: test-model-1) · version 1.0 · last generated \
2026-01-31 · 1 min read · 3 sources. Claims carry a marker.
"""


@pytest.fixture
def workspace(tmp_path: Path, quick_cli: InProcess) -> Workspace:
    """A page whose first two sources are in the library with their texts, and the third is not."""
    project = tmp_path / "project"
    printed = ("Roe, J. (2001). A trial of stimulus control. Sleep.", "The clinic. The manual.")
    for key, tier, text, reference in (
        ("trial", "T1", TRIAL, printed[0]),
        ("manual", "T2", MANUAL, printed[1]),
    ):
        path = project / "sources" / "library" / f"{key}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        (project / "sources" / f"{key}.md").write_text(text, encoding="utf-8")
        source = {
            "key": key,
            "tier": tier,
            "tier_reason": "As it is.",
            "csl": {"type": "document", "title": text.split("\n", 1)[0]} | DATED.get(key, {}),
            "access": [{"kind": "file", "path": f"sources/{key}.md", "covers": "full_text"}],
            "printed": reference,
        }
        path.write_text(yaml.safe_dump(source), encoding="utf-8")
    page = tmp_path / "page.txt"
    page.write_text(PAGE, encoding="utf-8")
    done = quick_cli("import", page, "--slug", SLUG, "--project", project, "--json")
    assert done.code == 0, done.err
    return open_workspace(project)


class RuleJudge:
    """Supports what has a word of a list in it, and finds all else not supported."""

    def __init__(self, *words: str) -> None:
        self._words = words
        self.asked: list[Pair] = []

    def judge(self, pairs: Sequence[Pair], *, slug: str, section: str | None) -> Heard:
        assert (slug, section) == (SLUG, None)
        self.asked += pairs
        return Heard(tuple(((self._opinion(pair),),) for pair in pairs))

    def _opinion(self, pair: Pair) -> Opinion:
        said: Said = "not_supported"
        if any(word in pair.claim for word in self._words):
            said = "supported"
        (shown,) = pair.passages
        quotes = ((shown.key, shown.cited[0]),)
        return Opinion(Checker(name="rule", version="1"), said, quotes, "By the rule.")


def _judged_by(workspace: Workspace, judge: RuleJudge) -> Workspace:
    return replace(workspace, make_judge=lambda _: judge)


def test_an_imported_page_gets_candidates_and_facts(workspace: Workspace) -> None:
    found = rechecking.recheck(workspace, SLUG, None, OPTIONS)
    texts = {one.id: one.text for one in found.version.article.statements()}
    verdicts = {texts[one.statement][:12]: one for one in found.assessment.verdicts}
    assert {one.outcome for one in found.assessment.verdicts} == {"not_assessed"}
    codes = {text: {r.code for r in one.reasons} for text, one in verdicts.items()}
    # 41 stands nowhere in the trial's text; 40 does.
    facts = [r for r in verdicts["In the trial"].reasons if r.code == "number-absent"]
    assert [(r.certainty, "41" in r.detail) for r in facts] == [("certain", True)]
    assert "number-absent" not in codes["Therapists e"]
    assert "candidate-found" in codes["Therapists e"]
    assert "source-unread" in codes["The bed is f"]
    assert len(found.unread) == 1
    by_text = {texts[one.statement][:12]: one for one in found.assessment.candidates}
    quote = by_text["Therapists e"].evidence[0]
    stored = workspace.finder(quote.snapshot).text
    assert stored[quote.position.start : quote.position.end] == quote.quote.exact
    assert "gets up when sleep does not come" in quote.quote.exact
    assert blocking(found.objections)


def test_the_newest_assessment_counts_at_the_gate(workspace: Workspace) -> None:
    version = workspace.version(workspace.catalogue.version(SLUG).digest)
    assert workspace.assessment(version.digest) is None
    before = gate(workspace, version)
    first = rechecking.recheck(workspace, SLUG, None, OPTIONS)
    second = rechecking.recheck(workspace, SLUG, "1.0", OPTIONS)
    assert workspace.assessment(version.digest) == second.assessment != first.assessment
    after = gate(workspace, version)
    assert "number-absent" in {one.code for one in after}
    assert "number-absent" not in {one.code for one in before}
    made = [first.assessment.digest, second.assessment.digest]
    assert workspace.assessments.all() == [(digest, version.digest) for digest in made]
    stray = first.assessment.model_copy(update={"version": "sha256:" + "0" * 64})
    with pytest.raises(NotFound, match="no version"):
        workspace.assessments.add(stray)
    assert verify(workspace).problems == []


def test_the_command_reports_and_the_page_shows(workspace: Workspace, quick_cli: InProcess) -> None:
    done = quick_cli("check", SLUG, "1.0", "--project", workspace.project, "--json")
    assert done.code == 3, done.err
    report = done.json
    assert report["publishable"] is False
    assert report["verdicts"]["not_assessed"] == 3
    assert {one["source"] for one in report["candidates"]} == {"trial", "manual"}
    page = Path(report["page"]).read_text(encoding="utf-8")
    assert "nobody has judged whether it supports" in page
    assert "the number 41 is nowhere in the stored text of trial" in page
    told = quick_cli("check", SLUG, "--project", workspace.project)
    assert told.code == 3
    assert "held back" in told.out
    assert quick_cli("check", SLUG, "7.0", "--project", workspace.project).code == 2
    for wrong in (("--judge", "oracle"), ("--budget", "much")):
        assert quick_cli("check", SLUG, *wrong, "--project", workspace.project).code == 2


def test_a_refusal_to_publish_says_which_statements_are_open(
    workspace: Workspace, quick_cli: InProcess
) -> None:
    version = workspace.version(workspace.catalogue.version(SLUG).digest)
    open_ones = {one.id: one.text for one in version.article.statements() if one.citations}
    done = quick_cli("publish", SLUG, "--project", workspace.project, "--json")
    assert done.code == 3, done.err
    (article,) = done.json["articles"]
    assert (article["published"], article["statements"]) == (False, open_ones)
    told = quick_cli("publish", SLUG, "--project", workspace.project).out
    assert all(f"{name}: {text}" in told for name, text in open_ones.items())


def test_the_sweep_offers_and_changes_nothing(workspace: Workspace) -> None:
    rechecking.recheck(workspace, SLUG, None, OPTIONS)
    found = sweeping.sweep(workspace, SLUG, None, OPTIONS)
    offers = {one.statement.text[:12]: one for one in found.offers}
    promoted = offers["Stimulus con"]
    assert (promoted.kind, promoted.was, promoted.candidate.source) == ("promotion", (), "trial")
    assert offers["Therapists e"].kind == "completion"
    # The quote says 40, the statement 41: a certain check speaks against the offer.
    assert "In the trial" not in offers
    assert found.refused >= 1
    assert {one.judgement.outcome for one in found.offers} == {"not_assessed"}
    assert workspace.catalogue.version(SLUG).number == "1.0"


def test_a_better_tier_is_offered_in_the_place_of_a_lesser(workspace: Workspace) -> None:
    made = promoting.apply(workspace, sweeping.sweep(workspace, SLUG, None, OPTIONS))
    texts = {one.text[:12]: one for one in made.article.statements()}
    assert [cited.source for cited in texts["Therapists e"].citations] == ["manual"]
    found = sweeping.sweep(workspace, SLUG, None, OPTIONS)
    upgrades = [one for one in found.offers if one.kind == "upgrade"]
    assert all(one.candidate.tier < "T2" and "manual" in one.was for one in upgrades)
    assert not [one for one in found.offers if one.statement.text.startswith("Stimulus con")]


def test_applied_without_a_judge_it_is_held_back(workspace: Workspace) -> None:
    before = workspace.version(workspace.catalogue.version(SLUG).digest)
    found = sweeping.sweep(workspace, SLUG, None, OPTIONS)
    made = promoting.apply(workspace, found, "Ann")
    assert (made.number, made.parent) == ("1.1", before.digest)
    sourced = {one.id for one in made.article.statements() if one.citations}
    assert sourced > {one.id for one in before.article.statements() if one.citations}
    assert {one.outcome for one in made.verdicts} == {"not_assessed"}
    assert any("not assessed" in one for one in blocking(gate(workspace, made)))
    assert verify(workspace).problems == []
    with pytest.raises(InputError, match="not the current version"):
        promoting.apply(workspace, found)


def test_only_what_the_judge_supports_is_applied(workspace: Workspace) -> None:
    judge = RuleJudge("Therapists")
    judged = _judged_by(workspace, judge)
    found = sweeping.sweep(judged, SLUG, None, RunOptions(run="test"))
    assert len(judge.asked) == len(found.offers) >= 2
    outcomes = {one.statement.text[:12]: one.judgement.outcome for one in found.offers}
    assert outcomes["Stimulus con"] == "not_supported"
    made = promoting.apply(judged, found)
    texts = {one.text[:12]: one for one in made.article.statements()}
    assert texts["Stimulus con"].marker.kind == "llm"
    verdicts = {one.statement: one for one in made.verdicts}
    verdict = verdicts[texts["Therapists e"].id]
    assert (verdict.outcome, verdict.checker.name) == ("supported", "rule")
    # A version whose evidence is there is judged again as it stands.
    again = rechecking.recheck(judged, SLUG, None, RunOptions(run="test"))
    outcomes = {one.statement: one.outcome for one in again.assessment.verdicts}
    assert outcomes[verdict.statement] == "supported"
    none = _judged_by(workspace, RuleJudge())
    with pytest.raises(InputError, match="nothing to apply"):
        promoting.apply(none, sweeping.sweep(none, SLUG, None, RunOptions(run="test")))


def test_the_sweep_command(workspace: Workspace, quick_cli: InProcess) -> None:
    done = quick_cli("sweep", SLUG, "--project", workspace.project, "--json")
    assert done.code == 0, done.err
    assert {one["kind"] for one in done.json["offers"]} >= {"promotion", "completion"}
    assert done.json["made"] is None
    json.dumps(done.json)
    made = quick_cli("sweep", SLUG, "--apply", "--as", "Ann", "--project", workspace.project)
    assert made.code == 0, made.err
    assert "stimulus-control 1.1" in made.out
