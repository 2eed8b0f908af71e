"""Alembic's environment for the catalogue."""
