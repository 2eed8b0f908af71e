"""What the catalogue knows of a version without reading it: what it cites, and what made it."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, Table, select

from citewright.database import Database
from citewright.database.tables import articles, cited, indexed, made_with, versions
from citewright.model.version import Version


def index_missing(database: Database, load: Callable[[str], Version]) -> int:
    """Index the versions that are not indexed, and give how many there were.

    :param load: gives a version by its digest; its errors pass through.
    """
    uncited = select(versions.c.digest).where(versions.c.digest.not_in(select(indexed.c.version)))
    unmade = select(articles.c.current).where(
        articles.c.current.not_in(select(made_with.c.version))
    )
    with database.reading() as connection:
        digests = list(connection.execute(uncited.union(unmade)).scalars())
    for digest in digests:
        version = load(digest)
        with database.writing() as connection:
            index_version(connection, digest, version)
    return len(digests)


def index_version(connection: Connection, digest: str, version: Version) -> None:
    """Index what a version cites and what it was made with, inside the caller's transaction.

    What is indexed already stays as it is.

    :param digest: the version's own, which takes long to derive.
    """
    if not _holds(connection, indexed, digest):
        connection.execute(indexed.insert().values(version=digest))
        rows = _citations(version, digest)
        if rows:
            connection.execute(cited.insert(), rows)
    if not _holds(connection, made_with, digest):
        connection.execute(made_with.insert(), _made_with(version, digest))


def _holds(connection: Connection, table: Table, digest: str) -> bool:
    known = select(table.c.version).where(table.c.version == digest)
    return connection.execute(known).first() is not None


def _citations(version: Version, digest: str) -> list[dict[str, object]]:
    return [
        {
            "version": digest,
            "statement": statement.id,
            "citation": place,
            "slug": version.slug,
            "source": citation.source,
            "snapshot": citation.evidence.snapshot if citation.evidence.kind == "quote" else None,
        }
        for statement in version.article.statements()
        for place, citation in enumerate(statement.citations)
    ]


def _made_with(version: Version, digest: str) -> list[dict[str, str]]:
    """The models and files; where no model drafted, its drafter stands for it."""
    models = {one.model for one in version.spending if one.role == "draft"}
    pairs = {("model", model) for model in models or {version.generator.drafter}}
    pairs |= {(file.name, file.sha256) for file in version.files}
    return [{"version": digest, "name": name, "value": value} for name, value in sorted(pairs)]
