"""A stored version as a document for other programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from citewright.errors import DocumentError, InputError
from citewright.exporting.jsonld import export_jsonld
from citewright.exporting.markdown import export_markdown
from citewright.exporting.prov import Deed, export_prov
from citewright.exporting.text import export_text
from citewright.importing.published import read_page
from citewright.model.article import Article
from citewright.model.canonical import Json
from citewright.model.statement import Statement
from citewright.model.version import Version
from citewright.pipeline.loading import load_checked
from citewright.pipeline.pages import preview_context
from citewright.pipeline.workspace import Workspace
from citewright.references.apa import apa
from citewright.site.pdf import render_pdf
from citewright.versions.reviews import MADE

FORMATS = ("prov", "jsonld", "markdown", "text")


@dataclass(frozen=True)
class Exported:
    """The document, and what of the statements ``citewright import`` would read otherwise.

    ``notes`` are empty but for the text form, which marks statements as published pages do and
    not in a way that fits every text.
    """

    version: str
    text: str
    notes: tuple[str, ...]


def export_version(workspace: Workspace, slug: str, number: str | None, form: str) -> Exported:
    """A version in one of the :data:`FORMATS`.

    :param number: the version's number; the current one when None.
    :raises InputError: for another form.
    :raises NotFound: for an unknown article or number.
    :raises IntegrityError: when the stored version is not what its hash says.
    """
    if form not in FORMATS:
        raise InputError(f"there is no format {form!r}.", hint=f"Use {', '.join(FORMATS)}.")
    entry = workspace.catalogue.version(slug, number)
    version = workspace.version(entry.digest)
    if form == "prov":
        log = workspace.catalogue.reviews.log(version=entry.digest)
        deeds = [Deed(one.kind, one.actor, one.at) for one in log if one.kind not in MADE]
        editors = [one.actor for one in log if one.kind in MADE and one.actor is not None]
        return Exported(version.number, _json(export_prov(version, deeds, editors)), ())
    if form == "jsonld":
        return Exported(version.number, _json(export_jsonld(version)), ())
    references = {source.key: apa(source) for source in version.article.sources}
    if form == "markdown":
        return Exported(version.number, export_markdown(version, references), ())
    text = export_text(version, references)
    return Exported(version.number, text, tuple(read_otherwise(version, text)))


def export_pdf(workspace: Workspace, slug: str, number: str | None) -> tuple[str, bytes]:
    """A version's number and its page as PDF; raises as :func:`export_version` does.

    :raises InputError: when the extra ``pdf`` is not installed.
    """
    entry = workspace.catalogue.version(slug, number)
    version = load_checked(workspace, entry.digest)
    return entry.number, render_pdf(version, preview_context(workspace, entry, version))


def read_otherwise(version: Version, text: str) -> Iterator[str]:
    """What an import of a version's text would read otherwise than the version has it.

    Compared are the statements' texts and the numbers of their sources, wherever they stand.
    """
    article = version.article
    library = {source.key: source for source in article.sources}
    try:
        again = read_page(text, slug=version.slug, brief=None, library=library).article
    except DocumentError as error:
        yield f"the text cannot be imported: {error}"
        return
    before, after = ([_said(one, side) for one in side.statements()] for side in (article, again))
    for one in before:
        if one in after:
            after.remove(one)
        else:
            yield f"an import reads otherwise: {one[0][:80]!r} {list(one[1]) or 'LLM'}"
    for one in after:
        yield f"an import reads instead: {one[0][:80]!r} {list(one[1]) or 'LLM'}"


def _said(statement: Statement, article: Article) -> tuple[str, tuple[int, ...]]:
    numbers = tuple(article.number(citation.source) for citation in statement.citations)
    return statement.text, numbers


def _json(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
