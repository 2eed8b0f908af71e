"""What tests share: a command line run as a process, and one Prefect server for all of them."""

from __future__ import annotations

import gc
import os
import shutil
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
from groups import pytest_itemcollected, pytest_xdist_auto_num_workers
from hypothesis import settings
from opened import put_database
from policies import BOUNDARY
from prefect_servers import prefect_home, prefect_server, prefect_tables
from shared import ROOT

__all__ = [
    "dropped_catalogues", "on_postgresql", "prefect_home", "prefect_server", "prefect_tables",
    "pytest_addoption", "pytest_collection_modifyitems", "pytest_configure",
    "pytest_itemcollected", "pytest_unconfigure", "pytest_xdist_auto_num_workers",
]  # fmt: skip

# What is imported and collected stays to the end, and takes long to be looked through for garbage.
gc.disable()

# How long an example takes says nothing on a busy machine; benchmarks measure time. The examples
# are the same in each run, so that a change is judged and not luck; `make test-all` draws new ones.
settings.register_profile("citewright", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None, max_examples=500)
settings.load_profile(os.environ.get("CITEWRIGHT_EXAMPLES", "citewright"))


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop() -> None:
    gc.freeze()
    gc.enable()


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
