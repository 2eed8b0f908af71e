"""Review end to end on small versions: decisions, refusals, revisions, publication."""

from __future__ import annotations

import base64
from dataclasses import replace
from pathlib import Path

import pytest
from catalogues import open_workspace, put_back, rows_of, tampering
from commands import InProcess
from model.values import (
    TEXT,
    Desk,
    article,
    every_block,
    paragraph,
    section,
    snapshot,
    version,
    with_sections,
)
from opened import put_database
from policies import ease_safety

from citewright.bootstrap.replay import open_replay
from citewright.errors import InputError, NotFound, SettingsError
from citewright.model.article import Article
from citewright.model.version import Version
from citewright.pipeline import pages, replaying, reviewing, revising, verifying
from citewright.pipeline.heads import seal
from citewright.pipeline.signing import public_key
from citewright.pipeline.workspace import SNAPSHOT_TAG, VERSION_TAG, Workspace
from citewright.settings import load
from citewright.versions.sources import Happening

SLUG = "an-article"


def opened(project: Path, **settings: object) -> Workspace:
    lines = [f"{name} = {str(value).lower() if isinstance(value, bool) else repr(value)}"
             for name, value in settings.items()]  # fmt: skip
    project.mkdir(exist_ok=True)
    (project / "citewright.toml").write_text("\n".join(lines), encoding="utf-8")
    ease_safety(project)
    put_database(project / "output")
    workspace = open_workspace(project)
    taken = snapshot()
    workspace.store.put("raw", TEXT.encode())
    workspace.store.put("text", TEXT.encode())
    workspace.store.put_document("snapshot", SNAPSHOT_TAG, taken)
    workspace.catalogue.add_snapshot(taken)
    return workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return opened(tmp_path / "project", review=True)


def commit(workspace: Workspace, said: Article, actor: str | None = "Ada") -> Version:
    with workspace.catalogue.writing(said.slug) as writer:
        made = version(
            said,
            number=writer.next_number(major=writer.head is None),
            parent=writer.head.digest if writer.head else None,
        )
        workspace.store.put_document("version", VERSION_TAG, made)
        writer.add(made, "generated", actor)
    seal(workspace, said.slug)
    return made


def two(workspace: Workspace) -> tuple[Version, Version]:
    """A published version, and a draft that rewords, adds and removes a statement."""
    desk = Desk()
    first, second, third = (
        desk.cited("It takes eight weeks."),
        desk.cited("Groups of twelve meet for it."),
        desk.llm("Nobody knows where this stood."),
    )
    old = commit(workspace, with_sections(section(paragraph(first, second, third))))
    reviewing.submit_and_approve(workspace, SLUG, "Bo")
    assert pages.publish(workspace, [SLUG])[0].objections == ()
    reworded = first.model_copy(update={"text": "It takes nine weeks."})
    added = desk.llm("Lanterns are bought for the walk.")
    new = commit(workspace, with_sections(section(paragraph(reworded, second, added))))
    return old, new


def ids(workspace: Workspace, label: str) -> list[str]:
    shown = reviewing.under_review(workspace, SLUG)
    return [one.id for one in shown.changes if label in one.change.kind]


def problems(workspace: Workspace) -> list[str]:
    return verifying.verify(workspace).problems


def test_from_draft_to_published_and_superseded(workspace: Workspace) -> None:
    old, new = two(workspace)
    assert reviewing.submit(workspace, SLUG, "1.1", "Ada", "") == "in_review"
    (waiting,) = reviewing.queue(workspace)
    assert (waiting.entry.number, waiting.entry.state) == ("1.1", "in_review")
    assert ids(workspace, "reworded")
    state = reviewing.decide(workspace, SLUG, "1.1", "Bo", ids(workspace, "reworded"), accept=True)
    assert state == "in_review"
    assert reviewing.approve(workspace, SLUG, "1.1", "Bo") == "approved"
    assert pages.publish(workspace, [SLUG], "Cy")[0].number == "1.1"
    states = {one.digest: one.state for one in workspace.catalogue.all_versions()}
    assert states == {old.digest: "superseded", new.digest: "published"}
    log = workspace.catalogue.reviews.log(version=new.digest)
    assert [(one.kind, one.actor) for one in log] == [
        ("generated", "Ada"), ("submitted", "Ada"), ("accepted", "Bo"), ("approved", "Bo"),
        ("published", "Cy"),
    ]  # fmt: skip
    assert problems(workspace) == []
    page = (workspace.site / SLUG / "index.html").read_text(encoding="utf-8")
    assert "reviewed by Bo" in page


def test_what_is_refused_says_why(workspace: Workspace) -> None:
    two(workspace)
    with pytest.raises(InputError, match=r"an-article 1\.1 is a draft: only a version in review"):
        reviewing.approve(workspace, SLUG, "1.1", "Bo")
    (held,) = pages.publish(workspace, [SLUG])
    assert held.page is None
    assert held.objections[0].startswith("an-article 1.1 is a draft: only an approved version")
    reviewing.submit(workspace, SLUG, "1.1", "Ada", "")
    for own in ("Ada", " ada "):
        with pytest.raises(InputError, match=r"made an-article 1\.1 and cannot"):
            reviewing.approve(workspace, SLUG, "1.1", own)
        with pytest.raises(InputError, match="cannot accept"):
            reviewing.decide(workspace, SLUG, "1.1", own, ids(workspace, "added"), accept=True)
    with pytest.raises(InputError, match="a rejection needs a reason"):
        reviewing.decide(workspace, SLUG, "1.1", "Bo", ids(workspace, "added"), accept=False)
    with pytest.raises(NotFound, match="has no change 'c-0'"):
        reviewing.decide(workspace, SLUG, "1.1", "Bo", ["c-0"], accept=True)
    with pytest.raises(InputError, match="who does this is not said"):
        reviewing.approve(workspace, SLUG, "1.1", "  ")
    with pytest.raises(InputError, match=r"1\.0 is not the current version any more: 1\.1 is"):
        reviewing.approve(workspace, SLUG, "1.0", "Bo")
    assert problems(workspace) == []


def test_a_decision_on_a_version_that_is_not_current_any_more_is_refused(
    workspace: Workspace,
) -> None:
    _, new = two(workspace)
    reviewing.submit(workspace, SLUG, "1.1", "Ada", "")
    stale = ids(workspace, "added")
    commit(workspace, article(Desk().cited("Eight weeks.")))
    with pytest.raises(InputError, match=r"1\.1 is not the current version any more: 1\.2 is"):
        reviewing.decide(workspace, SLUG, "1.1", "Bo", stale, accept=True)
    reviewing.submit(workspace, SLUG, "1.2", "Ada", "")
    with pytest.raises(NotFound, match="has no change"):
        reviewing.decide(workspace, SLUG, "1.2", "Bo", stale, accept=True)
    assert workspace.catalogue.version(SLUG, "1.1").digest == new.digest


def test_a_draft_on_top_of_an_unapproved_one_has_both_makers(workspace: Workspace) -> None:
    two(workspace)
    commit(workspace, article(Desk().cited("Eight weeks.")), "Cy")
    reviewing.submit(workspace, SLUG, "1.2", "Cy", "")
    for maker in ("Ada", "Cy"):
        with pytest.raises(InputError, match=r"made an-article 1\.2"):
            reviewing.approve(workspace, SLUG, "1.2", maker)
    assert reviewing.approve(workspace, SLUG, "1.2", "Bo") == "approved"


def test_rejected_changes_are_taken_back_in_the_next_version(workspace: Workspace) -> None:
    old, _ = two(workspace)
    reviewing.submit(workspace, SLUG, "1.1", "Ada", "")
    reviewing.decide(workspace, SLUG, "1.1", "Bo", ids(workspace, "added"), accept=True)
    wrong = [*ids(workspace, "reworded"), *ids(workspace, "removed")]
    reviewing.decide(workspace, SLUG, "1.1", "Bo", wrong, accept=False, reason="Not so.")
    with pytest.raises(InputError, match="2 rejected changes"):
        reviewing.approve(workspace, SLUG, "1.1", "Bo")
    made = revising.revise(workspace, SLUG, "1.1", "Bo")
    assert (made.number, made.cause.kind) == ("1.2", "revision")
    assert [one.text for one in made.article.statements()] == [
        "It takes eight weeks.",
        "Groups of twelve meet for it.",
        "Nobody knows where this stood.",
        "Lanterns are bought for the walk.",
    ]
    kept = list(old.article.statements())
    assert list(made.article.statements())[:3] == kept
    assert "rejected by Bo" in made.cause.detail
    with pytest.raises(InputError, match=r"Bo made an-article 1\.2"):
        reviewing.approve(workspace, SLUG, "1.2", "Bo")
    assert reviewing.approve(workspace, SLUG, "1.2", "Cy") == "approved"
    assert problems(workspace) == []


def test_every_kind_of_block_gets_its_statements_back(workspace: Workspace) -> None:
    desk = Desk()
    whole = with_sections(section(*every_block(desk)), section(paragraph(desk.llm()), name="more"))
    commit(workspace, whole)
    # Most of it is tagged LLM, which asks for a person's eye.
    with pytest.raises(InputError, match="needs a reason to pass"):
        reviewing.submit_and_approve(workspace, SLUG, "Bo")
    reviewing.submit_and_approve(workspace, SLUG, "Bo", "Seen.")
    emptied = with_sections(
        section(paragraph(desk.llm("Nothing is left of it."))), *whole.sections[1:]
    )
    commit(workspace, emptied)
    reviewing.submit(workspace, SLUG, "1.1", "Ada", "")
    every = [one.id for one in reviewing.under_review(workspace, SLUG).changes]
    reviewing.decide(workspace, SLUG, "1.1", "Bo", every, accept=False, reason="No.")
    made = revising.revise(workspace, SLUG, "1.1", "Bo")
    assert {one.id: one for one in made.article.statements()} == {
        one.id: one for one in whole.statements()
    }
    assert [type(block) for block in made.article.sections[0].blocks[:6]] == [
        type(block) for block in whole.sections[0].blocks[:6]
    ]


def test_a_withdrawn_version_says_so_on_its_page(workspace: Workspace) -> None:
    two(workspace)
    with pytest.raises(InputError, match="withdrawing a version needs a reason"):
        reviewing.withdraw(workspace, SLUG, "1.0", "Bo", " ")
    assert reviewing.withdraw(workspace, SLUG, "1.0", "Bo", "Wrong.") == "withdrawn"
    page = (workspace.site / SLUG / "index.html").read_text(encoding="utf-8")
    assert "This version must not be used" in page
    with pytest.raises(InputError, match="was withdrawn: it cannot be withdrawn once more"):
        reviewing.withdraw(workspace, SLUG, "1.0", "Bo", "Wrong.")
    assert SLUG not in (workspace.site / "index.html").read_text(encoding="utf-8")
    assert problems(workspace) == []


def test_without_the_setting_a_draft_is_published_and_the_log_says_so(tmp_path: Path) -> None:
    workspace = opened(tmp_path / "free")
    made = commit(workspace, article())
    assert pages.publish(workspace, [])[0].objections == ()
    log = workspace.catalogue.reviews.log(version=made.digest)
    assert log[-1].detail == "Published without review."
    commit(workspace, article(Desk().cited("Eight weeks.")))
    reviewing.submit(workspace, SLUG, "1.1", "Ada", "")
    (held,) = pages.publish(workspace, [])
    assert "is in review" in held.objections[0]
    assert problems(workspace) == []


@pytest.mark.parametrize(("setting", "state"), [("none", "in_review"), ("reaffirmed", "approved")])
def test_what_says_the_same_may_approve_itself(tmp_path: Path, setting: str, state: str) -> None:
    workspace = opened(tmp_path / setting, review=True, auto_approve=setting)
    said = article()
    commit(workspace, said)
    assert reviewing.submit(workspace, SLUG, "1.0", "Ada", "") == "in_review"
    reviewing.approve(workspace, SLUG, "1.0", "Bo")
    commit(workspace, said)
    assert reviewing.submit(workspace, SLUG, "1.1", "Ada", "") == state
    commit(workspace, article(Desk().cited("Another sentence of eight weeks.")))
    assert reviewing.submit(workspace, SLUG, "1.2", "Ada", "") == "in_review"


def retract(workspace: Workspace, what: str = "retracted") -> None:
    said = [Happening(kind="standing", service=None, detail=what)]
    workspace.source_log.record("invented-2020", said, workspace.clock())


def test_a_retracted_source_goes_to_the_top_and_its_statements_go(workspace: Workspace) -> None:
    desk = Desk()
    own = desk.cited("It lasts eight weeks.")
    said = with_sections(section(paragraph(own, desk.llm("This one stays."))))
    commit(workspace, said)
    reviewing.submit_and_approve(workspace, SLUG, "Bo")
    pages.publish(workspace, [SLUG])
    commit(workspace, article(slug="aa-first"))
    retract(workspace)
    assert [one.entry.slug for one in reviewing.queue(workspace)] == ["aa-first", SLUG]
    assert reviewing.queue(workspace)[1].retracted == {"invented-2020": "retracted"}
    pages.publish(workspace, [SLUG])
    page = (workspace.site / SLUG / "index.html").read_text(encoding="utf-8")
    assert "A source does not stand any more" in page
    assert "It lasts eight weeks" not in page
    assert "This one stays" in page
    retract(workspace, "concern")
    pages.publish(workspace, [SLUG])
    page = (workspace.site / SLUG / "index.html").read_text(encoding="utf-8")
    assert "expression of concern" in page
    assert "It lasts eight weeks" in page
    assert problems(workspace) == []


def test_the_commands(tmp_path: Path, quick_cli: InProcess) -> None:
    project = tmp_path / "cli"
    two(opened(project, review=True))
    where = ("--project", project)
    assert quick_cli("review", "submit", SLUG, "1.1", "--as", "Ada", *where).code == 0
    shown = quick_cli("review", "show", SLUG, "--json", *where).json
    change = next(one["id"] for one in shown["changes"] if one["labels"] == ["added"])
    told = quick_cli("review", "show", SLUG, *where)
    assert change in told.out
    said = quick_cli("review", "comment", SLUG, "1.1", "Why?", "--as", "Bo", "--on", change, *where)
    assert said.code == 0
    why = ("--reason", "No.")
    assert quick_cli("review", "reject", SLUG, "1.1", change, "--as", "Bo", *why, *where).code == 0
    refused = quick_cli("review", "approve", SLUG, "1.1", "--as", "Bo", "--json", *where)
    assert refused.code == 2
    assert "rejected" in refused.json["error"]["message"]
    assert quick_cli("review", "revise", SLUG, "1.1", "--as", "Bo", "--json", *where).json == {
        "slug": SLUG, "version": "1.2", "state": "in_review",
    }  # fmt: skip
    assert "1.2" in quick_cli("review", "list", *where).out
    done = quick_cli("publish", SLUG, "--as", "Cy", "--approve", "--json", *where)
    assert done.json["articles"][0]["published"]
    assert quick_cli("review", "withdraw", SLUG, "1.2", "--as", "Cy", *why, *where).code == 0
    assert quick_cli("verify", *where).code == 0


def test_a_catalogue_that_was_tampered_with_is_found_out(workspace: Workspace) -> None:
    old, new = two(workspace)
    cases = {
        f"UPDATE articles SET current = '{old.digest}'": "current version is not the last one",
        f"UPDATE versions SET state = 'approved' WHERE digest = '{new.digest}'": "state is 'app",
        "UPDATE events SET actor = 'Eve' WHERE kind = 'approved'": "was altered",
        "DELETE FROM events WHERE kind = 'approved'": "where 3 belongs",
        "DELETE FROM events WHERE id = (SELECT max(id) FROM events)": "rolled back",
        f"UPDATE versions SET minor = 5 WHERE digest = '{new.digest}'": "does not follow 1.0",
    }
    kept = rows_of(workspace.project)
    for statement, said in cases.items():
        assert problems(workspace) == []
        with tampering(workspace.project) as connection:
            connection.exec_driver_sql(statement)
        found = problems(workspace)
        assert any(said in one for one in found), (statement, found)
        put_back(workspace.project, kept)


def test_an_old_catalogue_in_the_place_of_the_new_one_is_found_out(workspace: Workspace) -> None:
    commit(workspace, article())
    kept = rows_of(workspace.project)
    commit(workspace, article(Desk().cited("Eight weeks.")))
    put_back(workspace.project, kept)
    assert workspace.catalogue.version(SLUG).number == "1.0"
    assert any("rolled back" in one for one in problems(workspace))


def made_again(workspace: Workspace, number: str) -> bool:
    return replaying.replay(workspace, SLUG, number, open_replay).exact


def test_a_revision_is_made_again(workspace: Workspace) -> None:
    two(workspace)
    reviewing.submit(workspace, SLUG, "1.1", "Ada", "")
    wrong = ids(workspace, "removed")
    reviewing.decide(workspace, SLUG, "1.1", "Bo", wrong, accept=False, reason="Not so.")
    assert revising.revise(workspace, SLUG, "1.1", "Bo").number == "1.2"
    assert made_again(workspace, "1.2")


PRIVATE = base64.b64encode(bytes(range(32))).decode()


def signed(path: Path, monkeypatch: pytest.MonkeyPatch, key: str, **settings: object) -> Workspace:
    monkeypatch.setenv("CITEWRIGHT_SIGNING_KEY", key)
    return opened(path, **settings)


def test_heads_are_signed_and_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = signed(tmp_path / "a", monkeypatch, PRIVATE)
    commit(workspace, article())
    assert problems(workspace) == []
    known = public_key(PRIVATE)
    monkeypatch.delenv("CITEWRIGHT_SIGNING_KEY")
    for key, said in ((known, []), (public_key(base64.b64encode(b"x" * 32).decode()), ["key"])):
        lines = f"public_key = '{key}'"
        (tmp_path / "a" / "citewright.toml").write_text(lines, encoding="utf-8")
        checked = replace(workspace, settings=load(tmp_path / "a"))
        found = problems(checked)
        assert [said[0] in one for one in found] == [True] * len(said), found
    # Without the key, what comes next is not signed.
    unsigned = replace(workspace, settings=workspace.settings.model_copy(
        update={"signing_key": None, "public_key": known}))  # fmt: skip
    commit(unsigned, article(Desk().cited("Eight weeks.")))
    assert any("is not signed with the known key" in one for one in problems(unsigned))


def test_a_key_that_is_none_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = signed(tmp_path / "a", monkeypatch, "c2hvcnQ=")
    with pytest.raises(SettingsError, match="'signing_key' is not 32 bytes in base64"):
        commit(workspace, article())
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "citewright.toml").write_text("signing_key = 'x'", encoding="utf-8")
    with pytest.raises(SettingsError, match="holds the secret 'signing_key'"):
        load(tmp_path / "b")
