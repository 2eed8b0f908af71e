"""``citewright suggestions`` and ``citewright outbox``: what readers suggest, and mail to them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, get_args

import typer

from citewright.bootstrap import open_workspace
from citewright.bootstrap.community import open_community
from citewright.cli.options import AsJson, Project
from citewright.cli.output import EXIT_PARTLY_DONE, console, emit, honest, show_progress
from citewright.cli.prefect_run import run_flow
from citewright.cli.show import print_rows
from citewright.community.mailing import courier, deliver
from citewright.community.message import sender
from citewright.errors import InputError
from citewright.model.community import CLOSED, Suggestion, SuggestionState
from citewright.pipeline import suggesting
from citewright.pipeline.workspace import RunOptions

suggestions = typer.Typer(
    help="What readers suggest: list it, have it drafted, decline it.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

outbox = typer.Typer(help="Mail that is to go out.", no_args_is_help=True, rich_markup_mode=None)

Who = Annotated[str, typer.Option("--as", help="Who decides it.")]
Name = Annotated[str, typer.Argument(help="The suggestion's id.")]


@suggestions.command("list")
@honest
def list_(
    state: Annotated[
        str | None, typer.Option(help="Only those in this state; the open ones if none.")
    ] = None,
    project: Project = Path(),
    as_json: AsJson = False,
) -> None:
    """The suggestions, the longest waiting first, without who sent them."""
    states = get_args(SuggestionState)
    if state is not None and state not in states:
        raise InputError(f"there is no state {state!r}.", hint=f"Use one of {', '.join(states)}.")
    wanted = [one for one in states if one == state or (state is None and one not in CLOSED)]
    found = open_community(open_workspace(project)).suggestions.listing(wanted, limit=1000)
    _tell(found, as_json=as_json)


@suggestions.command("draft")
@honest
def draft(
    names: Annotated[
        list[str] | None, typer.Argument(help="Their ids; all that are handed over if none.")
    ] = None,
    project: Project = Path(),
    drafter: Annotated[
        str | None,
        typer.Option(help="auto, claude or extractive; auto is by whether a key is set."),
    ] = None,
    budget: Annotated[
        str | None, typer.Option(help="The most this run may cost, in US dollars.")
    ] = None,
    who: Annotated[
        str | None, typer.Option("--as", help="Who has it done, and so does not approve it.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Draft suggestions; those named are handed over first. Exit 5 when one could not be."""
    show_progress(as_json=as_json)
    workspace = open_workspace(project)
    # What can be found wrong at once is told at once, before Prefect takes seconds to start.
    workspace.make_drafter(RunOptions(run="check", drafter=drafter))
    for name in names or []:
        if suggesting.found(workspace, name).state in ("received", "failed"):
            suggesting.start(workspace, name, who or "citewright suggestions")
    parameters = {
        "suggestions": names, "project": str(workspace.project), "drafter": drafter,
        "budget": budget, "actor": who,
    }  # fmt: skip
    done = run_flow("revise_article", workspace.project, parameters, concurrency=1)
    if as_json:
        emit({"suggestions": done})
    else:
        rows = [(one["result"], f"{one['suggestion']} {one['slug']}: {one['why']}") for one in done]
        print_rows(console(), rows or [("", "none is to be drafted")])
    if any(one["result"] == "failed" for one in done):
        raise typer.Exit(EXIT_PARTLY_DONE)


@suggestions.command("decline")
@honest
def decline(
    name: Name,
    who: Who,
    reason: Annotated[str, typer.Option("--reason", help="Why; it is mailed as it is.")],
    project: Project = Path(),
    as_json: AsJson = False,
) -> None:
    """Do not take a suggestion up; a draft of it is taken back."""
    workspace = open_workspace(project)
    suggesting.decline(workspace, name, who, reason)
    _tell([suggesting.found(workspace, name)], as_json=as_json)


@suggestions.command("tidy")
@honest
def tidy(project: Project = Path(), as_json: AsJson = False) -> None:
    """Put aside what nobody confirmed or answered, and finish what was left half done."""
    _tell(suggesting.tidy(open_workspace(project)), as_json=as_json)


@outbox.command("deliver")
@honest
def deliver_(project: Project = Path(), as_json: AsJson = False) -> None:
    """Send the mail that is due; the application does so by itself."""
    workspace = open_workspace(project)
    box = open_community(workspace).outbox
    by = courier(workspace.settings.smtp_url, workspace.project / "output")
    sent = deliver(box, by, sender(workspace.settings.mail_from), workspace.clock())
    counts = box.counts()
    if as_json:
        emit({"sent": sent, **{f"{name}_in_all": many for name, many in counts.items()}})
    else:
        listed = ", ".join(f"{many} {name}" for name, many in sorted(counts.items()))
        typer.echo(f"{sent} sent; in all: {listed or 'nothing'}.")


def _tell(found: list[Suggestion], *, as_json: bool) -> None:
    if as_json:
        # Without the address: what is printed ends up in logs.
        emit(
            {
                "suggestions": [
                    one.model_dump(mode="json", exclude={"email", "name"}) for one in found
                ]
            }
        )
        return
    rows: list[tuple[str, str]] = [
        (one.state, f"{one.id} {one.slug} ({one.kind}): {one.text[:100]}") for one in found
    ]
    print_rows(console(), rows or [("", "there are none")])
