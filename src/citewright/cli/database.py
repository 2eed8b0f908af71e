"""``citewright database``: moving a project's catalogue."""

from __future__ import annotations

from contextlib import ExitStack, closing
from pathlib import Path
from typing import Annotated

import typer

from citewright.cli.options import AsJson, Project
from citewright.cli.output import console, emit, honest
from citewright.database import Database
from citewright.database.copying import copy_all
from citewright.errors import InputError, NotFound, SettingsError
from citewright.settings import load

database = typer.Typer(
    help="The project's catalogue: a file in its folder, or a schema on a server.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

PLACES = ("server", "file")


@database.callback()
def _group() -> None:
    """With one command alone, its name would be left out."""


@database.command("copy")
@honest
def copy(
    to: Annotated[str, typer.Option("--to", help="server: from the file; file: back to it.")],
    project: Project = Path(),
    as_json: AsJson = False,
) -> None:
    """Copy the catalogue from its file to the server of CITEWRIGHT_DATABASE_URL, or back.

    What is copied to has to be empty, and nothing else may be at work on the project.
    """
    if to not in PLACES:
        raise InputError(f"--to is {to!r}.", hint=f"Use one of {', '.join(PLACES)}.")
    url = load(project).database_url
    if url is None:
        raise SettingsError(
            "no server is named.", hint="Set CITEWRIGHT_DATABASE_URL; docs/database.md."
        )
    file = project / "output" / "catalogue.sqlite"
    if to == "server" and not file.is_file():
        raise NotFound(f"there is no catalogue at {file}.", hint="Give the project's folder.")
    with ExitStack() as opened:
        on_disk = opened.enter_context(closing(Database(file)))
        away = opened.enter_context(closing(Database(url.get_secret_value())))
        copied = copy_all(on_disk, away) if to == "server" else copy_all(away, on_disk)
    if as_json:
        emit({"to": to, "rows": copied})
        return
    told = console()
    told.print(f"Copied {sum(copied.values())} rows of {len(copied)} tables to the {to}.")
    if to == "server":
        told.print(f"{file} is left as it was; move it away once all is well.")
