"""Accounts, their keys for scripts, and the audit log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from citewright.errors import InputError
from citewright.model.base import clean_text
from citewright.model.community import ROLES, Role
from citewright.web.failures import told
from citewright.web.guards import Here, Visitor, Who, allow
from citewright.web.parts import Parts
from citewright.web.templating import page, see

router = APIRouter()

DAYS = 365
"""How long a key for scripts holds."""

MOST_KEYS = 20
"""Keys that one account may have at once."""

PAGE = 100


@dataclass(frozen=True)
class Entered:
    """What was entered for a new account that was refused."""

    email: str = ""
    name: str = ""
    role: str = ""


@router.get("/account", dependencies=allow("own account"))
def own(request: Request, here: Here, who: Who) -> Response:
    """One's own account."""
    return _own(request, here, who)


@router.post("/account/keys", dependencies=allow("own account"))
def make_key(
    request: Request, here: Here, who: Who, name: Annotated[str, Form(max_length=100)] = ""
) -> Response:
    """Make a key for scripts; it is shown on this answer and nowhere else."""
    tokens, subject = here.community.tokens, _subject(who)
    if len(tokens.handed("api", subject)) >= MOST_KEYS:
        return _own(request, here, who, refused=f"{MOST_KEYS} keys are enough: revoke one first.")
    called = clean_text(name).strip()[:100]
    made = tokens.issue("api", subject, timedelta(days=DAYS), name=called)
    here.community.audit.note(who.name, "made a key", who.name, called)
    return _own(request, here, who, made=made)


@router.post("/account/keys/revoke", dependencies=allow("own account"))
def revoke_keys(request: Request, here: Here, who: Who) -> Response:
    """Make all of one's own keys useless."""
    gone = here.community.tokens.revoke("api", _subject(who))
    here.community.audit.note(who.name, "revoked keys", who.name, str(gone))
    return _own(request, here, who, notice=f"{gone} revoked.")


@router.post("/account/keys/{key}/revoke", dependencies=allow("own account"))
def revoke_key(request: Request, here: Here, who: Who, key: str) -> Response:
    """Make one of one's own keys useless."""
    name = here.community.tokens.revoke_one("api", _subject(who), key)
    here.community.audit.note(who.name, "revoked a key", who.name, name)
    return _own(request, here, who, notice=f"The key {name!r} is revoked.")


@router.get("/accounts", dependencies=allow("administer"))
def accounts(request: Request, here: Here) -> Response:
    """All accounts."""
    return _accounts(request, here)


@router.post("/accounts", dependencies=allow("administer"))
def create(
    request: Request,
    here: Here,
    who: Who,
    email: Annotated[str, Form(max_length=254)] = "",
    name: Annotated[str, Form(max_length=200)] = "",
    role: Annotated[Role, Form()] = "reader",
) -> Response:
    """Make an account."""
    try:
        made = here.community.accounts.create(email.strip(), name.strip(), role)
    except InputError as error:
        kept = Entered(email, name, role)
        return _accounts(request, here, kept, told(request, error)[1])
    here.community.audit.note(who.name, "made an account", made.name, f"{made.email} {role}")
    return see("/accounts")


@router.post("/accounts/{number}", dependencies=allow("administer"))
def change(
    request: Request,
    here: Here,
    who: Who,
    number: int,
    role: Annotated[Role, Form()],
    disabled: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Change an account's role, or whether it may sign in."""
    try:
        done = here.community.accounts.change(number, role=role, disabled=bool(disabled))
    except InputError as error:
        return _accounts(request, here, Entered(), told(request, error)[1])
    detail = f"{role}{', disabled' if disabled else ''}"
    here.community.audit.note(who.name, "changed an account", done.name, detail)
    return see("/accounts")


@router.post("/accounts/{number}/sign-out", dependencies=allow("administer"))
def sign_out(here: Here, who: Who, number: int) -> Response:
    """Close all sessions of an account."""
    closed = here.community.sessions.close_all(number)
    here.community.audit.note(who.name, "signed somebody out", str(number), str(closed))
    return see("/accounts")


@router.get("/audit", dependencies=allow("administer"))
def audit(request: Request, here: Here, before: int | None = None) -> Response:
    """What was done by whom, the newest first."""
    entries = here.community.audit.listing(before, PAGE + 1)
    more = entries[PAGE - 1].id if len(entries) > PAGE else None
    return page(request, "audit.html", entries=entries[:PAGE], before=more)


def _subject(who: Visitor) -> str:
    assert who.account is not None
    return str(who.account.id)


def _own(
    request: Request, here: Parts, who: Visitor, made: str = "", notice: str = "", refused: str = ""
) -> Response:
    return page(
        request,
        "account.html",
        409 if refused else 200,
        made=made,
        days=DAYS,
        keys=here.community.tokens.handed("api", _subject(who)),
        notice=notice,
        refused=refused,
    )


def _accounts(
    request: Request, here: Parts, kept: Entered | None = None, refused: str = ""
) -> Response:
    return page(
        request,
        "accounts.html",
        409 if refused else 200,
        accounts=here.community.accounts.listing(),
        roles=ROLES,
        kept=kept or Entered(),
        refused=refused,
    )
