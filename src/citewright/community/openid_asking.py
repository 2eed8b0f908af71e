"""What a provider of OpenID Connect is asked over HTTP, and what it says of itself.

Addresses go over https, or stay on this machine; no redirect is followed, and an answer is read up
to :data:`MOST_BYTES` and for :data:`SECONDS`.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx2

from citewright.errors import CitewrightError

SECONDS = 10.0
"""The longest that one answer of the provider is waited for."""

MOST_BYTES = 1_000_000
"""The most bytes of an answer; the largest, the provider's keys, has some thousands."""

_WAIT = httpx2.Timeout(SECONDS, connect=3.0)
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_METADATA = "/.well-known/openid-configuration"


class Unavailable(CitewrightError):
    """The provider does not answer, or not as one of OpenID Connect does."""


@dataclass(frozen=True)
class Metadata:
    """Where a provider does what; ``names_itself``: its answers have to say whose they are."""

    authorize: str
    token: str
    keys: str
    person: str | None
    by_post: bool
    names_itself: bool


def metadata_of(issuer: str) -> Metadata:
    """What a provider says of itself (OpenID Connect Discovery 1.0, section 4).

    :raises Unavailable: when it cannot be had, is of another issuer, or names unsafe addresses.
    """
    _, found = ask("GET", issuer.rstrip("/") + _METADATA)
    return _metadata(issuer, found)


def _metadata(issuer: str, found: Mapping[str, Any]) -> Metadata:
    if found.get("issuer") != issuer:
        raise Unavailable(
            f"the metadata at {issuer} are of another issuer: {str(found.get('issuer'))[:100]!r}.",
            hint="Set 'oidc_issuer' to the letter as the provider names it.",
        )
    ends = {name: found.get(f"{name}_endpoint") for name in ("authorization", "token", "userinfo")}
    ends["keys"] = found.get("jwks_uri")
    for name, one in ends.items():
        if not (isinstance(one, str) and is_safe(one)) and (one is not None or name != "userinfo"):
            raise Unavailable(f"the metadata at {issuer} name no usable address: {name}.")
    methods = found.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return Metadata(
        authorize=str(ends["authorization"]),
        token=str(ends["token"]),
        keys=str(ends["keys"]),
        person=ends["userinfo"],
        by_post="client_secret_basic" not in methods and "client_secret_post" in methods,
        names_itself=found.get("authorization_response_iss_parameter_supported") is True,
    )


def is_safe(address: str) -> bool:
    """Whether an address goes over https, or stays on this machine, and holds nothing odd."""
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return False
    plain = address.isascii() and address.isprintable() and not re.search(r"[\s\"'<>;]", address)
    over = parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)
    return bool(plain and over and host and parts.username is None)


def ask(
    method: str,
    address: str,
    *,
    form: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> tuple[int, dict[str, Any]]:
    """The status and the JSON object of an answer; of a refusal (4xx) whatever object it has.

    :raises Unavailable: when there is no such answer; ``retry`` where there may be one later.
    """
    sent = {"Accept": "application/json", **(headers or {})}
    try:
        with (
            httpx2.Client(timeout=_WAIT, follow_redirects=False) as client,
            client.stream(method, address, data=form, headers=sent) as answer,
        ):
            status, body = answer.status_code, _read(answer)
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise Unavailable(
            f"the sign-in service at {address} does not answer: {type(error).__name__}.",
            hint="See the setting 'oidc_issuer'; links by mail work meanwhile.",
            retry=True,
        ) from error
    refused = 400 <= status < 500 and method == "POST"
    if status != 200 and not refused:
        raise Unavailable(f"the sign-in service answered {status} at {address}.", retry=True)
    return status, _object(body, address, may_lack=refused)


def _read(answer: httpx2.Response) -> bytes:
    body, until = b"", time.monotonic() + SECONDS
    for piece in answer.iter_bytes():
        body += piece
        if len(body) > MOST_BYTES or time.monotonic() > until:
            raise Unavailable("the sign-in service's answer is too long, or comes too slowly.")
    return body


def _object(body: bytes, address: str, *, may_lack: bool) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    if isinstance(found, dict):
        return found
    if may_lack:
        return {}
    raise Unavailable(f"the sign-in service's answer at {address} is no JSON object.")
