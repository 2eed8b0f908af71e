"""The first tables: versions, articles, snapshots, events, calls."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create them."""
    op.create_table(
        "versions",
        sa.Column("digest", sa.String(71), nullable=False),
        sa.Column("slug", sa.String(100), nullable=False),
        sa.Column("major", sa.Integer, nullable=False),
        sa.Column("minor", sa.Integer, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("content", sa.String(71), nullable=False),
        sa.Column("parent", sa.String(71), nullable=True),
        sa.Column("created", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_versions"),
        sa.ForeignKeyConstraint(
            ["parent"], ["versions.digest"], name="fk_versions_parent_versions"
        ),
        sa.UniqueConstraint("slug", "major", "minor", name="uq_versions_slug"),
        sa.UniqueConstraint("slug", "parent", name="uq_versions_parent"),
        sa.CheckConstraint(
            "state IN ('draft', 'in_review', 'approved', 'published', 'superseded', 'withdrawn')",
            name=op.f("ck_versions_state"),
        ),
    )
    op.create_index(
        "ix_versions_first",
        "versions",
        ["slug"],
        unique=True,
        sqlite_where=sa.text("parent IS NULL"),
        postgresql_where=sa.text("parent IS NULL"),
    )
    op.create_table(
        "articles",
        sa.Column("slug", sa.String(100), nullable=False),
        sa.Column("current", sa.String(71), nullable=False),
        sa.PrimaryKeyConstraint("slug", name="pk_articles"),
        sa.ForeignKeyConstraint(
            ["current"], ["versions.digest"], name="fk_articles_current_versions"
        ),
    )
    op.create_table(
        "snapshots",
        sa.Column("digest", sa.String(71), nullable=False),
        sa.Column("source", sa.String(100), nullable=False),
        sa.Column("raw", sa.String(71), nullable=False),
        sa.Column("requested", sa.String(4000), nullable=False),
        sa.Column("extractor", sa.String(100), nullable=False),
        sa.Column("text", sa.String(71), nullable=False),
        sa.Column("covers", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_snapshots"),
    )
    op.create_index("ix_snapshots_source_raw", "snapshots", ["source", "raw"])
    op.create_table(
        "events",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("slug", sa.String(100), nullable=True),
        sa.Column("version", sa.String(71), nullable=True),
        sa.Column("detail", sa.String(4000), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
        sa.ForeignKeyConstraint(
            ["version"], ["versions.digest"], name="fk_events_version_versions"
        ),
    )
    op.create_table(
        "calls",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("request", sa.String(71), nullable=False),
        sa.Column("run", sa.String(64), nullable=False),
        sa.Column("model", sa.String(100), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reserved_usd", sa.String(32), nullable=False),
        sa.Column("cost_usd", sa.String(32), nullable=False),
        sa.Column("answer", sa.String(71), nullable=True),
        sa.Column("began", sa.String(32), nullable=False),
        sa.Column("ended", sa.String(32), nullable=True),
        sa.Column("detail", sa.String(4000), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_calls"),
        sa.CheckConstraint("state IN ('sent', 'answered', 'failed')", name=op.f("ck_calls_state")),
    )
    op.create_index("ix_calls_request", "calls", ["request"])
    op.create_index("ix_calls_run", "calls", ["run"])


def downgrade() -> None:
    """Drop them."""
    for table in ("calls", "events", "snapshots", "articles", "versions"):
        op.drop_table(table)
