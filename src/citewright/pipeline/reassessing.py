"""A version with the verdicts that count now: those of its newest assessment, where it has one.

What goes on from a version takes these with what stands: what was found wanting since must not be
forgotten, nor has what was assessed since to be assessed again.
"""

from __future__ import annotations

from datetime import datetime

from citewright.model.assessment import Assessment
from citewright.model.version import Version
from citewright.pipeline.workspace import ASSESSMENT_TAG, Workspace


def reassessed(workspace: Workspace, version: Version, assessment: str | None) -> Version:
    """The version with the verdicts of an assessment, by its digest; with its own for None.

    What is given is not the version any more: it has another digest.

    :raises NotFound: when the assessment is not stored.
    :raises IntegrityError: when it is damaged.
    """
    if assessment is None:
        return version
    return version.model_copy(update={"verdicts": _read(workspace, assessment).verdicts})


def reassessed_by(workspace: Workspace, version: Version, moment: datetime) -> Version:
    """The version with the verdicts that counted at a moment; raises as :func:`reassessed`."""
    known = reversed(workspace.assessments.of(version.digest))
    early = (one for one in known if _read(workspace, one).assessed <= moment)
    return reassessed(workspace, version, next(early, None))


def _read(workspace: Workspace, digest: str) -> Assessment:
    return workspace.store.get_document("assessment", ASSESSMENT_TAG, digest, Assessment)
