"""Checking a version again: what is certain, what is suspect, what a judge finds.

A version never changes. What is found is stored as its newest assessment, by which the gate goes
from then on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from citewright.checks.gate import Objection
from citewright.checks.support.model import SupportModel
from citewright.checks.verdicts import unjudged, verdicts_for
from citewright.model.assessment import Assessment
from citewright.model.verdict import Reason, Verdict
from citewright.model.version import Version
from citewright.pipeline.assessing import Assessor, pair_of
from citewright.pipeline.candidates import Finder, Library
from citewright.pipeline.desk import Desk
from citewright.pipeline.gating import gate, linted, outline_of
from citewright.pipeline.loading import load_checked
from citewright.pipeline.workspace import ASSESSMENT_TAG, RunOptions, Workspace
from citewright.versions.catalogue import Entry


@dataclass(frozen=True)
class Recheck:
    """A version, what was found in it now, and what speaks against publishing it.

    ``unread`` are the sources whose text could not be had, with the reason.
    """

    entry: Entry
    version: Version
    assessment: Assessment
    objections: tuple[Objection, ...]
    unread: dict[str, str]


def recheck(workspace: Workspace, slug: str, number: str | None, options: RunOptions) -> Recheck:
    """Check a version anew and store the assessment.

    For a citation whose passage is missing, as all are in an imported page, the source's stored
    text is looked through for sentences that could stand behind it; a source that was never
    retrieved is retrieved.

    :param number: the version's; None for the current one.
    :param options: who judges, and what that may cost.
    :raises NotFound: for an unknown article or number.
    :raises IntegrityError: when the version or its evidence does not stand.
    :raises CitewrightError: as a judge does.
    """
    judge = workspace.make_judge(options)
    entry = workspace.catalogue.version(slug, number)
    version = load_checked(workspace, entry.digest)
    outline, library = outline_of(workspace, slug), Library(workspace)
    desk = Desk(workspace, version, outline, Finder(library, SupportModel.load()))
    facts, found = desk.facts(), desk.candidates()
    assessor = Assessor(lambda: judge, slug=slug, section=None)
    verdicts = _verdicts(desk, facts, assessor, workspace.clock())
    assessment = Assessment(
        format=ASSESSMENT_TAG,
        version=version.digest,
        assessed=workspace.clock(),
        verdicts=desk.with_candidates(verdicts, facts, found),
        lint=linted(workspace, version),
        policy=desk.corpus.policy.digest,
        spending=assessor.outlay.spending,
        candidates=tuple(found.values()),
    )
    workspace.store.put_document("assessment", ASSESSMENT_TAG, assessment)
    workspace.assessments.add(assessment)
    return Recheck(entry, version, assessment, gate(workspace, version), library.unread)


def _verdicts(
    desk: Desk, facts: Mapping[str, tuple[Reason, ...]], assessor: Assessor, now: datetime
) -> list[Verdict]:
    """Verdicts on all citations: quotations by themselves, own words by the judge."""
    pairs = {
        (one.statement.id, place): pair_of(
            one.statement.text, one.heading, cited, desk.corpus.passages
        )
        for one in desk.statements
        if one.statement.form == "own_words"
        for place, cited in enumerate(one.statement.citations)
        if cited.evidence.kind == "quote"
    }
    judged = dict(zip(pairs, assessor.judgements(list(pairs.values())), strict=True))
    verdicts = []
    for one in desk.statements:
        statement = one.statement
        places = range(len(statement.citations))
        found = tuple(judged.get((statement.id, place), unjudged()) for place in places)
        verdicts += verdicts_for(statement, facts.get(statement.id, ()), now, found)
    return verdicts
