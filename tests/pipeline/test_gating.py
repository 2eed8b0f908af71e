"""What the gate knows of a version that nobody checked: the lint, by the article's own outline."""

from __future__ import annotations

from pathlib import Path

import pytest
from catalogues import open_workspace
from policies import BOUNDARY
from steps import make_version

from citewright.checks.policy import PACKAGED
from citewright.errors import DocumentError
from citewright.pipeline import gating, pages, rechecking
from citewright.pipeline.workspace import RunOptions, Workspace

SLUG = "mindful-self-compassion"


def blocked(workspace: Workspace) -> list[str]:
    version = workspace.version(workspace.catalogue.version(SLUG).digest)
    return [one.code for one in gating.gate(workspace, version) if one.severity == "block"]


def without_boundary(project: Path) -> Path:
    note = project / "sources" / "notes" / "cmsc-msc-program.md"
    note.write_text(note.read_text(encoding="utf-8").replace(BOUNDARY, ""), encoding="utf-8")
    return project


def test_what_nobody_checked_is_not_published_past_the_lint(read_project: Path) -> None:
    make_version(without_boundary(read_project), SLUG)
    workspace = open_workspace(read_project)
    digest = workspace.catalogue.version(SLUG).digest
    assert workspace.assessment(digest) is None
    assert blocked(workspace) == ["crisis-boundary-missing"]
    (held,) = pages.publish(workspace, [SLUG])
    assert held.page is None
    assert "in a crisis" in held.objections[0]
    # Checking it says the same, and an assessment from before is no way around the lint of today.
    found = rechecking.recheck(workspace, SLUG, None, RunOptions(run="test", judge="none"))
    stored = found.assessment.model_copy(update={"lint": ()})
    workspace.store.put_document("assessment", "citewright/assessment/1", stored)
    workspace.assessments.add(stored)
    assert blocked(workspace) == ["crisis-boundary-missing"]
    # A project may leave it to a person, in so many words.
    own = PACKAGED.read_text(encoding="utf-8")
    eased = own.replace("crisis-boundary-missing: block", "crisis-boundary-missing: review")
    (read_project / "policy.yaml").write_text(eased, encoding="utf-8")
    assert blocked(workspace) == []
    (done,) = pages.publish(workspace, [SLUG])
    assert done.page is not None

    # The outline is the one that the brief names; a brief that cannot be read lets nothing through.
    assert gating.outline_of(workspace, SLUG) == workspace.outline("modality")
    assert gating.outline_of(workspace, "imported-page") == workspace.outline("modality")
    brief = read_project / "sources" / "briefs" / f"{SLUG}.yaml"
    kept = brief.read_text(encoding="utf-8")
    brief.write_text(kept.replace("outline: modality", "outline: [modality"), encoding="utf-8")
    with pytest.raises(DocumentError):
        blocked(workspace)
