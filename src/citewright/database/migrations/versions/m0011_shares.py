"""Large runs that several workers share: their terms, their workers, their articles."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

ADDED = (
    sa.Column("kind", sa.String(16), nullable=True),
    sa.Column("terms", sa.Text(), nullable=True),
    sa.Column("ended", sa.String(32), nullable=True),
    sa.Column("stopped", sa.Text(), nullable=True),
)


def upgrade() -> None:
    """Create the tables; earlier runs were shared by nobody."""
    for column in ADDED:
        op.add_column("runs", column.copy())
    op.create_table(
        "run_workers",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("run", sa.String(64), nullable=False),
        sa.Column("shard", sa.Integer(), nullable=True),
        sa.Column("flow_run", sa.String(64), nullable=True),
        sa.Column("host", sa.String(200), nullable=False),
        sa.Column("owner", sa.String(200), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("lease_until", sa.String(32), nullable=False),
        sa.Column("began", sa.String(32), nullable=False),
        sa.Column("ended", sa.String(32), nullable=True),
        sa.CheckConstraint(
            "state IN ('working', 'left', 'lost')", name=op.f("ck_run_workers_state")
        ),
        sa.ForeignKeyConstraint(["run"], ["runs.run"], name="fk_run_workers_run_runs"),
        sa.PrimaryKeyConstraint("id", name="pk_run_workers"),
    )
    op.create_index("ix_run_workers_run", "run_workers", ["run"])
    op.create_table(
        "run_articles",
        sa.Column("run", sa.String(64), nullable=False),
        sa.Column("slug", sa.String(100), nullable=False),
        sa.Column("shard", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("worker", sa.Integer(), nullable=True),
        sa.Column("takings", sa.Integer(), nullable=False),
        sa.Column("work", sa.Text(), nullable=True),
        sa.Column("version", sa.String(71), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("ended", sa.String(32), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'taken', 'done', 'failed')",
            name=op.f("ck_run_articles_state"),
        ),
        sa.ForeignKeyConstraint(["run"], ["runs.run"], name="fk_run_articles_run_runs"),
        sa.ForeignKeyConstraint(
            ["worker"], ["run_workers.id"], name="fk_run_articles_worker_run_workers"
        ),
        sa.ForeignKeyConstraint(
            ["version"], ["versions.digest"], name="fk_run_articles_version_versions"
        ),
        sa.PrimaryKeyConstraint("run", "slug", name="pk_run_articles"),
    )
    op.create_index("ix_run_articles_state", "run_articles", ["state"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("run_articles")
    op.drop_table("run_workers")
    for column in ADDED:
        op.drop_column("runs", column.name)
