"""The description of the interface for scripts (OpenAPI 3.1)."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
    },
}


def _problem(said: str) -> dict[str, Any]:
    return {"description": said, "content": {"application/problem+json": {"schema": _PROBLEM}}}


PROBLEMS: dict[int | str, dict[str, Any]] = {
    400: _problem("the request cannot be read"),
    401: _problem("there is no key, or it does not hold"),
    403: _problem("the role of the key's account does not allow it"),
    404: _problem("there is no such thing"),
    409: _problem("it is refused: the state does not allow it, or the decision is stale"),
    422: _problem("the request does not fit its description"),
}
"""How the interface refuses (RFC 9457)."""


def description(app: FastAPI) -> dict[str, Any]:
    """The description of all routes under ``/api/v1``."""
    found = get_openapi(
        title=app.title,
        version=app.version,
        summary="Versions, their sources, the review queue, and decisions.",
        routes=[one for one in app.routes if getattr(one, "path", "").startswith("/api/v1")],
    )
    schemes = found.setdefault("components", {}).setdefault("securitySchemes", {})
    schemes["key"] = {"type": "http", "scheme": "bearer"}
    return found | {"security": [{"key": []}]}
