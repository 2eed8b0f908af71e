"""What happens to sources, and which statements cite them."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the tables; versions that stand already are indexed when sources are checked."""
    op.create_table(
        "source_events",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("source", sa.String(100), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("service", sa.String(32), nullable=True),
        sa.Column("detail", sa.String(4000), nullable=False),
        sa.Column("notice", sa.String(2000), nullable=True),
        sa.Column("said_on", sa.String(10), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_source_events"),
    )
    op.create_index("ix_source_events_source_kind", "source_events", ["source", "kind"])
    op.create_table(
        "validators",
        sa.Column("source", sa.String(100), nullable=False),
        sa.Column("url", sa.String(4000), nullable=False),
        sa.Column("etag", sa.String(1000), nullable=True),
        sa.Column("last_modified", sa.String(100), nullable=True),
        sa.Column("snapshot", sa.String(71), nullable=False),
        sa.Column("checked", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("source", "url", name="pk_validators"),
        sa.ForeignKeyConstraint(
            ["snapshot"], ["snapshots.digest"], name="fk_validators_snapshot_snapshots"
        ),
    )
    op.create_table(
        "indexed",
        sa.Column("version", sa.String(71), nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_indexed"),
        sa.ForeignKeyConstraint(
            ["version"], ["versions.digest"], name="fk_indexed_version_versions"
        ),
    )
    op.create_table(
        "cited",
        sa.Column("version", sa.String(71), nullable=False),
        sa.Column("statement", sa.String(14), nullable=False),
        sa.Column("citation", sa.Integer, nullable=False),
        sa.Column("slug", sa.String(100), nullable=False),
        sa.Column("source", sa.String(100), nullable=False),
        sa.Column("snapshot", sa.String(71), nullable=True),
        sa.PrimaryKeyConstraint("version", "statement", "citation", name="pk_cited"),
        sa.ForeignKeyConstraint(["version"], ["versions.digest"], name="fk_cited_version_versions"),
    )
    op.create_index("ix_cited_source", "cited", ["source"])


def downgrade() -> None:
    """Drop them."""
    for table in ("cited", "indexed", "validators", "source_events"):
        op.drop_table(table)
