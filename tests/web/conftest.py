"""The databases that these tests run on."""

from databases import schema

__all__ = ["schema"]
