"""What follows from a source that was retracted after a version was made.

The version stays as it is. Its page says what happened, and shows of the statements concerned
what the policy lets stand: ``drop`` withholds them, ``demote`` shows them as ``LLM``, ``review``
leaves them under the banner. These are the policy's actions for ``source-retracted``,
``source-withdrawn`` and ``source-concern``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from citewright.checks.gate import Objection
from citewright.checks.sourcing import BEFALLEN
from citewright.model.article import Article
from citewright.model.policy import Action, Policy
from citewright.model.statement import LLM, SourceMarker, Statement
from citewright.model.version import Version
from citewright.pipeline.article_parts import (
    Parts,
    put_together,
    statement_of,
    taken_apart,
    with_statement,
)
from citewright.pipeline.workspace import Workspace

WITHHELD = "What stood here rested on a source that does not stand any more."


def retracted_sources(workspace: Workspace, version: Version) -> dict[str, str]:
    """The sources that a version cites and that were retracted, withdrawn or put in doubt, each
    with what befell it.
    """
    cited = {citation.source for citation in version.article.citations()}
    standings = workspace.source_log.standings(sorted(cited))
    return {source: what for source, what in sorted(standings.items()) if what in BEFALLEN}


def befallen(workspace: Workspace, version: Version, policy: Policy) -> Iterator[Objection]:
    """What speaks against a version since sources of it were retracted, withdrawn or put in doubt.

    The policy's action for such a source counts: ``drop`` and ``demote`` hold the version back,
    ``review`` asks for a person's eye.
    """
    for source, what in retracted_sources(workspace, version).items():
        reason = BEFALLEN[what]
        yield Objection(
            code=reason.code,
            severity="review" if policy.action(reason.code) == "review" else "block",
            detail=f"The source {source} {reason.detail}; `citewright refresh` makes a version "
            "without what rests on it.",
        )


def shown_version(version: Version, retracted: dict[str, str], policy: Policy) -> Version:
    """The version as its page may show it; its own document and digest are another one's.

    :param retracted: what befell sources, in the words of :func:`retracted_sources`.
    """
    actions = {source: policy.action(BEFALLEN[what].code) for source, what in retracted.items()}
    gone = {source: action for source, action in actions.items() if action != "review"}
    if not gone:
        return version
    article = _without(version.article, gone)
    kept = {statement.id: statement for statement in article.statements()}
    verdicts = []
    for statement in version.article.statements():
        stays = [i for i, one in enumerate(statement.citations) if one.source not in gone]
        for verdict in version.verdicts:
            if verdict.statement == statement.id and verdict.citation in stays:
                place = stays.index(verdict.citation)
                if statement.id in kept and kept[statement.id].citations:
                    verdicts.append(verdict.model_copy(update={"citation": place}))
    return version.model_copy(update={"article": article, "verdicts": tuple(verdicts)})


def _without(article: Article, gone: Mapping[str, Action]) -> Article:
    parts: Parts = {
        section: [
            (
                block,
                [
                    with_statement(unit, stays)
                    for unit in units
                    for stays in [_stays(statement_of(unit), gone)]
                    if stays is not None
                ],
            )
            for block, units in blocks
        ]
        for section, blocks in taken_apart(article).items()
    }
    figure = article.figure
    if figure is not None:
        figure = figure.chosen(lambda one: _stays(one, gone))
    return put_together(article, parts, WITHHELD).model_copy(update={"figure": figure})


def _stays(statement: Statement, gone: Mapping[str, Action]) -> Statement | None:
    """What stands of a statement; None when it is withheld."""
    lost = [one.source for one in statement.citations if one.source in gone]
    if not lost:
        return statement
    left = tuple(one for one in statement.citations if one.source not in gone)
    if left:
        marker = SourceMarker(kind="sources", citations=left)
        return statement.model_copy(update={"marker": marker})
    # Words of the source, and figures from it, are nobody's own knowledge.
    bound = statement.form == "quotation" or any(char.isdigit() for char in statement.text)
    if bound or any(gone[source] == "drop" for source in lost):
        return None
    return statement.model_copy(update={"marker": LLM})
