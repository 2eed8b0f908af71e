"""A version without its rejected changes: the next one, which records who decided what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from citewright.errors import InputError
from citewright.model.article import Article
from citewright.model.base import clean_text
from citewright.model.outlay import Usage
from citewright.model.staleness import ChangeCause
from citewright.model.verdict import Verdict
from citewright.model.version import Cause, Version, content_digest
from citewright.pipeline.causing import decided_changes
from citewright.pipeline.heads import seal
from citewright.pipeline.reassessing import reassessed_by
from citewright.pipeline.reviewing import Change, under_review
from citewright.pipeline.undoing import undo
from citewright.pipeline.workspace import VERSION_TAG, Workspace
from citewright.versions.reviews import Act


def revise(workspace: Workspace, slug: str, number: str, actor: str) -> Version:
    """Make a version in which the rejected changes are taken back, and submit it for review.

    It is the work of ``actor``, so somebody else has to approve it.

    :raises InputError: when the version is not in review or not the current one any more, when
        nothing is rejected, or when a change cannot be taken back on its own.
    """
    shown = under_review(workspace, slug, number)
    rejected = [one for one in shown.changes if one.decision and one.decision.kind == "rejected"]
    name = f"{slug} {number}"
    if shown.entry.state != "in_review":
        raise InputError(f"{name} is not in review.", hint="Submit it first.")
    if shown.version.parent is None or shown.difference is None or not rejected:
        raise InputError(f"no change of {name} is rejected.", hint="Approve it as it is.")
    old, new = workspace.version(shown.version.parent), shown.version
    every = shown.difference.statements
    article = undo(old.article, new.article, [one.change for one in rejected], every)
    with workspace.catalogue.writing(slug) as writer:
        if writer.head is None or writer.head.digest != new.digest:
            raise InputError(
                f"{name} is not the current version any more.",
                hint="Look at the current one and decide again.",
            )
        created = workspace.clock()
        version = revised(
            reassessed_by(workspace, old, created),
            reassessed_by(workspace, new, created),
            article,
            parent=new.digest,
            number=writer.next_number(major=False),
            created=created,
            cause=Cause(kind="revision", detail=_detail(number, shown.changes)),
            changes=rejections(new.article, article, shown.changes),
        )
        workspace.store.put_document("version", VERSION_TAG, version)
        writer.add(version, "revised", actor)
    workspace.catalogue.reviews.act(version.digest, [Act("submit", actor, "Revised.")])
    seal(workspace, slug)
    return version


def rejections(
    before: Article, after: Article, changes: Sequence[Change]
) -> tuple[ChangeCause, ...]:
    """The statements that rejections changed, each with who rejected what, and why."""
    told: dict[str, list[str]] = {}
    every = []
    for one in changes:
        decision = one.decision
        if decision is None or decision.kind != "rejected":
            continue
        said = f"{decision.actor} rejected {one.id}: {decision.detail}"
        every.append(said)
        for place in (*one.change.old, *one.change.new):
            told.setdefault(place.id, []).append(said)
    return decided_changes(before, after, told, every)


def revised(
    old: Version,
    new: Version,
    article: Article,
    *,
    parent: str,
    number: str,
    created: datetime,
    cause: Cause,
    changes: tuple[ChangeCause, ...] = (),
) -> Version:
    """The revision of ``new`` that says this article; it took no call.

    :param old: the version before ``new``, whose evidence and verdicts come back with its words;
        both with the verdicts that count now.
    :param parent: the digest of ``new`` as it is stored.
    :param changes: what differs from ``new``, each with its causes.
    """
    before = {statement.id: statement for statement in old.article.statements()}
    after = {statement.id: statement for statement in new.article.statements()}
    standing = {statement.id: statement for statement in article.statements()}
    kept = {name for name, statement in standing.items() if after.get(name) == statement}
    verdicts: list[Verdict] = [one for one in new.verdicts if one.statement in kept]
    verdicts += [
        one
        for one in old.verdicts
        if one.statement in standing.keys() - kept
        and before.get(one.statement) == standing[one.statement]
    ]
    needed = {
        citation.evidence.snapshot
        for citation in article.citations()
        if citation.evidence.kind == "quote"
    }
    held = {snapshot.digest for snapshot in new.snapshots}
    more = [one for one in old.snapshots if one.digest in needed - held]
    values = new.model_dump(by_alias=True) | {
        "number": number,
        "created": created,
        "article": article,
        "content": content_digest(article),
        "snapshots": (*new.snapshots, *more),
        "verdicts": tuple(verdicts),
        "history": (),
        "findings": tuple(one for one in new.findings if kept.issuperset(one.statements)),
        "answers": (),
        "spending": (),
        "usage": Usage(),
        "cost_usd": Decimal(0),
        "parent": parent,
        "cause": cause,
        "changes": changes,
    }
    return Version.model_validate(values)


def _detail(number: str, changes: Sequence[Change]) -> str:
    """Who decided what on which change, in one text; the log of the version has it in full."""
    said = [f"{number} without the changes that were rejected in review."]
    for one in changes:
        decision = one.decision
        if decision is not None and decision.kind in ("accepted", "rejected"):
            places = ", ".join(place.id for place in one.change.new or one.change.old)
            said.append(f"{one.id} ({places}) {decision.kind} by {decision.actor}.")
    open_ones = sum(one.decision is None for one in changes)
    if open_ones:
        said.append(f"{open_ones} changes were not decided on and are kept.")
    return clean_text(" ".join(said))
