"""What each of eight processes does in a race: the same as the others, at the same moment."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from threading import Barrier

from model.values import Desk, article, version
from opened import database_in
from opened_store import STORE_URL_FILE, store_in
from versions.worker import order

from citewright.errors import InputError
from citewright.model.call import Busy, Claim
from citewright.model.canonical import bytes_digest
from citewright.versions.catalogue import Catalogue
from citewright.versions.journal import Journal
from citewright.versions.object_store import ObjectStore
from citewright.versions.reviews import Act
from citewright.versions.store import Name

ENVIRONMENT = "environment.json"
"""What leads to the bucket of a folder."""

_barrier: list[Barrier] = []


def meet(barrier: Barrier) -> None:
    """Called once in each process, with where they wait for each other."""
    _barrier.append(barrier)


def _met() -> None:
    _barrier[0].wait(600)


def _together(rounds: int, race: Callable[[int], bool]) -> list[bool]:
    """Which rounds this process won; if it fails, nobody waits for it."""
    try:
        won = []
        for nth in range(rounds):
            _met()
            won.append(race(nth))
    except BaseException:
        _barrier[0].abort()
        raise
    return won


def slug_of(nth: int) -> str:
    return f"article-{nth}"


def digest_of(nth: int) -> str:
    return f"sha256:{nth:064x}"


def claims(folder: Path, racer: int, rounds: int) -> list[bool]:
    """Claim a paid call; who may send it has won, and answers it once all have asked."""
    store = store_in(folder)
    calls = Journal(database_in(folder), store, run=f"run-{racer}", cap_usd=Decimal(1000))

    def race(nth: int) -> bool:
        found = calls.claim(order(f"request-{nth}"))
        assert isinstance(found, Claim | Busy), found
        _met()
        if isinstance(found, Claim):
            calls.received(found, f"answer {nth}".encode())
        return isinstance(found, Claim)

    return _together(rounds, race)


def publications(folder: Path, racer: int, rounds: int) -> list[bool]:
    """Publish an approved version; the others are told that it was done."""
    reviews = Catalogue(database_in(folder)).reviews

    def race(nth: int) -> bool:
        try:
            reviews.act(digest_of(nth), [Act("publish", f"Editor {racer}", "Ready.")])
        except InputError as error:
            if "published" not in error.message:
                raise
            return False
        return True

    return _together(rounds, race)


def puts(folder: Path, racer: int, rounds: int) -> list[bool]:
    """Store the same bytes in a folder; who sees its own file there in the end has won."""
    assert not (folder / STORE_URL_FILE).exists()
    store = store_in(folder)

    def race(nth: int) -> bool:
        data = bytes([nth % 251]) * (70_000 + nth)
        path = folder / "store" / Name("raw", bytes_digest(data)).key
        before = path.exists()
        store.put("raw", data)
        standing = path.stat().st_ino
        _met()
        # Whoever put it, nobody has replaced what was acknowledged.
        assert path.stat().st_ino == standing
        return not before

    return _together(rounds, race)


def creations(folder: Path, racer: int, rounds: int) -> list[bool]:
    """Store the same bytes in a bucket; who made the object has won."""
    # These processes began before the server did.
    os.environ.update(json.loads((folder / ENVIRONMENT).read_text(encoding="utf-8")))
    store = store_in(folder)
    assert isinstance(store, ObjectStore)

    def race(nth: int) -> bool:
        data = bytes([nth % 251]) * (70_000 + nth)
        return store._created(Name("raw", bytes_digest(data)), data)

    return _together(rounds, race)


def numbers(folder: Path, racer: int, rounds: int) -> list[bool]:
    """Add versions to one article, without waiting for each other."""
    catalogue = Catalogue(database_in(folder))
    _met()
    for nth in range(rounds):
        with catalogue.writing("an-article") as writer:
            made = version(
                article(Desk().cited(f"Number {nth} of racer {racer}.")),
                number=writer.next_number(major=nth % 10 == 0),
                parent=writer.head.digest if writer.head else None,
            )
            writer.add(made, "generated")
    return []
