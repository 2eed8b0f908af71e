"""What tests run in processes of their own: ``python worker.py ACTION FOLDER ARGUMENT``."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from model.values import Desk, article, version
from opened import database_in

from citewright.database import Database
from citewright.errors import BudgetExceeded
from citewright.model.call import Claim, Order, Stored
from citewright.model.outlay import Usage
from citewright.versions.catalogue import Catalogue
from citewright.versions.folder_store import FolderStore
from citewright.versions.journal import Journal

RACERS = 3


def open_databases(folder: Path, _: str) -> None:
    for number in range(6):
        (folder / f"{number}").mkdir(parents=True, exist_ok=True)
        while len(list((folder / f"{number}").glob("ready-*"))) < RACERS:
            (folder / f"{number}" / f"ready-{os.getpid()}").touch()
        Database(folder / f"{number}" / "catalogue.sqlite").close()


def open_in_threads(folder: Path, _: str) -> None:
    def open_one(place: tuple[int, int]) -> None:
        barrier.wait()
        Database(folder / f"{place[0]}-{place[1] % 2}.sqlite").close()

    barrier = threading.Barrier(4)
    with ThreadPoolExecutor(4) as threads:
        for number in range(6):
            list(threads.map(open_one, [(number, nth) for nth in range(4)]))


def add_versions(folder: Path, name: str) -> None:
    catalogue = Catalogue(database_in(folder))
    for nth in range(10):
        with catalogue.writing("an-article") as writer:
            made = version(
                article(Desk().cited(f"Number {nth} of {name}.")),
                number=writer.next_number(major=nth == 0),
                parent=writer.head.digest if writer.head else None,
            )
            writer.add(made, "generated")


def journal(folder: Path, run: str, cap: str = "1", **changed: Any) -> Journal:
    database = database_in(folder)
    return Journal(
        database, FolderStore(folder / "store"), run=run, cap_usd=Decimal(cap), **changed
    )


def order(request: str, worst: str = "0.1") -> Order:
    return Order(
        request=request,
        model="m",
        role="draft",
        slug="an-article",
        section="a-section",
        worst_usd=Decimal(worst),
    )


def spend(folder: Path, name: str) -> None:
    calls = journal(folder, "shared")
    for nth in range(12):
        request = f"{name}-{nth}"
        try:
            claim = calls.claim(order(request, "0.03"))
        except BudgetExceeded:
            continue
        assert isinstance(claim, Claim)
        print(request)
        if nth % 2:
            calls.received(claim, b"x")
            calls.billed(claim, Usage(), Decimal("0.02"))


def die_with_a_claim(folder: Path, request: str) -> None:
    journal(folder, "killed").claim(order(request, "0.25"))
    os.kill(os.getpid(), signal.SIGKILL)


def die_unbilled(folder: Path, request: str) -> None:
    calls = journal(folder, "killed")
    claim = calls.claim(order(request, "0.25"))
    assert isinstance(claim, Claim)
    calls.received(claim, b"unbilled")
    os.kill(os.getpid(), signal.SIGKILL)


def answer_when_told(folder: Path, request: str) -> None:
    """Claim for a short lease; answer once a line comes, and say which answer stands."""
    calls = journal(folder, "slow", lease_seconds=0.5)
    claim = calls.claim(order(request))
    assert isinstance(claim, Claim)
    print("claimed", flush=True)
    sys.stdin.readline()
    stood = calls.received(claim, b"of the one that was stopped")
    print(stood.raw.decode() if isinstance(stood, Stored) else "busy", flush=True)


ACTIONS: dict[str, Callable[[Path, str], None]] = {
    action.__name__: action
    for action in (
        open_databases, open_in_threads, add_versions, spend,
        die_with_a_claim, die_unbilled, answer_when_told,
    )
}  # fmt: skip

if __name__ == "__main__":
    ACTIONS[sys.argv[1]](Path(sys.argv[2]), sys.argv[3])
