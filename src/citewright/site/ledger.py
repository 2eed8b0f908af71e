"""What a site was built from, kept beside it, so that the next build makes only what changed.

It can be lost without harm: everything is then built again.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from citewright.errors import CitewrightError
from citewright.site.facts import Facts

_FORMAT = "1"
_WAIT = 600
"""Seconds that a build waits for another one of the same site."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS articles (
  slug TEXT PRIMARY KEY, key TEXT NOT NULL, title TEXT NOT NULL, said TEXT NOT NULL,
  taxonomy TEXT NOT NULL, listed INTEGER NOT NULL, changed TEXT NOT NULL,
  sources TEXT NOT NULL, names TEXT NOT NULL, marks TEXT NOT NULL, entry TEXT NOT NULL,
  news TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS uses (
  source TEXT, slug TEXT, value TEXT NOT NULL, PRIMARY KEY (source, slug)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS uses_by_article ON uses (slug);
CREATE TABLE IF NOT EXISTS terms (
  slug TEXT NOT NULL, term TEXT NOT NULL, html TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS terms_by_article ON terms (slug);
CREATE TABLE IF NOT EXISTS sources (
  key TEXT PRIMARY KEY, reference TEXT NOT NULL, tier TEXT NOT NULL, articles INTEGER NOT NULL,
  standing TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS pages (path TEXT PRIMARY KEY, owner TEXT NOT NULL, key TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS pages_by_owner ON pages (owner);
"""


@dataclass(frozen=True)
class Known:
    """An article as it was at the last build; ``sources`` are those of all its public versions."""

    slug: str
    key: str
    title: str
    said: str
    taxonomy: tuple[str, ...]
    listed: bool
    changed: str
    sources: frozenset[str]
    names: frozenset[str]
    marks: int


_KNOWN = tuple(field.name for field in fields(Known))


def _known(row: Sequence[Any]) -> Known:
    slug, key, title, said, taxonomy, listed, changed, sources, names, marks = row
    return Known(
        slug=slug,
        key=key,
        title=title,
        said=said,
        taxonomy=tuple(json.loads(taxonomy)),
        listed=bool(listed),
        changed=changed,
        sources=frozenset(sources.split()),
        names=frozenset(names.split()),
        marks=int(marks or "0", 16),
    )


class Ledger:
    """Reads and writes of one build, all or nothing."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._articles: dict[str, Known] | None = None

    def articles(self) -> dict[str, Known]:
        """What is known of each article, by its name."""
        if self._articles is None:
            rows = self._db.execute(f"SELECT {', '.join(_KNOWN)} FROM articles")  # noqa: S608
            self._articles = {row[0]: _known(row) for row in rows}
        return dict(self._articles)

    def record(
        self,
        found: Facts,
        key: str,
        changed: str,
        sources: Iterable[str],
        news: list[dict[str, str]],
    ) -> None:
        """Take down what was found of an article, in place of what was known."""
        self.forget(found.slug)
        said = f"version {found.number} · {found.date} · {found.percent} % with a source"
        row = (
            found.slug, key, found.title, said, json.dumps(found.taxonomy), found.listed,
            changed, " ".join(sorted(sources)), " ".join(found.names), found.marks,
        )  # fmt: skip
        self._db.execute(
            "INSERT INTO articles VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
            (*row, found.entry, json.dumps(news)),
        )
        if self._articles is not None:
            self._articles[found.slug] = _known(row)
        if found.listed:
            values = found.as_dict()
            self._db.executemany(
                "INSERT INTO uses VALUES (?,?,?)",
                [(use["source"], found.slug, json.dumps(use)) for use in values["uses"]],
            )
            self._db.executemany(
                "INSERT INTO terms VALUES (?,?,?)",
                [(found.slug, term["term"], term["html"]) for term in values["terms"]],
            )

    def forget(self, slug: str) -> None:
        """Drop an article."""
        if self._articles is not None:
            self._articles.pop(slug, None)
        self._db.execute("DELETE FROM articles WHERE slug = ?", (slug,))
        self._db.execute("DELETE FROM uses WHERE slug = ?", (slug,))
        self._db.execute("DELETE FROM terms WHERE slug = ?", (slug,))

    def entries(self, slugs: Iterable[str]) -> list[str]:
        """The entries of these articles on the home page, in this order."""
        query = "SELECT entry FROM articles WHERE slug = ?"
        return [self._db.execute(query, (slug,)).fetchone()[0] for slug in slugs]

    def news(self) -> Iterator[tuple[str, dict[str, str]]]:
        """What happened to the listed articles, each with the article's title."""
        for title, news in self._db.execute("SELECT title, news FROM articles WHERE listed"):
            for one in json.loads(news):
                yield title, one

    def sources_of(self, slugs: Iterable[str]) -> set[str]:
        """The sources that these articles list."""
        query = "SELECT source FROM uses WHERE slug = ?"
        return {row[0] for slug in slugs for row in self._db.execute(query, (slug,))}

    def uses(self, source: str) -> list[tuple[str, str, dict[str, Any]]]:
        """The articles that list a source: name, title and how they do, by title."""
        query = (
            "SELECT a.slug, a.title, u.value, a.changed FROM uses u JOIN articles a USING (slug) "
            "WHERE u.source = ? ORDER BY a.title, a.slug"
        )
        return [
            (row[0], row[1], json.loads(row[2]) | {"changed": row[3]})
            for row in self._db.execute(query, (source,))
        ]

    def sources(self) -> list[tuple[str, str, str, int, str]]:
        """Key, reference, tier, number of articles and standing of all sources."""
        return self._db.execute(
            "SELECT key, reference, tier, articles, standing FROM sources"
        ).fetchall()

    def set_source(self, key: str, values: tuple[str, str, int, str] | None) -> None:
        """Take down a source as the list of sources shows it; None drops it."""
        self._db.execute("DELETE FROM sources WHERE key = ?", (key,))
        if values is not None:
            self._db.execute("INSERT INTO sources VALUES (?,?,?,?,?)", (key, *values))

    def terms(self) -> list[tuple[str, str, str, str]]:
        """Term, definition, and the name and title of its article, of all terms."""
        return self._db.execute(
            "SELECT t.term, t.html, a.slug, a.title FROM terms t JOIN articles a USING (slug)"
        ).fetchall()

    def owners(self) -> dict[str, int]:
        """Whose files the site has, and how many."""
        rows = self._db.execute("SELECT owner, COUNT(*) FROM pages GROUP BY owner")
        return dict(rows.fetchall())

    def pages(self, owner: str) -> dict[str, str]:
        """What each file of this owner was made from."""
        rows = self._db.execute("SELECT path, key FROM pages WHERE owner = ?", (owner,))
        return dict(rows.fetchall())

    def set_pages(self, made: dict[str, tuple[str, str]], gone: Iterable[str]) -> None:
        """Take down the files that were made, and drop those that are gone."""
        self._db.executemany(
            "INSERT OR REPLACE INTO pages VALUES (?,?,?)",
            [(path, owner, key) for path, (owner, key) in made.items()],
        )
        self._db.executemany("DELETE FROM pages WHERE path = ?", [(path,) for path in gone])

    def meta(self, name: str) -> str:
        """A value by its name; empty where there is none."""
        row = self._db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return row[0] if row else ""

    def set_meta(self, name: str, value: str) -> None:
        """Take down a value."""
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?,?)", (name, value))


@contextmanager
def open_ledger(file: Path, *, anew: bool) -> Iterator[Ledger]:
    """The ledger for one build; what it took down counts when the build ends without an error.

    One that cannot be read, or of another form, is begun anew.

    :raises CitewrightError: when another build of this site does not end.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    connection = _connection(file)
    try:
        ledger = Ledger(connection)
        if anew or ledger.meta("format") != _FORMAT:
            for table in ("meta", "articles", "uses", "terms", "sources"):
                connection.execute(f"DELETE FROM {table}")  # noqa: S608 - names from above
            connection.execute("UPDATE pages SET key = ''")
            ledger.set_meta("format", _FORMAT)
        yield ledger
        connection.execute("COMMIT")
    finally:
        connection.close()


def _connection(file: Path) -> sqlite3.Connection:
    try:
        return _begun(file)
    except sqlite3.OperationalError as error:
        raise CitewrightError(
            f"{file} cannot be opened: {error}.", hint="Is another build running?", retry=True
        ) from error
    except sqlite3.DatabaseError:
        file.unlink()
        return _begun(file)


def _begun(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, timeout=_WAIT, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("BEGIN IMMEDIATE")
        for statement in _SCHEMA.split(";"):
            connection.execute(statement)
    except sqlite3.Error:
        connection.close()
        raise
    return connection
