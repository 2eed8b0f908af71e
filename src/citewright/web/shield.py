"""What stands around every request: the host, the size, the headers, and errors without detail.

The headers follow the OWASP Application Security Verification Standard 5.0, chapter V3.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOG = logging.getLogger("citewright.web")

MOST_BYTES = 256 * 1024
"""The most bytes of a request's body; the longest form here has a few thousand characters."""

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

_ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: a browser then sends "Origin: null" with a form, and the origin is checked.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}

Failure = Callable[[Request, int, str, str], Response]
"""Makes the answer to a failed request: status, what is said, and the reference."""


class Shield:
    """The outermost layer of the application.

    :param hosts: the names that the application answers to, without ports.
    :param https: whether browsers are to insist on https from now on.
    :param failure: makes the pages of errors.
    """

    def __init__(
        self, app: ASGIApp, *, hosts: frozenset[str], https: bool, failure: Failure
    ) -> None:
        self._app = app
        self._hosts = hosts
        self._headers = dict(_ALWAYS)
        if https:
            self._headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        self._failure = failure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, as ASGI has it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        reference = secrets.token_hex(6)
        scope.setdefault("state", {})["reference"] = reference
        started = False

        async def sending(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                self._add_headers(message)
            await send(message)

        async def fail(status: int, said: str) -> None:
            if started:
                return
            answer = self._failure(Request(scope), status, said, reference)
            await answer(scope, receive, sending)

        refused = self._refused(Headers(scope=scope)) or _unheard_of(scope)
        if refused is not None:
            await fail(*refused)
            return
        if scope["method"] == "HEAD":
            # Whatever answers a GET answers it; the server leaves the body out.
            scope = {**scope, "method": "GET"}
        try:
            await self._app(scope, receive, sending)
        except Exception:
            # Whatever it was, its details are for the log and not for whoever asked.
            LOG.exception("request %s failed", reference)
            await fail(500, "Something went wrong here. What you entered may not have been kept.")

    def _refused(self, headers: Headers) -> tuple[int, str] | None:
        if not self._is_own(headers):
            return 400, "The request names a host that this application does not answer to."
        return _too_much(headers)

    def _is_own(self, headers: Headers) -> bool:
        try:
            host = urlsplit(f"//{headers.get('host', '')}").hostname
        except ValueError:
            return False
        return host in self._hosts

    def _add_headers(self, message: Message) -> None:
        headers = MutableHeaders(scope=message)
        for name, value in self._headers.items():
            headers.setdefault(name, value)


def _unheard_of(scope: Scope) -> tuple[int, str] | None:
    """Nothing has a NUL in its name, and not every database can be asked for one."""
    asked = "\0" in scope["path"] or b"%00" in scope.get("query_string", b"")
    return (404, "There is nothing at this address.") if asked else None


def _too_much(headers: Headers) -> tuple[int, str] | None:
    """Why a body is not read, by its declared length; servers hold the sender to it."""
    if "transfer-encoding" in headers:
        return 411, "The request does not say how long it is."
    declared = headers.get("content-length", "0")
    if not declared.isdecimal() or int(declared) > MOST_BYTES:
        return 413, f"The request is larger than {MOST_BYTES} bytes."
    return None
