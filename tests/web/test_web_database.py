"""The application on a PostgreSQL server: the same walk, in short."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.web.desk import SLUG, calls_of, opened, seen, served, two


def test_the_application_runs_on_postgresql(
    tmp_path: Path, schema: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CITEWRIGHT_DATABASE_URL", schema)
    workspace = opened(tmp_path / "project")
    two(workspace)
    calls_of(workspace)
    with served(workspace) as running:
        bo, ed, ada = (running.signed_in(name) for name in ("Bo", "Ed", "Ada"))
        page = f"/review/{SLUG}/1.1"
        assert "An Article" in bo.get("/queue").text
        assert bo.post(f"{page}/approve", page, seen=seen(bo.get(page).text)).status_code == 303
        assert ed.post(f"{page}/publish", page, seen="99").status_code == 303
        for path in ("/articles?q=art", "/sources", "/sources/invented-2020", "/runs",
                     "/runs/run-1", "/accounts", "/audit", f"/versions/{SLUG}"):  # fmt: skip
            assert ada.get(path).status_code == 200, path
        client = running.anonymous()
        client.headers["Authorization"] = f"Bearer {running.key('Ed')}"
        assert client.get("/api/v1/queue").json()["waiting"] == []
    workspace.database.close()
