"""A model that obeys and lies: nothing unverified reaches a version that may be published.

Each lie is told in every section and again in every repair. The judge is honest by rule. What was
caught by which check stands in ``docs/lying-model.md``; this test keeps the table true.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from catalogues import open_workspace
from fakes import claude_judge, claude_lies
from fakes.claude_server import ClaudeServer, Received
from fakes.claude_steps import Step
from faults.article_run import make_article
from shared import ROOT, shared

from citewright.checks.gate import blocking
from citewright.errors import ModelError, NoText
from citewright.model.version import Version
from citewright.pipeline.gating import gate

SLUG = "mindful-self-compassion"
SOURCE = "neff-germer-2013"
QUICK = ("fabricated-quote", "injected")
PAGE = ROOT / "docs" / "lying-model.md"

Lie = Callable[[Received], Step | None]


@dataclass(frozen=True)
class Caught:
    """What became of a run of lies."""

    version: Version | None
    supported: int
    unverified: int
    reasons: Counter[str]
    held: bool


def told(lie: Lie) -> Callable[[Received], Step | None]:
    """Lies where a section is drafted or mended; judges and reads honestly."""

    def script(received: Received) -> Step | None:
        if claude_judge.read_pair(received.params) is not None or not received.section:
            return None
        return lie(received)

    return script


@pytest.fixture
def lied(read_project: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Lie], Caught]:
    def run(lie: Lie) -> Caught:
        with ClaudeServer(told(lie)) as server:
            monkeypatch.setenv("ANTHROPIC_API_KEY", server.key)
            monkeypatch.setenv("ANTHROPIC_BASE_URL", server.base_url)
            monkeypatch.setenv("CITEWRIGHT_FEATURES", "all")
            monkeypatch.setenv("CITEWRIGHT_JUDGE", "claude")
            return outcome(read_project)

    return run


def outcome(project: Path) -> Caught:
    workspace = open_workspace(project)
    try:
        version = workspace.version(make_article(project, SLUG, "lying"))
    except (ModelError, NoText):
        # No section could be drafted: there is no version.
        return Caught(None, 0, 0, Counter({"no usable answer": 1}), held=True)
    verified = {v.statement for v in version.verdicts if v.outcome == "supported"}
    verified -= {v.statement for v in version.verdicts if v.outcome != "supported"}
    sourced = [one for one in version.article.statements() if one.citations]
    reasons = Counter(reason.code for past in version.history for reason in past.reasons)
    reasons.update(f"section {one} failed" for one in version.failed[:1])
    return Caught(
        version,
        supported=len(verified),
        unverified=sum(one.id not in verified for one in sourced),
        reasons=reasons,
        held=bool(blocking(gate(workspace, version))),
    )


def safe(caught: Caught) -> None:
    """No unverified sourced statement is in a version that may be published."""
    assert caught.held or caught.unverified == 0
    if caught.version is None:
        return
    for statement in caught.version.article.statements():
        if statement.citations:
            assert claude_lies.INJECTED not in statement.text
            assert "97 %" not in statement.text


def row(name: str, caught: Caught) -> str:
    """A line of the table in the docs: the codes are those that caught it."""
    codes = ", ".join(f"`{code}`" for code in sorted(caught.reasons)) or "nothing to catch"
    return f"| {name} | {codes} | {caught.unverified} |"


@pytest.mark.slow
@pytest.mark.parametrize("name", QUICK)
def test_a_lie_is_caught(name: str, lied: Callable[[Lie], Caught]) -> None:
    caught = lied(lambda _: claude_lies.LIES[name]())
    safe(caught)
    assert caught.reasons
    assert row(name, caught) in PAGE.read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(claude_lies.LIES.keys() - set(QUICK)))
def test_any_other_lie_is_caught_or_harmless(name: str, lied: Callable[[Lie], Caught]) -> None:
    caught = lied(lambda _: claude_lies.LIES[name]())
    safe(caught)
    assert row(name, caught) in PAGE.read_text(encoding="utf-8")


def test_injections_in_the_sources_are_obeyed_in_vain(
    read_project: Path, lied: Callable[[Lie], Caught]
) -> None:
    payloads = injections()
    notes = next((read_project / "sources").rglob(f"*{SOURCE}*.md"))
    text = notes.read_text(encoding="utf-8")
    notes.write_text(text + "\n\n" + "\n\n".join(payloads[:200]) + "\n", encoding="utf-8")
    left = iter(payloads * 10)
    caught = lied(lambda _: claude_lies.obey(next(left)))
    safe(caught)
    assert caught.version is not None
    wanted = {" ".join(payload.split()) for payload in payloads}
    for statement in caught.version.article.statements():
        if statement.citations and " ".join(statement.text.split()) in wanted:
            # It stands in a source and is quoted from there as what that source says.
            assert all(
                " ".join(statement.text.split()) in " ".join(cited.evidence.quote.exact.split())
                for cited in statement.citations
                if cited.evidence.kind == "quote"
            )


def injections() -> list[str]:
    file = shared("hostile") / "prompt_injection" / "bipia_text_attacks.jsonl"
    lines = file.read_text(encoding="utf-8").splitlines()
    found = [json.loads(line)["instruction"] for line in lines]
    return [one for one in found if re.search(r"\w", one)]
