"""The databases and the stores that these tests run on."""

from __future__ import annotations

from pathlib import Path

import pytest
from databases import database, folder, migrated_file, migrated_schema, schema
from object_servers import ObjectServer, environment, object_server
from opened_store import STORE_URL_FILE
from versions.places import Place

__all__ = ["database", "folder", "migrated_file", "migrated_schema", "object_server", "schema"]


@pytest.fixture
def in_bucket(
    object_server: ObjectServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Place:
    """An empty bucket of this test's own, on a server that keeps objects as files."""
    for name, value in environment(object_server.address).items():
        monkeypatch.setenv(name, value)
    bucket = object_server.new_bucket()
    (tmp_path / STORE_URL_FILE).write_text(f"s3://{bucket}/a/wiki", encoding="utf-8")
    return Place(tmp_path, object_server.root / bucket / "a" / "wiki")


@pytest.fixture(params=["folder", "bucket"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """An empty store of each kind in turn."""
    if request.param == "folder":
        return Place(tmp_path, tmp_path / "store")
    in_bucket: Place = request.getfixturevalue("in_bucket")
    return in_bucket
