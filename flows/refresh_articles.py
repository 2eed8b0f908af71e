"""Refresh articles: check their sources, plan what is stale, draft that and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE

from citewright import bootstrap
from citewright.bootstrap import crews
from citewright.model.shares import ShareResult
from citewright.pipeline import checking, refreshing, staleness, suggesting
from citewright.pipeline.share_work import plan_as_work
from citewright.pipeline.workspace import Workspace
from citewright.refresh.plan import ArticlePlan

BATCH, TASKS = 25, 160
"""Sources a task at the least, and tasks at the most: a task costs Prefect more than asking a
server that answers 304."""


def workspace(project: str) -> Workspace:
    """The project's workspace, opened once in a process."""
    return bootstrap.open_workspace(Path(project))


@task(cache_policy=NO_CACHE, task_run_name="check {keys[0]} and on")
def check_batch(project: str, keys: list[str]) -> int:
    """Some sources, one after another; gives how many could not be checked."""
    opened = workspace(project)
    watch = bootstrap.open_watch(opened)
    found = checking.check_sources(opened, keys, watch)
    return sum(one.error is not None for one in found)


@task(cache_policy=NO_CACHE, task_run_name="look over the articles")
def look_over(project: str, slugs: list[str]) -> refreshing.LookedOver:
    """What is stale, and why; what stands is recorded as such."""
    return refreshing.look_over(workspace(project), slugs)


@flow(name="refresh-articles", flow_run_name="refresh articles")
def refresh_articles(
    slugs: list[str] | None = None,
    project: str = ".",
    drafter: str | None = None,
    budget: str | None = None,
    max_articles: int | None = None,
    check: bool = True,
    actor: str | None = None,
    batch: bool = False,
) -> list[dict[str, Any]]:
    """Refresh the named articles, or all; gives what became of each that was not simply standing.

    It waits for an earlier refresh to end. What is stale is drafted by all workers that share the
    run; one that fails stays as it is and keeps no other from being refreshed. A run that was
    stopped is gone on with by starting it again: what was refreshed is not stale any more, and an
    answer that was paid for is found in the journal.

    :param budget: the most that the run may cost, in US dollars; the setting's if none.
    :param max_articles: the most articles that it may draft; the setting's if none.
    :param actor: who has it done, and so does not approve what comes of it.
    :param check: ask for the sources first; otherwise what is on record counts.
    :param batch: send the calls of each shard together, at half the price, within a day.
    """
    terms = {"drafter": drafter, "budget": budget, "batch": batch, "judge": None, "actor": actor}
    with crews.Coordinator(project, "refresh", terms) as run:
        run.wait_for_turn()
        if check:
            check_sources(project, slugs or [])
        found = look_over(project, slugs or [])
        stale, held = due(project, found)
        limit = workspace(project).settings.refresh_max_articles
        most = limit if max_articles is None else max_articles
        tell_plan(found, {one.slug for one in stale[:most]})
        work = {one.slug: plan_as_work(one, found.through) for one in stale[:most]}
        drafted = run.share_out(list(work), work)
    plans = {one.slug: one for one in stale}
    done = [
        *(one.as_dict() for one in found.reaffirmed),
        *(became(plans[one.slug], one) for one in drafted),
        *(waiting(one, f"This run drafts at most {most} articles.") for one in stale[most:]),
        *(waiting(one, "The draft of a reader's suggestion is to be decided on first.")
          for one in held),
    ]  # fmt: skip
    tell_outcome(done)
    return done


def check_sources(project: str, slugs: list[str]) -> None:
    """Ask for all sources that the articles cite."""
    keys = staleness.cited_sources(workspace(project), slugs)
    size = max(BATCH, -(-len(keys) // TASKS))
    batches = [keys[start : start + size] for start in range(0, len(keys), size)]
    for future in [check_batch.submit(project, batch) for batch in batches]:
        future.result()


def due(project: str, found: refreshing.LookedOver) -> tuple[list[ArticlePlan], list[ArticlePlan]]:
    """The stale articles that may be drafted, the gravest first, and those that have to wait.

    Nothing is put on top of a draft that a reader and an editor have not answered yet; but a
    retracted source does not wait for them.
    """
    busy = suggesting.busy(workspace(project)) if found.stale else set()
    held = [one for one in found.stale if one.slug in busy and not retracted(one)]
    urgent = [one.slug for one in found.stale if one.slug in busy and retracted(one)]
    stale = [one for one in found.stale if one.slug not in busy]
    if urgent:
        make_way(project, urgent)
        again = staleness.survey(workspace(project), urgent)
        stale = [*again.stale, *stale]
    return stale, held


@task(task_run_name="take back the drafts of suggestions for {slugs}")
def make_way(project: str, slugs: list[str]) -> None:
    """What is published and rests on a retracted source comes first."""
    for slug in slugs:
        suggesting.make_way(workspace(project), slug, "A source of the article was retracted.")


def retracted(article: ArticlePlan) -> bool:
    """Whether a source of the article was retracted."""
    return any(cause.kind == "retraction" for cause in article.causes)


def became(plan: ArticlePlan, one: ShareResult) -> dict[str, Any]:
    """What became of an article that was to be drafted."""
    if one.result is None:
        return waiting(plan, "The run was stopped before it.")
    if "result" in one.result:
        return one.result
    return refreshing.not_refreshed(plan, "failed", one.result["error"]["message"])


def waiting(plan: ArticlePlan, why: str) -> dict[str, Any]:
    """An article that another run has to refresh."""
    return refreshing.not_refreshed(plan, "waiting", why)


def row(article: ArticlePlan, now: bool) -> dict[str, Any]:
    """A plan as a line of the table.

    :param now: whether this run still drafts it.
    """
    edits: dict[str, str] = {
        name: ", ".join(one.section for one in article.edits if one.edit == name)
        for name in article.counts
    }
    return {
        "article": f"{article.slug} {article.number}",
        "in this run": ("yes" if now else "waits") if article.stale else "nothing to draft",
        **edits,
        "statements": len(article.touched),
        "reanchored": len(article.anchors),
        "why": " ".join(dict.fromkeys(one.detail for one in (*article.causes, *article.told))),
    }


def tell_plan(found: refreshing.LookedOver, now: set[str]) -> None:
    """The plan as a table that Prefect shows with the run.

    :param now: the articles that this run drafts.
    """
    table = [row(one, one.slug in now) for one in found.plans]
    create_table_artifact(
        key="refresh-plan", table=table, description=f"{found.quiet} articles stand"
    )


def tell_outcome(done: list[dict[str, Any]]) -> None:
    """What was done as a table that Prefect shows with the run."""
    table = [{name: one[name] for name in ("slug", "result", "number", "why")} for one in done]
    cost = sum(one["cost_usd"] for one in done)
    description = f"{len(done)} articles, {cost:.4f} USD"
    create_table_artifact(key="refresh-outcome", table=table, description=description)
