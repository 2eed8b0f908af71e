"""The budget: parallel calls with faults spend no more than the cap, by the journal or in truth."""

from __future__ import annotations

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opened import put_database
from paid_calls import ask, hello

from citewright.database import Database
from citewright.drafting import prices
from citewright.drafting.calls import Failed, Paid, PaidCalls
from citewright.drafting.messages import Answered, Lost, Outcome, Rejected, Unsent
from citewright.errors import BudgetExceeded, ModelError, SettingsError
from citewright.model.canonical import canonical_json
from citewright.model.outlay import Usage
from citewright.versions.folder_store import FolderStore
from citewright.versions.journal import Journal

MODEL = hello()["model"]
WORST = prices.worst_cost(
    MODEL, request_bytes=len(canonical_json(hello("r-00000-0"))), max_tokens=64
)

FAULTS = [
    "answer", "answer", "dear answer", "page", "billed and lost", "lost", "400", "401", "429",
    "529", "gateway", "unsent",
]  # fmt: skip


@dataclass
class Service:
    """Speaks the outcomes of a plan, one for each request that comes, and bills as it goes.

    ``bill`` is what the service charged in truth, whether or not its answers arrived; ``at_most``
    is the most that the journal held as spent or reserved while a request was under way.
    """

    plan: list[str]
    journal: Journal
    bill: Decimal = Decimal(0)
    at_most: Decimal = Decimal(0)
    sent: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def send(self, params: dict[str, Any], *, seconds: float) -> Outcome:
        assert seconds > 0
        with self.lock:
            fault = self.plan[self.sent % len(self.plan)]
            self.sent += 1
        held = self.journal.spent()
        outcome, cost = _outcome(fault)
        with self.lock:
            self.at_most = max(self.at_most, held)
            self.bill += cost
        return outcome


def _outcome(fault: str) -> tuple[Outcome, Decimal]:
    dear = Usage(cache_creation_input_tokens=2000, output_tokens=64)
    usage = dear if fault == "dear answer" else Usage(input_tokens=20, output_tokens=30)
    cost = prices.cost(MODEL, usage)
    message = {"type": "message", "model": MODEL, "content": [], "usage": usage.model_dump()}
    match fault:
        case "answer" | "dear answer":
            return Answered(json.dumps(message).encode()), cost
        case "page":
            return Answered(b"<html>"), cost
        case "billed and lost":
            return Lost("the line broke"), cost
        case "lost":
            return Lost("the line broke"), Decimal(0)
        case "gateway":
            return Rejected(502, "", "a page", None, final=False), cost
        case "unsent":
            return Unsent("nobody listens"), Decimal(0)
    kind = "overloaded_error" if fault == "529" else "an_error"
    return Rejected(int(fault), kind, "no", 0.0, final=False), Decimal(0)


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    folder = tmp_path_factory.mktemp("budget")
    return Database(put_database(folder) / "catalogue.sqlite"), FolderStore(folder / "store")


RUNS = count()


Catalogue = tuple[Database, FolderStore]
RANDOM_RUN = given(
    plan=st.lists(st.sampled_from(FAULTS), min_size=1, max_size=8),
    asked=st.lists(st.integers(0, 4), min_size=2, max_size=8),
    tenths=st.integers(0, 60),
    processes=st.integers(1, 2),
)


@settings(max_examples=60)
@RANDOM_RUN
def test_no_run_spends_more_than_its_cap(catalogue: Catalogue, **drawn: Any) -> None:
    spend(catalogue, **drawn)


@pytest.mark.slow
@settings(max_examples=1000)
@RANDOM_RUN
def test_none_of_a_thousand_runs_spends_more_than_its_cap(
    catalogue: Catalogue, **drawn: Any
) -> None:
    spend(catalogue, **drawn)


def spend(
    catalogue: Catalogue, plan: list[str], asked: list[int], tenths: int, processes: int
) -> None:
    """One run with a cap in tenths of a call's worst cost, by one or two journals at once."""
    run, cap = next(RUNS), WORST * tenths / 10

    def journal(owner: int) -> Journal:
        return Journal(*catalogue, run=f"run-{run}", cap_usd=cap, owner=f"random/{run}-{owner}")

    service = Service(plan, journal(0))
    calls = [
        PaidCalls(
            messages=service,
            log=journal(owner),
            deadline=1e6,
            project=None,
            sleep=lambda _: time.sleep(0.0005),
        )
        for owner in range(processes)
    ]

    def one(place: tuple[int, int]) -> Paid | Failed | str:
        number, name = place
        try:
            return ask(calls[number % processes], hello(f"r-{run:05}-{name}"))
        except (BudgetExceeded, ModelError, SettingsError) as error:
            return type(error).__name__

    with ThreadPoolExecutor(4) as threads:
        ended = list(threads.map(one, enumerate(asked)))
    spent = service.journal.spent()
    assert service.bill <= spent <= cap
    assert service.at_most <= cap
    for number, got in enumerate(ended):
        same = [other for name, other in zip(asked, ended, strict=True) if name == asked[number]]
        answers = {other.digest for other in same if isinstance(other, Paid)}
        assert len(answers) <= 1
        if tenths == 0:
            assert got == "BudgetExceeded"
