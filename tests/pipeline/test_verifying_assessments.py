"""A stored assessment that was altered, or is of something else, is found."""

from __future__ import annotations

from typing import Any

from catalogues import tampering
from commands import InProcess
from pipeline.test_rechecking import OPTIONS, SLUG, workspace

from citewright.model.assessment import Assessment
from citewright.pipeline import rechecking
from citewright.pipeline.verifying import verify
from citewright.pipeline.workspace import ASSESSMENT_TAG, Workspace

__all__ = ["workspace"]


def problems(workspace: Workspace) -> list[str]:
    return verify(workspace).problems


def stored(workspace: Workspace, **altered: Any) -> Assessment:
    """An assessment whose own hash holds and that says something of its version."""
    found = rechecking.recheck(workspace, SLUG, None, OPTIONS).assessment
    made = found.model_copy(update=altered)
    workspace.store.put_document("assessment", ASSESSMENT_TAG, made)
    workspace.assessments.add(made)
    return made


def test_sound_ones_hold_and_are_counted(workspace: Workspace) -> None:
    rechecking.recheck(workspace, SLUG, None, OPTIONS)
    found = verify(workspace, SLUG)
    assert (found.assessments, found.problems) == (1, [])


def test_what_it_says_has_to_be_of_the_version(workspace: Workspace) -> None:
    sound = rechecking.recheck(workspace, SLUG, None, OPTIONS).assessment
    first, *others = sound.verdicts
    candidate = sound.candidates[0]
    evidence = candidate.evidence[0]
    moved = evidence.position.model_copy(
        update={"start": evidence.position.start + 1, "end": evidence.position.end + 1}
    )
    elsewhere = evidence.model_copy(update={"position": moved})
    cases: list[tuple[str, dict[str, Any]]] = [
        ("judges the citation 0 of 's-000000000000'",
         {"verdicts": (first.model_copy(update={"statement": "s-000000000000"}), *others)}),
        ("is judged twice", {"verdicts": (first, *sound.verdicts)}),
        ("judges the citation 9", {"verdicts": (first.model_copy(update={"citation": 9}),)}),
        ("cites another source there",
         {"verdicts": (first.model_copy(update={"source": "stranger"}), *others)}),
        ("which is not there or has no such citation",
         {"candidates": (candidate.model_copy(update={"citation": 7}),)}),
        ("its quote is not at characters",
         {"candidates": (candidate.model_copy(update={"evidence": (elsewhere,)}),)}),
    ]  # fmt: skip
    for said, altered in cases:
        before = problems(workspace)
        stored(workspace, **altered)
        new = problems(workspace)[len(before) :]
        assert len(new) == 1, (said, new)
        assert said in new[0]


def test_an_altered_file_and_an_altered_row_are_found(workspace: Workspace) -> None:
    made = rechecking.recheck(workspace, SLUG, None, OPTIONS).assessment
    store = workspace.project / "output" / "store" / "assessment"
    (file,) = (path for path in store.rglob("*") if path.is_file())
    sound = file.read_bytes()
    file.chmod(0o644)
    file.write_bytes(sound.replace(b"not_assessed", b"supported"))
    assert any("assessment" in one for one in problems(workspace))
    file.write_bytes(sound)
    assert problems(workspace) == []
    with tampering(workspace.project) as connection:
        connection.exec_driver_sql(f"UPDATE assessments SET version = 'sha256:{0:064}'")
    (problem,) = problems(workspace)
    assert problem.startswith(f"the assessment {made.digest} is of a version that is not there")


def test_the_command_counts_them_and_ends_with_an_error(
    workspace: Workspace, quick_cli: InProcess
) -> None:
    made = stored(workspace, verdicts=())
    done = quick_cli("verify", "--project", workspace.project)
    assert done.code == 0
    assert "2 assessments" in done.out
    (verdict, *_) = rechecking.recheck(workspace, SLUG, None, OPTIONS).assessment.verdicts
    stored(workspace, verdicts=(verdict.model_copy(update={"citation": 9}),))
    done = quick_cli("verify", "--project", workspace.project, "--json")
    assert (done.code, done.json["ok"]) == (1, False)
    assert made.digest not in done.json["problems"][0]
