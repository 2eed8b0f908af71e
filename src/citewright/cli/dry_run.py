"""``generate --dry-run``: what a run would cost, told without paying for anything."""

from __future__ import annotations

from decimal import Decimal

from rich.console import Console

from citewright.bootstrap.rehearsing import open_rehearsal
from citewright.cli.output import console, emit
from citewright.cli.show import print_rows
from citewright.drafting.estimate import Range
from citewright.pipeline.estimating import Estimate, estimate
from citewright.pipeline.workspace import RunOptions, Workspace


def print_estimates(
    workspace: Workspace, slugs: list[str], options: RunOptions, *, as_json: bool
) -> None:
    """Print what generating the articles would cost.

    :raises CitewrightError: as :func:`citewright.pipeline.estimating.estimate` does.
    """
    settings = workspace.settings
    budget = settings.budget_usd if options.budget_usd is None else options.budget_usd
    rehearsal = open_rehearsal(workspace, options)
    found = [estimate(workspace, slug, options, rehearsal) for slug in slugs]
    usd = sum((one.usd for one in found), Range())
    if as_json:
        figures = {
            "dry_run": True,
            "articles": [one.as_dict() for one in found],
            "usd": usd.as_dict(),
            "budget_usd": float(budget),
            "budget_covers": covered(budget, usd),
        }
        emit(figures)
        return
    out = console()
    for one in found:
        _print(out, one)
    if len(found) > 1:
        print_rows(out, [("all", said_range(usd))])
    print_rows(out, [("budget", f"{budget} USD covers {covered(budget, usd)}")])


def covered(budget: Decimal, usd: Range) -> str:
    """What of a cost a budget covers, as the end of a sentence."""
    if usd.worst <= budget:
        return "the worst case"
    return "the expected case, not the worst" if usd.expected <= budget else "less than expected"


def _print(out: Console, one: Estimate) -> None:
    rows = [("article", one.slug), ("drafter", one.drafter)]
    for line in one.lines:
        calls = _calls(line.calls)
        rows.append((line.role, f"{line.model}: {calls}, {said_range(line.usd)}"))
    rows.append(("cost", said_range(one.usd)))
    if one.stored:
        rows.append(("stored", f"{one.stored} answers are there already and cost nothing"))
    if one.lines:
        how = (
            "counted by the server" if one.estimated is None else f"told by bytes: {one.estimated}"
        )
        rows.append(("tokens", f"{one.shared_tokens} shared by all sections, {how}"))
    if one.assumed:
        rows.append(("server", "taken to cache and to keep to schemas; not asked yet"))
    if one.reserved_usd:
        rows.append(("reserves", f"{one.reserved_usd:.2f} USD of the budget at the first calls"))
    print_rows(out, rows)


def said_range(usd: Range) -> str:
    """A cost as one line says it."""
    return f"{usd.expected:.4f} USD expected ({usd.low:.4f} to {usd.worst:.4f})"


def _calls(calls: Range) -> str:
    low, expected, worst = (
        f"{count.normalize():f}" for count in (calls.low, calls.expected, calls.worst)
    )
    if low == worst == "1":
        return "1 call"
    return f"{worst} calls" if low == worst else f"{expected} calls ({low} to {worst})"
