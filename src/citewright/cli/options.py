"""Options that several commands have."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated

import typer

from citewright.errors import InputError
from citewright.pipeline.reviewing import named

Slug = Annotated[str, typer.Argument(help="The article's name, as in sources/briefs/NAME.yaml.")]
Project = Annotated[Path, typer.Option("--project", help="The project's folder.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
Number = Annotated[str | None, typer.Option("--version", help="A version's number, such as 1.0.")]

Judge = Annotated[
    str | None,
    typer.Option(
        "--judge", help="auto, claude, none or nli:NAME; without it, the project's setting."
    ),
]

Budget = Annotated[
    str | None, typer.Option("--budget", help="The most this run may cost, in US dollars.")
]


def maker(who: str | None) -> str | None:
    """The value of ``--as`` of what makes versions; None where nobody is named.

    :raises InputError: when it is no name.
    """
    return None if who is None else named(who)


def usd(amount: str | None) -> Decimal | None:
    """The value of ``--budget``.

    :raises InputError: when it is no amount of money.
    """
    if amount is None:
        return None
    try:
        found = Decimal(amount)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or found < 0:
        raise InputError(f"--budget takes an amount in US dollars, not {amount!r}.")
    return found
