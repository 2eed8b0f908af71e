"""Runs: what they cost and how far they have come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from citewright.model.community import cause_in_words
from citewright.pipeline.workspace import Workspace
from citewright.versions.runs import RunLog
from citewright.versions.share_overview import overview
from citewright.web.guards import Here, allow
from citewright.web.parts import Parts
from citewright.web.templating import page

router = APIRouter()

LOOKED_AT = 25
"""Among so many of the newest versions those without paid calls are looked for."""


@dataclass(frozen=True)
class Unpaid:
    """A version that was made without paid calls, so that the journal has no run of it."""

    slug: str
    title: str
    number: str
    made: str
    drafter: str
    why: str


@router.get("/runs", dependencies=allow("runs"))
def listing(request: Request, here: Here) -> Response:
    """The newest runs, and the newest versions that were made without any call."""
    runs = RunLog(here.workspace.database).listing()
    return page(request, "runs.html", runs=runs, unpaid=list(_unpaid(here.workspace)))


@router.get("/runs/{run}", dependencies=allow("runs"))
def show(request: Request, here: Here, run: str) -> Response:
    """One run; while it is under way, the page keeps itself up to date."""
    return _page(request, here, "run.html", run)


@router.get("/runs/{run}/progress", dependencies=allow("runs"))
def progress(request: Request, here: Here, run: str) -> Response:
    """The part of a run's page that changes, which the page asks for again and again."""
    return _page(request, here, "_run.html", run)


def _page(request: Request, here: Parts, template: str, run: str) -> Response:
    found = RunLog(here.workspace.database).find(run)
    shared = overview(here.workspace.database, run)
    named = [one.slug for one in found.stages if one.slug]
    named += [one.slug for one in shared.failed] if shared else []
    titles = here.workspace.catalogue.titles(named)
    # Between two articles of a shared run no call may be under way, and it goes on.
    going_on = shared.ended is None if shared else found.going_on
    followed = bool(going_on or found.open)
    return page(request, template, run=found, shared=shared, titles=titles, followed=followed)


def _unpaid(workspace: Workspace) -> Iterator[Unpaid]:
    for entry in workspace.catalogue.newest(LOOKED_AT):
        version = workspace.version(entry.digest)
        if not version.answers:
            yield Unpaid(
                slug=entry.slug,
                title=version.article.title,
                number=entry.number,
                made=version.created.isoformat(),
                drafter=version.generator.drafter,
                why=cause_in_words(version.cause.detail),
            )
