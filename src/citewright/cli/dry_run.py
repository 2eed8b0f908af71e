"""``generate --dry-run``: what a run would cost, told without paying for anything."""

from __future__ import annotations

from decimal import Decimal

from rich.console import Console

from citewright.bootstrap import choose_drafter
from citewright.bootstrap.claude import Claude
from citewright.bootstrap.judges import choose_judge
from citewright.checks.judging import Judge
from citewright.cli.output import console, emit
from citewright.cli.show import print_rows
from citewright.database import catalogue_of
from citewright.drafting.calls import Calls
from citewright.drafting.counting import TokenCounter
from citewright.drafting.estimate import Range, Tariff
from citewright.drafting.ports import Drafter
from citewright.pipeline.estimating import Estimate, Rehearsal, estimate
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


def open_rehearsal(workspace: Workspace, options: RunOptions) -> Rehearsal | None:
    """What estimates are made with; None where nothing has to be paid for.

    :raises SettingsError: as for a run: no key, an unknown price.
    :raises IntegrityError: when the catalogue cannot be opened.
    """
    settings, project = workspace.settings, workspace.project
    if choose_drafter(settings, options.drafter) == "extractive":
        return None
    database = catalogue_of(project, settings.database_url)
    taken = settings.model_copy(update={"features": "all"})
    asking = Claude(settings, project, database, workspace.store)
    assuming = Claude(taken, project, database, workspace.store)

    def make_drafter(calls: Calls, assume: bool) -> Drafter:
        model = assuming if assume else asking
        return model.batch_drafter(calls) if options.batch else model.drafter(calls)

    def make_judge(calls: Calls, assume: bool) -> Judge | None:
        model = assuming if assume else asking
        return model.judge(calls, batch=options.batch) if judges else None

    judges = choose_judge(settings, options.judge) == "claude"
    manners = asking.batch_manners if options.batch else asking.manners
    return Rehearsal(
        find=asking.journal("dry-run", Decimal(0)).find,
        make_drafter=make_drafter,
        make_judge=make_judge,
        judged=asking.judged(batch=options.batch) if judges else (),
        counter=TokenCounter(asking.messages),
        manners=manners,
        tariff=Tariff(project, manners["draft"].ttl, options.batch),
    )


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
