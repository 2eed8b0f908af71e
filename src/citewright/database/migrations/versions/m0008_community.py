"""The community: accounts, sessions, limits, votes, suggestions, mail, audit log, review queue."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_SORTED = (
    ("versions", "slug", 100),
    ("articles", "slug", 100),
    ("cited", "slug", 100),
    ("cited", "statement", 14),
)


def upgrade() -> None:
    """Create the tables; on PostgreSQL, let names sort by their characters as in SQLite."""
    if op.get_bind().dialect.name == "postgresql":
        for table, column, length in _SORTED:
            op.alter_column(table, column, type_=sa.String(length, collation="C"))
    _people()
    _readers()
    _suggestions()
    _desk()


def _people() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("email_folded", sa.String(1000), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("name_folded", sa.String(1000), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("made", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sa.UniqueConstraint("email_folded", name="uq_accounts_email_folded"),
        sa.UniqueConstraint("name_folded", name="uq_accounts_name_folded"),
        sa.CheckConstraint(
            "role IN ('reader', 'reviewer', 'editor', 'administrator')",
            name=op.f("ck_accounts_role"),
        ),
    )
    op.create_table(
        "tokens",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("subject", sa.String(254), nullable=False),
        sa.Column("made", sa.String(32), nullable=False),
        sa.Column("expires", sa.String(32), nullable=False),
        sa.Column("used", sa.String(32), nullable=True),
        sa.PrimaryKeyConstraint("hash", name="pk_tokens"),
    )
    op.create_index("ix_tokens_expires", "tokens", ["expires"])
    op.create_index("ix_tokens_purpose_subject", "tokens", ["purpose", "subject"])
    op.create_table(
        "sessions",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("account", sa.Integer, nullable=False),
        sa.Column("opened", sa.String(32), nullable=False),
        sa.Column("seen", sa.String(32), nullable=False),
        sa.Column("expires", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_sessions"),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"], name="fk_sessions_account_accounts"),
    )
    op.create_index("ix_sessions_account", "sessions", ["account"])
    op.create_index("ix_sessions_expires", "sessions", ["expires"])


def _readers() -> None:
    op.create_table(
        "hits",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("expires", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_hits"),
    )
    op.create_index("ix_hits_expires", "hits", ["expires"])
    op.create_index("ix_hits_key_at", "hits", ["key", "at"])
    op.create_table(
        "votes",
        sa.Column("slug", sa.String(100), nullable=False),
        sa.Column("voter", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("slug", "voter", name="pk_votes"),
        sa.ForeignKeyConstraint(["slug"], ["articles.slug"], name="fk_votes_slug_articles"),
    )


def _suggestions() -> None:
    op.create_table(
        "suggestions",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("slug", sa.String(100), nullable=False),
        sa.Column("version", sa.String(71), nullable=False),
        sa.Column("statement", sa.String(14), nullable=True),
        sa.Column("quote", sa.String(4000), nullable=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("text", sa.String(8000), nullable=False),
        sa.Column("sources", sa.Text, nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("credit", sa.String(16), nullable=False),
        sa.Column("name", sa.String(100), nullable=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("draft", sa.String(71), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_suggestions"),
        sa.ForeignKeyConstraint(["slug"], ["articles.slug"], name="fk_suggestions_slug_articles"),
        sa.ForeignKeyConstraint(
            ["version"], ["versions.digest"], name="fk_suggestions_version_versions"
        ),
        sa.ForeignKeyConstraint(
            ["draft"], ["versions.digest"], name="fk_suggestions_draft_versions"
        ),
        sa.CheckConstraint(
            "state IN ('unconfirmed', 'received', 'drafting', 'drafted', 'endorsed', 'published', "
            "'declined', 'withdrawn', 'failed', 'expired')",
            name=op.f("ck_suggestions_state"),
        ),
    )
    op.create_index("ix_suggestions_slug", "suggestions", ["slug"])
    op.create_index("ix_suggestions_draft", "suggestions", ["draft"])
    op.create_index("ix_suggestions_state_at", "suggestions", ["state", "at"])
    op.create_table(
        "suggestion_events",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("suggestion", sa.String(32), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("party", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("detail", sa.String(4000), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_suggestion_events"),
        sa.ForeignKeyConstraint(
            ["suggestion"], ["suggestions.id"], name="fk_suggestion_events_suggestion_suggestions"
        ),
    )
    op.create_index("ix_suggestion_events_suggestion", "suggestion_events", ["suggestion"])


def _desk() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("recipient", sa.String(254), nullable=False),
        sa.Column("subject", sa.String(300), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("message_id", sa.String(200), nullable=False),
        sa.Column("made", sa.String(32), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("due", sa.String(32), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("error", sa.String(1000), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("key", name="uq_outbox_key"),
        sa.CheckConstraint("state IN ('due', 'sent', 'failed')", name=op.f("ck_outbox_state")),
    )
    due = sa.text("state = 'due'")
    op.create_index("ix_outbox_due", "outbox", ["due"], sqlite_where=due, postgresql_where=due)
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("action", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(300), nullable=False),
        sa.Column("detail", sa.String(4000), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_table(
        "queue_items",
        sa.Column("version", sa.String(71), nullable=False),
        sa.Column("slug", sa.String(100), nullable=False),
        sa.Column("origin", sa.String(16), nullable=False),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.Column("meaning_changes", sa.Integer, nullable=False),
        sa.Column("unsupported", sa.Integer, nullable=False),
        sa.Column("llm_change", sa.Float, nullable=False),
        sa.Column("cost_usd", sa.String(32), nullable=False),
        sa.Column("since", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_queue_items"),
        sa.ForeignKeyConstraint(
            ["version"], ["versions.digest"], name="fk_queue_items_version_versions"
        ),
    )
    op.create_index("ix_queue_items_slug", "queue_items", ["slug"])
    op.create_index("ix_queue_items_origin", "queue_items", ["origin"])
    op.create_index("ix_queue_items_order", "queue_items", ["rank", "since", "version"])


def downgrade() -> None:
    """Drop the tables; names sort as before."""
    for table in (
        "queue_items", "audit", "outbox", "suggestion_events", "suggestions", "votes", "hits",
        "sessions", "tokens", "accounts",
    ):  # fmt: skip
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for table, column, length in _SORTED:
            op.alter_column(table, column, type_=sa.String(length, collation="default"))
