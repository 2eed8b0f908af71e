"""Articles with their versions, and sources with what happened to them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from citewright.checks.sourcing import BEFALLEN
from citewright.errors import InputError, NotFound
from citewright.pipeline.workspace import Workspace
from citewright.site.plain import outgoing
from citewright.versions.catalogue import Entry
from citewright.versions.reviews import LogEntry
from citewright.web.guards import Here, Who, allow
from citewright.web.templating import page, see

router = APIRouter()

SIZE = 100


@dataclass(frozen=True)
class VersionRow:
    """A version of an article and the last step of it; ``current``: it is the newest."""

    entry: Entry
    current: bool
    last: LogEntry | None


@dataclass(frozen=True)
class SourceRow:
    """A source of the library and its standing in words; ``grave``: it does not stand."""

    key: str
    title: str
    tier: str
    standing: str
    grave: bool


@router.get("/articles", dependencies=allow("read"))
def articles(request: Request, here: Here, q: str = "", after: str = "") -> Response:
    """The articles by name."""
    found = here.workspace.catalogue.heads(q.strip()[:100], after[:100], SIZE + 1)
    more = found[SIZE - 1].slug if len(found) > SIZE else ""
    return page(request, "articles.html", articles=found[:SIZE], q=q, after=more, size=SIZE)


@router.get("/versions/{slug}", dependencies=allow("read"))
def versions(request: Request, here: Here, slug: str, asked: str = "") -> Response:
    """The versions of an article, the newest first."""
    notice = "It is noted; the next refresh takes it up." if asked else ""
    return _versions(request, here.workspace, slug, notice=notice)


@router.post("/articles/{slug}/request", dependencies=allow("request"))
def ask(
    request: Request,
    here: Here,
    who: Who,
    slug: str,
    why: Annotated[str, Form(max_length=4000)] = "",
) -> Response:
    """Ask for an article to be written anew; the next refresh does it."""
    try:
        request_anew(here.workspace, slug, who.name, why)
    except NotFound:
        raise
    except InputError as error:
        return _versions(request, here.workspace, slug, kept=why, refused=error.message)
    here.community.audit.note(who.name, "ask for it anew", slug, why)
    return see(f"/versions/{slug}?asked=yes")


def request_anew(workspace: Workspace, slug: str, who: str, why: str) -> int:
    """Record a request; gives its number.

    :raises NotFound: when there is no such article.
    :raises InputError: without a reason.
    """
    if not why.strip():
        raise InputError("What is wrong, or has changed, is not said.")
    asked = workspace.request_log.ask(slug, None, who=who, why=why.strip(), now=workspace.clock())
    return asked.id


def known_versions(workspace: Workspace, slug: str) -> list[Entry]:
    """An article's versions, oldest first.

    :raises NotFound: when there is no such article.
    """
    found = workspace.catalogue.of_article(slug)
    if not found:
        raise NotFound(f"There is no article {slug!r}.")
    return found


@router.get("/sources", dependencies=allow("read"))
def sources(request: Request, here: Here, q: str = "", after: str = "") -> Response:
    """The sources of the library by key."""
    part = q.strip().lower()
    keys = [key for key in here.workspace.source_keys() if part in key and key > after]
    shown = source_rows(here.workspace, keys[:SIZE])
    more = keys[SIZE - 1] if len(keys) > SIZE else ""
    return page(request, "sources.html", sources=shown, q=q, after=more, size=SIZE)


@router.get("/sources/{key}", dependencies=allow("read"))
def source(request: Request, here: Here, key: str) -> Response:
    """A source, what happened to it, and who cites it."""
    workspace = here.workspace
    known = workspace.source(key) if key in workspace.source_keys() else None
    events = workspace.source_log.events(key)
    if known is None and not events:
        raise NotFound(f"There is no source {key!r}.")
    csl = known.csl if known else None
    address = (f"https://doi.org/{csl.DOI}" if csl.DOI else csl.URL) if csl else None
    standing = workspace.source_log.standings([key]).get(key, "")
    cited = Counter(one.slug for one in workspace.source_log.affected(key))
    return page(
        request,
        "source.html",
        key=key,
        title=csl.title if csl else key,
        tier=known.tier if known else "",
        tier_reason=known.tier_reason if known else "",
        standing=standing,
        grave=standing in BEFALLEN,
        href=outgoing(address),
        events=list(reversed(events)),
        cited=sorted(cited.items()),
        titles=workspace.catalogue.titles(cited),
    )


def source_rows(workspace: Workspace, keys: list[str]) -> list[SourceRow]:
    """Sources of the library with their standing."""
    standings = workspace.source_log.standings(keys)
    found = []
    for key in keys:
        one, said = workspace.source(key), standings.get(key, "")
        found.append(SourceRow(key, one.csl.title, one.tier, said or "–", said in BEFALLEN))
    return found


def _versions(
    request: Request,
    workspace: Workspace,
    slug: str,
    *,
    notice: str = "",
    kept: str = "",
    refused: str = "",
) -> Response:
    found = known_versions(workspace, slug)
    last = {one.version: one for one in workspace.catalogue.reviews.log(slug)}
    rows = [
        VersionRow(one, one.digest == found[-1].digest, last.get(one.digest))
        for one in reversed(found)
    ]
    return page(
        request,
        "versions.html",
        409 if refused else 200,
        slug=slug,
        versions=rows,
        requests=[one for one in workspace.request_log.open() if one.slug == slug],
        notice=notice,
        kept=kept,
        refused=refused,
    )
