"""The review queue."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from citewright.errors import InputError
from citewright.model.community import QueueItem, QueueOrigin
from citewright.model.version import State
from citewright.pipeline import reviewing
from citewright.web.failures import told
from citewright.web.guards import Here, Who, allow
from citewright.web.parts import Parts
from citewright.web.templating import page, see
from citewright.web.wording import counted

router = APIRouter()

SIZE = 50

LEVELS = ((1000, "urgent"), (100, "high"), (10, "medium"), (1, "low"))
"""From which risk on it is called what."""


@dataclass(frozen=True)
class QueueRow:
    """A line of the queue; ``same``: it says what readers see already."""

    digest: str
    slug: str
    title: str
    number: str
    state: State
    origin: QueueOrigin
    risk: int
    meaning_changes: int
    unsupported: int
    llm_change: float
    cost_usd: Decimal
    since: str
    first: bool

    @property
    def level(self) -> str:
        """The risk in a word."""
        return next((word for least, word in LEVELS if self.risk >= least), "none")

    @property
    def reasons(self) -> list[str]:
        """What makes its risk, in words, the gravest first."""
        points = round(100 * self.llm_change)
        said = [
            (self.grave, "a cited source does not stand any more"),
            (
                self.meaning_changes,
                counted(self.meaning_changes, "change", "may alter the meaning"),
            ),
            (self.unsupported, counted(self.unsupported, "statement", "not found supported")),
            (points > 0, f"{points} points more without a source"),
            (self.first, "nothing of it is live yet"),
        ]
        found = [words for holds, words in said if holds]
        return found or [
            "says what readers see already" if self.risk == 0 else "small changes only"
        ]

    @property
    def grave(self) -> bool:
        """Whether a source does not stand any more."""
        return self.origin == "retraction"

    @property
    def same(self) -> bool:
        """Whether it can be approved together with others."""
        return self.risk == 0 and self.state == "in_review"


@router.get("/queue", dependencies=allow("review"))
def show(request: Request, here: Here, after: str = "", done: int = 0) -> Response:
    """What waits, the riskiest first, then the oldest."""
    notice = f"{done} {'version was' if done == 1 else 'versions were'} approved." if done else ""
    return _page(request, here, after, notice)


@router.post("/queue/approve", dependencies=allow("decide"))
def approve(
    request: Request, here: Here, who: Who, version: Annotated[list[str] | None, Form()] = None
) -> Response:
    """Approve versions that say what readers see already, each by the rules of any approval."""
    done, refused = 0, []
    for digest in list(dict.fromkeys(version or ()))[:SIZE]:
        try:
            _approve_same(here, who.name, digest)
            done += 1
        except InputError as error:
            refused.append(told(request, error)[1])
    if not refused and done:
        return see(f"/queue?done={done}")
    said = " ".join(refused) or "Nothing was selected."
    notice = f"{done} approved." if done else ""
    return _page(request, here, "", notice, said, 409)


def rows(here: Parts, items: list[QueueItem]) -> list[QueueRow]:
    """The queue's items with the numbers and states of their versions."""
    known = here.workspace.catalogue.entries(one.version for one in items)
    return [
        QueueRow(
            digest=one.version,
            slug=one.slug,
            title=known[one.version].title,
            number=known[one.version].number,
            state=known[one.version].state,
            origin=one.origin,
            risk=one.risk,
            meaning_changes=one.meaning_changes,
            unsupported=one.unsupported,
            llm_change=one.llm_change,
            cost_usd=one.cost_usd,
            since=one.since,
            first=known[one.version].parent is None,
        )
        for one in items
        if one.version in known
    ]


def _page(
    request: Request, here: Parts, after: str, notice: str, refused: str = "", status: int = 200
) -> Response:
    queue = here.community.queue
    items = queue.page(queue.find(after) if after else None, SIZE + 1)
    shown = rows(here, items[:SIZE])
    return page(
        request,
        "queue.html",
        status,
        rows=shown,
        total=sum(queue.counts().values()),
        bulk=any(one.same for one in shown),
        after=shown[-1].digest if len(items) > SIZE and shown else "",
        size=SIZE,
        now=here.workspace.clock(),
        notice=notice,
        refused=refused,
    )


def _approve_same(here: Parts, actor: str, digest: str) -> None:
    """Approve a version in which nothing changed.

    :raises InputError: when something did, or as any approval does.
    """
    workspace = here.workspace
    entry = workspace.catalogue.entries([digest]).get(digest)
    if entry is None:
        raise InputError("One of the selected versions is not known.")
    shown = reviewing.under_review(workspace, entry.slug, entry.number)
    item = here.community.queue.find(digest)
    changed = shown.difference is None or shown.difference.changed
    if changed or item is None or item.risk:
        raise InputError(
            f"{entry.slug} {entry.number} says something else than the live version: "
            "look at its changes."
        )
    seen = max((one.sequence or 0 for one in shown.log), default=0)
    reason = "Sources rechecked, no change of the text."
    reviewing.approve(workspace, entry.slug, entry.number, actor, reason, seen)
    here.community.audit.note(actor, "approve", f"{entry.slug} {entry.number}", reason)
