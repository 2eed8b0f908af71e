"""The web application's review queue over HTTP, with ten thousand open items.

A real server on loopback, one signed-in reviewer, one request after another. PostgreSQL is the
server of ``CITEWRIGHT_TEST_POSTGRES``; where none answers, its figure is left out.
"""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import uvicorn

from benchmarks.database import filled, median_ms, schema
from citewright.bootstrap import open_workspace
from citewright.pipeline.workspace import Workspace
from citewright.web.app import create_app
from citewright.web.serving import configured, listening


def run(_: Path) -> dict[str, float]:
    """Medians in milliseconds, from the request to the last byte of the page."""
    figures = {"queue_median_ms": _measured(None)}
    with schema() as url:
        if url is not None:
            figures["queue_median_ms_postgresql"] = _measured(url)
    return figures


def _measured(url: str | None) -> float:
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder, _set("DATABASE_URL", url):
        workspace = open_workspace(Path(folder))
        try:
            filled(workspace.database)
            with _served(workspace) as client:
                assert client.get("/queue").status_code == 200
                return median_ms(lambda: client.get("/queue"))
        finally:
            workspace.database.close()


@contextmanager
def _served(workspace: Workspace) -> Iterator[httpx.Client]:
    with listening("127.0.0.1", 0) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        app = create_app(workspace, address=address, deliver=False)
        community = app.state.parts.community
        account = community.accounts.create("bo@example.org", "Bo", "reviewer")
        token, _ = community.sessions.open(account.id)
        server = uvicorn.Server(configured(app))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            while not server.started:
                time.sleep(0.01)
            with httpx.Client(base_url=address, cookies={"session": token}) as client:
                yield client
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def _set(name: str, value: str | None) -> Iterator[None]:
    variable = f"CITEWRIGHT_{name}"
    before = os.environ.pop(variable, None)
    if value is not None:
        os.environ[variable] = value
    try:
        yield
    finally:
        os.environ.pop(variable, None)
        if before is not None:
            os.environ[variable] = before
