"""One version: what changed against the live one, and the decisions on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from citewright.errors import CitewrightError, InputError
from citewright.model.community import cause_in_words
from citewright.model.staleness import ChangeCause
from citewright.model.version import Version
from citewright.pipeline import pages, reviewing, revising
from citewright.pipeline.workspace import Workspace
from citewright.web.changes import review_view, whole_view
from citewright.web.failures import told
from citewright.web.guards import Here, Visitor, Who, allow
from citewright.web.parts import Parts
from citewright.web.permissions import Permission
from citewright.web.templating import page, see

router = APIRouter()

Mode = Literal["inline", "side", "changes"]
ChangeAct = Literal["accept", "reject", "comment"]
Reason = Annotated[str, Form(max_length=4000)]
VersionAct = Literal[
    "submit", "comment", "approve", "return", "revise", "publish", "withdraw"
]  # fmt: skip

ACTIONS: dict[VersionAct, tuple[str, str, Permission]] = {
    "comment": ("Comment", "quiet", "decide"),
    "submit": ("Submit for review", "main", "publish"),
    "approve": ("Approve", "accept", "decide"),
    "return": ("Return as a draft", "", "decide"),
    "revise": ("Make it without the rejected changes", "", "publish"),
    "publish": ("Publish", "main", "publish"),
    "withdraw": ("Withdraw for good", "reject", "publish"),
}
"""What may be done with a version: the button's words and class, and who may."""

OFFERED: dict[str, tuple[VersionAct, ...]] = {
    "draft": ("comment", "submit", "publish", "withdraw"),
    "in_review": ("comment", "approve", "return", "revise", "withdraw"),
    "approved": ("comment", "publish", "withdraw"),
    "published": ("comment", "withdraw"),
    "superseded": ("withdraw",),
    "withdrawn": (),
}
"""What is offered in which state; what else is asked for is refused with the reason."""


@dataclass(frozen=True)
class Kept:
    """What was entered in a form that was refused; ``change`` is empty for the version's form."""

    change: str = ""
    reason: str = ""


@router.get("/review/{slug}/{number}", dependencies=allow("review"))
def show(
    request: Request, here: Here, who: Who, slug: str, number: str, view: str = "inline"
) -> Response:
    """What changed, what speaks against it, what was decided."""
    return _page(request, here, who, slug, number, _mode(view), Kept())


@router.post("/review/{slug}/{number}/changes/{change}", dependencies=allow("decide"))
def decide_change(
    request: Request,
    here: Here,
    who: Who,
    slug: str,
    number: str,
    change: str,
    act: Annotated[ChangeAct, Form()],
    seen: Annotated[int, Form()],
    reason: Reason = "",
    mode: Annotated[str, Form()] = "inline",
    anchor: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Accept, reject or comment on a change."""
    workspace = here.workspace

    def do() -> None:
        if act == "comment":
            reviewing.comment(workspace, slug, number, who.name, reason, change)
        else:
            reviewing.decide(
                workspace, slug, number, who.name, [change],
                accept=act == "accept", reason=reason, seen=seen,
            )  # fmt: skip

    refused = _done(request, here, who, f"{act} change {change}", f"{slug} {number}", reason, do)
    if refused:
        kept = Kept(change, reason)
        return _page(request, here, who, slug, number, _mode(mode), kept, refused)
    return see(f"/review/{slug}/{number}?view={_mode(mode)}#{anchor}")


def _decide_route(act: VersionAct) -> Callable[..., Response]:
    def decide(
        request: Request,
        here: Here,
        who: Who,
        slug: str,
        number: str,
        seen: Annotated[int, Form()],
        reason: Reason = "",
        mode: Annotated[str, Form()] = "inline",
    ) -> Response:
        made = [number]

        def do() -> None:
            made[0] = act_on(here, who, slug, number, act, reason, seen)

        refused = _done(request, here, who, act, f"{slug} {number}", reason, do)
        if refused:
            kept = Kept("", reason)
            return _page(request, here, who, slug, number, _mode(mode), kept, refused)
        return see(f"/review/{slug}/{made[0]}")

    return decide


for _act, (_, _, _needed) in ACTIONS.items():
    # A route for each, since who may comment may not publish.
    router.add_api_route(
        f"/review/{{slug}}/{{number}}/{_act}",
        _decide_route(_act),
        methods=["POST"],
        name=f"{_act} a version",
        dependencies=allow(_needed),
    )


def act_on(
    here: Parts,
    who: Visitor,
    slug: str,
    number: str,
    act: VersionAct,
    reason: str,
    seen: int | None,
) -> str:
    """Do something with a version; gives the number of the version to look at then.

    Whether the role allows it is seen to by the route.

    :raises InputError: when it is refused.
    """
    workspace, name = here.workspace, who.name
    match act:
        case "comment":
            reviewing.comment(workspace, slug, number, name, reason)
        case "submit":
            reviewing.submit(workspace, slug, number, name, reason)
        case "approve":
            reviewing.approve(workspace, slug, number, name, reason, seen)
        case "return":
            reviewing.send_back(workspace, slug, number, name, reason, seen)
        case "revise":
            return revising.revise(workspace, slug, number, name).number
        case "publish":
            _publish(here, slug, number, name)
        case "withdraw":
            reviewing.withdraw(workspace, slug, number, name, reason, seen)
    return number


def _publish(here: Parts, slug: str, number: str, name: str) -> None:
    """Publish a version that is the article's next one.

    :raises InputError: when another one would be published, or the gate holds it back.
    """
    head = here.workspace.catalogue.version(slug)
    if head.number != number:
        raise InputError(f"{slug} {number} is not the current version any more: {head.number} is.")
    (done,) = pages.publish(here.workspace, [slug], name)
    if done.objections:
        raise InputError(" ".join(done.objections))


def _done(
    request: Request,
    here: Parts,
    who: Visitor,
    action: str,
    subject: str,
    reason: str,
    do: Callable[[], None],
) -> tuple[int, str] | None:
    """Do it and note it; gives the status and the words of a refusal."""
    try:
        do()
    except CitewrightError as error:
        status, said = told(request, error)
        if status >= 500 or status == 404:
            raise
        return status, said
    here.community.audit.note(who.name, action, subject, reason)
    return None


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text[:1].upper()}{text[1:]}."


def _causes(workspace: Workspace, version: Version, live: str | None) -> list[ChangeCause]:
    """Why statements were changed since the live version, the latest reasons first."""
    found = list(version.changes)
    while version.parent is not None and version.parent != live and live is not None:
        version = workspace.version(version.parent)
        found += version.changes
    return found


def _suggestion(here: Parts, who: Visitor, digest: str) -> str:
    """The id of the suggestion that a version was made of, for who may read it; else empty."""
    if not who.may("suggestions"):
        return ""
    found = here.community.suggestions.by_draft(digest)
    return found.id if found else ""


def _mode(wanted: str) -> Mode:
    return next((one for one in get_args(Mode) if one == wanted), "inline")


def _page(
    request: Request,
    here: Parts,
    who: Visitor,
    slug: str,
    number: str,
    mode: Mode,
    kept: Kept,
    refused: tuple[int, str] | None = None,
) -> Response:
    workspace = here.workspace
    shown = reviewing.under_review(workspace, slug, number)
    live = workspace.catalogue.published(slug)
    version, state = shown.version, shown.entry.state
    before = (live, workspace.version(live.digest)) if live else None
    view = review_view(shown, before, _causes(workspace, version, live.digest if live else None))
    makers = ", ".join(sorted(workspace.catalogue.reviews.makers(shown.entry.digest)))
    rejected = any(one.decision and one.decision.kind == "rejected" for one in shown.changes)
    offered = [
        (name, *ACTIONS[name][:2])
        for name in OFFERED[state]
        if who.may(ACTIONS[name][2]) and (name != "revise" or rejected)
    ]
    models = ", ".join(version.generator.models)
    return page(
        request,
        "review.html",
        refused[0] if refused else 200,
        slug=slug,
        number=shown.entry.number,
        title=version.article.title,
        state=state,
        made=f"{_ended(cause_in_words(version.cause.detail))} "
        f"{'Models: ' + models + '. ' if models else ''}"
        f"{'Made by ' + makers + ', who cannot approve it.' if makers else ''}",
        suggested=version.cause.kind == "suggestion",
        suggestion=_suggestion(here, who, shown.entry.digest),
        retracted=shown.retracted,
        objections=shown.objections,
        view=view,
        whole=() if view.diff else whole_view(version),
        cost=version.cost_usd,
        mode=mode,
        can_decide=who.may("decide") and state in ("draft", "in_review", "approved"),
        in_review=state == "in_review",
        actions=offered,
        log=tuple(reversed(shown.log)),
        kept=kept,
        refused=refused[1] if refused else "",
    )
