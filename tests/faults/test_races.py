"""Eight processes do the same at the same moment: one of them wins, each time."""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from pathlib import Path

import pytest
from faults import race_worker
from faults.race_worker import digest_of, slug_of
from object_servers import ObjectServer, environment
from opened import database_in
from opened_store import STORE_URL_FILE, store_in
from sqlalchemy import func, select

from citewright.database.tables import articles, calls, versions
from citewright.versions.catalogue import Catalogue

RACERS = 8
FEW, MANY = 50, 1000
Race = Callable[[Path, int, int], list[bool]]
Run = Callable[[Race, Path, int], list[list[bool]]]

pytestmark = pytest.mark.xdist_group("races")

ROUNDS = pytest.mark.parametrize("rounds", [FEW, pytest.param(MANY, marks=pytest.mark.slow)])


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    """Eight processes for one race after the other; each gives the rounds that it won."""
    # They are forked off a process that has nothing but the imports.
    forking = multiprocessing.get_context("forkserver")
    forking.set_forkserver_preload(["faults.race_worker"])
    barrier = forking.Barrier(RACERS)
    with ProcessPoolExecutor(RACERS, forking, race_worker.meet, (barrier,)) as pool:

        def run(race: Race, folder: Path, rounds: int) -> list[list[bool]]:
            # A race that failed broke it for those who were still in that race, and for no other.
            barrier.reset()
            going = [pool.submit(race, folder, racer, rounds) for racer in range(RACERS)]
            return [one.result() for one in going]

        yield run


def winners(won: list[list[bool]]) -> list[int]:
    """How many won each round."""
    return [sum(of_round) for of_round in zip(*won, strict=True)]


def approve(folder: Path, rounds: int) -> None:
    """Rows of approved versions, each the current one of its article."""
    rows = [
        {
            "digest": digest_of(nth), "slug": slug_of(nth), "major": 1, "minor": 0,
            "state": "approved", "content": digest_of(nth), "parent": None, "created": "2026",
        }
        for nth in range(rounds)
    ]  # fmt: skip
    with database_in(folder).writing() as connection:
        connection.execute(versions.insert(), rows)
        current = [{"slug": one["slug"], "current": one["digest"]} for one in rows]
        connection.execute(articles.insert(), current)


@ROUNDS
def test_a_call_is_claimed_and_a_version_published_once(
    run: Run, folder: Path, rounds: int
) -> None:
    approve(folder, rounds)
    claimed = run(race_worker.claims, folder, rounds)
    published = run(race_worker.publications, folder, rounds)
    assert winners(claimed) == [1] * rounds
    assert winners(published) == [1] * rounds
    database = database_in(folder)
    with database.reading() as connection:
        states = connection.execute(select(calls.c.state, calls.c.answer)).all()
    assert [row.state for row in states] == ["answered"] * rounds
    assert len({row.answer for row in states}) == rounds
    log = Catalogue(database).reviews.log()
    assert sorted(one.slug for one in log) == sorted(slug_of(nth) for nth in range(rounds))
    assert {one.kind for one in log} == {"published"}
    database.close()


@ROUNDS
def test_what_is_stored_by_all_in_a_folder_is_there_once(
    run: Run, tmp_path: Path, rounds: int
) -> None:
    first = winners(run(race_worker.puts, tmp_path, rounds))
    # Found there already, it is left as it is.
    again = winners(run(race_worker.puts, tmp_path, rounds))
    assert min(first) >= 1
    assert again == [0] * rounds
    files = [one for one in (tmp_path / "store").rglob("*") if one.is_file()]
    assert len(files) == len(store_in(tmp_path).digests("raw")) == rounds


@pytest.mark.slow
def test_what_is_stored_by_all_in_a_bucket_is_made_by_one(
    run: Run, tmp_path: Path, object_server: ObjectServer
) -> None:
    kept = json.dumps(environment(object_server.address))
    (tmp_path / race_worker.ENVIRONMENT).write_text(kept, encoding="utf-8")
    bucket = object_server.new_bucket()
    (tmp_path / STORE_URL_FILE).write_text(f"s3://{bucket}/a/wiki", encoding="utf-8")
    won = run(race_worker.creations, tmp_path, MANY)
    assert winners(won) == [1] * MANY
    kept_there = object_server.root / bucket / "a" / "wiki" / "raw"
    assert len([one for one in kept_there.rglob("*") if one.is_file()]) == MANY


@pytest.mark.slow
def test_eight_times_fifty_versions_have_four_hundred_numbers(run: Run, folder: Path) -> None:
    run(race_worker.numbers, folder, 50)
    database = database_in(folder)
    made = Catalogue(database).of_article("an-article")
    numbers = [tuple(int(part) for part in one.number.split(".")) for one in made]
    assert len(set(numbers)) == len(numbers) == RACERS * 50
    assert numbers[0] == (1, 0)
    for (major, minor), after in pairwise(numbers):
        assert after in {(major, minor + 1), (major + 1, 0)}
    for before, after in pairwise(made):
        assert after.parent == before.digest
    with database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(versions)).scalar_one() == 400
    database.close()
