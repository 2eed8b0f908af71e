"""Make articles: sources, evidence, sections, version, page. Run by Prefect."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.runtime import flow_run
from prefect.utilities.annotations import quote

from citewright.bootstrap import crews, open_workspace
from citewright.model.version import Cause
from citewright.pipeline import (
    batching,
    commit,
    evidence,
    expecting,
    gating,
    pages,
    report,
    sections,
)
from citewright.pipeline.estimating import Steps
from citewright.pipeline.workspace import RunOptions, Workspace

# What a step needs again it finds in the journal and in the store. A cache of Prefect's would be a
# second one, and to hash the inputs for it takes longer than some of the steps.


def workspace(project: str) -> Workspace:
    """The project's workspace, opened once in a process."""
    return open_workspace(Path(project))


@task(cache_policy=NO_CACHE, task_run_name="retrieve {key}")
def retrieve_source(project: str, key: str) -> str:
    """One source: what was got is stored; gives the snapshot's digest."""
    return evidence.snapshot_source(workspace(project), key)


@task(cache_policy=NO_CACHE, task_run_name="select evidence for {slug}")
def select_evidence(
    project: str, slug: str, snapshots: list[str], kinds: list[str], exclusive: bool
) -> evidence.Plan:
    """The passages that each section is offered, by id."""
    return evidence.select_evidence(
        workspace(project), slug, snapshots, kinds=kinds, exclusive=exclusive
    )


@task(cache_policy=NO_CACHE, task_run_name="prepare {slug}")
def prepare(
    project: str, slug: str, plan: evidence.Plan, snapshots: list[str], options: RunOptions
) -> str:
    """What all sections share, done once: the service's cache is warmed."""
    return sections.prepare(workspace(project), slug, plan, snapshots, options)


@task(cache_policy=NO_CACHE, task_run_name="draft {section}")
def draft_section(
    project: str,
    slug: str,
    section: str,
    plan: evidence.Plan,
    snapshots: list[str],
    options: RunOptions,
) -> str:
    """One section's first draft; gives its digest."""
    return sections.draft_section(workspace(project), slug, section, plan, snapshots, options)


@task(cache_policy=NO_CACHE, task_run_name="check {section}")
def check_section(
    project: str,
    slug: str,
    section: str,  # noqa: ARG001 - the run is named after it
    draft: str,
    plan: evidence.Plan,
    snapshots: list[str],
    options: RunOptions,
) -> str:
    """One section checked, and repaired as needed; gives the digest of its outcome."""
    return sections.check_section(workspace(project), slug, draft, plan, snapshots, options)


@task(cache_policy=NO_CACHE, task_run_name="read {slug} as a whole")
def read_whole(
    project: str,
    slug: str,
    drafts: list[str],
    plan: evidence.Plan,
    snapshots: list[str],
    options: RunOptions,
) -> str:
    """Repeats, contradictions and unexplained terms across the sections."""
    return sections.read_whole(workspace(project), slug, drafts, plan, snapshots, options)


@task(cache_policy=NO_CACHE, task_run_name="commit {slug}")
def commit_version(
    project: str, slug: str, parts: commit.Parts, drafter: str, options: RunOptions
) -> commit.Committed:
    """The version in the store and the catalogue."""
    cause = Cause(kind="generate", detail="Generated from its brief.")
    return commit.commit_version(workspace(project), slug, parts, drafter, cause, options=options)


@task(cache_policy=NO_CACHE, task_run_name="build the page of {slug}")
def build_page(project: str, slug: str) -> str:
    """The page of the current version, to be looked at before it is published."""
    return str(pages.build_preview(workspace(project), slug))


@task(cache_policy=NO_CACHE, task_run_name="send the calls of {count} articles in batches")
def send_in_batches(
    project: str,
    articles: list[batching.Planned],
    count: int,  # noqa: ARG001 - the run is named after it
    options: RunOptions,
) -> int:
    """All calls of the articles answered; gives the number of rounds."""
    return batching.draft_in_batches(workspace(project), articles, options)


def run_name() -> str:
    """What the flow run is called: by its article, or by how many there are."""
    slugs = flow_run.get_parameters()["slugs"]
    return f"generate {slugs[0] if len(slugs) == 1 else f'{len(slugs)} articles'}"


@flow(name="generate-articles", flow_run_name=run_name)
def generate_articles(
    slugs: list[str],
    project: str = ".",
    drafter: str | None = None,
    budget: str | None = None,
    batch: bool = False,
    judge: str | None = None,
    actor: str | None = None,
) -> list[dict[str, Any]]:
    """Generate articles from their briefs; gives the summary of each version.

    One article is shown step by step. Several are a run that all workers share, in which an
    article is one task; one that cannot be made keeps no other from being made.

    :param budget: the most that the run may cost, in US dollars; the setting's if none.
    :raises CitewrightError: what went wrong, where it would keep the other articles from being
        made too.
    """
    if len(set(slugs)) > 1:
        terms = {
            "drafter": drafter, "budget": budget, "batch": batch, "judge": judge, "actor": actor,
        }  # fmt: skip
        with crews.Coordinator(project, "generate", terms) as run:
            done = run.share_out(list(dict.fromkeys(slugs)))
        return [{"slug": one.slug} | (one.result or {}) for one in done]
    [slug] = set(slugs)
    cap = None if budget is None else Decimal(budget)
    options = RunOptions(
        run=str(flow_run.get_id()),
        drafter=drafter,
        budget_usd=cap,
        batch=batch,
        judge=judge,
        actor=actor,
    )
    planned = plan(project, slug, options)
    if batch:
        send_in_batches(project, [planned], 1, options)
    return [generate_article(project, planned, options)]


def plan(project: str, slug: str, options: RunOptions) -> batching.Planned:
    """The steps before the first call to a model: sources and the passages of each section."""
    opened = workspace(project)
    brief, _ = evidence.read_order(opened, slug)
    drafter = opened.make_drafter(options)
    retrieved = [retrieve_source.submit(project, key) for key in brief.sources]
    snapshots = [future.result() for future in retrieved]
    dealt = select_evidence(project, slug, snapshots, sorted(drafter.kinds), drafter.exclusive)
    return batching.Planned(slug, dealt, snapshots)


def generate_article(
    project: str, article: batching.Planned, options: RunOptions
) -> dict[str, Any]:
    """The steps of one article from its first call on."""
    opened = workspace(project)
    slug, snapshots = article.slug, article.snapshots
    # Prefect need not look for futures in it, at each of some forty steps.
    plan: Any = quote(article.plan)
    brief, outline = evidence.read_order(opened, slug)
    drafter = opened.make_drafter(options)
    ids = [spec.id for spec in evidence.to_draft(brief, outline)]
    with expecting.beside(opened, Steps(slug, ids, article.plan, snapshots, options)):
        outlay = prepare(project, slug, plan, snapshots, options)
    # Futures stand for their results: Prefect passes those on.
    drafting: list[Any] = [
        draft_section.submit(project, slug, one, plan, snapshots, options) for one in ids
    ]
    # A section is checked as soon as it is drafted; the whole is read while others are mended.
    checking = [
        check_section.submit(project, slug, one, draft, plan, snapshots, options)
        for one, draft in zip(ids, drafting, strict=True)
    ]
    whole = read_whole.submit(project, slug, drafting, plan, snapshots, options)
    # What went wrong is told by the step where it did, not by those that waited for it.
    for drafted in drafting:
        drafted.result()
    outcomes = [future.result() for future in checking]
    parts = commit.Parts(outcomes, snapshots, outlay, whole.result())
    committed = commit_version(project, slug, parts, drafter.name, options)
    page = build_page(project, slug)

    version = opened.version(committed.digest)
    state = opened.catalogue.version(slug).state
    against, assessment = gating.gate(opened, version), opened.assessment(version.digest)
    create_markdown_artifact(
        key=f"provenance-{slug}",
        markdown=report.provenance_report(version, state, against, assessment),
        description=f"Provenance of {slug} {version.number}",
    )
    return report.summary(version, state, against, assessment) | {
        "reaffirmed": committed.reaffirmed,
        "failed_sections": list(committed.failed),
        "page": page,
    }
