"""Versions to pages: previews of anything, and the site of what the gate lets through."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from citewright.checks.gate import blocking
from citewright.community.votes import Votes
from citewright.model.review import refusal
from citewright.model.version import Version
from citewright.observe.tracing import traced
from citewright.pipeline.endorsing import acknowledge, unendorsed
from citewright.pipeline.gating import gate
from citewright.pipeline.heads import seal
from citewright.pipeline.loading import load_checked
from citewright.pipeline.site_build import Built, build_site
from citewright.pipeline.withdrawing import retracted_sources
from citewright.pipeline.workspace import Workspace
from citewright.site.context import PageContext
from citewright.site.frame import RESERVED, Frame
from citewright.site.write import write_article
from citewright.versions.catalogue import Entry

__all__ = ["Built", "Published", "build_preview", "build_site", "load_checked", "publish"]


@dataclass(frozen=True)
class Published:
    """What publishing did to one article; ``objections`` are why it was held back.

    ``statements`` are the texts of those that they name, by their ids.
    """

    slug: str
    number: str
    page: Path | None
    objections: tuple[str, ...]
    statements: dict[str, str]


@traced("build preview", "slug")
def build_preview(workspace: Workspace, slug: str, number: str | None = None) -> Path:
    """The page of a version in any state, in ``output/preview``; it says that it is not published.

    :raises NotFound: for an unknown article or number.
    :raises IntegrityError: when the version or its evidence does not stand.
    """
    entry = workspace.catalogue.version(slug, number)
    version = load_checked(workspace, entry.digest)
    return write_article(workspace.preview, version, preview_context(workspace, entry, version))


def publish(workspace: Workspace, slugs: list[str], actor: str | None = None) -> list[Published]:
    """Publish the current versions of these articles, or of all when none is named.

    With the setting ``review``, only versions that a person approved. An article whose version is
    held back keeps the pages it has. The site is then brought up to date.

    :param actor: who publishes; None for the program itself.
    :raises NotFound: for an unknown article.
    :raises IntegrityError: when a version or its evidence does not stand.
    """
    results = release(workspace, slugs, actor)
    build_site(workspace)
    return results


def release(workspace: Workspace, slugs: list[str], actor: str | None = None) -> list[Published]:
    """The same without building the site."""
    heads = [workspace.catalogue.version(slug) for slug in slugs or _all(workspace)]
    entries = [_candidate(workspace, head) for head in heads]
    results = []
    for head, entry in zip(heads, entries, strict=True):
        found, concerned = _held_back(workspace, entry)
        page = None
        if not found:
            free = not workspace.settings.review
            workspace.catalogue.reviews.publish(entry.digest, actor, unreviewed=free)
            seal(workspace, entry.slug)
            acknowledge(workspace, entry.digest)
            page = workspace.site / entry.slug / "index.html"
        results.append(Published(head.slug, entry.number, page, found, concerned))
    return results


def _candidate(workspace: Workspace, head: Entry) -> Entry:
    """What is to be published: the newest approved version where there is one, else the head."""
    if not workspace.settings.review or head.state in ("approved", "published"):
        return head
    approved = [
        entry
        for entry in workspace.catalogue.all_versions()
        if entry.slug == head.slug and entry.state in ("approved", "published")
    ]
    return approved[-1] if approved and approved[-1].state == "approved" else head


def _held_back(workspace: Workspace, entry: Entry) -> tuple[tuple[str, ...], dict[str, str]]:
    """Why a version is not published: its name, its state, or the gate; and whom that is about."""
    if entry.slug in RESERVED:
        return (f"The site's own page is at {entry.slug}/: the article needs another name.",), {}
    refused = refusal("publish", entry.state)
    free = entry.state == "published" or (entry.state == "draft" and not workspace.settings.review)
    if refused is not None and not free:
        return (f"{entry.slug} {entry.number} {refused[0]} {refused[1]}",), {}
    waiting = unendorsed(workspace, entry.digest)
    if waiting is not None:
        return (waiting,), {}
    version = load_checked(workspace, entry.digest)
    found = gate(workspace, version)
    named = {name for one in found if one.severity == "block" for name in one.statements}
    said = {one.id: one.text for one in version.article.statements() if one.id in named}
    return blocking(found), said


def preview_context(workspace: Workspace, entry: Entry, version: Version) -> PageContext:
    """What a page that stands alone says beyond the version."""
    current = workspace.catalogue.version(entry.slug)
    titles = {source.key: source.csl.title for source in version.article.sources}
    log = workspace.catalogue.reviews.log(version=entry.digest)
    approvals = [one.actor for one in log if one.kind == "approved"]
    published = {one.slug for one in workspace.catalogue.all_versions() if one.state == "published"}
    return PageContext(
        frame=Frame(site_name=workspace.settings.site_name),
        state=entry.state,
        checked=not blocking(gate(workspace, version)),
        number_is_current=entry.digest == current.digest,
        known_articles=frozenset(published),
        notes=sum(snapshot.covers == "notes" for snapshot in version.snapshots),
        reviewer=approvals[-1] if approvals else None,
        upvotes=Votes(workspace.database, b"").count(entry.slug),
        digest=entry.digest,
        assessment=workspace.assessment(entry.digest),
        retracted=tuple(
            (titles[source], what) for source, what in retracted_sources(workspace, version).items()
        ),
    )


def _all(workspace: Workspace) -> list[str]:
    return sorted(workspace.catalogue.currents())
