"""Votes: a form on the article's page, without script, without cookies for who is not signed in.

The article's page is static and shows the count of when it was built; the answer to a vote is the
page that has it as it is now, or of that page the part that changes where a script asks (htmx).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fastapi import APIRouter, HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from citewright.community.votes import voter
from citewright.errors import NotFound
from citewright.web.guards import Here, Visitor, Who, address_of, allow
from citewright.web.parts import Parts
from citewright.web.templating import page, see

router = APIRouter()

HOUR = 3600
MOST = 60
"""Votes cast or taken back from one network address in an hour."""


@router.post("/vote/{slug}", dependencies=allow("public", outside=True))
def cast(request: Request, here: Here, who: Who, slug: str) -> Response:
    """Count a vote, once."""
    here.community.votes.cast(_known(request, here, who, slug), _voter(request, who))
    return _answer(request, here, who, slug)


@router.post("/vote/{slug}/withdraw", dependencies=allow("public", outside=True))
def withdraw(request: Request, here: Here, who: Who, slug: str) -> Response:
    """Take a vote back."""
    here.community.votes.withdraw(_known(request, here, who, slug), _voter(request, who))
    return _answer(request, here, who, slug)


@router.get("/vote/{slug}", dependencies=allow("public"))
def show(request: Request, here: Here, who: Who, slug: str) -> Response:
    """How many votes an article has now: as JSON where that is asked for, else as a page."""
    live = here.workspace.catalogue.published(slug)
    if live is None:
        raise NotFound(f"there is no published article {slug[:100]!r}.")
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse({"slug": slug, "votes": here.community.votes.count(slug)})
    _without_cookie(request, who)
    title = here.workspace.version(live.digest).article.title
    return page(request, "vote.html", title=title, **_standing(request, here, who, slug))


def _answer(request: Request, here: Parts, who: Visitor, slug: str) -> Response:
    if request.headers.get("hx-request") == "true":
        return page(request, "_vote.html", **_standing(request, here, who, slug))
    return see(f"/vote/{slug}")


def _standing(request: Request, here: Parts, who: Visitor, slug: str) -> dict[str, Any]:
    votes = here.community.votes
    return {
        "slug": slug,
        "votes": votes.count(slug),
        "mine": votes.has(slug, _voter(request, who)),
        "back": _article(here, slug),
    }


def _known(request: Request, here: Parts, who: Visitor, slug: str) -> str:
    """The article's name, if it is published and this visitor is within the limit."""
    _without_cookie(request, who)
    if here.workspace.catalogue.published(slug) is None:
        raise NotFound(f"there is no published article {slug[:100]!r}.")
    if not here.community.limits.hit(f"vote:from:{address_of(request)}", MOST, HOUR):
        raise HTTPException(429, "Too many votes came from here. Try again in an hour.")
    return slug


def _voter(request: Request, who: Visitor) -> str:
    return voter(who.account.id if who.account else None, address_of(request))


def _without_cookie(request: Request, who: Visitor) -> None:
    """These pages have no form that needs one: nobody is followed from page to page."""
    request.state.visitor = replace(who, visit=None)


def _article(here: Parts, slug: str) -> str:
    """The address of the article's page; empty where nobody has said what it is."""
    site = here.workspace.settings.site_url
    if site:
        return f"{site.rstrip('/')}/{slug}/"
    return f"/{slug}/" if here.serve_site else ""
