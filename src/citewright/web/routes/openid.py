"""Signing in with a provider of OpenID Connect.

It is begun by a form. The provider sends the browser back by ``GET``, as the protocol has it: that
request does something only with a state that this very browser was given, minutes ago, and that
nobody has used; the code in it is worth nothing without the verifier, which the browser never saw.
"""

from __future__ import annotations

import hmac
import logging
from datetime import timedelta

from fastapi import APIRouter, HTTPException
from starlette.requests import Request
from starlette.responses import Response

from citewright.community.id_tokens import Untrusted
from citewright.community.openid import (
    RETURN_PATH,
    Person,
    Provider,
    Secrets,
    error_code,
)
from citewright.community.openid_asking import Unavailable
from citewright.errors import CitewrightError, InputError
from citewright.web.guards import VISIT, Here, Who, address_of, allow, count
from citewright.web.parts import Parts
from citewright.web.routes.signing_in import Text, let_in, own_path, provider_name
from citewright.web.templating import page, see

LOG = logging.getLogger("citewright.web")

router = APIRouter()

MINUTES = 10
"""How long somebody may take at the provider."""

MOST_PATH = 180
"""The longest path to go on to afterwards; with a longer one, one begins at the first page."""

REFUSED = "sign-in by OpenID Connect refused"


@router.post("/openid/start", dependencies=allow("public"))
def start(request: Request, here: Here, who: Who, next: Text = "") -> Response:  # noqa: A002
    """Send a browser on to the provider.

    By a page, since a form's answer may not lead to another site (``form-action``).
    """
    provider = _provider(here)
    if who.account is not None:
        return see(who.first_page)
    path = own_path(next)
    subject = f"{_bound(here, request)} {path if len(path) <= MOST_PATH else ''}"
    tokens = here.community.tokens
    state = tokens.issue("openid", subject, timedelta(minutes=MINUTES))
    try:
        address = provider.address(_secrets(here, state))
    except CitewrightError as error:
        return _failed(request, here, error)
    return page(request, "sign_in_openid.html", address=address, by=provider_name(here))


@router.get(RETURN_PATH, dependencies=allow("public"))
def finish(
    request: Request,
    here: Here,
    who: Who,
    state: str = "",
    code: str = "",
    error: str = "",
    iss: str | None = None,
) -> Response:
    """Take somebody in whom the provider sends back, if an administrator has invited them."""
    provider = _provider(here)
    count(request, who)
    path = _path_of(request, here, state)
    if path is None:
        return _refused(
            request, here, "the state is unknown, used, or of another browser",
            "This sign-in was not begun in this browser, or too long ago.",
        )  # fmt: skip
    if error or not code:
        return _refused(
            request, here, f"the provider answered {error_code(error)}",
            f"{provider_name(here)} did not sign you in.",
        )  # fmt: skip
    try:
        person = provider.person(code, _secrets(here, state), iss)
    except CitewrightError as failure:
        return _failed(request, here, failure)
    return _let_in(request, here, person, path)


def _let_in(request: Request, here: Parts, person: Person, path: str) -> Response:
    account = here.community.accounts.by_email(person.email)
    if account is None or account.disabled:
        known = "a disabled account" if account else "no account"
        here.community.audit.note("", REFUSED, person.email, f"{known}; {address_of(request)}")
        said = f"There is no account for {person.email}. Ask an administrator to make you one."
        return _not_in(request, 403, said)
    return let_in(request, account, path, "signed in by OpenID Connect")


def _provider(here: Parts) -> Provider:
    if here.provider is None:
        raise HTTPException(404)
    return here.provider


def _secrets(here: Parts, state: str) -> Secrets:
    """Derived from the state, so that nothing of a sign-in has to be kept but its hash."""
    nonce, verifier = here.sealed("openid nonce", state), here.sealed("openid verifier", state)
    return Secrets(state, nonce, verifier)


def _bound(here: Parts, request: Request) -> str:
    """What ties a state to the browser that it was given to: a code of its cookie."""
    return here.sealed("openid browser", request.cookies.get(here.cookie(VISIT), ""))


def _path_of(request: Request, here: Parts, state: str) -> str | None:
    """The path to go on to, which a state is used up for; None where it does not hold."""
    tokens = here.community.tokens
    try:
        # Looked at first: a flood of invented ones does not queue up with the writers.
        tokens.look("openid", state)
        bound, _, path = tokens.use("openid", state).partition(" ")
    except InputError:
        return None
    return path if hmac.compare_digest(bound, _bound(here, request)) else None


def _failed(request: Request, here: Parts, error: CitewrightError) -> Response:
    """What went wrong at the provider: the details are for the log and for administrators."""
    reference = request.state.reference
    if not isinstance(error, Unavailable | Untrusted):
        raise error
    LOG.warning("request %s: %s", reference, error)
    by = provider_name(here)
    if isinstance(error, Unavailable):
        said = f"{by} cannot be reached now. (Reference {reference})"
        return _not_in(request, 503, said)
    said = f"What {by} answered does not hold. (Reference {reference})"
    return _refused(request, here, f"{reference}: {error.message}", said)


def _refused(request: Request, here: Parts, why: str, said: str) -> Response:
    here.community.audit.note("", REFUSED, "", f"{why}; {address_of(request)}")
    return _not_in(request, 403, said)


def _not_in(request: Request, status: int, said: str) -> Response:
    return page(request, "sign_in_openid.html", status, address="", said=said)
