"""``citewright serve`` and ``citewright accounts``: the web application and who may use it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from citewright.bootstrap import open_workspace
from citewright.bootstrap.community import open_community
from citewright.cli.options import AsJson, Project
from citewright.cli.output import console, emit, honest
from citewright.cli.show import print_rows
from citewright.errors import InputError, NotFound
from citewright.model.community import ROLES, Account, Role
from citewright.pipeline import queueing

accounts = typer.Typer(
    help="Who may sign in to the web application, and in which role.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@honest
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port; 0 takes a free one.")] = 8080,
    project: Project = Path(),
) -> None:
    """Serve the web application: review, decisions, runs, accounts, an interface for scripts."""
    # Importing the web framework takes a second, which other commands need not wait for.
    from citewright.web.serving import run

    run(open_workspace(project), host=host, port=port, told=typer.echo)


@accounts.command("add")
@honest
def add(
    email: Annotated[str, typer.Argument(help="Where sign-in links are mailed to.")],
    name: Annotated[str, typer.Option("--name", help="The name that logs and pages have.")],
    role: Annotated[str, typer.Option("--role", help=f"One of {', '.join(ROLES)}.")] = "reader",
    project: Project = Path(),
    as_json: AsJson = False,
) -> None:
    """Make an account."""
    community = open_community(open_workspace(project))
    made = community.accounts.create(email, name, _role(role))
    community.audit.note("citewright accounts", "made an account", name, f"{email} {role}")
    _tell([made], as_json=as_json)


@accounts.command("change")
@honest
def change(
    email: Annotated[str, typer.Argument(help="The account's e-mail address.")],
    role: Annotated[str | None, typer.Option("--role", help="Its new role.")] = None,
    disabled: Annotated[
        bool | None, typer.Option("--disable/--enable", help="Whether it may not sign in.")
    ] = None,
    project: Project = Path(),
    as_json: AsJson = False,
) -> None:
    """Change an account's role, or whether it may sign in."""
    community = open_community(open_workspace(project))
    account = community.accounts.by_email(email)
    if account is None:
        raise NotFound(f"there is no account {email!r}.", hint="`citewright accounts list`.")
    wanted = _role(role) if role is not None else None
    done = community.accounts.change(account.id, role=wanted, disabled=disabled)
    said = f"{done.role}{', disabled' if done.disabled else ''}"
    community.audit.note("citewright accounts", "changed an account", done.name, said)
    _tell([done], as_json=as_json)


@accounts.command("list")
@honest
def list_(project: Project = Path(), as_json: AsJson = False) -> None:
    """All accounts."""
    _tell(open_community(open_workspace(project)).accounts.listing(), as_json=as_json)


@honest
def rebuild_queue(project: Project = Path(), as_json: AsJson = False) -> None:
    """Make the review queue anew from the catalogue and the store."""
    waiting = queueing.rebuild(open_workspace(project))
    if as_json:
        emit({"waiting": waiting})
    else:
        typer.echo(f"{waiting} versions wait.")


def _role(name: str) -> Role:
    found = next((role for role in ROLES if role == name), None)
    if found is None:
        raise InputError(f"there is no role {name!r}.", hint=f"Use one of {', '.join(ROLES)}.")
    return found


def _tell(found: list[Account], *, as_json: bool) -> None:
    if as_json:
        emit({"accounts": [vars(one) for one in found]})
        return
    rows: list[tuple[str, str]] = [
        (one.role, f"{one.name} <{one.email}>{' disabled' if one.disabled else ''}")
        for one in found
    ]
    print_rows(console(), rows or [("", "there are no accounts yet")])
