"""Message Batches, and which batch a paid call went out in."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the table and the column; calls that stand already went out alone."""
    op.create_table(
        "batches",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("run", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("service_id", sa.String(200), nullable=True),
        sa.Column("requests", sa.Integer, nullable=False),
        sa.Column("began", sa.String(32), nullable=False),
        sa.Column("ended", sa.String(32), nullable=True),
        sa.Column("owner", sa.String(200), nullable=False),
        sa.Column("lease_until", sa.String(32), nullable=False),
        sa.Column("detail", sa.String(4000), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_batches"),
        sa.UniqueConstraint("service_id", name="uq_batches_service_id"),
        sa.CheckConstraint(
            "state IN ('intended', 'sent', 'ended', 'unsent', 'lost')",
            name=op.f("ck_batches_state"),
        ),
    )
    with op.batch_alter_table("calls") as table:
        table.add_column(sa.Column("batch", sa.Integer, nullable=True))
        table.create_foreign_key("fk_calls_batch_batches", "batches", ["batch"], ["id"])
        table.create_index("ix_calls_batch", ["batch"])


def downgrade() -> None:
    """Drop them; what a batch still holds becomes a lost call, its cost kept."""
    op.execute("UPDATE calls SET state = 'lost' WHERE state = 'sent' AND batch IS NOT NULL")
    with op.batch_alter_table("calls") as table:
        table.drop_index("ix_calls_batch")
        table.drop_constraint("fk_calls_batch_batches", type_="foreignkey")
        table.drop_column("batch")
    op.drop_table("batches")
