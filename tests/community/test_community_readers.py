"""Limits, votes and the secret that both are made with."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from community.people import SECRET, Time, add_article, at_once
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from sqlalchemy import func, select

from citewright.community.limits import Limits
from citewright.community.secret import app_secret, pseudonym
from citewright.community.votes import Votes, voter
from citewright.database import Database
from citewright.database.community_tables import hits, votes
from citewright.errors import CitewrightError, InputError, IntegrityError, NotFound


def test_a_limit_slides_with_the_clock(database: Database) -> None:
    clock = Time()
    limits = Limits(database, SECRET, clock)
    assert limits.hit("a", 2, 60)
    clock.passes(seconds=30)
    assert limits.hit("a", 2, 60)
    assert not limits.hit("a", 2, 60)
    assert limits.hit("b", 2, 60)
    clock.passes(seconds=30)
    # The first has left the window; what was refused does not count.
    assert limits.hit("a", 2, 60)
    assert not limits.hit("a", 2, 60)
    assert not limits.hit("c", 0, 60)
    clock.passes(seconds=61)
    limits.hit("d", 1, 60)
    with database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(hits)).scalar() == 1


def test_a_limit_holds_for_all_at_once(database: Database) -> None:
    limits = Limits(database, SECRET)
    assert sorted(at_once(8, lambda: limits.hit("a", 3, 60))) == [False] * 5 + [True] * 3


def test_a_flood_is_refused_and_leaves_nothing(database: Database) -> None:
    limits = Limits(database, SECRET)
    got = [limits.hit("suggest 192.0.2.7", 5, 3600) for _ in range(60)]
    assert sum(got) == 5
    with database.reading() as connection:
        rows = connection.execute(select(hits)).all()
    assert len(rows) == 5
    assert "192.0.2.7" not in repr(rows)


def test_a_vote_counts_once(database: Database) -> None:
    for number, slug in enumerate(("an-article", "another")):
        add_article(database, slug, number)
    kept = Votes(database, SECRET)
    assert sorted(at_once(6, lambda: kept.cast("an-article", "account 1"))) == [1] * 6
    assert kept.cast("an-article", "address 192.0.2.1") == 2
    assert kept.cast("another", "account 1") == 1
    assert kept.counts() == {"an-article": 2, "another": 1}
    assert kept.has("an-article", "account 1")
    assert kept.withdraw("an-article", "account 1") == 1
    assert kept.withdraw("an-article", "account 1") == kept.count("an-article") == 1
    assert not kept.has("an-article", "account 1")
    for act in (kept.cast, kept.withdraw):
        with pytest.raises(NotFound, match="no article 'unknown'"):
            act("unknown", "account 1")


def test_votes_cannot_be_joined_across_articles(database: Database) -> None:
    kept = Votes(database, SECRET)
    for number, slug in enumerate(("an-article", "another")):
        add_article(database, slug, number)
        kept.cast(slug, "account 1")
    with database.reading() as connection:
        voters = list(connection.execute(select(votes.c.voter)).scalars())
    assert len(set(voters)) == 2
    assert Votes(database, b"another secret").cast("another", "account 1") == 2


@pytest.mark.parametrize(
    ("account", "address", "expected"),
    [
        (7, "192.0.2.1", "account 7"),
        (None, "192.0.2.1", "address 192.0.2.1"),
        (None, "2001:db8:1:2:3:4:5:6", "address 2001:db8:1:2::/64"),
        (None, "2001:db8:1:2::9%eth0", "address 2001:db8:1:2::/64"),
        (None, "::ffff:192.0.2.1", "address 192.0.2.1"),
    ],
)
def test_who_votes(account: int | None, address: str, expected: str) -> None:
    assert voter(account, address) == expected


@pytest.mark.parametrize("address", ["", "unknown", "192.0.2.1, 10.0.0.1", "1" * 99])
def test_what_is_no_address_does_not_vote(address: str) -> None:
    with pytest.raises(InputError, match="is no IP address"):
        voter(None, address)


@given(st.lists(st.text(), max_size=4), st.lists(st.text(), max_size=4))
def test_other_parts_have_another_pseudonym(one: list[str], other: list[str]) -> None:
    names = (pseudonym(SECRET, *one), pseudonym(SECRET, *other))
    assert (names[0] == names[1]) == (one == other)


def test_the_secret_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib; from citewright.community.secret import app_secret; "
        "print(app_secret(None, pathlib.Path(sys.argv[1])).decode())"
    )
    output = tmp_path / "output"
    running = [
        subprocess.Popen([sys.executable, "-c", program, output], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    printed = {process.communicate(timeout=300)[0].strip() for process in running}
    assert printed == {app_secret(None, output).decode()}
    assert len(printed.pop()) == 64
    assert [path.name for path in output.iterdir()] == ["secret"]
    assert (output / "secret").stat().st_mode & 0o777 == 0o600
    assert app_secret(SecretStr("set"), output) == b"set"
    (output / "secret").write_text("short")
    with pytest.raises(IntegrityError, match="holds no secret"):
        app_secret(None, output)
    (output / "secret").unlink()
    (output / "secret").mkdir()
    with pytest.raises(CitewrightError, match="cannot be used"):
        app_secret(None, output)
