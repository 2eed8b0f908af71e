"""Versions read for their pages."""

from __future__ import annotations

from citewright.checks.gate import misplaced
from citewright.errors import IntegrityError
from citewright.model.version import Version
from citewright.pipeline.workspace import VERSION_TAG, Workspace


def load_checked(workspace: Workspace, digest: str) -> Version:
    """A version whose evidence was located anew in the stored texts.

    :raises IntegrityError: when a quote is not where the version says.
    """
    version = workspace.store.get_known("version", VERSION_TAG, digest, Version)
    texts = {s.digest: workspace.store.text(s.text) for s in version.snapshots}
    problems = misplaced(version, texts.__getitem__)
    if problems:
        raise IntegrityError(
            f"{version.slug} {version.number} cannot be shown: {problems[0]}.",
            hint="Run `citewright verify` to see all of it.",
        )
    return version
