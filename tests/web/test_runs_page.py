"""Runs: what they were expected to cost beside what they did, and those that call no model."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from commands import InProcess
from fakes.claude_server import COUNT, ClaudeServer
from pipeline.small import SLUG, Small, make_small

from citewright.bootstrap.rehearsing import open_rehearsal
from citewright.pipeline import batching, expecting, making
from citewright.pipeline.estimating import estimate
from citewright.pipeline.workspace import RunOptions, Workspace
from citewright.versions.expected import ExpectedLog
from citewright.versions.runs import RunLog
from citewright.versions.shares import ShareLog
from citewright.web.wording import usd
from tests.web.desk import served

pytestmark = pytest.mark.xdist_group("runs-page")


@pytest.fixture
def server() -> Iterator[ClaudeServer]:
    with ClaudeServer() as found:
        yield found


@pytest.fixture
def workspace(tmp_path: Path, server: ClaudeServer, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("ANTHROPIC_API_KEY", server.key)
    monkeypatch.setenv("ANTHROPIC_BASE_URL", server.base_url)
    settings = {"features": "all", "judge": "none", "batch_pause": 0.05}
    return Small(make_small(tmp_path / "project", **settings)).workspace


def made(workspace: Workspace, options: RunOptions) -> None:
    with ThreadPoolExecutor(4) as pool:
        planned = making.plan_article(workspace, SLUG, options)
        if options.batch:
            batching.draft_in_batches(workspace, [planned], options)
        making.make_article(workspace, planned, options, pool)


def test_a_run_shows_what_it_was_expected_to_cost_beside_what_it_did(
    workspace: Workspace, server: ClaudeServer, quick_cli: InProcess
) -> None:
    paid = RunOptions(run="paid", drafter="claude")
    rehearsal = open_rehearsal(workspace, paid, asking_for_counts=False)
    told = estimate(workspace, SLUG, paid, rehearsal).usd
    made(workspace, paid)
    assert not [one for one in server.requests if one.path == COUNT], "nobody was asked to count"
    found = RunLog(workspace.database).find("paid")
    assert found.expected is not None
    assert (found.expected.low, found.expected.expected, found.expected.worst) == (
        told.low, told.expected, told.worst,
    )  # fmt: skip
    assert found.expected.drafters == ("claude",)
    assert found.expected.low <= found.spent_usd <= found.expected.worst
    # Gone on with, when its answers are stored and nothing is left to pay, it is the same run.
    made(workspace, paid)
    assert RunLog(workspace.database).find("paid").expected == found.expected

    made(workspace, RunOptions(run="free", drafter="extractive"))
    with served(workspace) as running:
        ed = running.signed_in("Ed")
        page = ed.get("/runs/paid").text
        assert f"<b>{usd(told.expected)}</b> expected, {usd(told.low)} at the least" in page
        assert f"<b>{usd(found.spent_usd)}</b> spent" in page
        free = ed.get("/runs/free").text
        assert "$0.00</b> expected: the extractive drafter calls no model" in free
        assert "<b>0</b> calls" in free
        assert f'href="/versions/{SLUG}"' in free
        assert 'trigger="every 3s"' not in free
        listed = re.findall(r'href="/runs/([a-z]+)"', ed.get("/runs").text)
        assert listed == ["free", "paid"], "the newest first"
        key = {"Authorization": f"Bearer {running.key('Ed')}"}
        runs = running.anonymous().get("/api/v1/runs", headers=key).json()["runs"]
        assert [(one["run"], one["calls"] > 0) for one in runs] == [("free", False), ("paid", True)]
        assert [float(one["expected_usd"]) for one in runs] == [0, float(told.expected)]
    told_by_command = quick_cli("runs", "show", "free", "--project", workspace.project)
    assert "extractive calls no model" in told_by_command.out


def test_a_batch_is_expected_before_it_is_sent_and_so_is_a_refresh(
    workspace: Workspace,
) -> None:
    batch = RunOptions(run="batch", drafter="claude", batch=True)
    made(workspace, batch)
    found = RunLog(workspace.database).find("batch")
    assert found.expected is not None
    assert found.expected.expected > 0
    small = Small(workspace.project, "claude")
    small.check()
    small.ask("Is that still so?")
    small.options = replace(small.options, run="refresh")
    small.refresh()
    found = RunLog(workspace.database).find("refresh")
    assert found.expected is not None
    assert found.expected.low <= found.spent_usd <= found.expected.worst


def test_a_run_that_has_only_begun_is_followed(workspace: Workspace) -> None:
    from decimal import Decimal

    log = ExpectedLog(workspace.database)
    log.note("new", SLUG, "claude", Decimal(1), Decimal(2), Decimal(3))
    with served(workspace) as running:
        page = running.signed_in("Ed").get("/runs/new").text
    assert 'trigger="every 3s"' in page
    assert "Begun; no call was sent yet" in page


def test_a_shared_run_shows_its_workers_and_what_is_left(workspace: Workspace) -> None:
    from decimal import Decimal

    shares = ShareLog(workspace.database)
    terms = {"drafter": "claude", "budget": None, "batch": False, "judge": None, "actor": None}
    shares.begin("shared", "generate", terms, Decimal(5))
    shares.add("shared", [["first", "second"], ["third", "fourth"]], {})
    worker = shares.join("shared", 0, None)
    one, two = shares.take(worker, 2)
    shares.settle(one.share, "done", {"slug": "first"})
    error = {"message": "No <b>text</b>.", "hint": "Mend it."}
    shares.settle(two.share, "failed", {"slug": "second", "error": error})
    shares.take(worker, 1)
    log = ExpectedLog(workspace.database)
    log.note("shared", "first", "claude", Decimal(1), Decimal(2), Decimal(3))
    with served(workspace) as running:
        ed = running.signed_in("Ed")
        page = ed.get("/runs/shared").text
        for said in ("<b>1</b> of 4 articles done", "<b>1</b> at work", "<b>1</b> waiting",
                     "<b>1</b> failed", "2 shards", "No &lt;b&gt;text&lt;/b&gt;.", "Mend it.",
                     'data-label="State">working', "every 3s"):  # fmt: skip
            assert said in page, said
        shares.stop("shared", {"message": "The budget is spent."})
        shares.leave(worker)
        shares.end("shared")
        page = ed.get("/runs/shared/progress").text
        assert "The budget is spent." in page
        assert 'data-label="State">left' in page
        assert "every 3s" not in page


def test_what_cannot_be_told_stops_no_run(
    workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    from citewright.errors import SettingsError
    from citewright.pipeline.estimating import Steps

    def unpriced(options: RunOptions) -> None:
        raise SettingsError("there is no price for 'a-model'.")

    options = RunOptions(run="odd", drafter="claude")
    expecting.expect(replace(workspace, rehearse=unpriced), Steps(SLUG, [], {}, [], options))
    assert "there is no price for 'a-model'" in caplog.text
