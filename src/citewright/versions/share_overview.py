"""A run that several workers share, in one view: its articles by state, and who works on them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select

from citewright.database import Database, repeated
from citewright.database.tables import run_articles, run_workers, runs
from citewright.model.shares import ArticleState


@dataclass(frozen=True)
class WorkerLine:
    """A worker of a run, and what became of the articles that it took last."""

    host: str
    shard: int | None
    state: str
    began: str
    ended: str | None
    articles: Mapping[ArticleState, int]


@dataclass(frozen=True)
class FailedShare:
    """An article of a run that could not be made, why, and what to do."""

    slug: str
    said: str
    hint: str


@dataclass(frozen=True)
class Overview:
    """A shared run: ``articles`` has how many are in which state, ``stopped`` why none is taken
    any more, ``ended`` when nothing more was done.
    """

    kind: str
    ended: str | None
    stopped: str | None
    shards: int
    articles: Mapping[ArticleState, int]
    workers: tuple[WorkerLine, ...]
    failed: tuple[FailedShare, ...]

    @property
    def total(self) -> int:
        """How many articles it has."""
        return sum(self.articles.values())


@repeated
def overview(database: Database, run: str) -> Overview | None:
    """How far a shared run is; None for one that is not shared."""
    mine = run_articles.c.run == run
    with database.reading() as connection:
        about = connection.execute(select(runs).where(runs.c.run == run)).first()
        order = (run_articles.c.shard, run_articles.c.place)
        shares = connection.execute(select(run_articles).where(mine).order_by(*order)).all()
        of_run = select(run_workers).where(run_workers.c.run == run).order_by(run_workers.c.id)
        workers = connection.execute(of_run).all()
    if about is None or about.kind is None:
        return None
    return Overview(
        kind=about.kind,
        ended=about.ended,
        stopped=json.loads(about.stopped)["message"] if about.stopped else None,
        shards=len({row.shard for row in shares}),
        articles=Counter(row.state for row in shares),
        workers=tuple(_worker(row, shares) for row in workers),
        failed=tuple(_failed(row) for row in shares if row.state == "failed"),
    )


def _worker(row: Row[Any], shares: Sequence[Row[Any]]) -> WorkerLine:
    mine = Counter(one.state for one in shares if one.worker == row.id)
    return WorkerLine(row.host, row.shard, row.state, row.began, row.ended, mine)


def _failed(row: Row[Any]) -> FailedShare:
    told = json.loads(row.result or "{}")
    error = told.get("error") or {}
    return FailedShare(row.slug, error.get("message") or told.get("why", ""), error.get("hint", ""))
