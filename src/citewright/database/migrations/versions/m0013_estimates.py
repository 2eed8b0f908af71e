"""What runs were expected to cost, article by article."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Create the table; of earlier runs nothing was recorded."""
    op.create_table(
        "run_estimates",
        sa.Column("run", sa.String(64), nullable=False),
        sa.Column("slug", sa.String(100), nullable=False),
        sa.Column("drafter", sa.String(32), nullable=False),
        sa.Column("began", sa.String(32), nullable=False),
        sa.Column("low_usd", sa.String(32), nullable=False),
        sa.Column("expected_usd", sa.String(32), nullable=False),
        sa.Column("worst_usd", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("run", "slug", name="pk_run_estimates"),
    )
    op.create_index("ix_run_estimates_began", "run_estimates", ["began"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("run_estimates")
