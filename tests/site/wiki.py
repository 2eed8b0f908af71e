"""A small wiki of invented articles, published, on disk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from catalogues import open_workspace
from opened import put_database

from citewright.model.article import Article, Lead, Paragraph, SeeAlso
from citewright.model.canonical import canonical_json, dump
from citewright.model.statement import Statement
from citewright.model.version import Version
from citewright.pipeline.site_build import Built, build_site
from citewright.pipeline.workspace import SNAPSHOT_TAG, VERSION_TAG, Workspace
from tests.site import sample, sample_parts

WALK, READ, SIT = "paced-walking", "slow-reading", "sitting-still"


def opened(folder: Path, **settings: Any) -> Workspace:
    """A workspace with the sample's texts in its store."""
    put_database(folder / "output")
    workspace = open_workspace(folder)
    values = {"site_name": "Sample Wiki"} | settings
    workspace = replace(workspace, settings=workspace.settings.model_copy(update=values))
    for key, text in sample_parts.TEXTS.items():
        workspace.store.put("text", text.encode())
        workspace.store.put("raw", text.encode())
        taken = sample_parts.snapshot(key)
        workspace.store.put_document("snapshot", SNAPSHOT_TAG, taken)
        workspace.catalogue.add_snapshot(taken)
    return workspace


def commit(workspace: Workspace, made: Version, *, public: bool = True) -> Version:
    """Add a version to its article, numbered behind the last, and publish it."""
    with workspace.catalogue.writing(made.slug) as writer:
        made = made.model_copy(
            update={
                "number": writer.next_number(major=writer.head is None),
                "parent": writer.head.digest if writer.head else None,
            }
        )
        workspace.store.put_document("version", VERSION_TAG, made)
        writer.add(made, "generated", "Ada")
    if public:
        workspace.catalogue.reviews.publish(made.digest, None, unreviewed=True)
    return made


def small(slug: str, title: str, *texts: str, see: Iterable[str] = ()) -> Version:
    """A version with a lead of sourced statements and nothing else."""
    desk = sample_parts.Desk()
    said = tuple(
        desk.cited(text, ("sample-institute", "six steps to a breath out")) for text in texts
    )
    return of(slug, title, said, desk, see)


def of(
    slug: str,
    title: str,
    said: tuple[Statement, ...],
    desk: sample_parts.Desk,
    see: Iterable[str] = (),
) -> Version:
    """A version of these statements."""
    block = Paragraph(type="paragraph", label=None, statements=said)
    article = Article(
        slug=slug,
        title=title,
        taxonomy=("sample", "invented practices"),
        lead=Lead(statements=(), absent="Nothing was asked for."),
        figure=None,
        sections=(sample.section("overview", "Overview", "prose", block),),
        sources=sample_parts.sources(),
        see_also=tuple(SeeAlso(slug=other, title=other) for other in see),
    )
    return sample.of(article, desk.verdicts)


def wiki(folder: Path, **settings: Any) -> Workspace:
    """Three articles, of which one has two versions, published."""
    workspace = opened(folder, **settings)
    commit(workspace, sample.version())
    again = sample.version()
    overview = again.article.sections[0]
    block = overview.blocks[0]
    said = block.statements[0].model_copy(
        update={"text": "Paced Walking is a sample practice taught in six hours, one a week."}
    )
    block = block.model_copy(update={"statements": (said, *block.statements[1:])})
    overview = overview.model_copy(update={"blocks": (block, *overview.blocks[1:])})
    article = again.article.model_copy(update={"sections": (overview, *again.article.sections[1:])})
    commit(workspace, sample.of(article, list(again.verdicts)))
    commit(
        workspace,
        small(READ, "Slow Reading", "Those who know Paced Walking read slowly too.", see=(WALK,)),
    )
    commit(workspace, small(SIT, "Sitting Still", "Nothing is done in it."))
    return workspace


def built(workspace: Workspace, *, index: bool = False) -> Built:
    """The site, brought up to date."""
    return build_site(workspace, index=index)


def files(workspace: Workspace) -> dict[str, bytes]:
    """All files of the site by their paths."""
    site = workspace.site
    return {
        str(path.relative_to(site)): path.read_bytes() for path in site.rglob("*") if path.is_file()
    }


def stored(made: Version) -> bytes:
    """A version's document."""
    return canonical_json(dump(made))
