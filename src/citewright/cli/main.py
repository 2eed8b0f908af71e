"""``citewright``: one command for each use case."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from citewright import __version__
from citewright.bootstrap import open_workspace
from citewright.cli import show as showing
from citewright.cli.check import check, sweep
from citewright.cli.database import database
from citewright.cli.diff import diff
from citewright.cli.doctor import doctor
from citewright.cli.evaluate import evaluate
from citewright.cli.export import export
from citewright.cli.new import new
from citewright.cli.options import AsJson, Judge, Number, Project, Slug, maker, usd
from citewright.cli.output import (
    EXIT_PARTLY_DONE,
    EXIT_REVIEW_NEEDED,
    console,
    emit,
    honest,
    show_progress,
)
from citewright.cli.prefect_run import run_flow
from citewright.cli.refresh import refresh, request
from citewright.cli.review import replay, review
from citewright.cli.runs import runs, why
from citewright.cli.serve import accounts, rebuild_queue, serve
from citewright.cli.sources import sources
from citewright.cli.suggestions import outbox, suggestions
from citewright.errors import InputError
from citewright.pipeline import (
    evidence,
    extracting,
    gating,
    importing,
    pages,
    report,
    reviewing,
    verifying,
)
from citewright.pipeline.workspace import RunOptions
from citewright.settings import load

app = typer.Typer(
    name="citewright",
    help="A wiki whose every statement says where it comes from.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

app.command()(new)
app.command()(check)
app.command()(sweep)
app.command()(refresh)
app.command()(request)
app.command("eval")(evaluate)
app.command()(diff)
app.command()(export)
app.command()(doctor)
app.add_typer(runs, name="runs")
app.command()(why)
app.add_typer(sources, name="sources")
app.add_typer(review, name="review")
app.command()(replay)
app.command()(serve)
app.add_typer(accounts, name="accounts")
app.add_typer(suggestions, name="suggestions")
app.add_typer(outbox, name="outbox")
app.add_typer(database, name="database")
review.command("rebuild-queue")(rebuild_queue)


@app.command()
@honest
def generate(
    slugs: Annotated[list[str], typer.Argument(help="The articles to generate.")],
    project: Project = Path(),
    drafter: Annotated[
        str | None,
        typer.Option(help="auto, claude or extractive; auto is by whether a key is set."),
    ] = None,
    budget: Annotated[
        str | None, typer.Option(help="The most this run may cost, in US dollars.")
    ] = None,
    batch: Annotated[
        bool,
        typer.Option("--batch", help="Send the calls in batches: at half the price, within a day."),
    ] = False,
    judge: Judge = None,
    who: Annotated[
        str | None, typer.Option("--as", help="Who makes them, and so does not approve them.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only tell what it would cost; pay for nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Generate articles from their briefs, as drafts with a page to look at."""
    started = time.monotonic()
    show_progress(as_json=as_json)
    options = RunOptions(
        run="check", drafter=drafter, budget_usd=usd(budget), batch=batch, judge=judge
    )
    workspace = open_workspace(project)
    if batch:
        workspace.make_gathering(options)
    if dry_run:
        # Importing the SDK takes a second, which commands that call no model need not wait for.
        from citewright.cli.dry_run import print_estimates

        print_estimates(workspace, slugs, options, as_json=as_json)
        return
    # What can be found wrong at once is told at once, before Prefect takes seconds to start.
    workspace.make_drafter(options)
    if judge is not None:
        workspace.make_judge(options)
    for slug in slugs:
        evidence.read_order(workspace, slug)
    parameters = {
        "slugs": slugs, "project": str(workspace.project), "drafter": drafter, "budget": budget,
        "batch": batch, "judge": judge, "actor": maker(who),
    }  # fmt: skip
    results = run_flow(
        "generate_articles",
        workspace.project,
        parameters,
        concurrency=workspace.settings.concurrency,
    )
    seconds = round(time.monotonic() - started, 2)
    results = [result | {"seconds": seconds} for result in results]
    if as_json:
        emit(results[0] if len(results) == 1 else {"articles": results, "seconds": seconds})
    else:
        for result in results:
            showing.print_summary(console(), result)
    if any("error" in result or result["failed_sections"] for result in results):
        raise typer.Exit(EXIT_PARTLY_DONE)


@app.command()
@honest
def show(
    slug: Slug, project: Project = Path(), version: Number = None, as_json: AsJson = False
) -> None:
    """Print a version: its document, or its text with the markers."""
    workspace = open_workspace(project)
    document = pages.load_checked(workspace, workspace.catalogue.version(slug, version).digest)
    if as_json:
        emit(document.model_dump(mode="json", by_alias=True))
    else:
        showing.print_version(console(), document)


@app.command()
@honest
def publish(
    slugs: Annotated[
        list[str] | None, typer.Argument(help="Articles; all when none is named.")
    ] = None,
    project: Project = Path(),
    preview: Annotated[
        bool, typer.Option("--preview", help="Only build pages to look at, of any state.")
    ] = False,
    version: Number = None,
    who: Annotated[str | None, typer.Option("--as", help="Who publishes.")] = None,
    approve: Annotated[
        bool, typer.Option("--approve", help="Submit and approve them first, by --as.")
    ] = False,
    reason: Annotated[str, typer.Option("--reason", help="Why they are approved.")] = "",
    anew: Annotated[
        bool, typer.Option("--anew", help="Make every page, not only those that changed.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Publish the current versions that the gate lets through; exit 3 when it holds one back."""
    workspace = open_workspace(project)
    if version is not None and (not preview or len(slugs or []) != 1):
        raise InputError("--version goes with --preview and one article.")
    if preview:
        names = slugs or sorted(workspace.catalogue.currents())
        built = [str(pages.build_preview(workspace, name, version)) for name in names]
        emit({"pages": built}) if as_json else console().print("\n".join(built))
        return
    if approve:
        for name in slugs or sorted(workspace.catalogue.currents()):
            reviewing.submit_and_approve(workspace, name, who or "", reason)
    results = pages.release(workspace, slugs or [], who)
    site = pages.build_site(workspace, anew=anew)
    if as_json:
        articles = [showing.published(result) for result in results]
        emit({"articles": articles, "site": showing.built(site)})
    else:
        showing.print_published(console(), results)
        showing.print_built(console(), site)
    if any(result.objections for result in results):
        raise typer.Exit(EXIT_REVIEW_NEEDED)


@app.command("import")
@honest
def import_(
    file: Annotated[Path, typer.Argument(help="The text of a published page.")],
    slug: Annotated[str, typer.Option("--slug", help="The name the article gets.")],
    project: Project = Path(),
    as_json: AsJson = False,
) -> None:
    """Read a published page's text into an article's first version."""
    workspace = open_workspace(project)
    result = importing.import_page(workspace, file, slug)
    version = workspace.version(result.digest)
    state, against = workspace.catalogue.version(slug).state, gating.gate(workspace, version)
    figures = report.summary(version, state, against) | {
        "page": str(pages.build_preview(workspace, slug)),
        "import": result.report.as_dict(),
    }
    if as_json:
        emit(figures)
    else:
        showing.print_summary(console(), figures)
        showing.print_import(console(), result.report.as_dict())


@app.command()
@honest
def verify(
    slug: Annotated[str | None, typer.Argument(help="An article; all when none is named.")] = None,
    project: Project = Path(),
    as_json: AsJson = False,
) -> None:
    """Derive all hashes and offsets anew; exit 1 when something does not hold."""
    result = verifying.verify(open_workspace(project), slug)
    if as_json:
        emit(result.as_dict())
    else:
        showing.print_verification(console(), result)
    if result.problems:
        raise typer.Exit(1)


@app.command()
@honest
def extract(
    file: Annotated[Path, typer.Argument(help="A text, Markdown, HTML, PDF or JATS file.")],
    project: Project = Path(),
    as_json: AsJson = False,
) -> None:
    """Print the text of a file as it would be stored and quoted from."""
    extracted = extracting.extract_file(file, load(project))
    if as_json:
        emit(extracting.as_values(extracted))
    else:
        typer.echo(extracted.text)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print it.")
    ] = False,
) -> None:
    """A wiki whose every statement says where it comes from."""


def run() -> None:
    """The entry point of the installed command."""
    app()
