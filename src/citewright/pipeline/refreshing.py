"""Refreshing an article: what stands stays to the byte, what does not is drafted anew."""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Literal

from citewright.pipeline.commit import Committed
from citewright.pipeline.heads import seal
from citewright.pipeline.remaking import make_ready, remake
from citewright.pipeline.staleness import Survey, survey
from citewright.pipeline.today import made_now
from citewright.pipeline.workspace import RunOptions, Workspace
from citewright.refresh.plan import ArticlePlan
from citewright.versions.refreshing import Anchored

log = logging.getLogger(__name__)

Result = Literal["reaffirmed", "version", "overtaken"]


@dataclass(frozen=True)
class Refreshed:
    """What became of an article.

    ``version``: there is a new one. ``reaffirmed``: the one before stands, its evidence anchored
    anew where its sources' texts changed. ``overtaken``: another run had made one in the meantime.
    """

    slug: str
    result: Result
    number: str
    digest: str
    cost_usd: Decimal
    causes: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """The result as plain values, for ``--json`` and artifacts."""
        why = " ".join(self.causes)
        return vars(self) | {
            "cost_usd": float(self.cost_usd),
            "causes": list(self.causes),
            "why": why,
        }


@dataclass(frozen=True)
class LookedOver:
    """A library looked over, what stands recorded as standing.

    ``plans`` are the articles with anything to say of them, the gravest first, ``quiet`` how many
    others there are. ``through`` is the last source event that was known.
    """

    plans: tuple[ArticlePlan, ...]
    quiet: int
    through: int
    reaffirmed: tuple[Refreshed, ...]

    @property
    def stale(self) -> tuple[ArticlePlan, ...]:
        """The articles of which something has to be drafted."""
        return tuple(plan for plan in self.plans if plan.stale)


def look_over(workspace: Workspace, slugs: Collection[str] = ()) -> LookedOver:
    """Find what is stale of the named articles, or of all, and record what stands.

    :raises CitewrightError: as :func:`citewright.pipeline.staleness.survey` does.
    """
    found = survey(workspace, slugs)
    return LookedOver(
        found.plans, len(found.quiet), found.through, tuple(reaffirm(workspace, found))
    )


def reaffirm(workspace: Workspace, found: Survey) -> list[Refreshed]:
    """Record that the versions of which nothing has to be drafted stand, and where their quotes do.

    No version is made and no model is called. Gives those whose evidence was anchored anew.
    """
    now = workspace.clock()
    still = [plan for plan in found.plans if not plan.stale]
    done = []
    for plan in still:
        if not plan.anchors:
            continue
        keep_anchors(workspace, plan, plan.version)
        detail = f"{len(plan.anchors)} quotes were found again in the changed texts of sources."
        with workspace.catalogue.writing(plan.slug) as writer:
            writer.note("reaffirmed", plan.version, detail)
        done.append(
            Refreshed(plan.slug, "reaffirmed", plan.number, plan.version, Decimal(0), (detail,))
        )
    standing = [(plan.slug, plan.version) for plan in still]
    standing += [(head.slug, head.version) for head in found.quiet]
    workspace.refresh_log.affirm(standing, found.through, now)
    return done


def refresh_article(
    workspace: Workspace, plan: ArticlePlan, through: int, options: RunOptions
) -> Refreshed:
    """Draft what the plan touches, put it into what stands, and make the next version of it.

    A section that cannot be drafted keeps the article as it is: it stays stale. Two runs of the
    same plan make one version.

    :param through: the last source event that the plan knew of.
    :raises CitewrightError: as :func:`citewright.pipeline.remaking.make_ready` and
        :func:`citewright.pipeline.remaking.remake`.
    """
    ready = make_ready(workspace, plan, options)
    made, cost = remake(workspace, ready)
    return _recorded(workspace, plan, made, through, cost)


def record_made(workspace: Workspace, plan: ArticlePlan, version: str, through: int) -> Refreshed:
    """Record what a worker left undone that was lost once it had made a version.

    :param version: its digest; the plan's own where the article was left to stand.
    """
    same = version == plan.version
    made = Committed(version, reaffirmed=same, failed=())
    cost = Decimal(0) if same else workspace.version(version).cost_usd
    seal(workspace, plan.slug)
    return _recorded(workspace, plan, made, through, cost)


def not_refreshed(plan: ArticlePlan, result: str, why: str) -> dict[str, Any]:
    """What became of an article that was not refreshed, as plain values."""
    return {
        "slug": plan.slug,
        "result": result,
        "number": plan.number,
        "digest": plan.version,
        "cost_usd": 0.0,
        "causes": [cause.detail for cause in plan.causes],
        "why": why,
    }


def _recorded(
    workspace: Workspace,
    plan: ArticlePlan,
    made: Committed,
    through: int,
    cost: Decimal,
) -> Refreshed:
    """What was done, in the catalogue; of a version that was overtaken nothing is."""
    version = workspace.version(made.digest)
    told = tuple(dict.fromkeys(cause.detail for cause in plan.causes))
    if made.overtaken:
        return Refreshed(plan.slug, "overtaken", version.number, made.digest, cost, told)
    now = workspace.clock()
    keep_anchors(workspace, plan, made.digest, {one.id for one in version.article.statements()})
    asked = [cause.request for cause in plan.causes if cause.request is not None]
    workspace.request_log.answer(asked, made.digest)
    workspace.refresh_log.affirm([(plan.slug, made.digest)], through, now, drafted=made.reaffirmed)
    if made.reaffirmed and plan.reordered:
        names = workspace.refresh_log.made_with().get(made.digest, {})
        workspace.refresh_log.made_again(made.digest, names | made_now(workspace, names))
    result: Result = "reaffirmed" if made.reaffirmed else "version"
    log.info("%s: %s %s", plan.slug, result, version.number)
    return Refreshed(plan.slug, result, version.number, made.digest, cost, told)


def keep_anchors(
    workspace: Workspace, plan: ArticlePlan, version: str, kept: set[str] | None = None
) -> None:
    """Record the plan's anchors for a version, and for a new one those that it inherits."""
    found = {
        (one.statement, one.citation): Anchored(
            version, one.statement, one.citation, one.snapshot, one.start, one.end
        )
        for one in plan.anchors
    }
    if version != plan.version:
        for before in workspace.refresh_log.anchors(plan.version):
            found.setdefault((before.statement, before.citation), replace(before, version=version))
        standing = (kept or set()) - plan.touched
        found = {key: one for key, one in found.items() if key[0] in standing}
    workspace.refresh_log.anchor(version, found.values())
