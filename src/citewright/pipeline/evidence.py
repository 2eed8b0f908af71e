"""Sources to snapshots, and passages to sections: the first half of making an article."""

from __future__ import annotations

import logging
from collections.abc import Collection

from citewright.errors import CitewrightError
from citewright.model.brief import Brief, Outline, SectionSpec
from citewright.model.evidence import Passage
from citewright.observe.tracing import traced
from citewright.pipeline.workspace import SNAPSHOT_TAG, Workspace
from citewright.retrieval.rank import PassageIndex
from citewright.retrieval.snapshots import Limits, take

log = logging.getLogger(__name__)

CANDIDATES = 60
"""Passages ranked for a section before they are dealt out."""

DEALT_MORE = 3
"""How many times the passages are dealt to a section where each goes to one section only."""

Plan = dict[str, list[str]]
"""The ids of the passages offered to each section, the best first."""


def read_order(workspace: Workspace, slug: str) -> tuple[Brief, Outline]:
    """The brief and its outline; every source of the brief is read, so that mistakes show early."""
    brief = workspace.brief(slug)
    for key in brief.sources:
        workspace.source(key)
    return brief, workspace.outline(brief.outline)


def to_draft(brief: Brief, outline: Outline) -> tuple[SectionSpec, ...]:
    """What is to be drafted; a figure that the editor gives is not."""
    return tuple(one for one in outline.drafted if one.id != "figure" or brief.figure is None)


@traced("retrieve source", "key")
def snapshot_source(workspace: Workspace, key: str) -> str:
    """Retrieve one source and store what was got; gives the snapshot's digest.

    Where the same bytes and text are known already, the earlier snapshot stands.

    :raises SourceError: when the source has no text.
    """
    settings = workspace.settings
    snapshot = take(
        workspace.source(key),
        project=workspace.project,
        blobs=workspace.store,
        fetcher=workspace.fetcher,
        limits=Limits(
            max_bytes=settings.fetch_max_bytes,
            extract_seconds=settings.extract_seconds,
            extract_megabytes=settings.extract_megabytes,
        ),
        now=workspace.clock(),
    )
    log.info("retrieved %s: %s, %d characters", key, snapshot.covers, snapshot.length)
    known = workspace.catalogue.known_snapshot(snapshot)
    if known is not None:
        return known
    workspace.store.put_document("snapshot", SNAPSHOT_TAG, snapshot)
    return workspace.catalogue.add_snapshot(snapshot)


@traced("select evidence", "slug")
def select_evidence(
    workspace: Workspace,
    slug: str,
    snapshots: list[str],
    *,
    kinds: Collection[str],
    exclusive: bool,
) -> Plan:
    """Deal the passages of the snapshots out to the sections of an article.

    :param kinds: the kinds of section that want passages; others are offered none.
    :param exclusive: a passage goes to the one section that it ranks highest for.
    """
    brief, outline = read_order(workspace, slug)
    passages = [passage for digest in snapshots for passage in workspace.passages(digest)]
    if not passages:
        raise CitewrightError(f"the sources of {slug!r} hold no passage that could be cited.")
    index = PassageIndex(passages)
    tiers = {key: workspace.source(key).tier for key in brief.sources}
    ranked = {
        spec.id: [
            (passage, score)
            for passage, score in _ranked(index, spec, brief)
            if tiers[passage.source] in spec.tiers
        ]
        for spec in to_draft(brief, outline)
        if spec.kind in kinds
    }
    # What is dealt out exclusively goes into no prompt and costs nothing, so there may be more.
    limit = workspace.settings.passages_per_section * (DEALT_MORE if exclusive else 1)
    plan = {
        section: [passage.id for passage, _ in found[:limit]] for section, found in ranked.items()
    }
    if exclusive:
        # The lead sums the article up, so it may repeat what a section says.
        ranked.pop(outline.lead.id)
        plan |= _deal(ranked, limit)
    return plan


def _ranked(
    index: PassageIndex, spec: SectionSpec, brief: Brief
) -> tuple[tuple[Passage, float], ...]:
    """The passages for a section: by what the section is about, within the article's topic.

    The summary is about the topic itself.
    """
    about = " ".join(spec.terms)
    if spec.id == "lead":
        return index.rank(f"{brief.title} {brief.topic}", context=about, limit=CANDIDATES)
    return index.rank(f"{spec.title} {about}", context=brief.topic, limit=CANDIDATES)


def _deal(ranked: dict[str, list[tuple[Passage, float]]], limit: int) -> Plan:
    """Each passage to the section where it comes closest to that section's best one."""
    offers = []
    for order, (section, found) in enumerate(ranked.items()):
        best = max((score for _, score in found), default=0.0) or 1.0
        offers += [
            (-score / best, place, order, section, passage.id)
            for place, (passage, score) in enumerate(found)
        ]
    plan: Plan = {section: [] for section in ranked}
    taken: set[str] = set()
    for _, _, _, section, passage in sorted(offers):
        if passage not in taken and len(plan[section]) < limit:
            plan[section].append(passage)
            taken.add(passage)
    return plan
