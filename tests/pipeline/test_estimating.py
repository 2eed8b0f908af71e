"""What a run would cost, held against what it costs then at the loopback server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from catalogues import open_catalogue, open_workspace
from fakes.claude_server import COUNT, ClaudeServer
from typer.testing import CliRunner

from citewright.bootstrap.claude import Claude
from citewright.bootstrap.rehearsing import open_rehearsal
from citewright.cli.main import app
from citewright.pipeline import evidence, sections
from citewright.pipeline.estimating import Estimate, estimate
from citewright.pipeline.workspace import RunOptions, Workspace

SLUG = "mindful-self-compassion"
OPTIONS = RunOptions(run="test", drafter="claude")


@pytest.fixture
def server() -> Iterator[ClaudeServer]:
    with ClaudeServer() as server:
        yield server


@pytest.fixture
def workspace(
    example_project: Path, server: ClaudeServer, monkeypatch: pytest.MonkeyPatch
) -> Workspace:
    # Two of its sources, since retrieving them is most of the time.
    brief = example_project / "sources" / "briefs" / f"{SLUG}.yaml"
    order = yaml.safe_load(brief.read_text(encoding="utf-8"))
    order["sources"] = order["sources"][:2]
    brief.write_text(yaml.safe_dump(order), encoding="utf-8")
    monkeypatch.setenv("ANTHROPIC_API_KEY", server.key)
    monkeypatch.setenv("ANTHROPIC_BASE_URL", server.base_url)
    return open_workspace(example_project)


def estimated(workspace: Workspace) -> Estimate:
    return estimate(workspace, SLUG, OPTIONS, open_rehearsal(workspace, OPTIONS))


def run(workspace: Workspace, *, only: tuple[str, ...] = ()) -> Decimal:
    """Draft, read and check as a run does; gives what was paid.

    :param only: the sections to draft, and nothing else of a run; all of a run when empty.
    """
    database = open_catalogue(workspace.project)
    claude = Claude(workspace.settings, workspace.project, database, workspace.store)
    calls = claude.calls("paid", Decimal(50))
    drafter, judge = claude.drafter(calls), claude.judge(calls, batch=False)
    paying = replace(workspace, make_drafter=lambda _: drafter, make_judge=lambda _: judge)
    brief, outline = evidence.read_order(paying, SLUG)
    snapshots = [evidence.snapshot_source(paying, key) for key in brief.sources]
    plan = evidence.select_evidence(
        paying, SLUG, snapshots, kinds=drafter.kinds, exclusive=drafter.exclusive
    )
    rest = (plan, snapshots, OPTIONS)
    sections.prepare(paying, SLUG, *rest)
    ids = only or [spec.id for spec in evidence.to_draft(brief, outline)]
    drafts = [sections.draft_section(paying, SLUG, section, *rest) for section in ids]
    if not only:
        sections.read_whole(paying, SLUG, drafts, *rest)
        for draft in drafts:
            sections.check_section(paying, SLUG, draft, *rest)
    return claude.journal("paid", Decimal(50)).spent()


def test_a_run_costs_what_the_range_says_and_then_nothing(
    workspace: Workspace, server: ClaudeServer
) -> None:
    before = estimated(workspace)
    assert {request.path for request in server.requests} == {COUNT}
    assert before.estimated is None
    assert before.assumed
    assert before.stored == 0
    roles = [line.role for line in before.lines]
    assert roles == ["probe", "warm", "draft", "repair", "coherence", "judge"]
    assert before.lines[2].calls.worst == 14
    assert not list((workspace.project / "output").glob("store/answer/*/*"))

    spent = run(workspace)
    usd = before.usd
    assert usd.low <= spent <= usd.worst
    assert usd.expected / 2 <= spent <= usd.expected * 2

    asked = len(server.requests)
    after = estimated(workspace)
    assert len(server.requests) == asked
    assert after.usd.worst == 0
    assert after.reserved_usd == 0
    assert after.stored == len(server.ledger)
    assert not after.assumed


def test_what_is_stored_costs_nothing(workspace: Workspace) -> None:
    before = estimated(workspace)
    run(workspace, only=("lead", "evidence-base"))
    after = estimated(workspace)
    calls = {line.role: line.calls.worst for line in after.lines}
    assert calls["draft"] == 12
    # Of the two that are there, nothing is left to mend.
    assert calls["repair"] == 24
    assert calls["coherence"] == 1
    assert "probe" not in calls
    assert after.usd.worst < before.usd.worst


def test_the_command_pays_for_nothing(workspace: Workspace, server: ClaudeServer) -> None:
    at = ["--project", str(workspace.project), "--drafter", "claude"]
    done = CliRunner().invoke(
        app, ["generate", SLUG, *at, "--dry-run", "--json", "--budget", "0.1"]
    )
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["dry_run"] is True
    assert told["budget_usd"] == 0.1
    assert told["budget_covers"] == "less than expected"
    (article,) = told["articles"]
    assert article["slug"] == SLUG
    assert told["usd"] == article["usd"]
    assert 0 < article["usd"]["low"] < article["usd"]["expected"] < article["usd"]["worst"]
    assert {request.path for request in server.requests} == {COUNT}
    assert not (workspace.project / "output" / "preview").exists()

    said = CliRunner().invoke(app, ["generate", SLUG, *at, "--dry-run"])
    assert "USD expected" in said.stdout
    assert "counted by the server" in said.stdout
    assert "claude-sonnet-5-5: 14 calls" in said.stdout


def test_the_extractive_drafter_costs_nothing(example_project: Path, server: ClaudeServer) -> None:
    workspace = open_workspace(example_project)
    options = RunOptions(run="test", drafter="extractive")
    assert open_rehearsal(workspace, options) is None
    found = estimate(workspace, SLUG, options, None)
    assert found.drafter == "extractive"
    assert found.usd.worst == 0
    assert not server.requests
