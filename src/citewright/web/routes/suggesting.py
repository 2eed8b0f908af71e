"""For readers: the form for suggestions, its confirmation, and the page where one stands."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from citewright.community.tokens import Tokens
from citewright.errors import InputError
from citewright.model.community import Suggestion, folded
from citewright.pipeline import reviewing, suggesting
from citewright.web import suggestion_words
from citewright.web.changes import review_view
from citewright.web.failures import told
from citewright.web.guards import Here, address_of, allow
from citewright.web.parts import Parts
from citewright.web.suggestion_form import Checked, Entered, Stretch, check, marked
from citewright.web.templating import page, see

router = APIRouter()

HOUR = 3600
MOST_BY_ADDRESS = 10
"""Suggestions that one network address may send in an hour."""

MOST_BY_EMAIL = 5
"""Suggestions that may name one e-mail address in a day."""

WORKABLE = ("drafted", "endorsed", "published")
"""The states in which there is a draft to be looked at."""

Text = Annotated[str, Form(max_length=60_000)]
Line = Annotated[str, Form(max_length=500)]


@router.get("/suggest/{slug}", dependencies=allow("public"))
def form(request: Request, here: Here, slug: str, statement: str = "") -> Response:
    """The form, with the statement that it was reached from."""
    subject = suggesting.subject(here.workspace, slug, statement or None)
    return _form(request, subject, Entered(), statement)


@router.post("/suggest/{slug}", dependencies=allow("public"))
def send(
    request: Request,
    here: Here,
    slug: str,
    statement: Line = "",
    kind: Line = "",
    text: Text = "",
    sources: Text = "",
    email: Line = "",
    credit: Line = "anonymous",
    name: Line = "",
    no_phi: Line = "",
    sure: Line = "",
    website: Line = "",
) -> Response:
    """Take a suggestion, unless it is incomplete or could identify a person."""
    subject = suggesting.subject(here.workspace, slug, statement or None)
    if website:
        # Nobody sees this field; what fills it in is a program, and is told what people are told.
        return see(f"/suggest/{slug}/sent")
    entered = Entered(kind, text, sources, email, credit, name, bool(no_phi), sure)
    checked = check(here.workspace, subject, entered)
    if checked.proposal is None:
        return _form(request, subject, entered, statement, checked, 422)
    found = suggesting.examined(checked.proposal)
    if found.findings and (found.blocked or entered.sure != entered.seal):
        if found.blocked:
            many = f"{len(found.findings)} findings"
            here.community.audit.note("", "suggestion refused: patient data", slug, many)
        stretches = marked(checked.proposal.text, found)
        return _form(request, subject, entered, statement, checked, 422, stretches)
    if not _within_limits(request, here, email):
        said = "Too many suggestions came from here. Try again later; what you entered is below."
        checked.errors["form"] = said
        return _form(request, subject, entered, statement, checked, 429)
    suggesting.receive(here.workspace, checked.proposal, here.address)
    return see(f"/suggest/{slug}/sent")


@router.get("/suggest/{slug}/sent", dependencies=allow("public"))
def sent(request: Request, here: Here, slug: str) -> Response:
    """What happens next."""
    subject = suggesting.subject(here.workspace, slug, None)
    return page(request, "suggest_sent.html", slug=slug, title=subject.version.article.title)


@router.get("/suggestion/confirm/{token}", dependencies=allow("public"))
def show_confirmation(request: Request, here: Here, token: str) -> Response:
    """The page that a mailed link leads to: a button, since scanners follow links too."""
    valid = _subject_of(here, "confirm", token) is not None
    link = f"/suggestion/confirm/{quote(token, safe='')}"
    return page(request, "suggestion_confirm.html", 200 if valid else 410, valid=valid, link=link)


@router.post("/suggestion/confirm/{token}", dependencies=allow("public"))
def confirm(request: Request, here: Here, token: str) -> Response:
    """Confirm a suggestion, once."""
    try:
        own = suggesting.confirm(here.workspace, token, here.address)
    except InputError:
        return page(request, "suggestion_confirm.html", 410, valid=False, link="")
    return see(f"/suggestion/{own}")


@router.get("/suggestion/{token}", dependencies=allow("public"))
def status(request: Request, here: Here, token: str) -> Response:
    """Where a suggestion stands, and the draft once there is one."""
    return _status(request, here, token)


@router.post("/suggestion/{token}/endorse", dependencies=allow("public"))
def endorse(request: Request, here: Here, token: str) -> Response:
    """Approve the draft."""
    return _answered(request, here, token, "endorse")


@router.post("/suggestion/{token}/withdraw", dependencies=allow("public"))
def withdraw(request: Request, here: Here, token: str) -> Response:
    """Take the suggestion back."""
    return _answered(request, here, token, "withdraw")


def _answered(request: Request, here: Parts, token: str, act: str) -> Response:
    name = _subject_of(here, "suggestion", token)
    if name is None:
        return _status(request, here, token)
    try:
        if act == "endorse":
            suggesting.endorse(here.workspace, name)
        else:
            suggesting.withdraw(here.workspace, name)
    except InputError as error:
        status, said = told(request, error)
        return _status(request, here, token, said, status)
    return see(f"/suggestion/{quote(token, safe='')}")


def _form(
    request: Request,
    subject: suggesting.Subject,
    entered: Entered,
    statement: str,
    checked: Checked | None = None,
    status: int = 200,
    stretches: tuple[Stretch, ...] = (),
) -> Response:
    return page(
        request,
        "suggest.html",
        status,
        slug=subject.version.slug,
        title=subject.version.article.title,
        quote=subject.statement.text if subject.statement else None,
        gone=bool(statement) and subject.statement is None,
        statement=subject.statement.id if subject.statement else "",
        entered=entered,
        errors=checked.errors if checked else {},
        stretches=stretches,
        blocked=any(one.certain for one in stretches),
        kinds=suggestion_words.KINDS,
        credits=suggestion_words.CREDITS,
    )


def _status(
    request: Request, here: Parts, token: str, refused: str = "", status: int = 200
) -> Response:
    name = _subject_of(here, "suggestion", token)
    if name is None:
        return page(request, "suggestion_status.html", 410, one=None)
    one = suggesting.found(here.workspace, name)
    return page(
        request,
        "suggestion_status.html",
        status,
        one=one,
        title=here.workspace.version(one.version).article.title,
        link=f"/suggestion/{quote(token, safe='')}",
        events=here.community.suggestions.events(one.id),
        reached=suggestion_words.PLACE.get(one.state, -1),
        said=suggestion_words,
        view=_draft(here, one),
        refused=refused,
        mode="inline",
        can_decide=False,
        in_review=False,
    )


def _draft(here: Parts, one: Suggestion) -> object:
    """What the draft changes, without what reviewers said of it."""
    if one.draft is None or one.state not in WORKABLE:
        return None
    workspace = here.workspace
    entry = workspace.catalogue.entries([one.draft])[one.draft]
    shown = reviewing.under_review(workspace, one.slug, entry.number)
    parent = shown.version.parent
    assert parent is not None
    before = workspace.catalogue.entries([parent])[parent]
    bare = replace(shown, log=(), changes=())
    return review_view(bare, (before, workspace.version(parent)))


def _within_limits(request: Request, here: Parts, email: str) -> bool:
    limits = here.community.limits
    return limits.hit(f"suggest:from:{address_of(request)}", MOST_BY_ADDRESS, HOUR) and limits.hit(
        f"suggest:by:{folded(email)}", MOST_BY_EMAIL, 24 * HOUR
    )


def _subject_of(here: Parts, purpose: str, token: str) -> str | None:
    tokens: Tokens = here.community.tokens
    try:
        return tokens.look("confirm" if purpose == "confirm" else "suggestion", token)
    except InputError:
        return None
