"""The rows of a shared run, for the transactions of others: whose an article is, who is lost."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, select

from citewright.database.tables import articles, run_articles, run_workers
from citewright.database.times import as_time
from citewright.errors import TakenOver
from citewright.model.shares import Share
from citewright.versions.owners import is_dead


def hold(connection: Connection, share: Share) -> None:
    """See, inside the transaction that writes, that an article is still a worker's own.

    :raises TakenOver: when it was given up on, or another worker has the article.
    """
    holder = select(run_articles.c.worker).where(
        of_article(share.run, share.slug), run_articles.c.state == "taken"
    )
    if connection.execute(holder).scalar() != share.worker:
        raise TakenOver(
            f"{share.slug!r} is not this worker's any more: it gave no sign of life for too long.",
            hint="Nothing is lost: another worker of the run makes the article.",
        )


def note_made(connection: Connection, share: Share) -> None:
    """Record, in the transaction that makes it current, the version that a worker made."""
    current = select(articles.c.current).where(articles.c.slug == share.slug).scalar_subquery()
    mine = of_article(share.run, share.slug)
    connection.execute(run_articles.update().where(mine).values(version=current))


def why_lost(owner: str, lease_until: str, now: datetime | None) -> str | None:
    """Why a worker counts as lost; None for one that does not.

    :param now: None where leases say nothing: nobody could renew one.
    """
    if now is not None and as_time(lease_until) <= now:
        return "it gave no sign of life until its lease ran out"
    return "its process died" if is_dead(owner) else None


def of_article(run: str, slug: str) -> ColumnElement[bool]:
    """The row of an article of a run."""
    return and_(run_articles.c.run == run, run_articles.c.slug == slug)


def of_state(run: str, state: str) -> ColumnElement[bool]:
    """The workers of a run that are in a state."""
    return and_(run_workers.c.run == run, run_workers.c.state == state)
