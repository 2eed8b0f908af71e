"""A PostgreSQL server that goes away: what was under way is done again, what was kept is not."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from catalogues import open_workspace
from clusters import Cluster
from fakes.claude_server import ClaudeServer
from faults.cutting import Cut, way_to
from faults.test_killed_runs import SLUG, Runs, agree, script
from model.values import Desk, article, version
from opened import CATALOGUES
from sqlalchemy import func, select
from versions.worker import order

from citewright.database import Database
from citewright.database.community_tables import votes
from citewright.database.tables import calls, runs
from citewright.drafting.calls import request_digest
from citewright.errors import CitewrightError, DatabaseAway
from citewright.model.call import Claim, Stored
from citewright.model.outlay import Usage
from citewright.pipeline.verifying import verify
from citewright.versions.catalogue import Catalogue
from citewright.versions.folder_store import FolderStore
from citewright.versions.journal import Journal
from citewright.versions.reviews import Act
from tests.web import desk

WORKERS, EACH = 4, 40


@pytest.fixture
def project_server(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> Cluster:
    """The same server, with the catalogues of this test's projects."""
    monkeypatch.setenv(CATALOGUES, cluster.url())
    return cluster


@pytest.mark.parametrize("cut", ["before", "after"])
def test_a_commit_without_an_answer_is_found_out(schema: str, cut: Cut) -> None:
    with way_to(schema) as (url, way):
        database = Database(url)
        added = runs.insert().values(run="r", cap_usd="1", began="2026")
        way.cut = cut
        if cut == "after":
            # It was kept, so nothing is said, and nothing is to be done again.
            with database.writing() as connection:
                connection.execute(added)
        else:
            with pytest.raises(DatabaseAway) as caught, database.writing() as connection:
                connection.execute(added)
            assert caught.value.retry
        assert way.cuts == 1
        with database.reading() as connection:
            kept = connection.execute(select(func.count()).select_from(runs)).scalar_one()
        assert kept == (cut == "after")
        database.close()


@pytest.mark.parametrize("cut", ["before", "after"])
def test_what_is_cut_off_at_its_commit_is_done_once(schema: str, cut: Cut) -> None:
    with way_to(schema) as (url, way):
        database = Database(url)
        catalogue = Catalogue(database)
        with catalogue.writing("an-article") as writer:
            writer.add(made := version(article(Desk().cited())), "generated", "Ana")
        for text in ("One.", "Two.", "Three."):
            way.cut = cut
            catalogue.reviews.act(made.digest, [Act("comment", "Bo", text)])
        assert way.cuts == 3
        log = catalogue.reviews.log("an-article", kinds=["commented"])
        assert [one.detail for one in log] == ["One.", "Two.", "Three."]
        assert [one.sequence for one in catalogue.reviews.log("an-article")] == [1, 2, 3, 4]
        database.close()


def test_a_commit_is_in_doubt_only_where_the_server_stays_away(schema: str) -> None:
    with way_to(schema) as (url, way):
        database = Database(url, away_seconds=0.5)
        way.cut = "after"

        def add() -> None:
            with database.writing() as connection:
                connection.execute(runs.insert().values(run="r", cap_usd="1", began="2026"))
                way.close()

        with pytest.raises(CitewrightError, match="nobody knows whether it was kept") as caught:
            add()
        # Not one that is done again by itself.
        assert not isinstance(caught.value, DatabaseAway)
        database.close()


def test_what_only_reads_writes_nothing_down(schema: str) -> None:
    database = Database(schema)
    with database.writing() as connection:
        connection.execute(select(runs)).all()
    with database.reading() as connection:
        found = connection.exec_driver_sql("SELECT count(*) FROM commits").scalar_one()
    assert found == 0
    database.close()


def test_calls_are_recorded_once_while_the_server_is_killed(
    project_server: Cluster, tmp_path: Path
) -> None:
    workspace = open_workspace(tmp_path)
    store = FolderStore(tmp_path / "store")
    done, cap = threading.Semaphore(0), order("x").worst_usd * EACH

    def work(worker: int) -> None:
        try:
            calls_of(worker)
        finally:
            # Whoever waits for progress is not to wait for one that failed.
            done.release(EACH)

    def calls_of(worker: int) -> None:
        journal = Journal(workspace.database, store, run=f"run-{worker}", cap_usd=cap)
        for nth in range(EACH):
            claim = journal.claim(order(f"{worker}-{nth}"))
            assert isinstance(claim, Claim), claim
            stored = journal.received(claim, f"answer {worker} {nth}".encode())
            assert isinstance(stored, Stored)
            journal.billed(claim, Usage(output_tokens=1), claim.order.worst_usd)
            done.release()

    with ThreadPoolExecutor(WORKERS) as threads:
        working = [threads.submit(work, worker) for worker in range(WORKERS)]
        for _ in range(3):
            for _ in range(EACH):
                done.acquire()
            project_server.restart()
        for one in working:
            one.result()
    with workspace.database.reading() as connection:
        found = connection.execute(select(calls.c.request, calls.c.state)).all()
    assert Counter(row.state for row in found) == {"answered": WORKERS * EACH}
    assert len({row.request for row in found}) == WORKERS * EACH


@pytest.mark.slow
@pytest.mark.parametrize("points", [(1,), (4, 9), (2, 6, 12, 18)], ids=str)
def test_an_article_is_made_while_the_server_is_killed(
    project_server: Cluster, example_project: Path, points: tuple[int, ...]
) -> None:
    with ClaudeServer(script, delay=0.1) as server:
        made = Runs(example_project, server)
        running = made.start("restarted")
        for point in points:
            while len(server.requests) < point:
                assert running.poll() is None, running.communicate()
                threading.Event().wait(0.002)
            project_server.restart()
        out, errors = running.communicate(timeout=600)
        assert running.returncode == 0, errors
        # Nothing is asked twice: what was answered was recorded, whatever became of the server.
        assert set(Counter(request_digest(one.params) for one in server.requests).values()) == {1}
        agree(made)
        workspace = open_workspace(example_project)
        assert workspace.catalogue.version(SLUG).digest == out.strip()
        assert verify(workspace).problems == []


@pytest.mark.slow
def test_votes_count_once_each_while_the_server_is_killed(
    project_server: Cluster, tmp_path: Path
) -> None:
    workspace = desk.opened(tmp_path / "project")
    desk.two(workspace)
    # As many votes as one address has in an hour.
    voters = 12
    with desk.served(workspace) as running:
        names = [f"Voter {number}" for number in range(voters)]
        for name in names:
            mail = f"{name.replace(' ', '-').lower()}@example.org"
            running.community.accounts.create(mail, name, "reader")
        signed_in = [running.signed_in(name).client for name in names]
        asked = threading.Semaphore(0)

        def vote(client: httpx.Client) -> list[int]:
            answers = []
            try:
                for _ in range(5):
                    answers.append(client.post(f"/vote/{desk.SLUG}", timeout=120).status_code)
                    asked.release()
            finally:
                # Whoever waits for progress is not to wait for one that failed.
                asked.release(5)
            return answers

        with ThreadPoolExecutor(6) as threads:
            going = [threads.submit(vote, client) for client in signed_in]
            for _ in range(3):
                for _ in range(15):
                    asked.acquire()
                project_server.restart()
            answers = [code for one in going for code in one.result()]
        assert Counter(answers) == {303: 5 * voters}
        with workspace.database.reading() as connection:
            counted = connection.execute(select(func.count()).select_from(votes)).scalar_one()
        assert counted == voters
    assert verify(workspace).problems == []


def test_a_server_that_was_never_there_is_not_waited_for() -> None:
    with pytest.raises(DatabaseAway):
        Database("postgresql://127.0.0.1:9/x", away_seconds=600)
