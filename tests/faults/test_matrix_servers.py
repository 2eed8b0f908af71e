"""Rows of the matrix: servers that are restarted, those of the catalogue and those of Prefect."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from uuid import uuid4

import pytest
from clusters import Cluster
from faults.cutting import way_to
from faults.planted import both, claimed, raised, without
from faults.restarting import restarted
from model.values import version
from opened import put_database
from prefect.settings import PREFECT_API_URL, PREFECT_CLIENT_MAX_RETRIES, temporary_settings

from citewright.bootstrap import flow_runs
from citewright.database import Database, patience
from citewright.model.shares import Taken
from citewright.pipeline.sharing import Member
from citewright.versions.catalogue import Catalogue
from citewright.versions.reviews import Act
from citewright.versions.shares import ShareLog


def commented(database: Database) -> tuple[Catalogue, Callable[[str], None]]:
    """A catalogue with a version, and what adds a comment to it."""
    catalogue, made = Catalogue(database), version()
    with catalogue.writing("an-article") as writer:
        writer.add(made, "generated")

    def comment(text: str) -> None:
        catalogue.reviews.act(made.digest, [Act("comment", "Bo", text)])

    return catalogue, comment


def said(catalogue: Catalogue) -> list[str]:
    return [one.detail for one in catalogue.reviews.log("an-article", kinds=["commented"])]


@both
def test_what_a_restarted_postgresql_broke_off_is_done_again(
    cluster: Cluster, guarded: bool
) -> None:
    database = Database(cluster.url())
    with database.writing() as connection:
        connection.exec_driver_sql("TRUNCATE events, versions CASCADE")
    catalogue, comment = commented(database)
    with restarted(cluster, database, None) as statements:
        comment("Before.")
    within = statements.executed // 2
    with without(patience, "REPEATS", 0, guarded=guarded), claimed(guarded):
        # Between two transactions nobody notices.
        cluster.restart()
        assert said(catalogue) == ["Before."]
        with restarted(cluster, database, within) as statements:
            assert raised(lambda: comment("While it was killed.")) is None
        assert statements.executed > within
        assert said(catalogue) == ["Before.", "While it was killed."]
    database.close()


@both
def test_a_commit_that_postgresql_did_not_answer_is_not_done_twice(
    schema: str, guarded: bool
) -> None:
    with way_to(schema) as (url, way):
        database = Database(url)
        catalogue, comment = commented(database)
        with without(Database, "_stands", lambda *_: False, guarded=guarded), claimed(guarded):
            way.cut = "after"
            comment("Once.")
            assert way.cuts == 1
            assert said(catalogue) == ["Once."]
        database.close()


class Broken(BaseHTTPRequestHandler):
    """Prefect's API while the servers behind it are away: an error for whatever it is asked."""

    def handle_one_request(self) -> None:
        self.raw_requestline = self.rfile.readline(65537)
        if self.raw_requestline and self.parse_request():
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.server.asked.append(self.path)  # type: ignore[attr-defined]
            self.answer()
        self.close_connection = True

    def answer(self) -> None:
        self.send_error(500)

    def log_message(self, *_: object) -> None:
        """Nothing."""


class HangsUp(Broken):
    """The same, as it is restarted itself."""

    def answer(self) -> None:
        """Nothing."""


@pytest.mark.parametrize("api", [Broken, HangsUp])
@both
def test_a_run_goes_on_while_redis_and_prefects_server_are_away(
    tmp_path: Path, api: type[Broken], guarded: bool
) -> None:
    clock = [datetime(2026, 3, 1, tzinfo=UTC)]
    log = ShareLog(
        Database(put_database(tmp_path) / "catalogue.sqlite"),
        owner="random/1",
        clock=lambda: clock[0],
    )
    run = str(uuid4())
    log.begin(run, "generate", {"deployed": True}, Decimal(5))
    log.add(run, [["a", "b"], ["c"]], {})
    # Of one that was lost Prefect is told, of one that leads it is asked whether it was called off.
    log.take(log.join(run, 0, str(uuid4())), 1)
    clock[0] += timedelta(seconds=60)

    def start(taken: list[Taken], through: Callable[[str], None]) -> None:
        for one in taken:
            log.settle(one.share, "done", {"slug": one.share.slug})
            through(one.share.slug)

    def work() -> None:
        with Member(log, run, 0, run, watcher=flow_runs.FlowRuns(log)) as member:
            member.work(start, 1)

    server = ThreadingHTTPServer(("127.0.0.1", 0), api)
    server.asked = []  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/api"
    settings = {PREFECT_API_URL: address, PREFECT_CLIENT_MAX_RETRIES: 0}
    try:
        with temporary_settings(settings), without(flow_runs, "TROUBLE", (), guarded=guarded):
            error = raised(work)
    finally:
        server.shutdown()
        server.server_close()
    assert server.asked  # type: ignore[attr-defined]
    with claimed(guarded):
        assert error is None
        assert [(one.slug, one.state) for one in log.results(run)] == [
            ("a", "done"), ("b", "done"), ("c", "done"),
        ]  # fmt: skip
        assert log.open() == []
