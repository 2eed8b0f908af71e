"""The catalogue's tables. The migrations in ``migrations/`` create them; a test compares both."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import TypeEngine

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _sorted(length: int) -> TypeEngine[str]:
    """A text that lists are sorted by: by its characters, whatever the server's locale."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


STATES = ("draft", "in_review", "approved", "published", "superseded", "withdrawn")

versions = Table(
    "versions",
    metadata,
    Column("digest", String(71), primary_key=True),
    Column("slug", _sorted(100), nullable=False),
    Column("major", Integer, nullable=False),
    Column("minor", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("content", String(71), nullable=False),
    Column("parent", String(71), ForeignKey("versions.digest"), nullable=True),
    Column("created", String(32), nullable=False),
    Column("recipe", String(71), nullable=True),
    Column("title", Text, nullable=True),
    UniqueConstraint("slug", "major", "minor"),
    # A chain without forks: no two versions of an article follow the same one.
    UniqueConstraint("slug", "parent", name="uq_versions_parent"),
    CheckConstraint("state IN ('" + "', '".join(STATES) + "')", name="state"),
)

Index(
    "ix_versions_first",
    versions.c.slug,
    unique=True,
    sqlite_where=text("parent IS NULL"),
    postgresql_where=text("parent IS NULL"),
)

articles = Table(
    "articles",
    metadata,
    Column("slug", _sorted(100), primary_key=True),
    Column("current", String(71), ForeignKey("versions.digest"), nullable=False),
)
"""Which version of an article is the current one."""

snapshots = Table(
    "snapshots",
    metadata,
    Column("digest", String(71), primary_key=True),
    Column("source", String(100), nullable=False),
    Column("raw", String(71), nullable=False),
    Column("requested", String(4000), nullable=False),
    Column("extractor", String(100), nullable=False),
    Column("text", String(71), nullable=False),
    Column("covers", String(16), nullable=False),
    Index("ix_snapshots_source_raw", "source", "raw"),
)

events = Table(
    "events",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", String(32), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("slug", String(100), nullable=True),
    Column("version", String(71), ForeignKey("versions.digest"), nullable=True, index=True),
    Column("detail", String(4000), nullable=False),
    Column("sequence", Integer, nullable=True),
    Column("actor", String(200), nullable=True),
    Column("change", String(14), nullable=True),
    Column("state", String(16), nullable=True),
    Column("hash", String(71), nullable=True),
    UniqueConstraint("slug", "sequence"),
)
"""What happened to versions, in order; rows are added and never altered.

``sequence`` counts an article's entries from 1, and ``hash`` covers an entry and the one before
it. ``change`` is the change that was decided on, ``state`` the version's state from then on where
it became another. Rows of before 0005 have none of these.
"""

BATCH_STATES = ("intended", "sent", "ended", "unsent", "lost")
"""``intended``: about to be made, maybe made. ``sent``: the service has it. ``ended``: its results
are here. ``unsent``: the service did not take it. ``lost``: nobody knows what became of it."""

batches = Table(
    "batches",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("run", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("service_id", String(200), nullable=True, unique=True),
    Column("requests", Integer, nullable=False),
    Column("began", String(32), nullable=False),
    Column("ended", String(32), nullable=True),
    Column("owner", String(200), nullable=False),
    Column("lease_until", String(32), nullable=False),
    Column("detail", String(4000), nullable=False),
    CheckConstraint("state IN ('" + "', '".join(BATCH_STATES) + "')", name="state"),
)
"""Message Batches. Who intends one holds it until ``lease_until``; any run may fetch its results.
"""

CALL_STATES = ("sent", "answered", "failed", "lost", "late")
"""``sent``: claimed, maybe under way. ``answered``: its answer is the request's. ``failed``: no
answer, or none that is one. ``lost``: nobody knows what became of it. ``late``: its answer came
after it had been given up on."""

USAGE = (
    "input_tokens",
    "cache_creation_input_tokens",
    "cache_read_input_tokens",
    "output_tokens",
)
"""The columns that hold the tokens billed for a call."""

runs = Table(
    "runs",
    metadata,
    Column("run", String(64), primary_key=True),
    Column("cap_usd", String(32), nullable=False),
    Column("began", String(32), nullable=False),
    Column("kind", String(16), nullable=True),
    Column("terms", Text, nullable=True),
    Column("ended", String(32), nullable=True),
    Column("stopped", Text, nullable=True),
)
"""What a run may spend, written with its first call. Runs of before 0009 have no row.

A run that several workers may share has a ``kind``, its ``terms`` (what all of them have to know,
as JSON), and once nothing more is done in it ``ended``; ``stopped`` is the error that keeps its
articles from being gone on with, as JSON.
"""

run_estimates = Table(
    "run_estimates",
    metadata,
    Column("run", String(64), primary_key=True),
    Column("slug", String(100), primary_key=True),
    Column("drafter", String(32), nullable=False),
    Column("began", String(32), nullable=False, index=True),
    Column("low_usd", String(32), nullable=False),
    Column("expected_usd", String(32), nullable=False),
    Column("worst_usd", String(32), nullable=False),
)
"""What each article of a run was expected to cost when it was begun; 0 where nothing is called."""

WORKER_STATES = ("working", "left", "lost")

run_workers = Table(
    "run_workers",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("run", String(64), ForeignKey("runs.run"), nullable=False, index=True),
    Column("shard", Integer, nullable=True),
    Column("flow_run", String(64), nullable=True),
    Column("host", String(200), nullable=False),
    Column("owner", String(200), nullable=False),
    Column("state", String(16), nullable=False),
    Column("lease_until", String(32), nullable=False),
    Column("began", String(32), nullable=False),
    Column("ended", String(32), nullable=True),
    CheckConstraint("state IN ('" + "', '".join(WORKER_STATES) + "')", name="state"),
)
"""The processes that work, or worked, on a run; the id is the token by which they hold articles.

Who gives no sign of life until ``lease_until`` is lost, and its articles are free again.
"""

ARTICLE_STATES = ("waiting", "taken", "done", "failed")

run_articles = Table(
    "run_articles",
    metadata,
    Column("run", String(64), ForeignKey("runs.run"), primary_key=True),
    Column("slug", String(100), primary_key=True),
    Column("shard", Integer, nullable=False),
    Column("place", Integer, nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("worker", Integer, ForeignKey("run_workers.id"), nullable=True),
    Column("takings", Integer, nullable=False),
    Column("work", Text, nullable=True),
    Column("version", String(71), ForeignKey("versions.digest"), nullable=True),
    Column("result", Text, nullable=True),
    Column("ended", String(32), nullable=True),
    CheckConstraint("state IN ('" + "', '".join(ARTICLE_STATES) + "')", name="state"),
)
"""The articles of a run, in its order, and who is at each, or was.

``version`` is written in the transaction that makes it, ``result`` when all about it is done.
"""

commits = Table(
    "commits",
    metadata,
    Column("writer", String(32), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("at", String(32), nullable=False),
)
"""The last transaction of each connection to a server that was kept; see
:mod:`citewright.database.commits`. A file has no such rows."""

calls = Table(
    "calls",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("request", String(71), nullable=False, index=True),
    Column("run", String(64), nullable=False, index=True),
    Column("model", String(100), nullable=False),
    Column("state", String(16), nullable=False),
    Column("reserved_usd", String(32), nullable=False),
    Column("cost_usd", String(32), nullable=False),
    Column("answer", String(71), nullable=True),
    Column("began", String(32), nullable=False),
    Column("ended", String(32), nullable=True),
    Column("detail", String(4000), nullable=False),
    Column("role", String(16), nullable=True),
    Column("slug", String(100), nullable=True),
    Column("section", String(100), nullable=True),
    Column("owner", String(200), nullable=True),
    Column("lease_until", String(32), nullable=True),
    *(Column(name, Integer, nullable=True) for name in USAGE),
    Column("batch", Integer, ForeignKey("batches.id"), nullable=True, index=True),
    CheckConstraint("state IN ('" + "', '".join(CALL_STATES) + "')", name="state"),
)
"""The journal of paid calls; a row's id is the token of its claim.

``cost_usd`` is what counts against the cap: what was reserved, until it is known to be less.
Without ``input_tokens`` nobody has read yet what an answer cost. Rows of before 0003 have no
role, no owner and no lease. Calls of a ``batch`` have no lease: they are held as long as it is.
"""

source_events = Table(
    "source_events",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("source", String(100), nullable=False),
    Column("at", String(32), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("service", String(32), nullable=True),
    Column("detail", String(4000), nullable=False),
    Column("notice", String(2000), nullable=True),
    Column("said_on", String(10), nullable=True),
    Index("ix_source_events_source_kind", "source", "kind"),
)
"""What happened to sources, in order; rows are added and never altered."""

validators = Table(
    "validators",
    metadata,
    Column("source", String(100), primary_key=True),
    Column("url", String(4000), primary_key=True),
    Column("etag", String(1000), nullable=True),
    Column("last_modified", String(100), nullable=True),
    Column("snapshot", String(71), ForeignKey("snapshots.digest"), nullable=False),
    Column("checked", String(32), nullable=False),
)
"""What a source's server said of the snapshot that was taken there, to ask it again by."""

indexed = Table(
    "indexed",
    metadata,
    Column("version", String(71), ForeignKey("versions.digest"), primary_key=True),
)
"""The versions whose citations stand in the table ``cited``, those without any included."""

cited = Table(
    "cited",
    metadata,
    Column("version", String(71), ForeignKey("versions.digest"), primary_key=True),
    Column("statement", _sorted(14), primary_key=True),
    Column("citation", Integer, primary_key=True),
    Column("slug", _sorted(100), nullable=False),
    Column("source", String(100), nullable=False),
    Column("snapshot", String(71), nullable=True),
    Index("ix_cited_source", "source"),
)
"""Which statements cite a source; ``citation`` counts a statement's citations from 0."""

assessments = Table(
    "assessments",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("digest", String(71), nullable=False),
    Column("version", String(71), ForeignKey("versions.digest"), nullable=False, index=True),
)
"""The assessments of versions, in the order in which they were made."""

anchors = Table(
    "anchors",
    metadata,
    Column("version", String(71), ForeignKey("versions.digest"), primary_key=True),
    Column("statement", String(14), primary_key=True),
    Column("citation", Integer, primary_key=True),
    Column("snapshot", String(71), ForeignKey("snapshots.digest"), nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
)
"""Where a citation's quote stands in a later snapshot than the one its version names."""

affirmed = Table(
    "affirmed",
    metadata,
    Column("slug", String(100), ForeignKey("articles.slug"), primary_key=True),
    Column("version", String(71), ForeignKey("versions.digest"), nullable=False),
    Column("at", String(32), nullable=False),
    Column("through", Integer, nullable=False),
    Column("drafted", String(32), nullable=True),
)
"""When an article was last looked at by a refresh and left to stand, and with the knowledge of
which source events (up to the id ``through``). ``drafted``: when it was last drafted with the same
result."""

made_with = Table(
    "made_with",
    metadata,
    Column("version", String(71), ForeignKey("versions.digest"), primary_key=True),
    Column("name", String(200), primary_key=True),
    Column("value", String(200), primary_key=True),
)
"""What a version was made with: ``model`` and its name, or a file's name and its sha256."""

requests = Table(
    "requests",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", String(32), nullable=False),
    Column("slug", String(100), ForeignKey("articles.slug"), nullable=False, index=True),
    Column("statement", String(14), nullable=True),
    Column("who", String(200), nullable=False),
    Column("why", String(4000), nullable=False),
    Column("answered", String(71), ForeignKey("versions.digest"), nullable=True),
)
"""What readers and reviewers asked to be written anew; ``answered`` is the version that stood
after that was tried, null before."""
