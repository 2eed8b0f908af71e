"""Applying what a sweep offers: a new draft version whose statements have the offered evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from citewright.checks.verdicts import QUOTATION_CHECK, unjudged, verdicts_for
from citewright.errors import InputError
from citewright.model.article import Article
from citewright.model.outlay import merged, total_cost, total_usage
from citewright.model.source import Source
from citewright.model.statement import Statement
from citewright.model.verdict import Verdict
from citewright.model.version import Cause, Version, content_digest
from citewright.pipeline.article_parts import (
    put_together,
    statement_of,
    taken_apart,
    with_statement,
)
from citewright.pipeline.heads import seal
from citewright.pipeline.reassessing import reassessed
from citewright.pipeline.sweeping import Offer, Sweep, as_offered
from citewright.pipeline.workspace import VERSION_TAG, Workspace

NOTHING_LEFT = "Nothing was left here."


def appliable(found: Sweep) -> tuple[Offer, ...]:
    """The offers that may be applied: those judged to support, and those that nobody judged.

    What a judge found wanting, or could not judge, is left as it is.
    """
    return tuple(
        one
        for one in found.offers
        if one.judgement.outcome == "supported" or one.judgement.checker == QUOTATION_CHECK
    )


def apply(workspace: Workspace, found: Sweep, actor: str | None = None) -> Version:
    """Make a draft version with the offers that may be applied, and make it the current one.

    What nobody judged is not assessed in it, so the gate holds it back until somebody does.

    :param actor: who had it made, who may then not approve it.
    :raises InputError: when there is nothing to apply, or the version is not the current one.
    """
    offers, before = appliable(found), found.version
    known = workspace.assessments.newest(before.digest)
    if not offers:
        raise InputError(
            f"there is nothing to apply to {before.slug} {before.number}.",
            hint="Look at what is offered: citewright sweep, without --apply.",
        )
    changed = _changed(before.article, offers)
    article = _article(before.article, changed, {one: workspace.source(one) for one in _new(found)})
    snapshots = dict.fromkeys(one.digest for one in before.snapshots)
    snapshots |= dict.fromkeys(one.candidate.evidence[0].snapshot for one in offers)
    now = workspace.clock()
    with workspace.catalogue.writing(before.slug) as writer:
        if writer.head is None or writer.head.digest != before.digest:
            raise InputError(
                f"{before.slug} {before.number} is not the current version.",
                hint="Sweep the current one.",
            )
        spending = merged(found.outlay.spending)
        version = Version.model_validate(
            dict(before)
            | {
                "number": writer.next_number(major=False),
                "created": now,
                "article": article,
                "content": content_digest(article),
                "snapshots": tuple(workspace.snapshot(digest) for digest in snapshots),
                "verdicts": _verdicts(reassessed(workspace, before, known), article, offers, now),
                "history": (),
                "changes": (),
                "answers": found.outlay.answers,
                "spending": spending,
                "usage": total_usage(spending),
                "cost_usd": total_cost(spending),
                "parent": before.digest,
                "cause": Cause(kind="revision", detail=_detail(before.number, offers)),
            }
        )
        workspace.store.put_document("version", VERSION_TAG, version)
        writer.add(version, "revised", actor)
    seal(workspace, before.slug)
    return version


def _new(found: Sweep) -> list[str]:
    known = {source.key for source in found.version.article.sources}
    wanted = dict.fromkeys(one.candidate.source for one in appliable(found))
    return [key for key in wanted if key not in known]


def _changed(article: Article, offers: tuple[Offer, ...]) -> dict[str, Statement]:
    """The statements that get evidence, with all of what is offered for each."""
    changed = {one.id: one for one in article.statements()}
    for offer in offers:
        name = offer.statement.id
        changed[name] = as_offered(changed[name], offer.candidate)
    return {offer.statement.id: changed[offer.statement.id] for offer in offers}


def _article(
    article: Article, changed: Mapping[str, Statement], sources: Mapping[str, Source]
) -> Article:
    parts = taken_apart(article)
    for blocks in parts.values():
        for _, units in blocks:
            units[:] = [
                with_statement(unit, changed.get(statement_of(unit).id, statement_of(unit)))
                for unit in units
            ]
    made = put_together(article, parts, NOTHING_LEFT)
    figure = article.figure
    if figure:
        figure = figure.chosen(lambda one: changed.get(one.id, one))
    listed = (*article.sources, *sources.values())
    return Article.model_validate(dict(made) | {"sources": listed, "figure": figure})


def _verdicts(
    before: Version, article: Article, offers: tuple[Offer, ...], now: datetime
) -> tuple[Verdict, ...]:
    """Those of citations that stayed as they were, and new ones on the others.

    :param before: with the verdicts that count.
    """
    old = {(one.statement, one.citation): one for one in before.verdicts}
    stood = {one.id: one.citations for one in before.article.statements()}
    judged = {(one.statement.id, one.candidate.citation or 0): one.judgement for one in offers}
    found = []
    for statement in article.statements():
        places = range(len(statement.citations))
        judgements = tuple(judged.get((statement.id, place), unjudged()) for place in places)
        for verdict in verdicts_for(statement, (), now, judgements):
            place = verdict.citation
            same = statement.citations[place] in stood[statement.id][place : place + 1]
            found.append(old[statement.id, place] if same else verdict)
    return tuple(found)


def _detail(number: str, offers: tuple[Offer, ...]) -> str:
    told = ", ".join(f"{n} {kind}s" for kind, n in Counter(one.kind for one in offers).items())
    return f"Evidence from the library for {number}: {told}."
