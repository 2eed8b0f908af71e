"""A team's run goes on when one of its workers is killed, or its servers are restarted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from benchmarks.team import NotAtHand, Team, program
from benchmarks.workers import Done, Library, kill_first

ARTICLES, AT_ONCE = 12, 2

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("team")]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """A library on engines of this module's own."""
    pytest.importorskip("prefect_redis")
    try:
        for name in ("initdb", "pg_ctl", "redis-server"):
            program(name)
    except NotAtHand as error:
        pytest.skip(str(error))
    with Team(tmp_path_factory.mktemp("team")) as team:
        yield Library(team, ARTICLES, AT_ONCE, shard=3)


def every_article_ended_once(done: Done) -> None:
    assert (done.done, done.versions, done.twice) == (ARTICLES, ARTICLES, 0)
    assert done.paid_twice == 0
    # Nothing that is over is shown as running.
    assert done.left_running == 0


def test_a_worker_is_killed_in_the_middle(library: Library) -> None:
    done = library.run("killed", workers=2, disturb=kill_first, after=4)
    every_article_ended_once(done)
    # Nobody knows of these whether they were answered; they were asked for once more.
    assert done.sent_again <= done.under_way <= AT_ONCE
    assert "CRASHED" in library.team.states().values()


def restart_what_prefect_rests_on(team: Team) -> None:
    team.stop_redis()
    team.stop_postgres()
    team.start_postgres()
    team.start_redis()


def test_redis_and_the_database_of_prefect_are_restarted_in_the_middle(library: Library) -> None:
    done = library.run(
        "restarted", workers=2, disturb=restart_what_prefect_rests_on, after=4, in_file=True
    )
    every_article_ended_once(done)
    assert done.sent_again == done.under_way == 0
