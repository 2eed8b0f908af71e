"""Run by Alembic: migrates over the connection that the caller opened."""

from alembic import context

from citewright.database.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
context.run_migrations()
