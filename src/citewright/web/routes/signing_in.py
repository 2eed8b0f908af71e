"""Signing in by a mailed link, and out again; there are no passwords.

By OpenID Connect: :mod:`citewright.web.routes.openid`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, BackgroundTasks, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from citewright.errors import CitewrightError
from citewright.model.community import Account, folded
from citewright.web.failures import failure
from citewright.web.guards import SESSION, VISIT, Here, Who, address_of, allow, visitor_of
from citewright.web.parts import Parts, parts
from citewright.web.templating import page

router = APIRouter()

MINUTES = 15
"""How long a mailed link holds."""

HOUR = 3600
MOST_BY_ADDRESS = 30
"""Links that one network address may ask for in an hour."""

MOST_BY_ACCOUNT = 5
"""Links that are mailed to one address in an hour; more are left out without a word."""

Text = Annotated[str, Form(max_length=2000)]


@router.get("/sign-in", dependencies=allow("public"))
def ask(request: Request, here: Here, who: Who, next: str = "") -> Response:  # noqa: A002 - the query's name
    """The form that asks for a link."""
    if who.account is not None:
        return RedirectResponse(who.first_page, 303)
    return page(request, "sign_in.html", sent=False, next=own_path(next), by=provider_name(here))


@router.post("/sign-in", dependencies=allow("public"))
def mail(
    request: Request,
    here: Here,
    later: BackgroundTasks,
    email: Annotated[str, Form(max_length=254)],
    next: Text = "",  # noqa: A002 - the field's name
) -> Response:
    """Mail a link, if there is such an account; the answer is the same if there is not."""
    limits = here.community.limits
    if not limits.hit(f"sign-in:from:{address_of(request)}", MOST_BY_ADDRESS, HOUR):
        said = "Too many links were asked for from here. Try again in an hour."
        return failure(request, 429, said, request.state.reference)
    # After the answer, so that its time does not tell either whether there is an account.
    later.add_task(_mail, here, email.strip(), own_path(next))
    return page(request, "sign_in.html", sent=True, minutes=MINUTES)


@router.get("/sign-in/{token}", dependencies=allow("public"))
def show_link(request: Request, here: Here, token: str, next: str = "") -> Response:  # noqa: A002
    """The page that a link leads to: a button, since scanners follow links too."""
    valid = _holds(here, token)
    path = f"/sign-in/{quote(token, safe='')}"
    status = 200 if valid else 410
    return page(request, "sign_in_link.html", status, valid=valid, next=own_path(next), link=path)


@router.post("/sign-in/{token}", dependencies=allow("public"))
def sign_in(
    request: Request,
    here: Here,
    token: str,
    next: Text = "",  # noqa: A002
) -> Response:
    """Use the link, once, and open a session; the one that this browser had ends."""
    community = here.community
    try:
        account = community.accounts.by_id(int(community.tokens.use("sign-in", token)))
    except CitewrightError:
        return page(request, "sign_in_link.html", 410, valid=False, next="", link="")
    if account is None or account.disabled:
        return page(request, "sign_in_link.html", 410, valid=False, next="", link="")
    return let_in(request, account, own_path(next), "signed in")


def let_in(request: Request, account: Account, path: str, action: str) -> Response:
    """Open a session for somebody who has shown who they are; the browser's last one ends.

    :param path: where to go on to; empty for the page that they begin with.
    :param action: what the audit log calls it.
    """
    here, who = parts(request), visitor_of(request)
    if who.session is not None:
        here.community.sessions.close(who.session)
    opened, _ = here.community.sessions.open(account.id)
    here.community.audit.note(account.name, action, account.email, address_of(request))
    answer = RedirectResponse(path or replace(who, account=account).first_page, 303)
    answer.set_cookie(
        here.cookie(SESSION), opened, path="/", secure=here.https, httponly=True, samesite="lax"
    )
    answer.delete_cookie(here.cookie(VISIT), path="/", secure=here.https, httponly=True)
    return answer


@router.post("/sign-out", dependencies=allow("own account"))
def sign_out(here: Here, who: Who) -> Response:
    """Close this session."""
    if who.session is not None:
        here.community.sessions.close(who.session)
    here.community.audit.note(who.name, "signed out", who.name, "")
    return _out(here)


@router.post("/sign-out/everywhere", dependencies=allow("own account"))
def sign_out_everywhere(here: Here, who: Who) -> Response:
    """Close all of the account's sessions."""
    assert who.account is not None
    here.community.sessions.close_all(who.account.id)
    here.community.audit.note(who.name, "signed out everywhere", who.name, "")
    return _out(here)


def provider_name(here: Parts) -> str:
    """What people call the provider of OpenID Connect; empty where none is set."""
    if here.provider is None:
        return ""
    return here.workspace.settings.oidc_name or here.provider.host


def own_path(path: str) -> str:
    """A path within the application to go on to; empty for anything else."""
    plain = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if plain and "\\" not in path and len(path) <= 500 else ""


def _out(here: Parts) -> Response:
    answer = RedirectResponse("/sign-in", 303)
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    answer.delete_cookie(here.cookie(SESSION), path="/", secure=here.https, httponly=True)
    return answer


def _holds(here: Parts, token: str) -> bool:
    try:
        here.community.tokens.look("sign-in", token)
    except CitewrightError:
        return False
    return True


def _mail(here: Parts, email: str, path: str) -> None:
    community = here.community
    account = community.accounts.by_email(email)
    if account is None or account.disabled:
        community.audit.note("", "link asked for by nobody we know", "", "")
        return
    if not community.limits.hit(f"sign-in:to:{folded(email)}", MOST_BY_ACCOUNT, HOUR):
        community.audit.note(account.name, "too many links asked for", account.email, "")
        return
    token = community.tokens.issue("sign-in", str(account.id), timedelta(minutes=MINUTES))
    link = f"{here.address}/sign-in/{token}" + (f"?next={quote(path)}" if path else "")
    community.outbox.put(
        to=account.email,
        subject=f"Your link to {here.workspace.settings.site_name}",
        body=(
            f"Open this address to sign in. It holds for {MINUTES} minutes and works once:\n\n"
            f"{link}\n\nIf you did not ask for it, do nothing: nobody is signed in by it.\n"
        ),
        key=f"sign-in {account.id} {here.sealed('mail', token)[:16]}",
    )
