"""What a worker does with an article of a run: makes or refreshes it, and settles the outcome.

An article that cannot be made keeps no other from being made. What would stop the others too (the
budget is spent, the key is refused, a disk is full) stops the run, for all of its workers.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from pydantic import TypeAdapter

from citewright import errors
from citewright.errors import (
    CitewrightError,
    InputError,
    ModelError,
    SettingsError,
    SourceError,
    TakenOver,
)
from citewright.model.canonical import Json
from citewright.model.shares import Taken
from citewright.pipeline import batching, making, pages, refreshing, remaking
from citewright.pipeline.workspace import RunOptions, Workspace
from citewright.refresh.plan import ArticlePlan
from citewright.versions.shares import ShareLog

log = logging.getLogger(__name__)

_PLAN = TypeAdapter(ArticlePlan)

OF_ONE: tuple[type[CitewrightError], ...] = (InputError, ModelError, SourceError)
"""What went wrong with one article, and need not with the next; :class:`SettingsError` apart."""


def plan_as_work(plan: ArticlePlan, through: int) -> Json:
    """An article's plan as its row in the run keeps it.

    :param through: the last source event that the plan knew of.
    """
    return {"plan": _PLAN.dump_python(plan, mode="json"), "through": through}


@dataclass(frozen=True)
class ShareWork:
    """Works on articles of one run.

    :param terms: what the run's row says: ``kind`` and the options of the run.
    :param pool: where calls to the model are made.
    :param ending: whether this process is told to end.
    """

    workspace: Workspace
    shares: ShareLog
    kind: str
    terms: Json
    pool: Executor
    ending: Callable[[], bool]
    planned: dict[str, batching.Planned] = field(default_factory=dict)

    def gather(self, taken: Sequence[Taken]) -> None:
        """Have all calls of these articles answered through batches; what cannot be prepared is
        left out, and told when it is carried out.

        Stops the run where no batch can be sent.
        """
        new = [one for one in taken if one.version is None]
        if not new:
            return
        run = new[0].share.run
        try:
            if self.kind == "refresh":
                self._gather_plans(run, new)
            else:
                self._gather_briefs(run, new)
        except CitewrightError as error:
            self.shares.stop(run, error.as_dict())

    def carry_out(self, taken: Taken) -> dict[str, Any]:
        """Make or refresh an article; gives what became of it, which is recorded.

        :raises TakenOver: when another worker has it by now: nothing of it counts.
        :raises Exception: what nobody foresaw; the run is stopped then, unless this process is
            told to end: nothing is recorded then, and another worker takes the article.
        """
        try:
            result = self._refresh(taken) if self.kind == "refresh" else self._generate(taken)
        except TakenOver:
            raise
        except CitewrightError as error:
            if self.ending():
                raise
            return self._failed(taken, error)
        except Exception as error:
            if self.ending():
                raise
            told = CitewrightError(f"{type(error).__name__} in {taken.share.slug!r}: {error}")
            self.shares.stop(taken.share.run, told.as_dict())
            raise
        self.shares.settle(taken.share, "done", result)
        return result

    def _failed(self, taken: Taken, error: CitewrightError) -> dict[str, Any]:
        result = {"slug": taken.share.slug, "error": error.as_dict()}
        if self.kind == "refresh":
            result = refreshing.not_refreshed(_plan(taken)[0], "failed", str(error))
        elif not isinstance(error, OF_ONE) or isinstance(error, SettingsError):
            self.shares.stop(taken.share.run, error.as_dict())
            return result
        self.shares.settle(taken.share, "failed", result)
        return result

    def _generate(self, taken: Taken) -> dict[str, Any]:
        slug = taken.share.slug
        if taken.version is not None:
            return making.finish_lost(self.workspace, slug, taken.version)
        options = self._options(taken)
        planned = self.planned.pop(slug, None) or making.plan_article(self.workspace, slug, options)
        return making.make_article(self.workspace, planned, options, self.pool)

    def _refresh(self, taken: Taken) -> dict[str, Any]:
        plan, through = _plan(taken)
        if taken.version is not None:
            made = refreshing.record_made(self.workspace, plan, taken.version, through)
        else:
            options = self._options(taken)
            made = refreshing.refresh_article(self.workspace, plan, through, options)
        if made.result == "version":
            pages.build_preview(self.workspace, plan.slug)
        return made.as_dict()

    def _gather_briefs(self, run: str, taken: Sequence[Taken]) -> None:
        options = run_options(run, self.terms)
        for slug in (one.share.slug for one in taken):
            try:
                self.planned[slug] = making.plan_article(self.workspace, slug, options)
            except OF_ONE as error:
                log.warning("%s is left out of the batch: %s", slug, error)
        batching.draft_in_batches(self.workspace, list(self.planned.values()), options)

    def _gather_plans(self, run: str, taken: Sequence[Taken]) -> None:
        options, readies = run_options(run, self.terms), []
        for one in taken:
            try:
                readies.append(remaking.make_ready(self.workspace, _plan(one)[0], options))
            except (InputError, SourceError) as error:
                log.warning("%s is left out of the batch: %s", one.share.slug, error)
        remaking.gather(self.workspace, readies, options)

    def _options(self, taken: Taken) -> RunOptions:
        return run_options(taken.share.run, self.terms, taken)


def run_options(run: str, terms: Json, taken: Taken | None = None) -> RunOptions:
    """The options of a shared run, for one of its articles."""
    budget = terms["budget"]
    return RunOptions(
        run=run,
        drafter=terms["drafter"],
        budget_usd=None if budget is None else Decimal(budget),
        batch=terms["batch"],
        judge=terms["judge"],
        actor=terms["actor"],
        share=taken.share if taken else None,
    )


def as_error(told: Json) -> CitewrightError:
    """The error that a run was stopped for, as it was raised in some worker."""
    kind = getattr(errors, told["type"], CitewrightError)
    error: CitewrightError = kind(told["message"], hint=told["hint"], retry=told["retry"])
    return error


def _plan(taken: Taken) -> tuple[ArticlePlan, int]:
    """The plan of an article of a refresh, and the last source event that it knew of."""
    assert taken.work is not None
    return _PLAN.validate_python(taken.work["plan"]), int(taken.work["through"])
