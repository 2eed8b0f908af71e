"""Suggestions: every step of their way, and what is refused on it."""

from __future__ import annotations

from itertools import product
from typing import Any, get_args

import pytest
from community.people import Time, add_article, add_version, at_once, digest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import select

from citewright.community.suggestions import Suggestions
from citewright.database import Database
from citewright.database.community_tables import suggestions
from citewright.errors import InputError, NotFound
from citewright.model.base import clean_text
from citewright.model.community import (
    CLOSED,
    SUGGESTION_STEPS,
    Party,
    Proposal,
    Suggestion,
    SuggestionAction,
    SuggestionState,
    clean_lines,
    suggestion_refusal,
)

STATES: tuple[SuggestionState, ...] = get_args(SuggestionState)
ACTIONS: tuple[SuggestionAction, ...] = get_args(SuggestionAction)


def proposal(**changed: Any) -> Proposal:
    values: dict[str, Any] = {
        "slug": "an-article",
        "version": digest(0),
        "statement": "s-0123456789ab",
        "quote": "The course lasts eight weeks.",
        "kind": "newer",
        "text": "It lasts nine weeks by now.\n\nSee the new edition.",
        "sources": ("10.5555/new", "https://example.org/a?b=c"),
        "email": "ana@example.org",
        "credit": "name",
        "name": "Ana Ek",
    }
    return Proposal.model_validate(values | changed)


@pytest.fixture
def kept(database: Database) -> Suggestions:
    add_article(database)
    with database.writing() as connection:
        add_version(connection, 1, parent=0)
    return Suggestions(database)


WAY: tuple[tuple[SuggestionAction, Party], ...] = (
    ("confirm", "suggester"), ("start", "program"), ("fail", "program"), ("start", "program"),
    ("finish", "program"), ("endorse", "suggester"), ("publish", "editor"),
)  # fmt: skip


def walk(kept: Suggestions, one: Suggestion, steps: int = len(WAY)) -> Suggestion:
    for action, party in WAY[:steps]:
        draft = digest(1) if action == "finish" else None
        one = kept.step(one.id, action, seen=one.state, party=party, detail="Why.", draft=draft)
    return one


def test_a_suggestion_goes_its_way_and_each_step_is_recorded(kept: Suggestions) -> None:
    sent = kept.add(proposal())
    assert (sent.state, sent.draft) == ("unconfirmed", None)
    assert Proposal.model_validate(sent.model_dump(include=set(Proposal.model_fields))) == (
        proposal()
    )
    done = walk(kept, sent)
    assert (done.state, done.draft) == ("published", digest(1))
    assert kept.find(sent.id) == kept.by_draft(digest(1)) == done
    assert [(e.action, e.party, e.state) for e in kept.events(sent.id)] == [
        ("send", "suggester", "unconfirmed"),
        ("confirm", "suggester", "received"),
        ("start", "program", "drafting"),
        ("fail", "program", "failed"),
        ("start", "program", "drafting"),
        ("finish", "program", "drafted"),
        ("endorse", "suggester", "endorsed"),
        ("publish", "editor", "published"),
    ]
    assert kept.events(sent.id)[-1].detail == "Why."


@pytest.mark.parametrize(("action", "state"), product(ACTIONS, STATES))
def test_what_is_not_a_step_is_refused_in_words(
    action: SuggestionAction, state: SuggestionState
) -> None:
    refused = suggestion_refusal(action, state)
    assert (refused is None) == (state in SUGGESTION_STEPS[action])
    if refused is not None:
        assert refused[0].endswith(".")
        assert refused[1]


def test_closed_states_lead_nowhere_and_all_others_somewhere() -> None:
    led_from = {state for steps in SUGGESTION_STEPS.values() for state in steps}
    assert set(STATES) - led_from == CLOSED
    reached = {state for steps in SUGGESTION_STEPS.values() for state in steps.values()}
    assert reached == set(STATES) - {"unconfirmed"}


def test_a_step_that_its_state_does_not_allow_changes_nothing(kept: Suggestions) -> None:
    one = kept.add(proposal())
    with pytest.raises(InputError, match="has not been confirmed by mail: only one that was app"):
        kept.step(one.id, "publish", seen="unconfirmed", party="editor")
    assert kept.find(one.id) == one
    assert len(kept.events(one.id)) == 1


def test_a_stale_step_is_refused_and_one_of_many_is_done(kept: Suggestions) -> None:
    one = walk(kept, kept.add(proposal()), 1)
    with pytest.raises(InputError, match="is not unconfirmed any more: it is received") as caught:
        kept.step(one.id, "withdraw", seen="unconfirmed", party="suggester")
    assert "Look at it again" in caught.value.hint
    got = at_once(5, lambda: kept.step(one.id, "decline", seen="received", party="editor"))
    assert sum(isinstance(done, Suggestion) for done in got) == 1
    assert len(kept.events(one.id)) == 3


def test_a_draft_is_named_at_the_end_of_drafting_and_is_the_articles(
    kept: Suggestions, database: Database
) -> None:
    add_article(database, "another", 7)
    one = walk(kept, kept.add(proposal()), 2)
    with pytest.raises(InputError, match="a draft is named when drafting is finished"):
        kept.step(one.id, "finish", seen="drafting", party="program")
    with pytest.raises(InputError, match="a draft is named when drafting is finished"):
        kept.step(one.id, "fail", seen="drafting", party="program", draft=digest(1))
    for foreign in (digest(7), digest(99)):
        with pytest.raises(NotFound, match="'an-article' has no version"):
            kept.step(one.id, "finish", seen="drafting", party="program", draft=foreign)
    assert kept.find(one.id) == one


def test_what_is_unknown_is_said(kept: Suggestions) -> None:
    for unknown in ({"slug": "unknown"}, {"version": digest(9)}):
        with pytest.raises(NotFound, match="has no version"):
            kept.add(proposal(**unknown))
    with pytest.raises(NotFound, match="no suggestion 'x'"):
        kept.step("x", "confirm", seen="unconfirmed", party="suggester")
    assert kept.find("x") is None
    assert kept.by_draft(digest(1)) is None
    assert kept.counts() == {}


def test_who_sent_it_is_forgotten_once_it_is_closed(kept: Suggestions, database: Database) -> None:
    one, hidden = kept.add(proposal()), kept.add(proposal(credit="anonymous"))
    with pytest.raises(InputError, match="is still open"):
        kept.erase_email(one.id)
    walk(kept, one)
    kept.step(hidden.id, "withdraw", seen="unconfirmed", party="suggester")
    for each in (one, hidden):
        kept.erase_email(each.id)
    first, second = kept.find(one.id), kept.find(hidden.id)
    assert first is not None
    assert second is not None
    assert (first.email, first.credited) == ("", "Ana Ek")
    assert (second.email, second.name, second.credited) == ("", None, None)
    with database.reading() as connection:
        assert "ana@example.org" not in repr(connection.execute(select(suggestions)).all())


def test_suggestions_are_listed_oldest_first(database: Database) -> None:
    clock = Time()
    kept = Suggestions(database, clock)
    add_article(database)
    made = []
    for _ in range(3):
        made.append(kept.add(proposal()))
        clock.passes(days=1)
    kept.step(made[1].id, "confirm", seen="unconfirmed", party="suggester")
    assert [one.id for one in kept.listing(["unconfirmed"])] == [made[0].id, made[2].id]
    assert [one.id for one in kept.listing(STATES, limit=2)] == [made[0].id, made[1].id]
    assert [one.id for one in kept.listing(STATES, before=made[1].at)] == [made[0].id]
    assert kept.listing(STATES, slug="another") == []
    assert kept.counts() == {"unconfirmed": 2, "received": 1}


@pytest.mark.parametrize(
    "wrong",
    [
        {"sources": ()},
        {"sources": ("a",) * 11},
        {"sources": ("x" * 2001,)},
        {"text": ""},
        {"text": "x" * 8001},
        {"text": "bell \x07"},
        {"text": "turned \u202eround"},
        {"quote": "two\nlines"},
        {"email": "ana@example.org\nBcc: all@example.org"},
        {"email": "ana"},
        {"name": "A" * 101},
        {"kind": "other"},
        {"credit": "all"},
        {"slug": "../x"},
        {"extra": 1},
    ],
)
def test_what_does_not_fit_the_form_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        proposal(**wrong)


@pytest.mark.parametrize(
    ("credit", "name", "expected"),
    [
        ("name", "Ana Ek", "Ana Ek"),
        ("initials", "Ana-Maria von Ek", "A.M.V.E."),
        ("anonymous", "Ana Ek", None),
        ("initials", None, None),
    ],
)
def test_who_is_thanked(kept: Suggestions, credit: str, name: str, expected: str | None) -> None:
    assert kept.add(proposal(credit=credit, name=name)).credited == expected


@given(st.text())
def test_any_text_can_be_cleaned(text: str) -> None:
    cleaned = clean_lines(text)
    assert clean_lines(cleaned) == cleaned
    if cleaned:
        assert proposal(text=cleaned[:100].strip() or "x")
    assert clean_text(cleaned.replace("\n", " ")) == clean_text(" ".join(text.splitlines()))
