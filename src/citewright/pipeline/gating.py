"""The gate with what the project knows by now: its own policy, the newest assessment of a version,
what the clinical lint finds in it, and what befell its sources after it was made.

The lint is made anew each time: whoever publishes, and whether or not a version was ever checked
again, what a clinician would miss in it holds it back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from citewright.checks.gate import Objection, objections, ordered
from citewright.checks.lint import lint
from citewright.checks.policy import load_policy
from citewright.errors import NotFound
from citewright.model.brief import Outline
from citewright.model.verdict import LintFinding
from citewright.model.version import Version
from citewright.pipeline.withdrawing import befallen
from citewright.pipeline.workspace import Workspace

OUTLINE = "modality"
"""The outline of an article that was imported and has no brief."""


def gate(workspace: Workspace, version: Version) -> tuple[Objection, ...]:
    """What speaks against publishing a version, the gravest first.

    :raises DocumentError: when the project's policy or outline cannot be read.
    """
    policy = load_policy(workspace.project)
    assessment = workspace.assessment(version.digest)
    found = objections(version, policy, assessment, linted(workspace, version))
    known = {one.code for one in found}
    since = [one for one in befallen(workspace, version, policy) if one.code not in known]
    return ordered((*found, *since))


def linted(workspace: Workspace, version: Version) -> tuple[LintFinding, ...]:
    """What the clinical lint finds in a version, by the outline that its article has today."""
    outline = outline_of(workspace, version.slug)
    return lint(version.article, outline, _Cited(workspace, version))


def outline_of(workspace: Workspace, slug: str) -> Outline:
    """The outline that an article's brief names; of an imported page without one, the usual."""
    try:
        return workspace.outline(workspace.brief(slug).outline)
    except NotFound:
        return workspace.outline(OUTLINE)


class _Cited(Mapping[str, str]):
    """The texts of the passages that a version cites, by id; a source is read when it is asked for.

    Cutting all sources into passages takes seconds, and few statements need theirs.
    """

    def __init__(self, workspace: Workspace, version: Version) -> None:
        self._workspace = workspace
        self._snapshots = {
            cited.evidence.passage: cited.evidence.snapshot
            for cited in version.article.citations()
            if cited.evidence.kind == "quote"
        }

    def __getitem__(self, name: str) -> str:
        known = self._workspace.passages(self._snapshots[name])
        text = next((passage.text for passage in known if passage.id == name), None)
        if text is None:
            raise KeyError(name)
        return text

    def __iter__(self) -> Iterator[str]:
        return iter(self._snapshots)

    def __len__(self) -> int:
        return len(self._snapshots)
