"""``citewright diff``: what changed between two versions of an article."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path
from typing import Annotated, get_args

import typer

from citewright.bootstrap import open_workspace
from citewright.cli.options import AsJson, Project, Slug
from citewright.cli.output import console, emit, honest
from citewright.cli.show import change_rows, print_rows
from citewright.diff.html import Mode, render_html
from citewright.diff.terminal import render_text
from citewright.diff.view import view as view_of
from citewright.errors import InputError
from citewright.model.canonical import dump
from citewright.pipeline.comparing import Compared, compare_numbers


@honest
def diff(
    slug: Slug,
    old: Annotated[str, typer.Argument(help="A version's number, such as 1.0.")],
    new: Annotated[str, typer.Argument(help="The version that is compared with it.")],
    project: Project = Path(),
    html: Annotated[Path | None, typer.Option("--html", help="Write a page to this file.")] = None,
    view: Annotated[
        str, typer.Option("--view", help="Of the page: inline, sides or changes (only these).")
    ] = "inline",
    patch: Annotated[
        bool, typer.Option("--patch", help="Print the article's JSON Patch (RFC 6902).")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Compare two versions: statements, evidence, sources, and what may change the meaning."""
    if sum((html is not None, patch, as_json)) > 1:
        raise InputError("--json, --html and --patch exclude each other.", hint="Choose one.")
    mode = next((one for one in get_args(Mode) if one == view), None)
    if mode is None:
        raise InputError(f"--view takes {', '.join(get_args(Mode))}, not {view!r}.")
    compared = compare_numbers(open_workspace(project), slug, old, new)
    if as_json:
        emit(dump(compared.difference) | {"causes": [dump(one) for one in compared.causes]})
    elif patch:
        typer.echo(json.dumps(compared.patch, ensure_ascii=False, indent=2))
    elif html is not None:
        html.write_text(_page(compared, mode), encoding="utf-8", newline="\n")
    else:
        out = console()
        out.print(render_text(compared.difference))
        print_rows(out, change_rows(compared.causes))


def _page(compared: Compared, mode: Mode) -> str:
    """The fragment in the least page that shows it rightly."""
    shown = view_of(compared.difference, titles=compared.titles, causes=compared.causes)
    title = escape(f"{shown.slug} {shown.old} to {shown.new}")
    head = f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>{title}</title>\n'
    return head + render_html(shown, mode) + "\n</html>\n"
