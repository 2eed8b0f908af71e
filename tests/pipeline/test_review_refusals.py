"""Every step from draft to published, in every state: done, or refused with a sentence."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import get_args

import pytest
from model.values import Desk, article, version
from pipeline.test_reviewing import SLUG, commit, ids, opened, retract, two

from citewright.checks.policy import PACKAGED, load_policy
from citewright.errors import InputError
from citewright.model.review import STEPS, Action, refusal
from citewright.model.version import State, Version
from citewright.pipeline import pages, reviewing
from citewright.pipeline.heads import seal
from citewright.pipeline.withdrawing import shown_version
from citewright.pipeline.workspace import VERSION_TAG, Workspace

ROAD: tuple[State, ...] = ("draft", "in_review", "approved", "published")
DEEDS: dict[Action, Callable[[Workspace, str], object]] = {
    "submit": lambda w, n: reviewing.submit(w, SLUG, n, "Ada", "Why."),
    "return": lambda w, n: reviewing.send_back(w, SLUG, n, "Bo", "Why."),
    "comment": lambda w, n: reviewing.comment(w, SLUG, n, "Bo", "Look."),
    "accept": lambda w, n: reviewing.decide(w, SLUG, n, "Bo", ids(w, "added"), accept=True),
    "reject": lambda w, n: reviewing.decide(
        w, SLUG, n, "Bo", ids(w, "added"), accept=False, reason="No."
    ),
    "approve": lambda w, n: reviewing.approve(w, SLUG, n, "Bo", "Seen."),
    "withdraw": lambda w, n: reviewing.withdraw(w, SLUG, n, "Bo", "Why."),
}


def bring(workspace: Workspace, state: State) -> None:
    """The draft 1.1 of ``two`` into a state."""
    if state == "withdrawn":
        reviewing.withdraw(workspace, SLUG, "1.1", "Bo", "Why.")
        return
    place = ROAD.index("published" if state == "superseded" else state)
    if place > 0:
        reviewing.submit(workspace, SLUG, "1.1", "Ada", "")
    if place > 1:
        reviewing.approve(workspace, SLUG, "1.1", "Bo", "Seen.")
    if place > 2:
        release(workspace, "1.1")
    if state == "superseded":
        commit(workspace, article(Desk().cited("Eight weeks.")))
        reviewing.submit(workspace, SLUG, "1.2", "Ada", "")
        reviewing.approve(workspace, SLUG, "1.2", "Bo", "Seen.")
        release(workspace, "1.2")


def release(workspace: Workspace, number: str) -> None:
    """Publish a version without building the site."""
    digest = workspace.catalogue.version(SLUG, number).digest
    workspace.catalogue.reviews.publish(digest, "Bo", unreviewed=False)
    seal(workspace, SLUG)


@pytest.mark.parametrize("state", get_args(State))
def test_each_action_in_each_state(tmp_path: Path, state: State) -> None:
    workspace = opened(tmp_path / "project", review=True)
    two(workspace)
    bring(workspace, state)
    for action, deed in DEEDS.items():
        if refusal(action, state) is None:
            continue
        with pytest.raises(InputError) as said:
            deed(workspace, "1.1")
        assert said.value.message.endswith(".")
        assert said.value.hint
        assert workspace.catalogue.version(SLUG, "1.1").state == state
    # What is allowed is done, the last step of all at the end.
    steps: tuple[Action, ...] = ("comment", "accept", "reject", "withdraw")
    for action in steps:
        if refusal(action, state) is None:
            DEEDS[action](workspace, "1.1")
            assert workspace.catalogue.version(SLUG, "1.1").state == STEPS[action][state]


def not_assessed(workspace: Workspace) -> None:
    said = article(Desk().cited("It takes eight weeks, as is said."))
    head = workspace.catalogue.version(SLUG)
    with workspace.catalogue.writing(SLUG) as writer:
        made = version(said, number=writer.next_number(major=False), parent=head.digest)
        open_ones = tuple(
            one.model_copy(update={"outcome": "not_assessed"}) for one in made.verdicts
        )
        made = Version.model_validate(made.model_dump(by_alias=True) | {"verdicts": open_ones})
        workspace.store.put_document("version", VERSION_TAG, made)
        writer.add(made, "generated", "Ada")


def stale(workspace: Workspace) -> None:
    commit(workspace, article(Desk().cited("Eight weeks.")))


# What else speaks against an approval, and what is said then.
OBSTACLES: dict[str, tuple[Callable[[Workspace], None] | None, str, str, str]] = {
    "made by oneself": (None, "1.1", "Ada", "made an-article 1.1"),
    "not the current one": (stale, "1.1", "Bo", "not the current version any more"),
    "retracted": (retract, "1.1", "Bo", "invented-2020 was retracted"),
    "withdrawn": (lambda w: retract(w, "withdrawn"), "1.1", "Bo", "invented-2020 was withdrawn"),
    "not assessed": (not_assessed, "1.2", "Bo", "not assessed"),
}


@pytest.mark.parametrize("obstacle", OBSTACLES)
def test_what_speaks_against_it_keeps_it_from_being_approved_and_published(
    tmp_path: Path, obstacle: str
) -> None:
    happens, number, actor, said = OBSTACLES[obstacle]
    workspace = opened(tmp_path / "project", review=True)
    two(workspace)
    if number == "1.1":
        reviewing.submit(workspace, SLUG, "1.1", "Ada", "")
    if happens is not None:
        happens(workspace)
    if number != "1.1":
        reviewing.submit(workspace, SLUG, number, "Ada", "")
    with pytest.raises(InputError, match=said):
        reviewing.approve(workspace, SLUG, number, actor, "Seen.")
    assert workspace.catalogue.version(SLUG, number).state == "in_review"
    (held,) = pages.publish(workspace, [SLUG])
    assert held.page is None
    assert held.objections


@pytest.mark.parametrize(
    ("what", "policy"), list(product(["retracted", "withdrawn"], ["drop", "demote"]))
)
def test_a_retraction_after_the_approval_holds_the_version_back(
    tmp_path: Path, what: str, policy: str
) -> None:
    workspace = opened(tmp_path / "project", review=True)
    with_action(workspace, f"source-{what}", policy)
    two(workspace)
    bring(workspace, "approved")
    retract(workspace, what)
    (held,) = pages.publish(workspace, [SLUG])
    assert held.page is None
    assert any(f"invented-2020 was {what}" in one for one in held.objections)
    assert workspace.catalogue.version(SLUG, "1.1").state == "approved"


def test_a_concern_needs_a_reason_and_passes_with_a_banner(tmp_path: Path) -> None:
    workspace = opened(tmp_path / "project", review=True)
    two(workspace)
    reviewing.submit(workspace, SLUG, "1.1", "Ada", "")
    retract(workspace, "concern")
    with pytest.raises(InputError, match="has an expression of concern"):
        reviewing.approve(workspace, SLUG, "1.1", "Bo")
    assert reviewing.approve(workspace, SLUG, "1.1", "Bo", "Read; it stands.") == "approved"
    assert pages.publish(workspace, [SLUG])[0].number == "1.1"
    page = (workspace.site / SLUG / "index.html").read_text(encoding="utf-8")
    assert "expression of concern" in page


def with_action(workspace: Workspace, code: str, action: str) -> None:
    """The project's policy, or else the packaged one, with another action for a reason."""
    own = workspace.project / "policy.yaml"
    text = (own if own.is_file() else PACKAGED).read_text(encoding="utf-8")
    lines = [
        f"  {code}: {action}" if line.strip().startswith(f"{code}:") else line
        for line in text.splitlines()
    ]
    own.write_text("\n".join(lines), encoding="utf-8")


def test_what_is_demoted_is_shown_without_the_source_and_figures_are_withheld(
    tmp_path: Path,
) -> None:
    workspace = opened(tmp_path / "project", review=True)
    with_action(workspace, "source-retracted", "demote")
    desk = Desk()
    plain, figure = desk.cited("The course is taught in groups."), desk.cited("It takes 8 weeks.")
    quoted = desk.quotation()
    commit(workspace, article(plain, figure, quoted))
    reviewing.submit_and_approve(workspace, SLUG, "Bo", "Seen.")
    assert pages.publish(workspace, [SLUG])[0].objections == ()
    retract(workspace)
    shown = shown_version(
        workspace.version(workspace.catalogue.version(SLUG).digest),
        {"invented-2020": "retracted"},
        load_policy(workspace.project),
    )
    assert [(one.text, one.marker.kind) for one in shown.article.statements()] == [
        (plain.text, "llm")
    ]
    assert shown.verdicts == ()
    pages.publish(workspace, [SLUG])
    page = (workspace.site / SLUG / "index.html").read_text(encoding="utf-8")
    assert plain.text in page
    assert figure.text not in page
    assert "A source does not stand any more" in page
