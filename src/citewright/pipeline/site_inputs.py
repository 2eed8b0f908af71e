"""What a site is made from: the public versions of each article, with what is known of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from citewright.checks.policy import load_policy
from citewright.checks.sourcing import BEFALLEN
from citewright.community.votes import Votes
from citewright.model.policy import Policy
from citewright.pipeline.credits import Credits
from citewright.pipeline.workspace import Workspace
from citewright.site.history import Public
from citewright.versions.catalogue import Entry
from citewright.versions.reviews import LogEntry

_TOLD = ("approved", "published", "reaffirmed", "withdrawn")
"""What pages tell of the log."""


@dataclass(frozen=True)
class Inputs:
    """One article: its public versions, oldest first, and which of them is shown as current.

    ``credits`` are, for each version, the readers whose suggestions are in it, as they want to be
    named.
    """

    slug: str
    versions: tuple[Public, ...]
    assessments: tuple[str | None, ...]
    current: int
    upvotes: int = 0
    credits: tuple[tuple[str, ...], ...] = ()

    @property
    def values(self) -> list[object]:
        """All of it as plain values."""
        own = vars(self) | {"versions": [list(vars(one).values()) for one in self.versions]}
        return list(own.values())

    @property
    def changed(self) -> str:
        """When the shown version was published."""
        return self.versions[self.current].published


@dataclass(frozen=True)
class Sources:
    """What a build needs beside the articles."""

    articles: dict[str, Inputs]
    policy: Policy


def gather(workspace: Workspace) -> Sources:
    """All articles that have or had a published version."""
    log: dict[str, list[LogEntry]] = defaultdict(list)
    for one in workspace.catalogue.reviews.log(kinds=_TOLD):
        log[one.version].append(one)
    again = workspace.refresh_log.affirmations()
    assessed = {version: digest for digest, version in workspace.assessments.all()}
    public: dict[str, list[Public]] = defaultdict(list)
    for entry in workspace.catalogue.all_versions():
        found = _public(entry, log.get(entry.digest, []), again.get(entry.digest))
        if found is not None:
            public[entry.slug].append(found)
    # The counts are of no person's, so the secret that voters are hidden by is not needed.
    upvotes = Votes(workspace.database, b"").counts()
    credited = Credits(workspace)
    articles = {
        slug: Inputs(
            slug=slug,
            versions=tuple(versions),
            assessments=tuple(assessed.get(one.digest) for one in versions),
            current=_current(versions),
            upvotes=upvotes.get(slug, 0),
            credits=credited.of(slug, versions),
        )
        for slug, versions in public.items()
    }
    return Sources(articles, load_policy(workspace.project))


def standings(workspace: Workspace, sources: Iterable[str]) -> dict[str, str]:
    """Which of these sources were retracted, withdrawn or put in doubt."""
    wanted = set(sources)
    found = workspace.source_log.standing_at(BEFALLEN)
    return {key: what for key, what in sorted(found.items()) if key in wanted}


def _public(entry: Entry, log: Sequence[LogEntry], again: str | None) -> Public | None:
    published = [one.at for one in log if one.kind == "published"]
    if not published and entry.state not in ("published", "superseded"):
        return None
    approved = [one for one in log if one.kind == "approved"]
    withdrawn = [one for one in log if one.kind == "withdrawn"]
    reaffirmed = {one.at[:10] for one in log if one.kind == "reaffirmed"}
    reaffirmed |= {again[:10]} if again else set()
    return Public(
        digest=entry.digest,
        number=entry.number,
        state=entry.state,
        published=published[0] if published else "",
        reviewer=_named(approved[-1].actor) if approved else None,
        reviewed=approved[-1].at[:10] if approved else None,
        reaffirmed=tuple(sorted(reaffirmed)),
        withdrawn=(withdrawn[-1].at[:10], withdrawn[-1].detail) if withdrawn else None,
    )


def _current(versions: Sequence[Public]) -> int:
    """The published version; where there is none, the newest, which was withdrawn."""
    for place, one in enumerate(versions):
        if one.state == "published":
            return place
    return len(versions) - 1


def _named(actor: str | None) -> str | None:
    """A reviewer as pages name them: an e-mail address is nobody's business."""
    return "an editor of this site" if actor and "@" in actor else actor
