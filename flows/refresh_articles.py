"""Refresh articles: check their sources, plan what is stale, draft that and nothing else."""

from __future__ import annotations

import logging
from decimal import Decimal
from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_table_artifact
from prefect.runtime import flow_run

from citewright import bootstrap
from citewright.errors import CitewrightError, InputError, SourceError
from citewright.pipeline import checking, pages, refreshing, remaking, staleness, suggesting
from citewright.pipeline.workspace import RunOptions, Workspace
from citewright.refresh.plan import ArticlePlan

log = logging.getLogger(__name__)

BATCH = 25
"""Sources a task: a task costs Prefect more than asking a server that answers 304."""


def workspace(project: str) -> Workspace:
    """The project's workspace, opened once in a process."""
    return bootstrap.open_workspace(Path(project))


@task(task_run_name="check {keys[0]} and on")
def check_batch(project: str, keys: list[str]) -> int:
    """Some sources, one after another; gives how many could not be checked."""
    opened = workspace(project)
    watch = bootstrap.open_watch(opened)
    found = checking.check_sources(opened, keys, watch)
    return sum(one.error is not None for one in found)


@task(task_run_name="plan")
def plan(project: str, slugs: list[str]) -> staleness.Survey:
    """What is stale, and why."""
    return staleness.survey(workspace(project), slugs)


@task(task_run_name="send the calls of {count} articles in batches")
def send_in_batches(
    project: str,
    articles: list[ArticlePlan],
    count: int,  # noqa: ARG001 - the run is named after it
    options: RunOptions,
) -> int:
    """All calls of the articles answered; gives the number of rounds.

    An article that cannot be prepared is left out: its own step says what is wrong with it.
    """
    opened = workspace(project)
    readies = []
    for article in articles:
        try:
            readies.append(remaking.make_ready(opened, article, options))
        except (InputError, SourceError) as error:
            log.warning("%s is left out of the batch: %s", article.slug, error)
    return remaking.gather(opened, readies, options)


@task(task_run_name="reaffirm what stands")
def reaffirm(project: str, found: staleness.Survey) -> list[dict[str, Any]]:
    """Records for what stands, with its evidence anchored anew; makes no version."""
    return [one.as_dict() for one in refreshing.reaffirm(workspace(project), found)]


@task(task_run_name="refresh {slug}")
def refresh_article(
    project: str,
    slug: str,  # noqa: ARG001 - the run is named after it
    article: ArticlePlan,
    through: int,
    options: RunOptions,
) -> dict[str, Any]:
    """One article; one that fails stays as it is and keeps no other from being refreshed."""
    opened = workspace(project)
    try:
        made = refreshing.refresh_article(opened, article, through, options)
        if made.result == "version":
            pages.build_preview(opened, article.slug)
    except CitewrightError as error:
        return outcome(article, "failed", str(error))
    return made.as_dict()


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

    A run that was stopped is gone on with by starting it again: what was refreshed is not stale
    any more, and an answer that was paid for is found in the journal.

    :param budget: the most that the run may cost, in US dollars; the setting's if none.
    :param max_articles: the most articles that it may draft; the setting's if none.
    :param actor: who has it done, and so does not approve what comes of it.
    :param check: ask for the sources first; otherwise what is on record counts.
    :param batch: send the calls of all articles together, at half the price, within a day.
    """
    opened = workspace(project)
    names = slugs or []
    if check:
        keys = staleness.cited_sources(opened, names)
        batches = [keys[start : start + BATCH] for start in range(0, len(keys), BATCH)]
        for future in [check_batch.submit(project, batch) for batch in batches]:
            future.result()
    found = plan(project, names)
    most = opened.settings.refresh_max_articles if max_articles is None else max_articles
    table = [row(one, number < most) for number, one in enumerate(found.plans)]
    tell("refresh-plan", table, f"{len(found.quiet)} articles stand")

    cap = None if budget is None else Decimal(budget)
    run = str(flow_run.get_id())
    options = RunOptions(run=run, drafter=drafter, budget_usd=cap, actor=actor, batch=batch)
    done = reaffirm(project, found)
    # Nothing is put on top of a draft that a reader and an editor have not answered yet; but a
    # retracted source does not wait for them.
    busy = suggesting.busy(opened)
    held = [one for one in found.stale if one.slug in busy and not retracted(one)]
    urgent = [one.slug for one in found.stale if one.slug in busy and retracted(one)]
    stale = [one for one in found.stale if one.slug not in busy]
    if urgent:
        make_way(project, urgent)
        stale = [*plan(project, urgent).stale, *stale]
    drafted = stale[:most]
    if batch and drafted:
        send_in_batches(project, drafted, len(drafted), options)
    refreshing_now = [
        refresh_article.submit(project, one.slug, one, found.through, options) for one in drafted
    ]
    done += [future.result() for future in refreshing_now]
    done += [
        outcome(one, "waiting", f"This run drafts at most {most} articles.") for one in stale[most:]
    ]
    done += [
        outcome(one, "waiting", "The draft of a reader's suggestion is to be decided on first.")
        for one in held
    ]
    table = [{name: one[name] for name in ("slug", "result", "number", "why")} for one in done]
    cost = sum(one["cost_usd"] for one in done)
    tell("refresh-outcome", table, f"{len(done)} articles, {cost:.4f} USD")
    return done


@task(task_run_name="take back the drafts of suggestions for {slugs}")
def make_way(project: str, slugs: list[str]) -> None:
    """What is published and rests on a retracted source comes first."""
    for slug in slugs:
        suggesting.make_way(workspace(project), slug, "A source of the article was retracted.")


def retracted(article: ArticlePlan) -> bool:
    """Whether a source of the article was retracted."""
    return any(cause.kind == "retraction" for cause in article.causes)


def outcome(article: ArticlePlan, result: str, why: str) -> dict[str, Any]:
    """What became of an article that was not refreshed."""
    return {
        "slug": article.slug,
        "result": result,
        "number": article.number,
        "digest": article.version,
        "cost_usd": 0.0,
        "causes": [cause.detail for cause in article.causes],
        "why": why,
    }


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


def tell(key: str, table: list[dict[str, Any]], description: str) -> None:
    """A table that Prefect shows with the run."""
    create_table_artifact(key=key, table=table, description=description)
