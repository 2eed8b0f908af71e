"""Judging while drafting: what a judge finds goes back to the drafter, and open ones stay open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from catalogues import open_workspace
from fakes import claude_faults as faults
from fakes.claude_judge import read_pair, says
from fakes.claude_server import ClaudeServer, Received
from fakes.claude_steps import Step
from pipeline.scripted import (
    SECTION,
    SLUG,
    ScriptedDrafter,
    fabricated,
    handed_in,
    run,
    texts,
    true_statement,
)

from citewright.checks.gate import Objection
from citewright.checks.policy import PACKAGED
from citewright.drafting.ports import SectionTask
from citewright.errors import InputError, SettingsError
from citewright.model.draft import DraftStatement, SectionDraft
from citewright.model.judging import Bench, Heard, NoOpinion, Opinion, Pair, Said
from citewright.model.outcome import CheckedSection
from citewright.model.outlay import Outlay, Spending, Usage, total_cost
from citewright.model.verdict import Checker
from citewright.model.version import Cause, Version
from citewright.pipeline import batching, commit, evidence, sections
from citewright.pipeline.gating import gate
from citewright.pipeline.pages import publish
from citewright.pipeline.verifying import verify
from citewright.pipeline.workspace import RunOptions, Workspace

CHECKER = Checker(name="judge", version="a-rule")


@dataclass
class Ruled:
    """A judge that says of each claim what a test says; it takes a cent for each pair."""

    said: dict[str, Said | None]
    asked: list[Pair] = field(default_factory=list)

    def judge(self, pairs: Sequence[Pair], *, slug: str, section: str | None) -> Heard:
        assert slug == SLUG
        self.asked += pairs
        spent = Spending(
            section=section,
            role="judge",
            model="a-rule",
            calls=len(pairs),
            usage=Usage(output_tokens=len(pairs)),
            cost_usd=Decimal("0.001") * len(pairs),
        )
        return Heard(tuple(self._bench(pair) for pair in pairs), Outlay(spending=(spent,)))

    def _bench(self, pair: Pair) -> Bench:
        said = self.said[pair.claim]
        if said is None:
            return ((NoOpinion(CHECKER, "Overloaded."),),)
        (shown,) = pair.passages
        quotes = ((shown.key, shown.cited[0]),)
        return ((Opinion(CHECKER, said, quotes, f"On {pair.claim}"),),)


@pytest.fixture
def workspace(example_project: Path) -> Workspace:
    return open_workspace(example_project)


def claiming(*claims: str) -> Callable[[SectionTask], SectionDraft]:
    """A draft whose statements cite a true quote for these claims."""

    def draft(task: SectionTask) -> SectionDraft:
        true = true_statement(task)
        return handed_in(*(true.model_copy(update={"text": claim}) for claim in claims))

    return draft


def codes(outcome: CheckedSection) -> list[str]:
    return [reason.code for verdict in outcome.verdicts for reason in verdict.reasons]


def test_what_is_not_supported_goes_back_with_the_judges_reason(workspace: Workspace) -> None:
    judge = Ruled(
        {"It holds.": "supported", "It is wide.": "partial", "It is narrow.": "supported"}
    )
    drafter = ScriptedDrafter(
        [claiming("It holds.", "It is wide."), claiming("It holds.", "It is narrow.")]
    )
    outcome = run(workspace, drafter, judge)
    ((problem,),) = drafter.told
    assert problem.text == "It is wide."
    (reason,) = problem.reasons
    assert (reason.code, reason.certainty) == ("judged-partial", "suspect")
    assert "On It is wide." in reason.detail
    assert texts(outcome) == {"It holds.": "sources", "It is narrow.": "sources"}
    assert [verdict.outcome for verdict in outcome.verdicts] == ["supported", "supported"]
    assert {verdict.checker for verdict in outcome.verdicts} == {CHECKER}
    assert [event.action for event in outcome.history] == ["repaired"]


def test_no_pair_is_judged_twice_and_the_section_tells_what_it_took(workspace: Workspace) -> None:
    judge = Ruled({"It holds.": "supported", "It is wide.": "partial"})
    drafter = ScriptedDrafter([claiming("It holds.", "It is wide.", "It holds.")] * 3)
    outcome = run(workspace, drafter, judge)
    assert [pair.claim for pair in judge.asked] == ["It holds.", "It is wide."]
    (pair, _) = judge.asked
    (shown,) = pair.passages
    assert shown.cited[0] in shown.text
    spent = [one for one in outcome.spending if one.role == "judge"]
    assert total_cost(spent) == Decimal("0.002")
    assert [one.section for one in spent] == [SECTION]
    assert {one.role for one in outcome.spending} == {"draft", "judge"}


def test_what_still_fails_is_demoted_and_what_is_contradicted_is_dropped(
    workspace: Workspace,
) -> None:
    judge = Ruled({"It is liked.": "not_supported", "It is the reverse.": "contradicted"})
    drafter = ScriptedDrafter([claiming("It is liked.", "It is the reverse.")] * 3)
    outcome = run(workspace, drafter, judge)
    assert len(drafter.told) == 2
    assert texts(outcome) == {"It is liked.": "llm"}
    assert outcome.verdicts == ()
    last = outcome.history[-2:]
    assert [(event.action, event.reasons[0].code) for event in last] == [
        ("demoted", "judged-not-supported"),
        ("dropped", "judged-contradicted"),
    ]


def test_what_failed_already_is_not_judged(workspace: Workspace) -> None:
    def both(task: SectionTask) -> SectionDraft:
        llm = DraftStatement(citations=(), marker="llm", text="It is the model's own.")
        return handed_in(true_statement(task), fabricated(task, "It is made up."), llm)

    judge = Ruled({"It is put in other words.": "supported"})
    run(workspace, ScriptedDrafter([both] * 3), judge)
    assert [pair.claim for pair in judge.asked] == ["It is put in other words."]


def test_a_judge_without_an_answer_leaves_it_open(workspace: Workspace) -> None:
    drafter = ScriptedDrafter([claiming("It holds.")])
    outcome = run(workspace, drafter, Ruled({"It holds.": None}))
    assert drafter.told == []
    (verdict,) = outcome.verdicts
    assert verdict.outcome == "not_assessed"
    assert "judge-failed" in codes(outcome)


def test_without_a_judge_the_offline_signs_stand_and_nothing_is_supported(
    workspace: Workspace,
) -> None:
    far = "Aspirin prevents strokes among elderly sailors."
    outcome = run(workspace, ScriptedDrafter([claiming(far)]))
    (verdict,) = outcome.verdicts
    assert verdict.outcome == "not_assessed"
    assert "support-not-judged" in codes(outcome)
    suspect = [reason for reason in verdict.reasons if reason.certainty == "suspect"]
    assert "low-score" in [reason.code for reason in suspect]


def test_a_policy_may_leave_a_judgement_to_a_person(workspace: Workspace) -> None:
    own = PACKAGED.read_text(encoding="utf-8")
    eased = own.replace("judged-partial: demote", "judged-partial: review")
    (workspace.project / "policy.yaml").write_text(eased, encoding="utf-8")
    drafter = ScriptedDrafter([claiming("It is wide.")])
    outcome = run(workspace, drafter, Ruled({"It is wide.": "partial"}))
    assert drafter.told == []
    assert [verdict.outcome for verdict in outcome.verdicts] == ["partial"]


# The same with models on both sides, through the loopback server.

ONLY = ("lead", "core-principles", "evidence-base")
Made = tuple[Workspace, Version, tuple[Objection, ...]]


@pytest.fixture
def two_sources(read_project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    brief = read_project / "sources" / "briefs" / f"{SLUG}.yaml"
    order = yaml.safe_load(brief.read_text(encoding="utf-8"))
    order["sources"] = order["sources"][:2]
    brief.write_text(yaml.safe_dump(order), encoding="utf-8")
    monkeypatch.setenv("CITEWRIGHT_COHERENCE", "false")
    return read_project


@pytest.fixture
def make(two_sources: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[ClaudeServer], Made]:
    def made(server: ClaudeServer) -> Made:
        monkeypatch.setenv("ANTHROPIC_API_KEY", server.key)
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.base_url)
        return made_version(open_workspace(two_sources))

    return made


def planned(workspace: Workspace, options: RunOptions) -> batching.Planned:
    brief, _ = evidence.read_order(workspace, SLUG)
    drafter = workspace.make_drafter(options)
    snapshots = [evidence.snapshot_source(workspace, key) for key in brief.sources]
    plan = evidence.select_evidence(
        workspace, SLUG, snapshots, kinds=drafter.kinds, exclusive=drafter.exclusive
    )
    return batching.Planned(SLUG, plan, snapshots)


def made_version(workspace: Workspace, *, batch: bool = False) -> Made:
    options = RunOptions(run="test", drafter="claude", batch=batch)
    article = planned(workspace, options)
    snapshots = article.snapshots
    rest = (article.plan, snapshots, options)
    outlay = sections.prepare(workspace, SLUG, *rest)
    drafts = [sections.draft_section(workspace, SLUG, one, *rest) for one in ONLY]
    outcomes = [sections.check_section(workspace, SLUG, draft, *rest) for draft in drafts]
    whole = sections.read_whole(workspace, SLUG, drafts, *rest)
    parts = commit.Parts(outcomes, snapshots, outlay, whole)
    cause = Cause(kind="generate", detail="Generated by a test.")
    done = commit.commit_version(workspace, SLUG, parts, "claude", cause)
    version = workspace.version(done.digest)
    return workspace, version, gate(workspace, version)


def is_judging(request: Received) -> bool:
    return read_pair(request.params) is not None


def outcomes(version: Version) -> set[str]:
    return {verdict.outcome for verdict in version.verdicts}


def test_an_obedient_drafter_and_an_honest_judge(make: Callable[[ClaudeServer], Made]) -> None:
    with ClaudeServer() as server:
        workspace, version, against = make(server)
        asked = [one.params for one in server.requests if is_judging(one)]
        assert len(asked) == len(version.verdicts) > 5
        assert outcomes(version) == {"supported"}
        assert not [one for one in against if one.code == "not-assessed"]
        # Judging is no part of drafting: another system prompt, and no draft in it.
        drafting = [one.params for one in server.requests if not is_judging(one)]
        systems = {str(params.get("system")) for params in drafting}
        assert systems.isdisjoint(str(params["system"]) for params in asked)
        spent = {one.section for one in version.spending if one.role == "judge"}
        assert spent == set(ONLY)
        before = len(server.ledger)
        made_version(workspace)
        assert len(server.ledger) == before


def negated() -> Step:
    """A draft whose first sourced sentence denies what its quote says."""

    def deny(draft: dict[str, Any]) -> None:
        for one in faults.sourced(draft)[:1]:
            one["text"] = f"It is never so that {one['text']}"

    return faults.drafted(deny)


@pytest.mark.parametrize(
    ("lie", "code"),
    [(faults.LIES["swapped-citations"], "judged-not-supported"), (negated, "judged-contradicted")],
)
def test_a_lying_drafter_is_caught_by_an_honest_judge(
    lie: Callable[[], Step], code: str, make: Callable[[ClaudeServer], Made]
) -> None:
    with ClaudeServer(lambda request: lie() if request.section else None) as server:
        _, version, _ = make(server)
    caught = [
        event for event in version.history if code in [reason.code for reason in event.reasons]
    ]
    # Its reason went back to the drafter twice, and the liar lied on.
    assert {event.action for event in caught} - {"demoted"} == {"repaired", "dropped"}
    assert {event.text for event in caught}.isdisjoint(
        statement.text for statement in version.article.statements() if statement.citations
    )
    assert outcomes(version) == {"supported"}


def test_judging_goes_out_in_batches_with_the_rest(
    two_sources: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CITEWRIGHT_BATCH_PAUSE", "0.05")
    with ClaudeServer() as server:
        monkeypatch.setenv("ANTHROPIC_API_KEY", server.key)
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.base_url)
        monkeypatch.setenv("CITEWRIGHT_FEATURES", "all")
        workspace = open_workspace(two_sources)
        options = RunOptions(run="test", drafter="claude", batch=True)
        batching.draft_in_batches(workspace, [planned(workspace, options)], options)
        judged = [one for one in server.ledger if "JudgeAnswer" in str(one.params)]
        assert len(judged) > 5
        assert all(one.batch for one in judged)
        paid = len(server.ledger)
        _, version, _ = made_version(workspace, batch=True)
        assert len(server.ledger) == paid
    assert outcomes(version) == {"supported"}


def put_off(code: int) -> Step:
    """Not now, and not before the call's own time is over."""
    return faults.status(code, headers={"retry-after": "3600"})


BAD_JUDGES: dict[str, tuple[Callable[[], Step], str]] = {
    "throttled": (lambda: put_off(429), "judge-failed"),
    "overloaded": (lambda: put_off(529), "judge-failed"),
    "refusing": (lambda: faults.refusal("bio"), "judge-failed"),
    "no-json": (lambda: faults.text("Looks fine to me."), "judge-failed"),
    "lying": (
        lambda: says("supported", ("p-0123456789abcdef", "All of it is true.")),
        "judge-quote-absent",
    ),
    "without-quotes": (lambda: says("supported"), "judge-quotes-nothing"),
    "abstaining": (lambda: says("cannot_tell"), "judge-cannot-tell"),
}


@pytest.mark.parametrize("name", sorted(BAD_JUDGES))
def test_a_judge_that_fails_leaves_all_open_and_nothing_is_published(
    name: str, make: Callable[[ClaudeServer], Made]
) -> None:
    step, code = BAD_JUDGES[name]
    with ClaudeServer(lambda request: step() if is_judging(request) else None) as server:
        workspace, version, against = make(server)
    assert outcomes(version) == {"not_assessed"}
    for verdict in version.verdicts:
        assert code in [reason.code for reason in verdict.reasons]
    (told,) = [one.detail for one in against if one.code == "not-assessed"]
    assert told.startswith(f"{len(version.verdicts)} of {len(version.verdicts)} citations")
    (held,) = publish(workspace, [SLUG])
    assert held.page is None
    named = next(one for one in held.objections if one.startswith(told.rstrip(".")))
    assert version.verdicts[0].statement in named


def test_a_throttled_judge_is_asked_again_in_the_next_run(
    make: Callable[[ClaudeServer], Made],
) -> None:
    throttled = True

    def script(request: Received) -> Step | None:
        return put_off(429) if throttled and is_judging(request) else None

    with ClaudeServer(script) as server:
        workspace, version, _ = make(server)
        assert outcomes(version) == {"not_assessed"}
        told = [one.code for one in gate(workspace, version)]
        throttled = False
        _, again, against = made_version(workspace)
    # What it says is the same, so it is no new version; what the judge said counts all the same.
    assert again.digest == version.digest
    assert "not-assessed" in told
    assert "not-assessed" not in [one.code for one in against]
    assessment = workspace.assessment(version.digest)
    assert assessment is not None
    assert {one.outcome for one in assessment.verdicts} == {"supported"}
    assert {one.role for one in assessment.spending} == {"judge"}
    assert verify(workspace).problems == []
    # A third run hears nothing new, and stores nothing.
    made_version(workspace)
    assert workspace.assessment(version.digest) == assessment


def test_a_run_without_a_judge_takes_no_verdict_back(
    make: Callable[[ClaudeServer], Made],
) -> None:
    with ClaudeServer() as server:
        workspace, version, _ = make(server)
        assert outcomes(version) == {"supported"}
        made_version(replace(workspace, make_judge=lambda _: None))
    assert workspace.assessment(version.digest) is None


@pytest.mark.parametrize(
    ("wanted", "error", "said"),
    [("claude", SettingsError, "ANTHROPIC_API_KEY"), ("jury", InputError, "'jury'")],
)
def test_a_judge_that_there_is_not(
    workspace: Workspace, wanted: str, error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        workspace.make_judge(RunOptions(run="test", judge=wanted))
    for nobody in ("none", "auto", None):
        assert workspace.make_judge(RunOptions(run="test", judge=nobody)) is None
