"""Failed requests: pages for people, problem details (RFC 9457) for scripts."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from citewright.errors import CitewrightError, InputError, NotFound
from citewright.web.guards import NotSignedIn, is_api
from citewright.web.parts import parts
from citewright.web.templating import page

LOG = logging.getLogger("citewright.web")

TITLES = {
    403: "This is not allowed",
    404: "There is nothing here",
    409: "This was not done",
    413: "This is too much",
    422: "This does not fit",
    429: "Too often",
    500: "Something went wrong",
    503: "Not now",
}
"""What pages of errors are called; the standard's phrase where there is none."""

PROBLEM = "application/problem+json"


def failure(request: Request, status: int, said: str, reference: str) -> Response:
    """The answer to a request that failed."""
    title = HTTPStatus(status).phrase
    if is_api(request):
        body = {"type": "about:blank", "title": title, "status": status, "detail": said}
        return JSONResponse(
            body | {"instance": f"urn:citewright:request:{reference}"}, status, media_type=PROBLEM
        )
    named = TITLES.get(status, title)
    return page(request, "failure.html", status, title=named, said=said, reference=reference)


def told(request: Request, error: CitewrightError) -> tuple[int, str]:
    """The status of an error, and what of it whoever asked may read.

    What is wrong with a request is told; anything else stands in the log only, since it may name
    files or services of this machine.
    """
    if type(error) not in (InputError, NotFound) or _names_the_machine(request, error):
        return 503 if error.retry else 500, "Something went wrong here. Try again later."
    return (404 if isinstance(error, NotFound) else 409), error.message


def _names_the_machine(request: Request, error: CitewrightError) -> bool:
    return str(parts(request).workspace.project) in error.message


def install(app: FastAPI) -> None:
    """Make the application answer errors in this way."""
    app.add_exception_handler(NotSignedIn, _sign_in_first)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _misfit)
    app.add_exception_handler(CitewrightError, _raised)


async def _sign_in_first(_: Request, error: Exception) -> Response:
    assert isinstance(error, NotSignedIn)
    return RedirectResponse(f"/sign-in?next={quote(error.path)}", 303)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    answer = failure(request, error.status_code, _said(error), request.state.reference)
    for name, value in (error.headers or {}).items():
        answer.headers[name] = value
    return answer


async def _misfit(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return failure(request, 422, _unfit(error.errors()), request.state.reference)


async def _raised(request: Request, error: Exception) -> Response:
    assert isinstance(error, CitewrightError)
    status, said = told(request, error)
    if status >= 500:
        LOG.error("request %s: %s", request.state.reference, error, exc_info=error)
    return failure(request, status, said, request.state.reference)


def _said(error: HTTPException) -> str:
    standard = {
        401: "You have to sign in first.",
        404: "There is nothing at this address.",
        405: "This address does not take such a request.",
    }
    plain = error.detail == HTTPStatus(error.status_code).phrase
    return standard.get(error.status_code, "") if plain or not error.detail else error.detail


def _unfit(errors: Sequence[Any]) -> str:
    """Which fields do not fit, without what was entered in them."""
    fields = [".".join(str(part) for part in one["loc"][1:]) or "body" for one in errors]
    first = errors[0]["msg"] if errors else "it does not fit"
    return f"The request does not fit: {', '.join(fields)}: {first}."
