"""Paid calls: what each is for, who holds it and until when, and the tokens billed."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_ADDED = (
    ("role", sa.String(16)),
    ("slug", sa.String(100)),
    ("section", sa.String(100)),
    ("owner", sa.String(200)),
    ("lease_until", sa.String(32)),
    ("input_tokens", sa.Integer),
    ("cache_creation_input_tokens", sa.Integer),
    ("cache_read_input_tokens", sa.Integer),
    ("output_tokens", sa.Integer),
)


def upgrade() -> None:
    """Add the columns; calls that stand already have none of it, and nobody holds them."""
    with op.batch_alter_table("calls") as table:
        for name, kind in _ADDED:
            table.add_column(sa.Column(name, kind, nullable=True))
        table.drop_constraint(op.f("ck_calls_state"), type_="check")
        table.create_check_constraint(
            op.f("ck_calls_state"), "state IN ('sent', 'answered', 'failed', 'lost', 'late')"
        )


def downgrade() -> None:
    """Drop them; what is lost or late becomes a failed call, its cost kept."""
    op.execute("UPDATE calls SET state = 'failed', answer = NULL WHERE state IN ('lost', 'late')")
    with op.batch_alter_table("calls") as table:
        table.drop_constraint(op.f("ck_calls_state"), type_="check")
        table.create_check_constraint(
            op.f("ck_calls_state"), "state IN ('sent', 'answered', 'failed')"
        )
        for name, _ in _ADDED:
            table.drop_column(name)
