"""The title of each version for lists, and the names and uses of keys for scripts."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the columns; earlier versions go by their article's name in lists."""
    op.add_column("versions", sa.Column("title", sa.Text(), nullable=True))
    op.add_column("tokens", sa.Column("name", sa.String(100), nullable=True))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("tokens", "name")
    op.drop_column("versions", "title")
