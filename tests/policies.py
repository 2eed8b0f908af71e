"""Policies of projects whose articles are too small to be clinical ones."""

from __future__ import annotations

from pathlib import Path

from citewright.checks.policy import PACKAGED

BOUNDARY = """## Contraindications, cautions and risk

The course is no help in a crisis, and people in acute danger are referred to emergency services.
"""
"""What a source says for the gate to find a crisis boundary."""


def ease_safety(project: Path) -> None:
    """Give a project a policy of its own that only tells of a missing section on safety."""
    own = PACKAGED.read_text(encoding="utf-8")
    for code in ("safety-section-missing", "crisis-boundary-missing"):
        assert f"{code}: block" in own
        own = own.replace(f"{code}: block", f"{code}: note")
    project.mkdir(parents=True, exist_ok=True)
    (project / "policy.yaml").write_text(own, encoding="utf-8")
