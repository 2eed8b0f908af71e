"""For editors: the suggestions of readers, and what is done with them."""

from __future__ import annotations

from typing import Annotated, get_args

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from citewright.errors import InputError
from citewright.model.community import SuggestionState
from citewright.pipeline import suggesting
from citewright.privacy import screen
from citewright.web import suggestion_words
from citewright.web.failures import told
from citewright.web.guards import Here, Who, allow
from citewright.web.parts import Parts
from citewright.web.suggestion_form import marked
from citewright.web.templating import page, see

router = APIRouter()

OPEN: tuple[SuggestionState, ...] = ("received", "drafting", "failed", "drafted", "endorsed")
"""What is listed unless something else is asked for."""

SIZE = 200


@router.get("/suggestions", dependencies=allow("suggestions"))
def listing(request: Request, here: Here, state: str = "", slug: str = "") -> Response:
    """The suggestions in a state, or all that are open, the longest waiting first."""
    states = tuple(one for one in get_args(SuggestionState) if one == state) or OPEN
    found = here.community.suggestions.listing(states, slug=slug or None, limit=SIZE)
    return page(
        request,
        "suggestions.html",
        rows=found,
        titles=here.workspace.catalogue.titles(one.slug for one in found),
        state=state,
        slug=slug,
        counts=here.community.suggestions.counts(),
        said=suggestion_words,
        states=get_args(SuggestionState),
        now=here.workspace.clock(),
        size=SIZE,
    )


@router.get("/suggestions/{name}", dependencies=allow("suggestions"))
def show(request: Request, here: Here, name: str) -> Response:
    """One suggestion with all that is known of it."""
    return _page(request, here, name)


@router.post("/suggestions/{name}/start", dependencies=allow("suggestions"))
def start(request: Request, here: Here, who: Who, name: str) -> Response:
    """Hand it over to be drafted: the next run of the flow does that."""
    try:
        suggesting.start(here.workspace, name, who.name)
    except InputError as error:
        return _page(request, here, name, told(request, error))
    here.community.audit.note(who.name, "had a suggestion drafted", name)
    return see(f"/suggestions/{name}")


@router.post("/suggestions/{name}/decline", dependencies=allow("suggestions"))
def decline(
    request: Request,
    here: Here,
    who: Who,
    name: str,
    reason: Annotated[str, Form(max_length=4000)] = "",
) -> Response:
    """Do not take it up; the reason is mailed."""
    try:
        suggesting.decline(here.workspace, name, who.name, reason)
    except InputError as error:
        return _page(request, here, name, told(request, error), reason)
    here.community.audit.note(who.name, "declined a suggestion", name, reason)
    return see(f"/suggestions/{name}")


def _page(
    request: Request,
    here: Parts,
    name: str,
    refused: tuple[int, str] | None = None,
    reason: str = "",
) -> Response:
    one = suggesting.found(here.workspace, name)
    entry = here.workspace.catalogue.entries([one.draft]) if one.draft else {}
    return page(
        request,
        "suggestion.html",
        refused[0] if refused else 200,
        one=one,
        title=here.workspace.version(one.version).article.title,
        stretches=marked(one.text, screen(one.text)),
        draft=entry.get(one.draft or ""),
        events=here.community.suggestions.events(name),
        said=suggestion_words,
        refused=refused[1] if refused else "",
        reason=reason,
    )
