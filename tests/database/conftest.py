"""The databases that these tests run on."""

from databases import database, folder, migrated_file, migrated_schema, schema

__all__ = ["database", "folder", "migrated_file", "migrated_schema", "schema"]
