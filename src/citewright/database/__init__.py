"""The catalogue's database, SQLite or PostgreSQL: opening, transactions, tables, migrations."""

from citewright.database import community_tables, tables
from citewright.database.opening import Database, catalogue_of
from citewright.database.patience import repeated

# Both modules of tables are named, so that the metadata is whole wherever one of them is imported.
__all__ = ["Database", "catalogue_of", "community_tables", "repeated", "tables"]
