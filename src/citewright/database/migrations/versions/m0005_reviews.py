"""Review: who did what to a version and why, each entry of an article's log chained to the last."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_ADDED = (
    ("sequence", sa.Integer),
    ("actor", sa.String(200)),
    ("change", sa.String(14)),
    ("state", sa.String(16)),
    ("hash", sa.String(71)),
)


def upgrade() -> None:
    """Add the columns.

    Versions that stand already have no recipe; entries that do are covered by no hash.
    """
    with op.batch_alter_table("events") as table:
        for name, kind in _ADDED:
            table.add_column(sa.Column(name, kind, nullable=True))
        table.create_unique_constraint("uq_events_slug", ["slug", "sequence"])
    op.create_index("ix_events_version", "events", ["version"])
    op.add_column("versions", sa.Column("recipe", sa.String(71), nullable=True))


def downgrade() -> None:
    """Drop them; the entries stay."""
    op.drop_column("versions", "recipe")
    op.drop_index("ix_events_version", "events")
    with op.batch_alter_table("events") as table:
        table.drop_constraint("uq_events_slug", type_="unique")
        for name, _ in _ADDED:
            table.drop_column(name)
