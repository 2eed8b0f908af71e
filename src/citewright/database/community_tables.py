"""The tables of the community: accounts, mail, votes, suggestions, the review queue."""

from __future__ import annotations

from typing import get_args

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    text,
)

from citewright.database.tables import metadata
from citewright.model.community import ROLES, SuggestionState

accounts = Table(
    "accounts",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("email", String(254), nullable=False),
    Column("email_folded", String(1000), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("name_folded", String(1000), nullable=False, unique=True),
    Column("role", String(16), nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("made", String(32), nullable=False),
    CheckConstraint("role IN ('" + "', '".join(ROLES) + "')", name="role"),
)

tokens = Table(
    "tokens",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("purpose", String(16), nullable=False),
    Column("subject", String(254), nullable=False),
    Column("made", String(32), nullable=False),
    Column("expires", String(32), nullable=False, index=True),
    Column("used", String(32), nullable=True),
    Column("name", String(100), nullable=True),
    Index("ix_tokens_purpose_subject", "purpose", "subject"),
)
"""Tokens by their sha256: what is here opens nothing.

``used`` is when one that works once was used, of another its last use, to five minutes.
"""

sessions = Table(
    "sessions",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("account", Integer, ForeignKey("accounts.id"), nullable=False, index=True),
    Column("opened", String(32), nullable=False),
    Column("seen", String(32), nullable=False),
    Column("expires", String(32), nullable=False, index=True),
)
"""Sessions by the sha256 of their token."""

hits = Table(
    "hits",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("key", String(64), nullable=False),
    Column("at", String(32), nullable=False),
    Column("expires", String(32), nullable=False, index=True),
    Index("ix_hits_key_at", "key", "at"),
)
"""What counts against a limit; ``key`` is a pseudonym of whom and what it is about."""

votes = Table(
    "votes",
    metadata,
    Column("slug", String(100), ForeignKey("articles.slug"), primary_key=True),
    Column("voter", String(64), primary_key=True),
)
"""One row a vote. A voter has another pseudonym for each article, and no time is kept."""

suggestions = Table(
    "suggestions",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("at", String(32), nullable=False),
    Column("slug", String(100), ForeignKey("articles.slug"), nullable=False, index=True),
    Column("version", String(71), ForeignKey("versions.digest"), nullable=False),
    Column("statement", String(14), nullable=True),
    Column("quote", String(4000), nullable=True),
    Column("kind", String(16), nullable=False),
    Column("text", String(8000), nullable=False),
    Column("sources", Text, nullable=False),
    Column("email", String(254), nullable=False),
    Column("credit", String(16), nullable=False),
    Column("name", String(100), nullable=True),
    Column("state", String(16), nullable=False),
    Column("draft", String(71), ForeignKey("versions.digest"), nullable=True, index=True),
    Index("ix_suggestions_state_at", "state", "at"),
    CheckConstraint("state IN ('" + "', '".join(get_args(SuggestionState)) + "')", name="state"),
)
"""Suggestions; ``sources`` is a JSON list of texts, ``email`` empty once it was erased."""

suggestion_events = Table(
    "suggestion_events",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("suggestion", String(32), ForeignKey("suggestions.id"), nullable=False, index=True),
    Column("at", String(32), nullable=False),
    Column("action", String(16), nullable=False),
    Column("party", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("detail", String(4000), nullable=False),
)
"""What became of suggestions, in order; rows are added and never altered."""

MAIL_STATES = ("due", "sent", "failed")

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("key", String(200), nullable=False, unique=True),
    Column("recipient", String(254), nullable=False),
    Column("subject", String(300), nullable=False),
    Column("body", Text, nullable=False),
    Column("message_id", String(200), nullable=False),
    Column("made", String(32), nullable=False),
    Column("state", String(16), nullable=False),
    Column("due", String(32), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("error", String(1000), nullable=False),
    CheckConstraint("state IN ('" + "', '".join(MAIL_STATES) + "')", name="state"),
)
"""Mail to be sent. Who takes a message moves its ``due`` to the end of a lease. Recipient and body
are emptied once it was sent: a body may hold a link that signs somebody in."""

Index(
    "ix_outbox_due",
    outbox.c.due,
    sqlite_where=text("state = 'due'"),
    postgresql_where=text("state = 'due'"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", String(32), nullable=False),
    Column("actor", String(200), nullable=False),
    Column("action", String(64), nullable=False),
    Column("subject", String(300), nullable=False),
    Column("detail", String(4000), nullable=False),
)
"""Who did what, in order; rows are added and never altered."""

queue_items = Table(
    "queue_items",
    metadata,
    Column("version", String(71), ForeignKey("versions.digest"), primary_key=True),
    Column("slug", String(100), nullable=False, index=True),
    Column("origin", String(16), nullable=False, index=True),
    Column("rank", Integer, nullable=False),
    Column("meaning_changes", Integer, nullable=False),
    Column("unsupported", Integer, nullable=False),
    Column("llm_change", Float, nullable=False),
    Column("cost_usd", String(32), nullable=False),
    Column("since", String(32), nullable=False),
    Index("ix_queue_items_order", "rank", "since", "version"),
)
"""What waits for review. ``rank`` is the negative of the risk, so that one ascending index gives
the queue's order."""
