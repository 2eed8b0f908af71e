"""An article over real documents, by both drafters, its evidence recomputed from the files."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from commands import Cli
from fakes.claude_server import ClaudeServer
from policies import ease_safety
from real_project import SLUG, make_real_project

pytestmark = pytest.mark.xdist_group("prefect")

SUMMARY = {
    "slug", "version", "state", "statements", "verdicts", "usage", "cost_usd", "seconds", "page",
}  # fmt: skip


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_real_project(tmp_path / "real")


@pytest.mark.slow
def test_extractive(project: Path, flow_cli: Cli) -> None:
    made = flow_cli("generate", SLUG, "--project", project, "--json")
    assert made.code == 0, made.err
    summary = made.json
    assert summary.keys() >= SUMMARY
    assert (summary["version"], summary["state"]) == ("1.0", "draft")
    assert summary["statements"]["sourced"] >= 40
    assert summary["statements"]["llm"] == 0
    assert summary["cost_usd"] == 0
    version = _version(flow_cli, project)
    quotes = _evidence_from_files(project, version)
    assert len(quotes) == summary["verdicts"]["supported"] >= 40
    # A quotation is its evidence, but for white space and line-end hyphens.
    for statement, exact in quotes:
        assert statement["form"] == "quotation"
        assert _letters(statement["text"]) == _letters(exact)
    assert Path(summary["page"]).is_file()
    assert flow_cli("verify", "--project", project, "--json").json["ok"] is True
    # None of these trials has a word on when not to use it: what a clinician would miss.
    held = flow_cli("publish", SLUG, "--project", project, "--json")
    assert held.code == 3
    assert held.json["articles"][0]["objections"] == summary["objections"]
    (objection,) = summary["objections"]
    assert "contraindications and cautions is absent" in objection
    ease_safety(project)
    assert flow_cli("publish", SLUG, "--project", project).code == 0


@pytest.mark.slow
def test_claude_through_the_sdk(project: Path, flow_cli: Cli) -> None:
    with ClaudeServer() as server:
        claude = flow_cli.with_environment(
            ANTHROPIC_API_KEY=server.key, ANTHROPIC_BASE_URL=server.base_url
        )
        made = claude("generate", SLUG, "--project", project, "--judge", "none", "--json")
        assert made.code == 0, made.err
        version = _version(claude, project)
        # A quotation, as a figure's labels are, supports itself; own words wait for a judge.
        own = {one["id"] for one in _statements(version["article"]) if one["form"] == "own_words"}
        judged = {one["outcome"] for one in version["verdicts"] if one["statement"] in own}
        assert judged == {"not_assessed"}
        held = claude("publish", SLUG, "--project", project, "--json")
        assert held.code == 3
        assert held.json["articles"][0]["published"] is False
        # A judge finds all of it supported; what a clinician would miss still holds it back.
        checked = claude("check", SLUG, "--project", project, "--judge", "claude", "--json")
        assert checked.code == 3, checked.err
        outcomes = {name for name, count in checked.json["verdicts"].items() if count}
        assert outcomes == {"supported"}
        blocking = [one for one in checked.json["objections"] if one["severity"] == "block"]
        assert [one["code"] for one in blocking] == ["crisis-boundary-missing"]
        assert claude("publish", SLUG, "--project", project, "--json").code == 3
    summary = made.json
    assert summary["drafter"] == "claude"
    assert summary["statements"]["sourced"] > 0
    assert summary["statements"]["llm"] > 0
    assert summary["usage"]["output_tokens"] > 0
    assert summary["cost_usd"] > 0
    assert _evidence_from_files(project, version)
    stored = b"".join(p.read_bytes() for p in project.rglob("*") if p.is_file())
    assert server.key.encode() not in stored


def _version(cli: Cli, project: Path) -> dict[str, Any]:
    return cli("show", SLUG, "--project", project, "--json").json


def _evidence_from_files(
    project: Path, version: dict[str, Any]
) -> list[tuple[dict[str, Any], str]]:
    """Each source marker's quote, located again with nothing but the files in the project."""
    texts = {}
    snapshots = {}
    for record in version["snapshots"]:
        raw = (project / record["requested"]).read_bytes()
        assert "sha256:" + hashlib.sha256(raw).hexdigest() == record["raw"]
        stored = project / "output" / "store" / "text" / record["text"][7:9] / record["text"][7:]
        data = stored.read_bytes()
        assert "sha256:" + hashlib.sha256(data).hexdigest() == record["text"]
        texts[_snapshot_digest(record)] = data.decode()
        snapshots[_snapshot_digest(record)] = record["source"]
    found = []
    for statement in _statements(version["article"]):
        assert statement["marker"]["kind"] in {"sources", "llm"}
        for citation in statement["marker"].get("citations", []):
            evidence = citation["evidence"]
            start, end = evidence["position"]["start"], evidence["position"]["end"]
            assert texts[evidence["snapshot"]][start:end] == evidence["quote"]["exact"]
            assert snapshots[evidence["snapshot"]] == citation["source"]
            found.append((statement, evidence["quote"]["exact"]))
    return found


def _snapshot_digest(record: dict[str, Any]) -> str:
    plain = json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(b"citewright/snapshot/1\0" + plain.encode()).hexdigest()


def _statements(value: object) -> list[dict[str, Any]]:
    """Whatever looks like a statement, anywhere in the document."""
    if isinstance(value, list):
        return [found for item in value for found in _statements(item)]
    if not isinstance(value, dict):
        return []
    if {"text", "marker", "form"} <= value.keys():
        return [value]
    return [found for item in value.values() for found in _statements(item)]


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


@pytest.mark.slow
def test_nothing_is_paid_for_twice(project: Path, flow_cli: Cli) -> None:
    with ClaudeServer() as server:
        claude = flow_cli.with_environment(
            ANTHROPIC_API_KEY=server.key, ANTHROPIC_BASE_URL=server.base_url
        )
        assert claude("generate", SLUG, "--project", project).code == 0
        calls = len(server.requests)
        again = claude("generate", SLUG, "--project", project, "--json")
        # Every answer is in the journal: the second run pays for nothing and changes nothing.
        assert len(server.requests) == calls > 0
    assert (again.json["reaffirmed"], again.json["version"]) == (True, "1.0")
