"""Stored assessments: their hashes derived anew, and whether they fit the versions they name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from citewright.checks.gate import stands
from citewright.errors import CitewrightError
from citewright.model.assessment import Assessment, Candidate
from citewright.model.statement import Statement
from citewright.model.version import Version
from citewright.pipeline.workspace import ASSESSMENT_TAG, Workspace
from citewright.versions.catalogue import Entry


def check_assessments(
    workspace: Workspace, named: Iterable[tuple[str, str]], entries: Collection[Entry]
) -> Iterator[str]:
    """What does not hold in these assessments, one sentence each.

    A version that cannot be read is told of elsewhere; here its assessments are hashed only.

    :param named: each assessment's digest and the version that the catalogue names it for.
    :param entries: all versions that the catalogue knows.
    """
    known = {entry.digest: entry for entry in entries}
    for digest, version in named:
        entry = known.get(version)
        if entry is None:
            yield f"the assessment {digest} is of a version that is not there: {version}."
            continue
        name = f"{entry.slug} {entry.number}"
        try:
            found = workspace.store.get_document("assessment", ASSESSMENT_TAG, digest, Assessment)
        except CitewrightError as error:
            yield f"{name}: {error.message}"
            continue
        if found.version != version:
            yield (
                f"{name}: the catalogue names the assessment {digest} for it, which is of "
                f"{found.version}."
            )
            continue
        for problem in _against(workspace, found):
            yield f"{name}: the assessment {digest} {problem}."


def _against(workspace: Workspace, found: Assessment) -> Iterator[str]:
    """What an assessment says of statements, citations and quotes that are not there."""
    try:
        version = workspace.version(found.version)
    except CitewrightError:
        # Told of where the versions are verified.
        return
    statements = {one.id: one for one in version.article.statements()}
    yield from _verdicts(version, found)
    for one in found.lint:
        if one.statement is not None and one.statement not in statements:
            yield f"finds fault with the statement {one.statement!r}, which is not there"
    for candidate in found.candidates:
        yield from _candidate(workspace, statements.get(candidate.statement), candidate)


def _verdicts(version: Version, found: Assessment) -> Iterator[str]:
    cited = {
        (statement.id, place): citation.source
        for statement in version.article.statements()
        for place, citation in enumerate(statement.citations)
    }
    for one in found.verdicts:
        pair = (one.statement, one.citation)
        if pair not in cited:
            what = f"citation {one.citation} of {one.statement!r}"
            yield f"judges the {what}, which is not there or is judged twice"
        elif cited.pop(pair) != one.source:
            yield f"judges {one.source!r} for {one.statement!r}, which cites another source there"


def _candidate(workspace: Workspace, one: Statement | None, found: Candidate) -> Iterator[str]:
    offered = f"offers {found.source!r} for the statement {found.statement!r}"
    if one is None or (found.citation is not None and found.citation >= len(one.citations)):
        yield f"{offered}, which is not there or has no such citation"
        return
    for evidence in found.evidence:
        try:
            text = workspace.finder(evidence.snapshot).text
        except CitewrightError as error:
            yield f"{offered}: {error.message.rstrip('.')}"
            return
        if not stands(evidence, text):
            place = evidence.position
            yield f"{offered}: its quote is not at characters {place.start} to {place.end}"
