"""What refreshing remembers: anchors in later snapshots, what versions were made with, requests."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Create the tables; what versions were made with is filled in when they are planned for."""
    op.create_table(
        "anchors",
        sa.Column("version", sa.String(71), nullable=False),
        sa.Column("statement", sa.String(14), nullable=False),
        sa.Column("citation", sa.Integer, nullable=False),
        sa.Column("snapshot", sa.String(71), nullable=False),
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("end", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("version", "statement", "citation", name="pk_anchors"),
        sa.ForeignKeyConstraint(
            ["version"], ["versions.digest"], name="fk_anchors_version_versions"
        ),
        sa.ForeignKeyConstraint(
            ["snapshot"], ["snapshots.digest"], name="fk_anchors_snapshot_snapshots"
        ),
    )
    op.create_table(
        "affirmed",
        sa.Column("slug", sa.String(100), nullable=False),
        sa.Column("version", sa.String(71), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("through", sa.Integer, nullable=False),
        sa.Column("drafted", sa.String(32), nullable=True),
        sa.PrimaryKeyConstraint("slug", name="pk_affirmed"),
        sa.ForeignKeyConstraint(["slug"], ["articles.slug"], name="fk_affirmed_slug_articles"),
        sa.ForeignKeyConstraint(
            ["version"], ["versions.digest"], name="fk_affirmed_version_versions"
        ),
    )
    op.create_table(
        "made_with",
        sa.Column("version", sa.String(71), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("value", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("version", "name", "value", name="pk_made_with"),
        sa.ForeignKeyConstraint(
            ["version"], ["versions.digest"], name="fk_made_with_version_versions"
        ),
    )
    op.create_table(
        "requests",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("slug", sa.String(100), nullable=False),
        sa.Column("statement", sa.String(14), nullable=True),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("why", sa.String(4000), nullable=False),
        sa.Column("answered", sa.String(71), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_requests"),
        sa.ForeignKeyConstraint(["slug"], ["articles.slug"], name="fk_requests_slug_articles"),
        sa.ForeignKeyConstraint(
            ["answered"], ["versions.digest"], name="fk_requests_answered_versions"
        ),
    )
    op.create_index("ix_requests_slug", "requests", ["slug"])


def downgrade() -> None:
    """Drop the tables; versions keep their own evidence."""
    for table in ("requests", "made_with", "affirmed", "anchors"):
        op.drop_table(table)
