"""Votes: one each for an article, by people who stay unknown."""

from __future__ import annotations

import ipaddress

from sqlalchemy import Connection, delete, func, select

from citewright.community.secret import pseudonym
from citewright.database import Database, repeated
from citewright.database.community_tables import votes
from citewright.database.tables import articles
from citewright.errors import InputError, NotFound


def voter(account: int | None, address: str) -> str:
    """Who votes: an account, or without one the address that they come from.

    Of an IPv6 address that is its network (/64), which is what one household has.

    :raises InputError: when it is no address.
    """
    if account is not None:
        return f"account {account}"
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError as error:
        raise InputError(f"{address[:60]!r} is no IP address.") from error
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return f"address {found.ipv4_mapped}"
        return f"address {ipaddress.ip_network((found, 64), strict=False)}"
    return f"address {found}"


class Votes:
    """Reads and writes of votes; each write is one transaction.

    :param secret: what voters are made pseudonyms with, for each article another one, so that
        nobody can tell which articles one voter has voted for.
    """

    def __init__(self, database: Database, secret: bytes) -> None:
        self._database = database
        self._secret = secret

    @repeated
    def cast(self, slug: str, voter: str) -> int:
        """Count a vote, once however often it is cast; gives the article's votes then.

        :param voter: see :func:`voter`.
        :raises NotFound: when there is no such article.
        """
        name = self._name(slug, voter)
        with self._database.writing() as connection:
            _refuse_unknown(connection, slug)
            mine = select(votes.c.slug).where(votes.c.slug == slug, votes.c.voter == name)
            if connection.execute(mine).first() is None:
                connection.execute(votes.insert().values(slug=slug, voter=name))
            return _count(connection, slug)

    @repeated
    def withdraw(self, slug: str, voter: str) -> int:
        """Take a vote back, if there is one; gives the article's votes then.

        :raises NotFound: when there is no such article.
        """
        name = self._name(slug, voter)
        with self._database.writing() as connection:
            _refuse_unknown(connection, slug)
            connection.execute(delete(votes).where(votes.c.slug == slug, votes.c.voter == name))
            return _count(connection, slug)

    @repeated
    def has(self, slug: str, voter: str) -> bool:
        """Whether they have voted for the article."""
        mine = select(votes.c.slug).where(
            votes.c.slug == slug, votes.c.voter == self._name(slug, voter)
        )
        with self._database.reading() as connection:
            return connection.execute(mine).first() is not None

    @repeated
    def count(self, slug: str) -> int:
        """How many votes an article has."""
        with self._database.reading() as connection:
            return _count(connection, slug)

    @repeated
    def counts(self) -> dict[str, int]:
        """The votes of all articles that have any."""
        query = select(votes.c.slug, func.count()).group_by(votes.c.slug)
        with self._database.reading() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def _name(self, slug: str, voter: str) -> str:
        return pseudonym(self._secret, "vote", slug, voter)


def _count(connection: Connection, slug: str) -> int:
    return connection.execute(select(func.count()).where(votes.c.slug == slug)).scalar_one()


def _refuse_unknown(connection: Connection, slug: str) -> None:
    if connection.execute(select(articles.c.slug).where(articles.c.slug == slug)).first() is None:
        raise NotFound(f"there is no article {slug!r}.")
