"""``citewright runs`` and ``why``: what runs did, what an article cost, and why it changed."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, get_args

import typer

from citewright.bootstrap import open_workspace
from citewright.cli.options import AsJson, Project, Slug
from citewright.cli.output import console, emit, honest
from citewright.cli.show import money_line, print_rows
from citewright.model.shares import ArticleState
from citewright.pipeline.accounting import account
from citewright.versions.expected import Expected
from citewright.versions.runs import Failure, RunFigures, RunLine, RunLog, Stage
from citewright.versions.share_overview import FailedShare, Overview, WorkerLine, overview

runs = typer.Typer(
    help="What runs did, what they cost, and what went wrong in them.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@runs.command("list")
@honest
def list_(
    limit: Annotated[int, typer.Option(min=1, max=1000, help="The most runs.")] = 20,
    project: Project = Path(),
    as_json: AsJson = False,
) -> None:
    """The newest runs that drafted something."""
    found = RunLog(open_workspace(project).database).listing(limit)
    if as_json:
        emit({"runs": [_plain(vars(one)) for one in found]})
        return
    rows = [(one.began, _line(one)) for one in found]
    print_rows(console(), rows or [("", "no run has drafted anything yet")])


@runs.command()
@honest
def show(
    run: Annotated[str, typer.Argument(help="The run's id, from `runs list`.")],
    project: Project = Path(),
    as_json: AsJson = False,
) -> None:
    """One run: its workers, its cost, its calls by article and role, its failures with what to do.

    A large run is one run, however many workers share it.
    """
    database = open_workspace(project).database
    shared = overview(database, run)
    found = RunLog(database).find(run)
    if as_json:
        emit(_plain(vars(found) | {"shared": shared}))
    else:
        rows = _rows(found)
        print_rows(console(), rows[:1] + (_shared(shared, found) if shared else []) + rows[1:])


@honest
def why(
    slug: Slug,
    version: Annotated[
        str | None, typer.Argument(help="A version; the current one if none.")
    ] = None,
    project: Project = Path(),
    as_json: AsJson = False,
) -> None:
    """What a version cost, and why it is as it is: its cause, and that of each change."""
    found = account(open_workspace(project), slug, version)
    if as_json:
        emit(found)
    else:
        print_rows(console(), _why(found))


def _usd(amount: Decimal) -> str:
    return f"{amount:.4f} USD"


def _expected(one: Expected | None) -> str:
    if one is None:
        return "nothing was recorded"
    if not one.worst:
        return f"0 USD: {' and '.join(one.drafters)} calls no model"
    return f"{_usd(one.expected)} ({one.low:.4f} to {one.worst:.4f}), {one.articles} articles begun"


def _line(one: RunLine) -> str:
    wrong = f", {one.failed} failed" if one.failed else ""
    going = f", {one.open} under way" if one.open else ""
    cost = _usd(one.cost_usd)
    return f"{one.run}: {one.articles} articles, {one.calls} calls{wrong}{going}, {cost}"


def _rows(one: RunFigures) -> list[tuple[str, str]]:
    cap = "no cap is known" if one.cap_usd is None else f"{one.percent}% of {_usd(one.cap_usd)}"
    cache = "" if one.cache_share is None else f", {one.cache_share:.0%} of input from the cache"
    rows = [
        ("run", one.run),
        ("began", one.began),
        ("last", one.ended or "nothing has ended yet"),
        ("cost", f"{_usd(one.spent_usd)}, {_usd(one.reserved_usd)} reserved ({cap})"),
        ("expected", _expected(one.expected)),
        ("calls", f"{one.calls}, {one.open} under way{cache}"),
        ("models", " ".join(one.models)),
    ]
    for stage in one.stages:
        done = ", ".join(f"{count} {role}" for role, count in stage.answered.items()) or "none"
        wrong = f", {stage.failed} failed" if stage.failed else ""
        rows.append(
            ("article", f"{stage.slug or '-'}: {done} answered{wrong}, {_usd(stage.cost_usd)}")
        )
    for failure in one.failures:
        place = " ".join(part for part in (failure.slug, failure.section, failure.role) if part)
        rows.append((failure.state, f"{place}: {failure.detail or 'no detail'} {failure.next}"))
    return rows


def _shared(one: Overview, figures: RunFigures) -> list[tuple[str, str]]:
    """How far a run is that workers share, over all of them and by each."""
    going = "stopped" if one.stopped else "ended" if one.ended else "under way"
    shards = f"{one.shards} shards" if one.shards != 1 else "1 shard"
    rows = [(one.kind, f"{going}: {_states(one.articles)} of {one.total} articles in {shards}")]
    if one.stopped:
        rows.append(("stopped", one.stopped))
    begun = figures.expected
    if begun and begun.articles and not one.ended:
        whole = begun.expected * one.total / begun.articles
        rows.append(("in the end", f"{_usd(whole)}, if the others cost what those begun do"))
    for worker in one.workers:
        place = "no shard" if worker.shard is None else f"shard {worker.shard}"
        rows.append(
            ("worker", f"{worker.host}, {place}, {worker.state}: {_states(worker.articles)}")
        )
    rows += [("failed", f"{each.slug}: {each.said} {each.hint}".strip()) for each in one.failed]
    return rows


def _states(counts: Mapping[ArticleState, int]) -> str:
    said = [f"{counts[state]} {state}" for state in get_args(ArticleState) if counts.get(state)]
    return ", ".join(reversed(said)) or "nothing"


def _why(one: dict[str, Any]) -> list[tuple[str, str]]:
    cause, made = one["cause"], one["generator"]
    rows = [
        ("article", f"{one['slug']} {one['number']}, {one['state']}, made {one['created']}"),
        ("after", one["parent"] or "none: it is the first"),
        ("cause", f"{cause['kind']}: {cause['detail']}"),
        ("drafter", " ".join([made["drafter"], *made["models"]])),
        ("cost", money_line(one)),
    ]
    rows += [("", _spent(part)) for part in one["spending"]]
    rows += [("run", run) for run in one["runs"]]
    rows += [("absent", f"{name}: its drafting failed") for name in one["failed_sections"]]
    for change in one["changes"]:
        reasons = " ".join(reason["detail"] for reason in change["causes"])
        rows.append((change["change"], f"{change['statement']}, {change['section']}: {reasons}"))
    if not one["changes"]:
        rows.append(("changes", one["no_changes"]))
    for step in one["log"]:
        who = step["actor"] or "citewright"
        rows.append((step["kind"], f"{step['at']} {who}. {step['detail']}".strip()))
    return rows


def _spent(part: dict[str, Any]) -> str:
    place = part["section"] or "the whole article"
    return f"{part['role']}, {place}: {part['cost_usd']:.4f} USD, {part['calls']} calls"


def _plain(value: Any) -> Any:  # noqa: ANN401 - a JSON value
    """The same with amounts as numbers."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Stage | Failure | Expected | Overview | WorkerLine | FailedShare):
        return _plain(vars(value))
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value
