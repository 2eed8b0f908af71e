"""``citewright doctor``: whether everything that a project needs is there."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from citewright.bootstrap.stores import open_store
from citewright.cli.options import AsJson, Project
from citewright.cli.output import console, emit, honest
from citewright.pipeline.doctor import Finding, examine
from citewright.pipeline.doctor.finding import Result

_COLOURS: dict[Result, str] = {"ok": "green", "warning": "yellow", "failed": "red"}


@honest
def doctor(
    project: Project = Path(),
    online: Annotated[
        bool, typer.Option("--online", help="Ask the model's server too; that costs nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Look the installation over: what is wrong, and what to do; exit 1 when something failed."""
    findings = examine(
        project.resolve(), os.environ, datetime.now(UTC).date(), open_store, online=online
    )
    counts = Counter(one.state for one in findings)
    if as_json:
        emit({"checks": [asdict(one) for one in findings]} | {one: counts[one] for one in _COLOURS})
    else:
        _print(console(), findings)
    if counts["failed"]:
        raise typer.Exit(1)


def _print(out: Console, findings: list[Finding]) -> None:
    for one in findings:
        line = Text(f"{one.state:>8}", style=_COLOURS[one.state])
        out.print(line.append(f"  {one.name}: {one.said}", style="default"))
        if one.do:
            out.print(Text(f"{'':>8}  → {one.do}"))
