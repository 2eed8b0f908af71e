"""What each run may spend, for the page that shows how far it has come."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Create the table; of earlier runs nobody knows the cap any more."""
    op.create_table(
        "runs",
        sa.Column("run", sa.String(64), nullable=False),
        sa.Column("cap_usd", sa.String(32), nullable=False),
        sa.Column("began", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("run", name="pk_runs"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("runs")
