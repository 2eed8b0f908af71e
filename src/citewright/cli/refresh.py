"""``refresh`` and ``request``: keep articles current, and ask for something to be written anew."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Any

import typer

from citewright.bootstrap import open_workspace
from citewright.cli.options import AsJson, Project, Slug, maker, usd
from citewright.cli.output import (
    EXIT_PARTLY_DONE,
    emit,
    honest,
    show_progress,
)
from citewright.cli.prefect_run import run_flow
from citewright.errors import NotFound
from citewright.pipeline.staleness import survey
from citewright.pipeline.workspace import RunOptions


@honest
def refresh(
    slugs: Annotated[
        list[str] | None, typer.Argument(help="Articles; all when none is named.")
    ] = None,
    project: Project = Path(),
    drafter: Annotated[
        str | None,
        typer.Option(help="auto, claude or extractive; auto is by whether a key is set."),
    ] = None,
    budget: Annotated[
        str | None, typer.Option(help="The most this run may cost, in US dollars.")
    ] = None,
    max_articles: Annotated[
        int | None, typer.Option(min=0, help="The most articles that this run may draft.")
    ] = None,
    batch: Annotated[
        bool,
        typer.Option("--batch", help="Send the calls in batches: at half the price, within a day."),
    ] = False,
    check: Annotated[
        bool, typer.Option("--check/--no-check", help="Ask for the sources first.")
    ] = True,
    who: Annotated[
        str | None, typer.Option("--as", help="Who has it done, and so does not approve it.")
    ] = None,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run", help="Only tell what is stale by what is on record, and what it costs."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Draft again what does not stand any more; exit 5 when an article could not be refreshed."""
    started = time.monotonic()
    show_progress(as_json=as_json)
    workspace = open_workspace(project)
    names = slugs or []
    options = RunOptions(run="check", drafter=drafter, budget_usd=usd(budget), batch=batch)
    if batch:
        workspace.make_gathering(options)
    if dry_run:
        # Importing the SDK takes a second, which commands that call no model need not wait for.
        from citewright.cli.refresh_plan import print_plan

        limit = workspace.settings.refresh_max_articles
        most = limit if max_articles is None else max_articles
        print_plan(workspace, survey(workspace, names), options, most, as_json=as_json)
        return
    # What can be found wrong at once is told at once, before Prefect takes seconds to start.
    workspace.make_drafter(options)
    for slug in names:
        workspace.catalogue.version(slug)
    parameters = {
        "slugs": names, "project": str(workspace.project), "drafter": drafter, "budget": budget,
        "max_articles": max_articles, "check": check, "actor": maker(who), "batch": batch,
    }  # fmt: skip
    done = run_flow(
        "refresh_articles",
        workspace.project,
        parameters,
        concurrency=workspace.settings.concurrency,
    )
    if as_json:
        cost = sum(one["cost_usd"] for one in done)
        seconds = round(time.monotonic() - started, 2)
        emit({"articles": done, "cost_usd": cost, "seconds": seconds})
    else:
        for one in done:
            typer.echo(f"{one['slug']} {one['number']}: {one['result']}. {one['why']}")
        typer.echo(_counted(done))
    if any(one["result"] in ("failed", "waiting") for one in done):
        raise typer.Exit(EXIT_PARTLY_DONE)


@honest
def request(
    slug: Slug,
    why: Annotated[str, typer.Option("--why", help="What is wrong, or what has changed.")],
    who: Annotated[str, typer.Option("--as", help="Who asks.")],
    statement: Annotated[
        str | None, typer.Option("--statement", help="Its id; the whole article if none.")
    ] = None,
    project: Project = Path(),
    as_json: AsJson = False,
) -> None:
    """Ask for a statement, or a whole article, to be written anew by the next refresh."""
    workspace = open_workspace(project)
    version = workspace.version(workspace.catalogue.version(slug).digest)
    known = {one.id for one in version.article.statements()}
    if statement is not None and statement not in known:
        raise NotFound(
            f"{slug} {version.number} has no statement {statement!r}.",
            hint="`citewright show --json` lists the ids.",
        )
    now = workspace.clock()
    asked = workspace.request_log.ask(slug, statement, who=who, why=why, now=now)
    if as_json:
        emit(vars(asked))
    else:
        typer.echo(f"Request {asked.id} is noted; the next refresh of {slug} takes it up.")


def _counted(done: list[dict[str, Any]]) -> str:
    cost = sum(one["cost_usd"] for one in done)
    results = [one["result"] for one in done]
    counts = ", ".join(f"{results.count(name)} {name}" for name in dict.fromkeys(results))
    return f"{counts or 'Everything stands as it is'}; {cost:.4f} USD."
