"""The journal of paid calls: the cap holds, and nothing paid for is lost or paid again."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from versions.processes import side_by_side
from versions.worker import journal, order

from citewright.database import Database
from citewright.database.migrating import alembic_config
from citewright.errors import BudgetExceeded, CitewrightError, IntegrityError
from citewright.model.call import Claim, GivenUp, Order, Stored
from citewright.model.outlay import Spending, Usage
from citewright.versions.folder_store import FolderStore
from citewright.versions.journal import Journal

USED = Usage(input_tokens=10, output_tokens=5)


def claimed(calls: Journal, request: str, worst: str = "0.1") -> Claim:
    claim = calls.claim(order(request, worst))
    assert isinstance(claim, Claim)
    return claim


def answered(calls: Journal, request: str, raw: bytes, cost: str = "0.05") -> Stored:
    claim = claimed(calls, request)
    stored = calls.received(claim, raw)
    assert isinstance(stored, Stored)
    calls.billed(claim, USED, Decimal(cost))
    return stored


def test_costs_add_up_by_outcome(folder: Path) -> None:
    calls = journal(folder, "run")
    good, lost, refused, page, _ = (
        claimed(calls, request, "0.2") for request in ("good", "lost", "refused", "page", "open")
    )
    assert calls.spent() == Decimal(1)
    calls.received(good, b"a")
    assert calls.spent() == Decimal(1)
    calls.billed(good, USED, Decimal("0.013"))
    calls.failed(lost, why="the line broke", spent=True)
    calls.failed(refused, why="status 400", spent=False)
    calls.received(page, b"<html>")
    calls.failed(page, why="a page", spent=True)
    assert calls.spent() == Decimal("0.613")
    assert journal(folder, "run").spent() == Decimal("0.613")
    assert journal(folder, "another").spent() == 0


def test_the_cap_is_reached_and_never_passed(folder: Path) -> None:
    calls = journal(folder, "run", "0.5")
    claimed(calls, "a", "0.3")
    with pytest.raises(BudgetExceeded, match=r"0\.2001 USD; 0\.3000 of the cap of 0\.5 USD"):
        calls.claim(order("b", "0.2001"))
    assert calls.spent() == Decimal("0.3")
    claimed(calls, "b", "0.2")
    with pytest.raises(BudgetExceeded):
        calls.claim(order("c", "0.00000001"))
    claimed(calls, "free", "0")


MONEY = st.decimals(0, Decimal("0.5"), places=6)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(MONEY, MONEY, st.sampled_from("asfpo")), min_size=1, max_size=8))
def test_the_ledger_is_the_sum_of_its_calls(
    tmp_path_factory: pytest.TempPathFactory, made: list[tuple[Decimal, Decimal, str]]
) -> None:
    calls = journal(tmp_path_factory.mktemp("ledger"), "run")
    expected = Decimal(0)
    for number, (worst, cost, end) in enumerate(made):
        wanted = order(str(number), str(worst))
        if expected + worst > 1:
            with pytest.raises(BudgetExceeded):
                calls.claim(wanted)
            continue
        claim = calls.claim(wanted)
        assert isinstance(claim, Claim)
        paid = min(cost, worst)
        if end in "ap":
            calls.received(claim, b"x")
        if end == "a":
            calls.billed(claim, USED, paid)
        elif end in "sfp":
            calls.failed(claim, why="x", spent=end != "f")
        expected += {"a": paid, "f": Decimal(0)}.get(end, worst)
        assert calls.spent() == expected <= 1


def test_four_processes_stay_within_one_cap(folder: Path) -> None:
    started = [line for lines in side_by_side("spend", folder, 4) for line in lines]
    spent = journal(folder, "shared").spent()
    billed = sum(int(request.split("-")[1]) % 2 for request in started)
    assert spent == billed * Decimal("0.02") + (len(started) - billed) * Decimal("0.03")
    # A call is refused above 0.97; what is settled after it gives back 0.01 for each process.
    assert Decimal("0.93") < spent <= 1


def test_an_answer_is_found_by_any_run_with_what_it_cost(folder: Path) -> None:
    calls = journal(folder, "run")
    assert calls.find("a") is None
    claim = claimed(calls, "a")
    assert calls.find("a") is None
    stored = calls.received(claim, b"\xff\x00raw")
    assert stored == Stored(stored.digest, b"\xff\x00raw", unsettled=claim)
    calls.billed(claim, USED, Decimal("0.07"))
    other = journal(folder, "another", cap="0")
    expected = Stored(stored.digest, b"\xff\x00raw", cost_usd=Decimal("0.07"))
    assert other.find("a") == other.claim(order("a")) == expected
    assert other.spent() == 0


def test_an_answer_that_nobody_read_is_settled_by_who_finds_it(folder: Path) -> None:
    one, other = journal(folder, "one"), journal(folder, "other")
    claim = claimed(one, "a")
    one.received(claim, b"raw")
    found = other.claim(order("a"))
    assert isinstance(found, Stored)
    assert (found.cost_usd, found.unsettled) == (None, claim)
    other.billed(claim, USED, Decimal("0.01"))
    assert (one.spent(), other.spent()) == (Decimal("0.01"), 0)


def test_an_answer_that_is_none_is_kept_and_not_found_again(folder: Path) -> None:
    calls = journal(folder, "run")
    claim = claimed(calls, "a")
    calls.received(claim, b"<html>")
    for _ in range(2):
        # Two that read it at once both say so.
        calls.failed(claim, why="a page", spent=True)
    assert calls.find("a") is None
    with pytest.raises(IntegrityError, match="has no answer to bill: failed"):
        calls.billed(claim, USED, Decimal("0.01"))
    answered(calls, "a", b"raw")
    assert calls.spent() == Decimal("0.15")
    assert len(FolderStore(folder / "store").digests("answer")) == 2


def test_what_became_unknown_is_sent_once_more_in_a_run(folder: Path) -> None:
    calls = journal(folder, "run")
    for _ in range(2):
        calls.failed(claimed(calls, "a"), why="the line broke", spent=True)
    assert calls.claim(order("a")) == GivenUp(2)
    assert calls.spent() == Decimal("0.2")
    assert isinstance(journal(folder, "another").claim(order("a")), Claim)


def test_what_cost_nothing_may_be_sent_as_often_as_wished(folder: Path) -> None:
    calls = journal(folder, "run")
    for _ in range(4):
        calls.failed(claimed(calls, "a"), why="status 429", spent=False)
    assert calls.spent() == 0
    assert isinstance(calls.claim(order("a")), Claim)


def test_a_claim_is_settled_once(folder: Path) -> None:
    calls = journal(folder, "run")
    claim = claimed(calls, "a")
    with pytest.raises(IntegrityError, match="has no answer to bill: sent"):
        calls.billed(claim, USED, Decimal("0.1"))
    calls.received(claim, b"x")
    with pytest.raises(IntegrityError, match="settled already: answered"):
        calls.received(claim, b"y")
    unknown = Claim(order("a"), 777_777_777)
    for settle in (
        lambda: calls.failed(unknown, why="x", spent=True),
        lambda: calls.received(unknown, b"x"),
        lambda: calls.billed(unknown, USED, Decimal(0)),
    ):
        with pytest.raises(IntegrityError, match="no call 777777777"):
            settle()


def test_an_answer_is_stored_before_its_call_is_settled(tmp_path: Path) -> None:
    database, store = Database(tmp_path / "a.sqlite"), FolderStore(tmp_path / "store")
    calls = Journal(database, store, run="run", cap_usd=Decimal(1))
    claim = claimed(calls, "a", "0.3")
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "answer").write_bytes(b"in the way")
    with pytest.raises(CitewrightError, match="cannot be written"):
        calls.received(claim, b"raw")
    assert calls.find("a") is None
    assert calls.spent() == Decimal("0.3")
    (tmp_path / "store" / "answer").unlink()
    with database.writing() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER stop BEFORE UPDATE ON calls BEGIN SELECT RAISE(ABORT, 'cut'); END"
        )
    with pytest.raises(IntegrityError, match="refuses the change: cut"):
        calls.received(claim, b"raw")
    [kept] = store.digests("answer")
    assert store.get("answer", kept) == b"raw"
    assert calls.spent() == Decimal("0.3")


def test_a_damaged_answer_is_not_given_out(tmp_path: Path) -> None:
    calls = journal(tmp_path, "run")
    answered(calls, "a", b"raw")
    [path] = [p for p in (tmp_path / "store").rglob("*") if p.is_file()]
    path.write_bytes(b"row")
    for ask in (lambda: calls.find("a"), lambda: calls.claim(order("a"))):
        with pytest.raises(IntegrityError, match="other content than its name says"):
            ask()


def test_spending_is_by_section_role_and_model(folder: Path) -> None:
    calls = journal(folder, "run")
    made = [("a", "draft", "s"), ("b", "draft", "s"), ("c", "repair", "s"), ("d", "warm", None)]
    for request, role, section in made:
        wanted: dict[str, Any] = {"request": request, "role": role, "section": section}
        claim = calls.claim(Order(**vars(order(request)) | wanted))
        assert isinstance(claim, Claim)
        calls.received(claim, b"x")
        calls.billed(claim, USED, Decimal("0.01"))
    calls.failed(claimed(calls, "lost", "0.2"), why="x", spent=True)
    calls.failed(claimed(calls, "free", "0.2"), why="x", spent=False)
    answered(journal(folder, "another"), "e", b"x")
    two = USED + USED
    assert calls.spending() == (
        Spending(
            section="s", role="draft", model="m", calls=2, usage=two, cost_usd=Decimal("0.02")
        ),
        Spending(
            section="s", role="repair", model="m", calls=1, usage=USED, cost_usd=Decimal("0.01")
        ),
        Spending(
            section=None, role="warm", model="m", calls=1, usage=USED, cost_usd=Decimal("0.01")
        ),
        Spending(
            section="a-section",
            role="draft",
            model="m",
            calls=1,
            usage=Usage(),
            cost_usd=Decimal("0.2"),
        ),
    )


def test_calls_of_an_older_citewright_are_read(tmp_path: Path) -> None:
    database = Database(tmp_path / "catalogue.sqlite")
    digest = FolderStore(tmp_path / "store").put("answer", b"old")
    config = alembic_config()
    with database.writing() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0002")
        for request, state, answer in (("done", "answered", digest), ("cut", "sent", None)):
            connection.exec_driver_sql(
                "INSERT INTO calls (request, run, model, state, reserved_usd, cost_usd, answer, "
                "began, detail) VALUES (?, 'old', 'm', ?, '0.3', '0.1', ?, '2026', '')",
                (request, state, answer),
            )
    old, new = journal(tmp_path, "old"), journal(tmp_path, "new")
    assert old.spent() == Decimal("0.2")
    assert old.spending() == ()
    found = new.claim(order("done"))
    assert isinstance(found, Stored)
    assert found.raw == b"old"
    assert found.unsettled
    new.billed(found.unsettled, USED, Decimal("0.05"))
    assert isinstance(new.claim(order("cut")), Claim)
    assert old.spent() == Decimal("0.15")
