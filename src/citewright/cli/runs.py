"""``citewright runs`` and ``why``: what runs did, what an article cost, and why it changed."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer

from citewright.bootstrap import open_workspace
from citewright.cli.options import AsJson, Project, Slug
from citewright.cli.output import console, emit, honest
from citewright.cli.show import money_line, print_rows
from citewright.pipeline.accounting import account
from citewright.versions.runs import Failure, RunFigures, RunLine, RunLog, Stage

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
    """The newest runs that called a model."""
    found = RunLog(open_workspace(project).database).listing(limit)
    if as_json:
        emit({"runs": [_plain(vars(one)) for one in found]})
        return
    rows = [(one.began, _line(one)) for one in found]
    print_rows(console(), rows or [("", "no run called a model yet")])


@runs.command()
@honest
def show(
    run: Annotated[str, typer.Argument(help="The run's id, from `runs list`.")],
    project: Project = Path(),
    as_json: AsJson = False,
) -> None:
    """One run: its cost, its calls by article and role, its failures with what to do."""
    found = RunLog(open_workspace(project).database).find(run)
    if as_json:
        emit(_plain(vars(found)))
    else:
        print_rows(console(), _rows(found))


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
    if isinstance(value, Stage | Failure):
        return _plain(vars(value))
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value
