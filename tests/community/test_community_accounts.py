"""Accounts, tokens and sessions: who comes in, how often, and for how long."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from community.people import Time, at_once
from opened import database_in
from sqlalchemy import select

from citewright.community.accounts import Accounts
from citewright.community.sessions import Sessions
from citewright.community.tokens import Tokens
from citewright.database import Database
from citewright.database.community_tables import sessions, tokens
from citewright.errors import InputError, NotFound
from citewright.model.community import Account, Session, may_act_as


@pytest.fixture
def accounts(database: Database) -> Accounts:
    return Accounts(database)


def test_an_account_is_found_in_whichever_case(accounts: Accounts) -> None:
    made = accounts.create("Ana@Example.org", "Ana Ek", "editor")
    assert made == Account(made.id, "Ana@Example.org", "Ana Ek", "editor", False)
    assert accounts.by_email(" aNA@example.ORG") == accounts.by_id(made.id) == made
    assert accounts.by_email("ana@example.com") is None
    assert accounts.by_id(made.id + 1) is None
    other = accounts.create("bo@example.org", "Bo", "reader")
    assert accounts.listing() == [made, other]


def test_nobody_gets_anothers_address_or_name(accounts: Accounts) -> None:
    accounts.create("ana@example.org", "Ana Ek", "editor")
    with pytest.raises(InputError, match=r"account with 'ANA@example\.org' already"):
        accounts.create("ANA@example.org", "Another", "reader")
    with pytest.raises(InputError, match="account with 'ana EK' already"):
        accounts.create("other@example.org", "ana EK", "reader")
    made = at_once(4, lambda: accounts.create("bo@example.org", "Bo", "reader"))
    assert sum(isinstance(one, Account) for one in made) == 1
    assert len(accounts.listing()) == 2


UNUSABLE = [
    ("no address", "A", "reader"),
    ("a@b\nBcc: c@d", "A", "reader"),
    ("a@b", "", "reader"),
    ("a@b", " A", "reader"),
    ("a@b", "A\u202eB", "reader"),
    ("a@b", "A" * 201, "reader"),
    ("a@b", "A", "owner"),
    ("a" * 250 + "@b.org", "A", "reader"),
]


def test_what_cannot_be_an_account_is_refused(accounts: Accounts) -> None:
    for email, name, role in UNUSABLE:
        with pytest.raises(InputError):
            accounts.create(email, name, role)  # type: ignore[arg-type]
    assert accounts.listing() == []


def test_an_administrator_is_left(accounts: Accounts) -> None:
    one = accounts.create("a@example.org", "A", "administrator")
    for change in ({"role": "editor"}, {"disabled": True}):
        with pytest.raises(InputError, match="A is the last administrator"):
            accounts.change(one.id, **change)  # type: ignore[arg-type]
    two = accounts.create("b@example.org", "B", "reader")
    assert accounts.change(two.id, role="administrator").role == "administrator"
    assert accounts.change(one.id, disabled=True).disabled
    with pytest.raises(InputError, match="B is the last administrator"):
        accounts.change(two.id, role="reader")
    assert accounts.change(one.id, disabled=False) == one
    with pytest.raises(NotFound, match="no account"):
        accounts.change(two.id + 1, role="reader")
    with pytest.raises(InputError, match="no role 'owner'"):
        accounts.change(two.id, role="owner")  # type: ignore[arg-type]


def test_roles_include_those_before_them() -> None:
    assert may_act_as("editor", "reviewer")
    assert may_act_as("reviewer", "reviewer")
    assert not may_act_as("reader", "reviewer")


def test_a_token_is_used_once(database: Database) -> None:
    clock = Time()
    kept = Tokens(database, clock)
    token = kept.issue("sign-in", "12", timedelta(minutes=15))
    assert kept.look("sign-in", token) == kept.look("sign-in", token) == "12"
    with pytest.raises(InputError, match="is not known"):
        kept.use("confirm", token)
    got = at_once(6, lambda: kept.use("sign-in", token))
    assert got.count("12") == 1
    assert {str(one) for one in got} == {"12", "this link was used already. Ask for a new one."}
    with pytest.raises(InputError, match="was used already"):
        kept.look("sign-in", token)


def test_a_token_expires_and_is_forgotten(database: Database) -> None:
    clock = Time()
    kept = Tokens(database, clock)
    token = kept.issue("confirm", "a", timedelta(minutes=15))
    clock.passes(minutes=15)
    with pytest.raises(InputError, match="has expired") as caught:
        kept.use("confirm", token)
    assert caught.value.hint
    clock.passes(days=31)
    kept.issue("confirm", "b", timedelta(minutes=15))
    with pytest.raises(InputError, match="is not known"):
        kept.use("confirm", token)


def test_a_link_to_a_status_page_is_used_again_until_it_is_revoked(database: Database) -> None:
    kept = Tokens(database)
    token, other = (kept.issue("suggestion", name, timedelta(days=1)) for name in ("a", "b"))
    assert [kept.use("suggestion", token) for _ in range(3)] == ["a"] * 3
    assert kept.revoke("suggestion", "a") == 1
    with pytest.raises(InputError, match="is not known"):
        kept.use("suggestion", token)
    assert kept.use("suggestion", other) == "b"


def test_what_is_stored_opens_nothing(database: Database, accounts: Accounts) -> None:
    kept = Tokens(database)
    token = kept.issue("sign-in", "12", timedelta(minutes=15))
    session, csrf = Sessions(database).open(accounts.create("a@b.org", "A", "reader").id)
    with database.reading() as connection:
        rows = [*connection.execute(select(tokens)), *connection.execute(select(sessions))]
    stored = repr([tuple(row) for row in rows])
    assert not any(secret in stored for secret in (token, session, csrf))
    assert len({token, session, csrf}) == 3
    for row in rows:
        with pytest.raises(InputError):
            kept.use("sign-in", row.hash)
        assert Sessions(database).find(row.hash) is None


@pytest.mark.parametrize("token", ["", "x" * 5000, "\x00", "\ud800", "' OR 1=1 --"])
def test_foreign_tokens_are_refused(database: Database, token: str) -> None:
    with pytest.raises(InputError, match="is not known"):
        Tokens(database).use("sign-in", token)
    assert Sessions(database).find(token) is None


def test_a_session_lasts_as_long_as_it_is_used_and_no_longer_than_it_may(
    database: Database, accounts: Accounts
) -> None:
    clock = Time()
    kept = Sessions(database, idle=timedelta(hours=2), longest=timedelta(hours=5), clock=clock)
    account = accounts.create("a@b.org", "A", "reviewer")
    (token, csrf), (idle, _) = kept.open(account.id), kept.open(account.id)
    opened = "2026-03-01T00:00:00.000000Z"
    for _ in range(3):
        clock.passes(hours=1, minutes=30)
        assert kept.find(token) == Session(account, csrf, opened)
    assert kept.find(idle) is None
    clock.passes(minutes=31)
    assert kept.find(token) is None
    kept.open(account.id)
    with database.reading() as connection:
        assert len(connection.execute(select(sessions)).all()) == 1


def test_sessions_are_closed(database: Database, accounts: Accounts) -> None:
    kept = Sessions(database)
    one = accounts.create("a@b.org", "A", "reviewer")
    other = accounts.create("b@b.org", "B", "administrator")
    first, second, third = (kept.open(who.id)[0] for who in (one, one, other))
    kept.close(first)
    kept.close(first)
    assert [kept.find(token) is None for token in (first, second, third)] == [True, False, False]
    assert kept.close_all(one.id) == 1
    assert kept.find(second) is None
    again = kept.open(one.id)[0]
    accounts.change(one.id, disabled=True)
    assert kept.find(again) is None
    with pytest.raises(NotFound, match="may sign in"):
        kept.open(one.id)
    accounts.change(one.id, disabled=False)
    assert kept.find(again) is None
    found = kept.find(third)
    assert found is not None
    assert found.account == other


def test_emails_stand_in_no_error_of_the_database(tmp_path: Path) -> None:
    database = database_in(tmp_path)
    accounts = Accounts(database)
    with sqlite3.connect(tmp_path / "catalogue.sqlite") as connection:
        connection.execute(
            "CREATE TRIGGER stop BEFORE INSERT ON accounts BEGIN SELECT RAISE(ABORT, 'cut'); END"
        )
    connection.close()
    with pytest.raises(Exception, match="refuses the change: cut") as caught:
        accounts.create("xenia@example.org", "Xenia", "reader")
    error: BaseException | None = caught.value
    while error is not None:
        assert "xenia" not in str(error).lower()
        error = error.__cause__
