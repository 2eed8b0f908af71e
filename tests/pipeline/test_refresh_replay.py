"""Refreshed versions: made again to the byte, their changes with causes, their plan by section."""

from __future__ import annotations

from html import escape
from pathlib import Path

import pytest
from catalogues import copy_project
from commands import InProcess
from pipeline.small import SECTIONS, SLUG, Small, make_small, write_outline

from citewright.checks.policy import load_policy
from citewright.model.assessment import Assessment
from citewright.model.verdict import Reason, Verdict
from citewright.model.version import Version
from citewright.pipeline import reviewing, revising
from citewright.pipeline.causing import changes_between
from citewright.pipeline.comparing import compare_numbers
from citewright.pipeline.gating import gate
from citewright.pipeline.staleness import survey
from citewright.pipeline.workspace import ASSESSMENT_TAG


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a first version, made once and copied for each test."""
    folder = make_small(tmp_path_factory.mktemp("made") / "project")
    Small(folder).generate("Ada")
    return folder


@pytest.fixture
def small(made: Path, tmp_path: Path) -> Small:
    return Small(copy_project(made, tmp_path / "project"))


def ids(version: Version) -> set[str]:
    return {one.id for one in version.article.statements()}


def test_each_change_has_its_cause_and_the_version_is_made_again(
    small: Small, quick_cli: InProcess
) -> None:
    before, statement = small.version(), small.quoted()
    key = small.take_back(statement)
    plan = small.plan()
    (why,) = {cause.detail for cause in plan.causes if cause.statement == statement.id}
    assert small.refresh().number == "1.1"
    after = small.version()
    changed = {one.statement: one for one in after.changes}
    assert set(changed) <= plan.touched | (ids(after) - ids(before))
    mine = changed[statement.id]
    assert {(one.kind, one.source, one.detail) for one in mine.causes} == {("text", key, why)}
    (cause,) = {one.snapshot for one in mine.causes}
    assert cause == small.workspace.source_log.last_seen(key).snapshot  # type: ignore[union-attr]
    for one in after.changes:
        assert (one.statement in ids(after)) == (one.change != "dropped")
        assert (one.statement in ids(before)) == (one.change != "added")
    assert [small.exact(number) for number in ("1.0", "1.1")] == [(), ()]
    assert small.problems() == []
    # The version, the comparison and the review show it.
    assert compare_numbers(small.workspace, SLUG, "1.0", "1.1").causes == after.changes
    assert compare_numbers(small.workspace, SLUG, "1.1", "1.0").causes == after.changes
    where = ("--project", small.folder)
    assert why in quick_cli("diff", SLUG, "1.0", "1.1", *where).out.replace("\n", " ")
    told = quick_cli("diff", SLUG, "1.0", "1.1", "--json", *where).json["causes"]
    assert [one["statement"] for one in told] == [one.statement for one in after.changes]
    page = small.folder / "diff.html"
    quick_cli("diff", SLUG, "1.0", "1.1", "--html", page, *where)
    assert f"<li>text: {escape(why)}</li>" in page.read_text(encoding="utf-8")
    shown = quick_cli("review", "show", SLUG, "--json", *where).json
    assert any(why in one["causes"] for one in shown["changes"])
    assert "changes" not in quick_cli("show", SLUG, "--version", "1.0", "--json", *where).json


@pytest.mark.slow
def test_one_refresh_after_another_is_made_again_after_all_has_changed(small: Small) -> None:
    small.take_back(small.quoted())
    small.refresh()
    small.ask("Is this still so?", small.quoted(1).id)
    small.refresh()
    small.happened("neff-2011", "retracted")
    small.refresh()
    version = small.version()
    assert version.number == "1.3"
    assert "neff-2011" not in {one.source for one in version.article.citations()}
    (small.folder / "sources" / "briefs" / f"{SLUG}.yaml").unlink()
    write_outline(small.folder, SECTIONS[:1])
    assert [small.exact(f"1.{minor}") for minor in range(4)] == [()] * 4
    every = [small.workspace.catalogue.version(SLUG, f"1.{minor}").digest for minor in range(4)]
    assert changes_between([small.workspace.version(one) for one in every])
    assert small.problems() == []


def test_rejected_changes_of_a_refresh_are_taken_back_with_who_and_why(small: Small) -> None:
    statement = small.quoted()
    small.take_back(statement)
    small.refresh()
    workspace = small.workspace
    reviewing.submit(workspace, SLUG, "1.1", "Ada", "")
    shown = reviewing.under_review(workspace, SLUG)
    wrong = [one.id for one in shown.changes]
    reviewing.decide(workspace, SLUG, "1.1", "Bo", wrong, accept=False, reason="It stands.")
    made = revising.revise(workspace, SLUG, "1.1", "Bo")
    mine = next(one for one in made.changes if one.statement == statement.id)
    assert {one.kind for one in mine.causes} == {"decision"}
    assert all("Bo rejected c-" in one.detail for one in mine.causes)
    assert all("It stands." in one.detail for one in mine.causes)
    assert [small.exact(number) for number in ("1.1", "1.2")] == [(), ()]
    assert small.problems() == []


def test_a_request_names_who_asks_and_why(small: Small, quick_cli: InProcess) -> None:
    where = ("--project", small.folder, "--json")
    for why, who in ((" ", "Ada"), ("It changed.", " "), ("It changed.", "A" * 201)):
        asked = quick_cli("request", SLUG, "--why", why, "--as", who, *where)
        assert (asked.code, asked.json["error"]["type"]) == (2, "InputError")
    assert small.workspace.request_log.open() == []
    asked = quick_cli("request", SLUG, "--why", "It changed.", "--as", " Ada  Roe ", *where)
    assert (asked.code, asked.json["who"]) == (0, "Ada Roe")


def found_wanting(small: Small, statement: str) -> Verdict:
    """A later check finds a statement of the current version contradicted."""
    version = small.version()
    said = Reason(code="judge", certainty="suspect", detail="A later check says otherwise.")
    verdicts = tuple(
        one.model_copy(update={"outcome": "contradicted", "reasons": (said,)})
        if one.statement == statement
        else one
        for one in version.verdicts
    )
    made = Assessment(
        format=ASSESSMENT_TAG,
        version=version.digest,
        assessed=small.workspace.clock(),
        verdicts=verdicts,
        lint=(),
        policy=load_policy(small.folder).digest,
        spending=(),
    )
    small.workspace.store.put_document("assessment", ASSESSMENT_TAG, made)
    small.workspace.assessments.add(made)
    return next(one for one in verdicts if one.statement == statement)


def test_what_was_found_wanting_since_is_carried_on(small: Small) -> None:
    wanting, statement = small.quoted(3), small.quoted()
    verdict = found_wanting(small, wanting.id)
    small.take_back(statement)
    small.refresh()
    refreshed = small.version()
    assert refreshed.number == "1.1"
    assert verdict in refreshed.verdicts
    assert "contradicted" in {one.code for one in gate(small.workspace, refreshed)}
    # So it is with what a review makes; what came with the refresh goes.
    verdict = found_wanting(small, small.quoted(2).id)
    workspace = small.workspace
    reviewing.submit(workspace, SLUG, "1.1", "Ada", "")
    wrong = [one.id for one in reviewing.under_review(workspace, SLUG).changes]
    reviewing.decide(workspace, SLUG, "1.1", "Bo", wrong, accept=False, reason="It stands.")
    assert verdict in revising.revise(workspace, SLUG, "1.1", "Bo").verdicts
    # What is learned later does not change how they are made again.
    found_wanting(small, small.quoted(1).id)
    assert [small.exact(number) for number in ("1.1", "1.2")] == [(), ()]
    assert small.problems() == []


def edits(small: Small) -> dict[str, str]:
    return {one.section: one.edit for one in small.plan().edits if one.section != "figure"}


def outlined(small: Small, sections: tuple[str, ...], **changed: str) -> None:
    write_outline(small.folder, sections, **changed)
    on = (*small.workspace.settings.refresh_on, "outline")
    object.__setattr__(
        small.workspace,
        "settings",
        small.workspace.settings.model_copy(update={"refresh_on": on}),
    )


KEPT = {"lead": "keep", **dict.fromkeys(SECTIONS, "keep")}


def test_an_outline_that_is_only_written_otherwise_touches_nothing(small: Small) -> None:
    file = small.folder / "prompts" / "outlines" / "small.yaml"
    file.write_text(f"# A remark.\n{file.read_text(encoding='utf-8')}", encoding="utf-8")
    assert survey(small.workspace).plans == ()


def test_an_outline_that_changes_is_told_unless_it_is_to_be_followed(small: Small) -> None:
    write_outline(small.folder, SECTIONS, core_principles="Something else.")
    (plan,) = survey(small.workspace).plans
    assert ([cause.kind for cause in plan.told], plan.stale) == (["outline"], False)
    assert "asks otherwise for section core-principles" in plan.told[0].detail


def test_a_section_that_the_outline_has_no_more_is_dropped_and_a_new_one_is_drafted(
    small: Small,
) -> None:
    before = small.version()
    first, second, third = SECTIONS
    new = "interventions-techniques"
    outlined(small, (first, new, third))
    assert edits(small) == {
        "lead": "keep", first: "keep", new: "new", third: "keep", second: "drop",
    }  # fmt: skip
    assert small.plan().drafted == (new,)
    small.refresh()
    after = small.version()
    assert [one.id for one in after.article.sections] == [first, new, third]
    was = {one.id: one for one in before.article.sections}
    assert [one for one in after.article.sections if one.id in was] == [was[first], was[third]]
    kinds = {one.section: {why.kind for why in one.causes} for one in after.changes}
    assert kinds[second] == {"outline"}
    assert set(kinds) <= {second, new}
    assert small.exact("1.1") == ()
    assert survey(small.workspace).plans == ()


def test_a_section_that_is_asked_for_otherwise_is_replaced_alone(small: Small) -> None:
    outlined(small, SECTIONS, core_principles="What a group did.")
    assert edits(small) == KEPT | {"core-principles": "replace"}
    assert small.plan().counts["replace"] == 1


def test_another_order_is_another_version_without_a_draft(small: Small) -> None:
    outlined(small, SECTIONS[::-1])
    assert edits(small) == KEPT
    before = small.version()
    assert small.refresh().result == "version"
    after = small.version()
    assert after.article.sections == before.article.sections[::-1]
    assert (after.changes, after.answers) == ((), ())
    assert small.exact("1.1") == ()
