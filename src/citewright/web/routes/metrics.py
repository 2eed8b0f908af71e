"""Figures for Prometheus, for who shows the key of an editor."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException
from starlette.responses import Response

from citewright.observe.exposition import exposition
from citewright.pipeline.measuring import figures
from citewright.web.guards import Here, allow

router = APIRouter()


@router.get("/metrics", dependencies=allow("runs"))
def metrics(here: Here) -> Response:
    """What the project has done and what waits in it, where the setting ``metrics`` is on."""
    if not here.workspace.settings.metrics:
        raise HTTPException(404)
    text, kind = exposition(figures(here.workspace, here.community.outbox))
    return Response(text, media_type=kind)
