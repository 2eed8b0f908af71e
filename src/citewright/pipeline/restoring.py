"""Going back to what readers see: a draft withdrawn, and the published text made the newest again.

Versions follow one another, and a withdrawn one stays in its place. So that nothing is drafted on
top of what was not wanted, the article's next version says again what is published. It is approved
with that, since somebody approved it before; it is not published anew, since readers have it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from citewright.model.base import clean_text
from citewright.model.outlay import Usage
from citewright.model.version import Cause, Version
from citewright.pipeline.brief_sources import take_from_brief
from citewright.pipeline.causing import decided_changes
from citewright.pipeline.heads import seal
from citewright.pipeline.reassessing import reassessed_by
from citewright.pipeline.workspace import VERSION_TAG, Workspace
from citewright.versions.reviews import Act


def take_back(workspace: Workspace, slug: str, draft: str, why: str) -> Version | None:
    """Withdraw a version, and restore the published text if it was the newest one.

    The sources that it added to the brief are taken out of it; they stay in the library.

    :param draft: the digest of a version that is not published.
    :return: the version that says again what is published; None where there is no need for one.
    """
    reviews, said = workspace.catalogue.reviews, clean_text(why) or "Taken back."
    entry = workspace.catalogue.entries([draft])[draft]
    if entry.state not in ("withdrawn", "published", "superseded"):
        reviews.act(draft, [Act("withdraw", None, said)], current_only=False)
    live, made = workspace.catalogue.published(slug), None
    with workspace.catalogue.writing(slug) as writer:
        head = writer.head
        if live is not None and head is not None and head.digest == draft:
            number, created = writer.next_number(major=False), workspace.clock()
            old = reassessed_by(workspace, workspace.version(live.digest), created)
            new = workspace.version(draft)
            detail = f"Back to what {old.number} says, since {new.number} was withdrawn. {said}"
            made = restored(old, new, number=number, created=created, detail=detail)
            workspace.store.put_document("version", VERSION_TAG, made)
            writer.add(made, "revised")
    if made is not None and live is not None:
        acts = [Act("submit", None, "Submitted."), Act("approve", None, made.cause.detail)]
        reviews.act(made.digest, acts)
        kept = workspace.refresh_log.anchors(live.digest)
        workspace.refresh_log.anchor(
            made.digest, [replace(one, version=made.digest) for one in kept]
        )
        added = _keys(new) - _keys(old)
        if added:
            take_from_brief(workspace, slug, added)
    seal(workspace, slug)
    return made


def restored(old: Version, new: Version, *, number: str, created: datetime, detail: str) -> Version:
    """The version behind ``new`` that says what ``old`` says, and why; it took no call."""
    values = old.model_dump(by_alias=True) | {
        "number": number,
        "created": created,
        "history": (),
        "answers": (),
        "spending": (),
        "usage": Usage(),
        "cost_usd": Decimal(0),
        "parent": new.digest,
        "cause": Cause(kind="restoration", detail=detail),
        "changes": decided_changes(new.article, old.article, {}, [detail]),
    }
    return Version.model_validate(values)


def _keys(version: Version) -> set[str]:
    return {source.key for source in version.article.sources}
