"""Which transactions were kept, for whoever was cut off while one was being committed."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "commits",
        sa.Column("writer", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("writer", name="pk_commits"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("commits")
