"""``citewright export``: a version as a document for other programs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from citewright.bootstrap import open_workspace
from citewright.cli.options import AsJson, Project, Slug
from citewright.cli.output import emit, honest
from citewright.errors import InputError
from citewright.pipeline.exporting import FORMATS, export_pdf, export_version


@honest
def export(
    slug: Slug,
    version: Annotated[
        str | None, typer.Argument(help="A version's number; the current one if none.")
    ] = None,
    form: Annotated[str, typer.Option("--format", help=", ".join((*FORMATS, "pdf")))] = "markdown",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="A file instead of standard output.")
    ] = None,
    project: Project = Path(),
    as_json: AsJson = False,
) -> None:
    """Export a version: provenance, linked data, Markdown, text that can be imported, or PDF."""
    if form == "pdf":
        _export_pdf(project, slug, version, output, as_json=as_json)
        return
    exported = export_version(open_workspace(project), slug, version, form)
    if output is not None:
        output.write_text(exported.text, encoding="utf-8", newline="\n")
    if as_json:
        written: dict[str, str] = {"text": exported.text} if output is None else {}
        named = {"slug": slug, "version": exported.version, "format": form}
        file = str(output) if output else None
        emit({**named, "file": file, "notes": list(exported.notes), **written})
        return
    if output is None:
        sys.stdout.write(exported.text)
    for note in exported.notes:
        sys.stderr.write(f"note: {note}\n")


def _export_pdf(
    project: Path, slug: str, version: str | None, output: Path | None, *, as_json: bool
) -> None:
    if output is None:
        raise InputError("a PDF goes to a file.", hint="Name it with --output.")
    number, made = export_pdf(open_workspace(project), slug, version)
    output.write_bytes(made)
    if as_json:
        emit({"slug": slug, "version": number, "format": "pdf", "file": str(output), "notes": []})
