"""What tests share: a command line run as a process, and one Prefect server for all of them."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import Cli, InProcess
from databases import (
    dropped_catalogues,
    on_postgresql,
    pytest_addoption,
    pytest_collection_modifyitems,
    pytest_configure,
    pytest_unconfigure,
)
from hypothesis import settings
from opened import put_database
from policies import BOUNDARY
from shared import ROOT

__all__ = [
    "dropped_catalogues", "on_postgresql", "pytest_addoption", "pytest_collection_modifyitems",
    "pytest_configure", "pytest_unconfigure",
]  # fmt: skip

# How long an example takes says nothing on a busy machine; benchmarks measure time. The examples
# are the same in each run, so that a change is judged and not luck; `make test-all` draws new ones.
settings.register_profile("citewright", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None, max_examples=500)
settings.load_profile(os.environ.get("CITEWRIGHT_EXAMPLES", "citewright"))


@pytest.fixture(scope="session")
def prefect_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of this session's own Prefect server: its database and its log."""
    return tmp_path_factory.mktemp("prefect")


@pytest.fixture(scope="session")
def prefect_server(prefect_home: Path) -> Iterator[str]:
    """The API address of a Prefect server of this session's own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "PREFECT_HOME": str(prefect_home),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
    }
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1"]
    log = (prefect_home / "server.log").open("wb")
    server = subprocess.Popen(
        [*command, "--port", str(port)], env=environment, stdout=log, stderr=log
    )
    try:
        address = f"http://127.0.0.1:{port}/api"
        _wait_for(f"{address}/health", server, prefect_home / "server.log")
        yield address
    finally:
        server.terminate()
        server.wait(timeout=300)
        log.close()


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(3000):
        assert server.poll() is None, log.read_text(encoding="utf-8")
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise AssertionError(log.read_text(encoding="utf-8"))


@pytest.fixture
def quick_cli() -> InProcess:
    """The command within this process; it starts no flow."""
    return InProcess()


@pytest.fixture
def cli() -> Cli:
    """The installed command, without a Prefect server at hand."""
    return Cli({})


@pytest.fixture
def flow_cli(prefect_server: str) -> Cli:
    """The installed command, with the session's Prefect server."""
    return Cli({"PREFECT_API_URL": prefect_server})


@pytest.fixture
def example_project(tmp_path: Path) -> Path:
    """A copy of the example: the library, the notes and the brief that come with the project."""
    shutil.copytree(ROOT / "sources", tmp_path / "project" / "sources")
    put_database(tmp_path / "project" / "output")
    return tmp_path / "project"


@pytest.fixture
def read_project(example_project: Path) -> Path:
    """The example as if its notes were the sources' own texts, so that it may be published.

    No source of the example says what to do in a crisis; here one does, as the gate demands it.
    """
    course = example_project / "sources" / "notes" / "cmsc-msc-program.md"
    course.write_text(course.read_text(encoding="utf-8") + f"\n{BOUNDARY}\n", encoding="utf-8")
    for source in (example_project / "sources" / "library").iterdir():
        text = source.read_text(encoding="utf-8")
        source.write_text(text.replace("covers: notes", "covers: full_text"), encoding="utf-8")
    return example_project
