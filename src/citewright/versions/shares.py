"""A run that several workers share: its articles are taken, worked on, and settled, each once.

A worker is a process that joined a run. It holds the articles that it takes as long as it gives a
sign of life; a thread renews its lease. A worker that is lost is marked so, and its articles are
free again: whoever takes one holds it by a higher token (the id of the worker), and the version
that the lost one might still bring is refused by :func:`hold`, in the very transaction that would
have made it current. What was made is noted in that transaction too, so that no article is made
twice in a run, wherever a worker is lost.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import Connection, and_, select

from citewright.database import Database, repeated
from citewright.database.tables import run_articles, run_workers, runs
from citewright.database.times import as_text
from citewright.database.times import now as clock_now
from citewright.errors import NotFound, TakenOver
from citewright.model.canonical import Json
from citewright.model.shares import Lost, RunKind, Share, ShareResult, Taken, WorkerState
from citewright.versions.owners import this_process
from citewright.versions.runs import note_run
from citewright.versions.share_rows import hold, of_article, of_state, why_lost

LEASE_SECONDS = 30.0
"""How long a worker counts without a sign of life, where its process cannot be told to be dead."""

TAKINGS = 3
"""How many workers may be lost over an article before it counts as failed: it may be the cause."""


class ShareLog:
    """The runs of a catalogue that are shared; each write is one transaction.

    :param owner: who works; None for this process.
    :param clock: the time that leases are measured by.
    """

    def __init__(
        self,
        database: Database,
        *,
        owner: str | None = None,
        lease_seconds: float = LEASE_SECONDS,
        clock: Callable[[], datetime] = clock_now,
    ) -> None:
        self._database = database
        self._named = owner
        self._clock = clock
        self.lease = timedelta(seconds=lease_seconds)

    @repeated
    def begin(self, run: str, kind: RunKind, terms: Json, cap_usd: Decimal) -> None:
        """Record a run that is to be shared; one that is known is gone on with."""
        with self._database.writing() as connection:
            note_run(connection, run, cap_usd)
            values = {"kind": kind, "terms": json.dumps(terms), "ended": None, "stopped": None}
            connection.execute(runs.update().where(runs.c.run == run).values(**values))

    @repeated
    def add(self, run: str, shards: Sequence[Sequence[str]], work: Mapping[str, Json]) -> None:
        """Add a run's articles, shard by shard; those that it has already stay as they are.

        :param work: what the run's kind needs of each article beside its name.
        """
        with self._database.writing() as connection:
            mine = select(run_articles.c.slug).where(run_articles.c.run == run)
            known = set(connection.execute(mine).scalars())
            rows = [
                {
                    "run": run,
                    "slug": slug,
                    "shard": shard,
                    "place": place,
                    "state": "waiting",
                    "takings": 0,
                    "work": json.dumps(work[slug]) if slug in work else None,
                }
                for shard, slugs in enumerate(shards)
                for place, slug in enumerate(slugs)
                if slug not in known
            ]
            if rows:
                connection.execute(run_articles.insert(), rows)

    @repeated
    def terms(self, run: str) -> Json:
        """What all workers of a run have to know.

        :raises NotFound: when no such run is shared.
        """
        with self._database.reading() as connection:
            found = connection.execute(select(runs.c.terms).where(runs.c.run == run)).scalar()
        if found is None:
            raise NotFound(f"no run {run!r} is shared by workers.")
        return dict(json.loads(found))

    @repeated
    def join(self, run: str, shard: int | None, flow_run: str | None) -> int:
        """Become a worker of a run; gives the token by which it holds articles.

        :param shard: the shard whose articles it takes first.
        """
        with self._database.writing() as connection:
            # The time after whatever was waited for: a lease begins when it is written down.
            now = self._clock()
            made = run_workers.insert().values(
                run=run,
                shard=shard,
                flow_run=flow_run,
                host=socket.gethostname(),
                owner=self._named or this_process(),
                state="working",
                lease_until=as_text(now + self.lease),
                began=as_text(now),
            )
            return int(connection.execute(made.returning(run_workers.c.id)).scalar_one())

    @repeated
    def renew(self, worker: int) -> bool:
        """Give a sign of life; False when the worker was given up on."""
        with self._database.writing() as connection:
            until = as_text(self._clock() + self.lease)
            found = connection.execute(
                run_workers.update()
                .where(run_workers.c.id == worker, run_workers.c.state == "working")
                .values(lease_until=until)
            )
            return found.rowcount > 0

    @repeated
    def leave(self, worker: int) -> None:
        """Work no more; what the worker still holds is free again."""
        with self._database.writing() as connection:
            self._part(connection, worker, "left")

    @repeated
    def let_go(self, worker: int) -> None:
        """Free what a worker holds and could not settle; what was taken too often has failed."""
        with self._database.writing() as connection:
            self._free(connection, worker)

    @repeated
    def lost(self, run: str) -> list[Lost]:
        """The workers of a run that are found to be lost now; their articles are free again.

        For a lease's time after the database was away, nobody is lost for the want of a sign of
        life: there was nowhere to give it.
        """
        found = []
        with self._database.writing() as connection:
            missed = self._database.was_missed_within(self.lease.total_seconds())
            now = None if missed else self._clock()
            working = select(run_workers).where(of_state(run, "working"))
            for row in connection.execute(working).all():
                why = why_lost(row.owner, row.lease_until, now)
                if why is not None:
                    self._part(connection, row.id, "lost")
                    found.append(Lost(row.id, row.flow_run, why))
        return found

    @repeated
    def take(self, worker: int, most: int) -> list[Taken]:
        """The next articles that are free, those of the worker's own shard first.

        None once the run was stopped, or the worker given up on.
        """
        with self._database.writing() as connection:
            query = select(run_workers, runs.c.stopped).join(runs, runs.c.run == run_workers.c.run)
            me = connection.execute(query.where(run_workers.c.id == worker)).one()
            if me.state != "working" or me.stopped is not None:
                return []
            waiting = (run_articles.c.run == me.run) & (run_articles.c.state == "waiting")
            others = run_articles.c.shard != (-1 if me.shard is None else me.shard)
            order = (others, run_articles.c.shard, run_articles.c.place)
            rows = connection.execute(
                select(run_articles).where(waiting).order_by(*order).limit(most)
            ).all()
            for row in rows:
                connection.execute(
                    run_articles.update()
                    .where(of_article(me.run, row.slug))
                    .values(state="taken", worker=worker, takings=row.takings + 1)
                )
        return [
            Taken(
                Share(row.run, row.slug, worker),
                None if row.work is None else json.loads(row.work),
                row.version,
            )
            for row in rows
        ]

    @repeated
    def settle(
        self, share: Share, state: Literal["done", "failed"], result: dict[str, Any]
    ) -> None:
        """Record what became of an article.

        :raises TakenOver: when another worker has taken it meanwhile.
        """
        with self._database.writing() as connection:
            hold(connection, share)
            connection.execute(
                run_articles.update()
                .where(of_article(share.run, share.slug))
                .values(state=state, result=json.dumps(result), ended=as_text(self._clock()))
            )

    @repeated
    def stop(self, run: str, error: dict[str, Any]) -> None:
        """Let no article of a run be taken any more; the first reason stands."""
        with self._database.writing() as connection:
            open_ = (runs.c.run == run) & runs.c.stopped.is_(None) & runs.c.ended.is_(None)
            connection.execute(runs.update().where(open_).values(stopped=json.dumps(error)))

    @repeated
    def stopped(self, run: str) -> dict[str, Any] | None:
        """The error that a run was stopped for."""
        with self._database.reading() as connection:
            found = connection.execute(select(runs.c.stopped).where(runs.c.run == run)).scalar()
        return None if found is None else dict(json.loads(found))

    @repeated
    def end(self, run: str) -> None:
        """Record that nothing more is done in a run."""
        with self._database.writing() as connection:
            mine = (runs.c.run == run) & runs.c.ended.is_(None)
            connection.execute(runs.update().where(mine).values(ended=as_text(self._clock())))

    @repeated
    def results(self, run: str) -> list[ShareResult]:
        """What became of a run's articles, in its order."""
        order = (run_articles.c.shard, run_articles.c.place)
        query = select(run_articles).where(run_articles.c.run == run).order_by(*order)
        with self._database.reading() as connection:
            return [
                ShareResult(row.slug, row.state, json.loads(row.result) if row.result else None)
                for row in connection.execute(query)
            ]

    @repeated
    def unsettled(self, run: str) -> int:
        """How many articles somebody still has to do: none of a stopped run that nobody is at."""
        with self._database.reading() as connection:
            stopped = connection.execute(select(runs.c.stopped).where(runs.c.run == run)).scalar()
            open_ = ("taken",) if stopped is not None else ("waiting", "taken")
            left = (run_articles.c.run == run) & run_articles.c.state.in_(open_)
            return len(connection.execute(select(run_articles.c.slug).where(left)).all())

    @repeated
    def working(self, run: str) -> list[int]:
        """The workers of a run that are not known to be lost, the one that joined first leading."""
        query = select(run_workers.c.id).where(of_state(run, "working")).order_by(run_workers.c.id)
        with self._database.reading() as connection:
            return list(connection.execute(query).scalars())

    @repeated
    def flow_runs(self, run: str) -> list[str]:
        """The flow runs of a run's workers that are not known to be lost."""
        query = select(run_workers.c.flow_run).where(of_state(run, "working"))
        with self._database.reading() as connection:
            return [one for one in connection.execute(query).scalars() if one is not None]

    @repeated
    def open(self, kind: RunKind | None = None) -> list[str]:
        """The shared runs that have not ended, the oldest first."""
        query = select(runs.c.run).where(runs.c.terms.is_not(None), runs.c.ended.is_(None))
        if kind is not None:
            query = query.where(runs.c.kind == kind)
        with self._database.reading() as connection:
            return list(connection.execute(query.order_by(runs.c.began, runs.c.run)).scalars())

    def _part(self, connection: Connection, worker: int, state: WorkerState) -> None:
        """End a worker's part in its run."""
        ended = run_workers.update().where(run_workers.c.id == worker)
        connection.execute(ended.values(state=state, ended=as_text(self._clock())))
        self._free(connection, worker)

    def _free(self, connection: Connection, worker: int) -> None:
        held = and_(run_articles.c.worker == worker, run_articles.c.state == "taken")
        error = TakenOver(
            f"{TAKINGS} workers took it, and none of them came to an end with it.",
            hint="Make it by itself, and see what stops it.",
        )
        failed = {"state": "failed", "result": json.dumps({"error": error.as_dict()})}
        connection.execute(
            run_articles.update()
            .where(held, run_articles.c.takings >= TAKINGS)
            .values(ended=as_text(self._clock()), **failed)
        )
        connection.execute(run_articles.update().where(held).values(state="waiting", worker=None))
