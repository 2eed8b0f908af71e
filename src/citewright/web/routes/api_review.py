"""The interface for scripts: decisions, by the same rules as in the browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

from fastapi import APIRouter, Body
from pydantic import BaseModel, ConfigDict, Field

from citewright.diff.changes import labels
from citewright.model.version import State
from citewright.pipeline import reviewing
from citewright.web.guards import Here, Who, allow
from citewright.web.openapi import PROBLEMS
from citewright.web.routes.api import Answer, NumberIn, SlugIn
from citewright.web.routes.library import request_anew
from citewright.web.routes.review import ACTIONS, VersionAct, act_on

router = APIRouter()

Reason = Annotated[str, Field(max_length=4000)]


class Given(BaseModel):
    """What the interface takes; a field that it does not know is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ActIn(Given):
    """Why it is done; ``seen`` is the log's newest entry that it was decided on."""

    reason: Reason = ""
    seen: Annotated[int, Field(ge=0, le=2**31)] | None = None


class DecisionIn(Given):
    """A decision on changes of a version, by their ids."""

    action: Literal["accept", "reject"]
    changes: Annotated[list[Annotated[str, Field(max_length=14)]], Field(min_length=1)]
    reason: Reason = ""
    seen: Annotated[int, Field(ge=0, le=2**31)] | None = None


class RequestIn(Given):
    """Why an article is to be written anew."""

    why: Annotated[str, Field(min_length=1, max_length=4000)]


class StateOut(Answer):
    """Where a version stands now."""

    slug: str
    number: str
    state: State


class ChangeOut(Answer):
    """A change of a version against the one before, and the last decision on it."""

    id: str
    kinds: list[str]
    flags: list[str]
    old: list[str]
    new: list[str]
    decision: str | None


class ReviewOut(Answer):
    """A version under review; ``seen`` goes into the decision, which is refused if it is stale."""

    slug: str
    number: str
    state: State
    seen: int
    objections: list[str]
    changes: list[ChangeOut]


class AskedOut(Answer):
    """The number of a request that was recorded."""

    request: int


@router.get("/api/v1/reviews/{slug}/{number}", dependencies=allow("review"), responses=PROBLEMS)
def shown(here: Here, slug: SlugIn, number: NumberIn) -> ReviewOut:
    """What changed in a version, and what was decided."""
    found = reviewing.under_review(here.workspace, slug, number)
    changes = [
        ChangeOut(
            id=one.id,
            kinds=list(labels(one.change)),
            flags=[flag.kind for flag in one.change.flags],
            old=[place.text for place in one.change.old],
            new=[place.text for place in one.change.new],
            decision=one.decision.kind if one.decision else None,
        )
        for one in found.changes
    ]
    return ReviewOut(
        slug=slug,
        number=found.entry.number,
        state=found.entry.state,
        seen=max((one.sequence or 0 for one in found.log), default=0),
        objections=[f"{one.severity}: {one.detail}" for one in found.objections],
        changes=changes,
    )


def _act_route(action: VersionAct) -> Callable[..., StateOut]:
    def act(
        here: Here, who: Who, slug: SlugIn, number: NumberIn, asked: Annotated[ActIn, Body()]
    ) -> StateOut:
        made = act_on(here, who, slug, number, action, asked.reason, asked.seen)
        here.community.audit.note(who.name, action, f"{slug} {number}", asked.reason)
        return _state(here, slug, made)

    return act


for _action, (_, _, _needed) in ACTIONS.items():
    router.add_api_route(
        f"/api/v1/reviews/{{slug}}/{{number}}/{_action}",
        _act_route(_action),
        methods=["POST"],
        name=f"{_action} a version",
        summary=f"{_action} a version".capitalize(),
        operation_id=f"{_action}_version",
        dependencies=allow(_needed),
        response_model=StateOut,
        responses=PROBLEMS,
    )


@router.post(
    "/api/v1/reviews/{slug}/{number}/changes", dependencies=allow("decide"), responses=PROBLEMS
)
def decide(
    here: Here, who: Who, slug: SlugIn, number: NumberIn, asked: Annotated[DecisionIn, Body()]
) -> StateOut:
    """Accept or reject changes."""
    reviewing.decide(
        here.workspace, slug, number, who.name, asked.changes,
        accept=asked.action == "accept", reason=asked.reason, seen=asked.seen,
    )  # fmt: skip
    said = ", ".join(asked.changes)
    here.community.audit.note(who.name, f"{asked.action} changes", f"{slug} {number}", said)
    return _state(here, slug, number)


@router.post("/api/v1/articles/{slug}/requests", dependencies=allow("request"), responses=PROBLEMS)
def ask(here: Here, who: Who, slug: SlugIn, asked: Annotated[RequestIn, Body()]) -> AskedOut:
    """Ask for an article to be written anew; the next refresh takes it up."""
    number = request_anew(here.workspace, slug, who.name, asked.why)
    here.community.audit.note(who.name, "ask for it anew", slug, asked.why)
    return AskedOut(request=number)


def _state(here: Here, slug: str, number: str) -> StateOut:
    entry = here.workspace.catalogue.version(slug, number)
    return StateOut(slug=slug, number=entry.number, state=entry.state)
