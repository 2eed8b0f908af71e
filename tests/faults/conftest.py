"""The databases and stores of these tests, and where what tests of drafting share is found."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from clusters import Cluster, NoPrograms, new_cluster
from databases import database, folder, migrated_file, migrated_schema, schema
from object_servers import object_server
from versions.conftest import in_bucket

__all__ = [
    "database", "folder", "in_bucket", "migrated_file", "migrated_schema", "object_server",
    "schema",
]  # fmt: skip

# They import it by its bare name.
sys.path.append(str(Path(__file__).resolve().parent.parent / "drafting"))


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """A server of this module's own."""
    try:
        with new_cluster() as running:
            yield running
    except NoPrograms as error:
        pytest.skip(str(error))
