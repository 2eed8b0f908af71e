"""The databases and stores of these tests, and where what tests of drafting share is found."""

from __future__ import annotations

import sys
from pathlib import Path

from databases import database, folder, migrated_file, migrated_schema, schema
from object_servers import object_server
from versions.conftest import in_bucket

__all__ = [
    "database", "folder", "in_bucket", "migrated_file", "migrated_schema", "object_server",
    "schema",
]  # fmt: skip

# They import it by its bare name.
sys.path.append(str(Path(__file__).resolve().parent.parent / "drafting"))
