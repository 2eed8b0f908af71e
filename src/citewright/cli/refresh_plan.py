"""``refresh --dry-run``: what is stale and why, what would be done, and what that would cost."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import typer

from citewright.bootstrap.rehearsing import open_rehearsal
from citewright.cli.dry_run import covered, said_range
from citewright.cli.output import emit
from citewright.drafting.estimate import Range
from citewright.errors import InputError, ModelError, SourceError
from citewright.pipeline.estimating import Estimate
from citewright.pipeline.remaking import estimate_refresh
from citewright.pipeline.staleness import Survey
from citewright.pipeline.workspace import RunOptions, Workspace
from citewright.refresh.plan import ArticlePlan


@dataclass(frozen=True)
class _Cost:
    """What an article would cost, or why that cannot be told."""

    estimate: Estimate | None
    error: str | None = None

    @property
    def usd(self) -> Range:
        return self.estimate.usd if self.estimate else Range()


def print_plan(
    workspace: Workspace, found: Survey, options: RunOptions, most: int, *, as_json: bool
) -> None:
    """Print the plan of a refresh; nothing is fetched, drafted or paid for.

    :param most: how many articles the run would draft.
    :raises SettingsError: when a price is unknown, or the server refuses the key.
    """
    costs = _costs(workspace, found.stale[:most], options)
    usd = sum((one.usd for one in costs.values()), Range())
    budget = workspace.settings.budget_usd if options.budget_usd is None else options.budget_usd
    if as_json:
        emit(_values(found, costs, most) | _money(usd, budget))
        return
    for plan in found.plans:
        _print_article(plan, costs.get(plan.slug))
    if len(found.stale) > most:
        typer.echo(f"{len(found.stale) - most} of them wait: a run drafts at most {most} articles.")
    typer.echo(
        f"{len(found.stale)} articles to draft in part, "
        f"{len(found.plans) - len(found.stale)} to look at or to anchor anew, "
        f"{len(found.quiet)} with nothing to tell."
    )
    typer.echo(f"cost {said_range(usd)}; the budget of {budget} USD covers {covered(budget, usd)}")


def _costs(
    workspace: Workspace, plans: tuple[ArticlePlan, ...], options: RunOptions
) -> dict[str, _Cost]:
    rehearsal = open_rehearsal(workspace, options) if plans else None
    found = {}
    for plan in plans:
        try:
            found[plan.slug] = _Cost(estimate_refresh(workspace, plan, options, rehearsal))
        except (InputError, ModelError, SourceError) as error:
            # One article without a brief keeps no other from being told.
            found[plan.slug] = _Cost(None, str(error))
    return found


def _values(found: Survey, costs: dict[str, _Cost], most: int) -> dict[str, object]:
    articles = []
    for plan in found.plans:
        cost = costs.get(plan.slug)
        more = {
            "waits": plan.stale and cost is None,
            "cost": cost.estimate.as_dict() if cost and cost.estimate else None,
            "error": cost.error if cost else None,
        }
        articles.append(plan.as_dict() | more)
    return {
        "dry_run": True,
        "articles": articles,
        "stale": len(found.stale),
        "standing": len(found.quiet) + len(found.plans) - len(found.stale),
        "statements_touched": sum(len(plan.touched) for plan in found.stale),
        "max_articles": most,
    }


def _money(usd: Range, budget: Decimal) -> dict[str, object]:
    return {
        "usd": usd.as_dict(),
        "budget_usd": float(budget),
        "budget_covers": covered(budget, usd),
    }


def _print_article(plan: ArticlePlan, cost: _Cost | None) -> None:
    typer.echo(f"{plan.slug} {plan.number}")
    for edit in plan.edits:
        if edit.edit != "keep":
            touched = f": {len(edit.touched)} statements touched" if edit.touched else ""
            typer.echo(f"  {edit.edit} {edit.section}{touched}")
    if plan.edits:
        typer.echo(f"  keep {plan.counts['keep']} sections")
    for said in dict.fromkeys(cause.detail for cause in plan.causes):
        typer.echo(f"  because: {said}")
    for said in dict.fromkeys(cause.detail for cause in plan.told):
        typer.echo(f"  to look at: {said}")
    if plan.anchors:
        typer.echo(f"  {len(plan.anchors)} quotes stand in a later text of their source")
    if cost is not None:
        typer.echo(f"  cost {said_range(cost.usd)}" if cost.estimate else f"  {cost.error}")
    elif plan.stale:
        typer.echo("  waits for another run")
