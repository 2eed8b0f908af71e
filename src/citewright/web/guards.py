"""Who asks, whether they may, and whether a form is really theirs.

A route names its permission by ``dependencies=allow("review")``; one that does not is refused when
the application is made.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import Depends, HTTPException
from starlette.requests import Request

from citewright.errors import InputError
from citewright.model.community import Account
from citewright.web.parts import Parts, parts
from citewright.web.permissions import Permission, permits

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
SESSION = "session"

HOUR = 3600
MOST_SIGNED_IN = 2000
"""Forms and scripts' changes that one account may send in an hour."""

MOST_OTHERS = 300
"""Forms that one network address may send in an hour without being signed in."""

VISIT = "visit"


@dataclass(frozen=True)
class Visitor:
    """Who asks; ``account`` is None where nobody is signed in.

    ``csrf`` is what the forms of this visitor carry. ``session`` is the session's token; ``visit``
    a new cookie's value for somebody without one, to be set with the answer. ``key``: they came
    with a key for scripts, not with a browser.
    """

    account: Account | None
    csrf: str
    session: str | None = None
    visit: str | None = None
    key: bool = False

    def may(self, permission: Permission) -> bool:
        """Whether this visitor may do it."""
        return permits(self.account.role if self.account else None, permission)

    @property
    def first_page(self) -> str:
        """The application's page that this visitor begins with."""
        if self.may("review"):
            return "/queue"
        return "/articles" if self.account else "/sign-in"

    @property
    def name(self) -> str:
        """The name that the log gets.

        :raises HTTPException: 401 where nobody is signed in.
        """
        if self.account is None:
            raise HTTPException(401)
        return self.account.name


class NotSignedIn(Exception):
    """Somebody has to sign in first; ``path`` is where they wanted to go."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


async def form_token(request: Request) -> str | None:
    """The token in a posted form; None where there is none."""
    kind = request.headers.get("content-type", "")
    if request.method in SAFE or not kind.startswith(
        ("application/x-www-form-urlencoded", "multipart/form-data")
    ):
        return None
    sent = (await request.form()).get("csrf")
    return sent if isinstance(sent, str) else None


@dataclass(frozen=True)
class Guard:
    """Lets a request through that its visitor may make.

    ``outside``: the form may stand on the published site, which has another origin and cannot
    carry a token; such a route changes nothing in the name of an account.
    """

    permission: Permission
    outside: bool = False

    def __call__(self, request: Request, token: Annotated[str | None, Depends(form_token)]) -> None:
        """Refuse what is not permitted.

        :raises NotSignedIn: when a page asks for a signed-in visitor.
        :raises HTTPException: 401 for a script without a key, 403 for a role that may not, or a
            form that is not this visitor's own, 429 for too many forms.
        """
        visitor = _identified(request)
        request.state.visitor = visitor
        if not visitor.may(self.permission):
            _refuse(request, visitor)
        if request.method in SAFE:
            return
        if self.permission != "own account":
            # Whoever has sent too much may still sign out and revoke keys.
            count(request, visitor)
        if visitor.key:
            return
        _check_origin(request, self.outside)
        if not self.outside and not hmac.compare_digest(visitor.csrf, token or ""):
            raise HTTPException(403, "This form is out of date. Load the page again and repeat it.")


def allow(permission: Permission, *, outside: bool = False) -> Sequence[Any]:
    """The dependencies of a route that asks for this permission; see :class:`Guard`."""
    return [Depends(Guard(permission, outside))]


def visitor_of(request: Request) -> Visitor:
    """Who asks, once the route's guard has let them through."""
    found: Visitor = request.state.visitor
    return found


Who = Annotated[Visitor, Depends(visitor_of)]
"""The visitor, as a parameter of a route."""

Here = Annotated[Parts, Depends(parts)]
"""The parts of the application, as a parameter of a route."""


def address_of(request: Request) -> str:
    """The network address that a request came from; the server puts a proxy's word there."""
    return request.client.host if request.client else "unknown"


def is_api(request: Request) -> bool:
    """Whether a script asks, who shows a key; what goes wrong is told in JSON."""
    return request.url.path.startswith("/api/") or request.url.path == "/metrics"


def _identified(request: Request) -> Visitor:
    here = parts(request)
    if is_api(request):
        return _by_key(request, here)
    token = request.cookies.get(here.cookie(SESSION))
    session = here.community.sessions.find(token) if token else None
    if session is not None and not session.account.disabled:
        return Visitor(session.account, session.csrf, session=token)
    known = request.cookies.get(here.cookie(VISIT), "")
    visit = known if 20 <= len(known) <= 60 and known.isascii() else secrets.token_urlsafe(24)
    return Visitor(None, here.sealed("form", visit), visit=None if visit == known else visit)


def _by_key(request: Request, here: Parts) -> Visitor:
    """Scripts show a key and no cookie, so that no other page can act in their name."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    account = key_owner(here, key) if scheme.lower() == "bearer" and key else None
    if account is None or account.disabled:
        return Visitor(None, "", key=True)
    return Visitor(account, "", key=True)


def key_owner(here: Parts, key: str) -> Account | None:
    """The account of a key for scripts; None for one that is unknown or has expired."""
    try:
        return here.community.accounts.by_id(int(here.community.tokens.use("api", key)))
    except InputError:
        return None


def _refuse(request: Request, visitor: Visitor) -> None:
    if visitor.account is None:
        if is_api(request):
            raise HTTPException(401, "A key is needed: make one on the page of your account.",
                                {"WWW-Authenticate": "Bearer"})  # fmt: skip
        raise NotSignedIn(request.url.path if request.method in SAFE else "/")
    name = visitor.account.name
    parts(request).community.audit.note(name, "refused", request.url.path, visitor.account.role)
    raise HTTPException(403, f"Your role ({visitor.account.role}) does not allow this.")


def count(request: Request, visitor: Visitor) -> None:
    """Count something that was sent: whatever is counts, beside the limits that single forms have.

    :raises HTTPException: 429 where it was too much in this hour.
    """
    if visitor.account is not None:
        key, most = f"post:by:{visitor.account.id}", MOST_SIGNED_IN
    else:
        key, most = f"post:from:{address_of(request)}", MOST_OTHERS
    if not parts(request).community.limits.hit(key, most, HOUR):
        raise HTTPException(429, "Too much was sent in this hour. Try again later.")


def _check_origin(request: Request, outside: bool) -> None:
    """A form has to come from the own pages; see :attr:`Guard.outside` for the one exception.

    Browsers send ``Origin`` with every form; what sends none is not a browser, and needs the
    form's token like everybody else.
    """
    sent = request.headers.get("origin")
    here = parts(request)
    allowed = {here.origin}
    if outside:
        site = here.workspace.settings.site_url
        # A page that sends no referrer, as those of the site do, has the origin "null".
        allowed |= {"null", *([_origin(site)] if site else [])}
    if sent is not None and sent not in allowed:
        raise HTTPException(403, "This form was not sent from a page of this application.")


def _origin(address: str) -> str:
    parts_ = urlsplit(address)
    return f"{parts_.scheme}://{parts_.netloc}"
