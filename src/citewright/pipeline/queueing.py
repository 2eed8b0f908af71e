"""The review queue: which versions wait for somebody, and how much depends on it.

A version's risk is the sum of

- 1000 where a source that the article cites was retracted, withdrawn or put in doubt,
- 20 for each statement with sources that no check found supported (400 at most),
- 10 for each change against the live version that may change the meaning (300 at most),
- 1 for each other change (50 at most),
- 1 for each percentage point by which the share of statements without a source grew,
- 5 where nothing of the article is live yet.

So a version that says what readers see already has the risk 0.
"""

from __future__ import annotations

from dataclasses import dataclass

from citewright.checks.sourcing import BEFALLEN
from citewright.database import repeated
from citewright.diff import VersionDiff, compare
from citewright.model.article import Article
from citewright.model.community import QueueItem, QueueOrigin
from citewright.model.version import State, Version
from citewright.pipeline.workspace import Workspace
from citewright.versions.catalogue import Entry

WAITING: tuple[State, ...] = ("draft", "in_review", "approved")
"""The states in which an article's newest version waits for somebody."""

PAGE = 1000

_ORIGINS: dict[str, QueueOrigin] = {
    "retraction": "retraction",
    "concern": "retraction",
    "model": "model",
    "prompt": "model",
    "outline": "model",
    "request": "editor",
    "brief": "editor",
    "decision": "editor",
}
"""Whom a refresh goes back to, by the reasons of its changes; the schedule for all others."""


@dataclass(frozen=True)
class Weight:
    """What a version's risk is made of; see the top of the module."""

    retracted: bool
    unsupported: int
    meaning_changes: int
    other_changes: int
    llm_change: float
    first: bool

    @property
    def risk(self) -> int:
        """The higher, the sooner somebody should look."""
        return (
            1000 * self.retracted
            + min(400, 20 * self.unsupported)
            + min(300, 10 * self.meaning_changes)
            + min(50, self.other_changes)
            + max(0, round(100 * self.llm_change))
            + 5 * self.first
        )


@repeated
def settle(workspace: Workspace, slug: str) -> None:
    """Bring an article's place in the queue up to date; called after each step of its versions."""
    head = workspace.catalogue.version(slug)
    item = _item(workspace, head)
    with workspace.database.writing() as connection:
        if head.parent is not None:
            workspace.queue.remove(head.parent, within=connection)
        if item is None:
            workspace.queue.remove(head.digest, within=connection)
        else:
            workspace.queue.put(item, within=connection)


def reconcile(workspace: Workspace) -> int:
    """Put right what a killed program left behind in the queue; gives how many articles it was.

    An article's place follows the transaction of its versions. Who is killed between the two
    leaves the place behind, and here it is found again, by one query where nothing is wrong.
    """
    astray = workspace.queue.astray(WAITING)
    for slug in astray:
        settle(workspace, slug)
        for one in workspace.catalogue.of_article(slug)[:-1]:
            workspace.queue.remove(one.digest)
    return len(astray)


def rebuild(workspace: Workspace) -> int:
    """Make the queue anew from the catalogue and the store; gives how many versions wait."""
    currents = workspace.catalogue.currents()
    for slug in currents:
        settle(workspace, slug)
    standing = set(currents.values())
    waiting, last = 0, None
    while items := workspace.queue.page(last, PAGE):
        for one in items:
            if one.version not in standing:
                workspace.queue.remove(one.version)
            else:
                waiting += 1
        last = items[-1]
    return waiting


def weigh(version: Version, live: Version | None, failing: int, *, retracted: bool) -> Weight:
    """What a version's risk is made of.

    :param live: the version that readers see; None where there is none.
    :param failing: statements with sources that no check found supported.
    """
    before = _llm_share(live.article) if live else 0.0
    found = compare(live, version) if live else None
    return Weight(
        retracted=retracted,
        unsupported=failing,
        meaning_changes=len(found.flagged) if found else 0,
        other_changes=_others(found) if found else 0,
        llm_change=round(_llm_share(version.article) - before, 4),
        first=live is None,
    )


def unsupported(workspace: Workspace, version: Version) -> int:
    """The statements with sources of which no citation was found supported."""
    assessment = workspace.assessment(version.digest)
    verdicts = assessment.verdicts if assessment else version.verdicts
    supported = {one.statement for one in verdicts if one.outcome == "supported"}
    cited = {one.id for one in version.article.statements() if one.citations}
    return len(cited - supported)


def _item(workspace: Workspace, head: Entry) -> QueueItem | None:
    befallen = _befallen(workspace, head.digest)
    if head.state == "approved" and _is_live(workspace, head):
        return None
    if head.state not in WAITING and not (head.state == "published" and befallen):
        return None
    version = workspace.version(head.digest)
    published = workspace.catalogue.published(head.slug)
    live = workspace.version(published.digest) if published else None
    failing = unsupported(workspace, version)
    weight = weigh(version, live, failing, retracted=befallen)
    log = workspace.catalogue.reviews.log(version=head.digest)
    return QueueItem(
        version=head.digest,
        slug=head.slug,
        origin="retraction" if befallen else _origin(version),
        risk=weight.risk,
        meaning_changes=weight.meaning_changes,
        unsupported=weight.unsupported,
        llm_change=weight.llm_change,
        cost_usd=version.cost_usd,
        since=log[0].at if log else version.created.isoformat(),
    )


def _is_live(workspace: Workspace, head: Entry) -> bool:
    """Whether a version only went back to what readers see, so that nobody has to look at it."""
    live = workspace.catalogue.published(head.slug)
    back = workspace.version(head.digest).cause.kind == "restoration"
    return back and live is not None and live.content == head.content


def _befallen(workspace: Workspace, digest: str) -> bool:
    # By the index of citations: published versions are many, and none of them has to be read.
    cited = workspace.source_log.cited_by(digest)
    return any(what in BEFALLEN for what in workspace.source_log.standings(cited).values())


def _origin(version: Version) -> QueueOrigin:
    match version.cause.kind:
        case "import":
            return "import"
        case "suggestion":
            return "suggestion"
        case "refresh":
            reasons = {why.kind for change in version.changes for why in change.causes}
            return next((_ORIGINS[kind] for kind in _ORIGINS if kind in reasons), "schedule")
        case _:
            return "editor"


def _others(found: VersionDiff) -> int:
    statements = sum(one.changed and not one.flags for one in found.statements)
    return statements + len(found.sources) + len(found.fields)


def _llm_share(article: Article) -> float:
    kinds = [one.marker.kind for one in article.statements()]
    return kinds.count("llm") / len(kinds) if kinds else 0.0
