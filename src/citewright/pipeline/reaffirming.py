"""What a run heard of an article that stays as it is.

A run that says what the current version says already makes no version. What it heard of citations
that were open until then, because a judge was throttled or nobody judged, is stored as an
assessment, so that the version may be published without being made anew.
"""

from __future__ import annotations

from collections.abc import Iterable

from citewright.checks.policy import load_policy
from citewright.errors import NotFound
from citewright.model.article import Article
from citewright.model.assessment import Assessment
from citewright.model.outlay import Spending, merged
from citewright.model.verdict import Verdict
from citewright.model.version import content_digest
from citewright.pipeline.gating import linted
from citewright.pipeline.workspace import ASSESSMENT_TAG, Workspace


def keep_what_was_heard(
    workspace: Workspace, article: Article, heard: Iterable[Verdict], spending: Iterable[Spending]
) -> Assessment | None:
    """Store a new assessment of the current version; None where there is nothing to store.

    A verdict counts where the current version says the same and its citation was not assessed so
    far. What was assessed already stays: a later check may know more than the run.

    :param heard: the run's verdicts, one for each citation of the article.
    :param spending: what the run took; what its judging took stands in the assessment.
    """
    try:
        head = workspace.catalogue.version(article.slug)
    except NotFound:
        return None
    if head.content != content_digest(article):
        return None
    version, before = workspace.version(head.digest), workspace.assessment(head.digest)
    standing = before.verdicts if before else version.verdicts
    new = {(one.statement, one.citation): one for one in heard if one.outcome != "not_assessed"}
    verdicts = tuple(
        new.get((one.statement, one.citation), one) if one.outcome == "not_assessed" else one
        for one in standing
    )
    if verdicts == standing:
        return None
    made = Assessment(
        format=ASSESSMENT_TAG,
        version=head.digest,
        assessed=workspace.clock(),
        verdicts=verdicts,
        lint=linted(workspace, version),
        policy=load_policy(workspace.project).digest,
        spending=merged(one for one in spending if one.role == "judge"),
        candidates=before.candidates if before else (),
    )
    workspace.store.put_document("assessment", ASSESSMENT_TAG, made)
    workspace.assessments.add(made)
    return made
