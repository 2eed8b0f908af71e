"""``citewright check`` and ``citewright sweep``: versions that stand, looked at again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from uuid import uuid4

import typer

from citewright.bootstrap import open_workspace
from citewright.checks.gate import blocking
from citewright.cli.options import AsJson, Budget, Judge, Project, Slug, maker, usd
from citewright.cli.output import EXIT_REVIEW_NEEDED, console, emit, honest, show_progress
from citewright.cli.show import print_rows
from citewright.pipeline import assessment_report, pages, promoting, rechecking, sweeping
from citewright.pipeline.workspace import RunOptions


@honest
def check(
    slug: Slug,
    version: Annotated[str | None, typer.Argument(help="Its number; else the current one.")] = None,
    project: Project = Path(),
    judge: Judge = None,
    budget: Budget = None,
    as_json: AsJson = False,
) -> None:
    """Check a version again and store what was found; exit 3 when the gate holds it back."""
    show_progress(as_json=as_json)
    workspace = open_workspace(project)
    options = RunOptions(run=f"check-{uuid4()}", judge=judge, budget_usd=usd(budget))
    result = rechecking.recheck(workspace, slug, version, options)
    page = str(pages.build_preview(workspace, slug, version))
    if as_json:
        emit(assessment_report.as_values(result) | {"page": page})
    else:
        print_rows(console(), [*assessment_report.rows(result), ("page", page)])
    if blocking(result.objections):
        raise typer.Exit(EXIT_REVIEW_NEEDED)


@honest
def sweep(
    slug: Slug,
    version: Annotated[str | None, typer.Argument(help="Its number; else the current one.")] = None,
    project: Project = Path(),
    judge: Judge = None,
    budget: Budget = None,
    apply: Annotated[
        bool, typer.Option("--apply", help="Make a draft version with what may be applied.")
    ] = False,
    actor: Annotated[str | None, typer.Option("--as", help="Who has the version made.")] = None,
    as_json: AsJson = False,
) -> None:
    """Look through the library for what could carry statements better; change nothing."""
    show_progress(as_json=as_json)
    workspace = open_workspace(project)
    options = RunOptions(run=f"sweep-{uuid4()}", judge=judge, budget_usd=usd(budget))
    name = maker(actor)
    found = sweeping.sweep(workspace, slug, version, options)
    made = promoting.apply(workspace, found, name) if apply else None
    if as_json:
        emit(found.as_dict() | {"made": made and {"version": made.number, "digest": made.digest}})
        return
    print_rows(console(), found.rows())
    if made:
        print_rows(console(), [("made", f"{made.slug} {made.number}: {made.cause.detail}")])
