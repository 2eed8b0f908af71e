"""The assessments of versions that were checked again."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Create the table; no version has been checked again yet."""
    op.create_table(
        "assessments",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(71), nullable=False),
        sa.Column("version", sa.String(71), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_assessments"),
        sa.ForeignKeyConstraint(
            ["version"], ["versions.digest"], name="fk_assessments_version_versions"
        ),
    )
    op.create_index("ix_assessments_version", "assessments", ["version"])


def downgrade() -> None:
    """Drop it; the documents stay in the store."""
    op.drop_table("assessments")
