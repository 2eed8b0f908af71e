"""A team's run goes on when workers are killed or stopped, or its servers are restarted."""

from __future__ import annotations

import time
from collections.abc import Iterator

import psycopg
import pytest

from benchmarks.team import NotAtHand, Team, program
from benchmarks.team_library import Done, Library, Opened
from benchmarks.workers import kill_first
from citewright.database import Database

ARTICLES, AT_ONCE = 12, 2
PATIENCE = 1200.0

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


def test_a_worker_is_stopped_in_the_middle(library: Library) -> None:
    """As a container is: it is told to end, and has some time for it."""
    with library.opened("stopped") as opened:
        opened.start_workers(2)
        opened.together(2, opened.generate)
        opened.wait_for(lambda state: state.done >= 4)
        library.team.stop_worker(min(library.team.workers))
        state = opened.wait_for(lambda state: bool(state.ended))
        # What one process leaves undone stops nobody else.
        assert state.stopped == ()
        every_article_ended_once(opened.close())


def test_all_workers_are_killed(library: Library) -> None:
    # Two shards, so that none is left that a new worker would begin.
    with library.opened("abandoned", CITEWRIGHT_SHARD_ARTICLES="6") as opened:
        opened.start_workers(2)
        first = opened.together(2, opened.generate)
        left = opened.wait_for(lambda state: state.done >= 3).done
        library.team.stop_workers()
        assert left < ARTICLES
        opened.start_workers(1)
        # What the schedule begins every ten minutes.
        last = opened.start("work-shard")
        opened.wait_for(lambda state: first in state.ended)
        wait_for_state(opened, last, "COMPLETED")
        every_article_ended_once(opened.close())
        assert library.team.states()[first] == "CRASHED"


def test_a_worker_is_killed_while_its_batch_is_worked_on(library: Library) -> None:
    with library.opened("batch", CITEWRIGHT_BATCH_PAUSE="1") as opened:
        opened.start_workers(2)
        opened.generate(batch=True)
        until = time.monotonic() + PATIENCE
        while len(opened.model.ask("awaited")) < 2:
            assert time.monotonic() < until, "no second worker sent a batch"
            time.sleep(0.1)
        kill_first(library.team)
        opened.wait_for(lambda state: bool(state.ended))
        done = opened.close()
    every_article_ended_once(done)
    # Whoever took over waited for the batch of the lost one: there was nothing to ask anew.
    assert done.sent_again == done.under_way == 0


def test_a_flow_run_is_killed_before_it_joins(library: Library) -> None:
    """Only Prefect knows of it, and would show it as running for ever."""
    with library.opened("stray") as opened:
        Database(opened.url).close()
        opened.start_workers(1)
        with psycopg.connect(opened.url) as held:
            # It cannot write down that it has begun.
            held.execute("LOCK TABLE runs IN ACCESS EXCLUSIVE MODE")
            first = opened.generate()
            wait_for_state(opened, first, "RUNNING")
            library.team.stop_workers()
        assert library.team.states()[first] == "RUNNING"
        opened.start_workers(1)
        until = time.monotonic() + PATIENCE
        while library.team.states()[first] == "RUNNING":
            assert time.monotonic() < until, "it is still shown as running"
            # What the schedule begins every ten minutes.
            wait_for_state(opened, opened.start("work-shard"), "COMPLETED")
        assert library.team.states()[first] == "CRASHED"
        opened.close()


def wait_for_state(opened: Opened, flow_run: str, wanted: str) -> None:
    until = time.monotonic() + PATIENCE
    while (state := opened.team.states()[flow_run]) != wanted:
        assert state in {"SCHEDULED", "PENDING", "RUNNING", "CANCELLING"}, state
        assert time.monotonic() < until, state
        time.sleep(0.2)


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


def stay_away(team: Team) -> None:
    team.stop_redis()
    team.stop_postgres()
    # Longer than the lease of a worker lasts.
    time.sleep(40)
    team.start_postgres()
    team.start_redis()


def test_redis_and_the_database_of_prefect_stay_away_for_a_while(library: Library) -> None:
    done = library.run("away", workers=2, disturb=stay_away, after=4, in_file=True)
    every_article_ended_once(done)
    assert done.sent_again == done.under_way == 0


def restart_the_api(team: Team) -> None:
    team.stop_prefect_api()
    team.start_prefect_api()


def test_prefects_api_is_restarted_in_the_middle(library: Library) -> None:
    done = library.run("api", workers=2, disturb=restart_the_api, after=4)
    every_article_ended_once(done)
    assert done.sent_again == done.under_way == 0


def test_the_catalogue_is_restarted_beside_redis_and_prefects_database(library: Library) -> None:
    done = library.run("all-restarted", workers=2, disturb=restart_what_prefect_rests_on, after=4)
    every_article_ended_once(done)
    assert done.sent_again == done.under_way == 0
