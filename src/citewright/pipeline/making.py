"""An article made from its brief, all steps in one: for runs of many, where each is one task.

The flow of one article shows each of these steps by itself; what they call is the same.
"""

from __future__ import annotations

from concurrent.futures import Executor
from typing import Any

from citewright.model.version import Cause
from citewright.pipeline import commit, evidence, expecting, gating, pages, report, sections
from citewright.pipeline.batching import Planned
from citewright.pipeline.estimating import Steps
from citewright.pipeline.heads import seal
from citewright.pipeline.workspace import RunOptions, Workspace


def plan_article(workspace: Workspace, slug: str, options: RunOptions) -> Planned:
    """The steps before the first call to a model: sources, and the passages of each section.

    :raises CitewrightError: as retrieving and selecting do.
    """
    brief, _ = evidence.read_order(workspace, slug)
    drafter = workspace.make_drafter(options)
    snapshots = [evidence.snapshot_source(workspace, key) for key in brief.sources]
    plan = evidence.select_evidence(
        workspace, slug, snapshots, kinds=sorted(drafter.kinds), exclusive=drafter.exclusive
    )
    return Planned(slug, plan, snapshots)


def make_article(
    workspace: Workspace, article: Planned, options: RunOptions, pool: Executor
) -> dict[str, Any]:
    """Make an article, its version and the page to look at; gives the version's summary.

    :param pool: where calls to the model are made; its size is how many there are at once.
    :raises CitewrightError: as the steps do.
    """
    slug = article.slug
    brief, outline = evidence.read_order(workspace, slug)
    rest = (article.plan, article.snapshots, options)
    ids = [spec.id for spec in evidence.to_draft(brief, outline)]
    with expecting.beside(workspace, Steps(slug, ids, *rest)):
        outlay = pool.submit(sections.prepare, workspace, slug, *rest).result()

    def drafted(section: str) -> str:
        return sections.draft_section(workspace, slug, section, *rest)

    def checked(draft: str) -> str:
        return sections.check_section(workspace, slug, draft, *rest)

    drafts = list(pool.map(drafted, ids))
    whole = pool.submit(sections.read_whole, workspace, slug, drafts, *rest)
    outcomes = list(pool.map(checked, drafts))
    parts = commit.Parts(outcomes, article.snapshots, outlay, whole.result())
    drafter = workspace.make_drafter(options).name
    cause = Cause(kind="generate", detail="Generated from its brief.")
    made = commit.commit_version(workspace, slug, parts, drafter, cause, options=options)
    return finish(workspace, slug, made)


def finish(workspace: Workspace, slug: str, made: commit.Committed) -> dict[str, Any]:
    """What follows a version: its page to look at, and its summary."""
    page = pages.build_preview(workspace, slug)
    version = workspace.version(made.digest)
    state = workspace.catalogue.version(slug).state
    against, assessment = gating.gate(workspace, version), workspace.assessment(version.digest)
    return report.summary(version, state, against, assessment) | {
        "reaffirmed": made.reaffirmed,
        "failed_sections": list(made.failed),
        "page": str(page),
    }


def finish_lost(workspace: Workspace, slug: str, digest: str) -> dict[str, Any]:
    """What a worker left undone that was lost once it had made the version of this digest."""
    seal(workspace, slug)
    failed = workspace.version(digest).failed
    return finish(workspace, slug, commit.Committed(digest, reaffirmed=False, failed=failed))
