"""What memory each command takes as a process, in a library of ten thousand articles.

The library is that of :mod:`benchmarks.refresh_library`, its articles published, its sources at
loopback servers that answer 304. The commands follow each other in it: ``refresh --dry-run``,
``refresh`` in which nothing changed, ``publish`` (the first build of the whole site), ``serve``
while a signed-in reviewer asks for several hundred pages, ``verify`` and ``doctor``. ``generate``
looks at no other article than its own: :mod:`benchmarks.example` has it. ``publish`` ends with 3,
review needed: the generated articles have no section on safety, and stay published as they were.

Of each the peak of that of its processes which had the most, and of the command's own process:
``refresh`` starts a Prefect server for itself, ``publish`` has Pagefind make the search index.
``CITEWRIGHT_ARTICLES`` makes the library smaller.
"""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from benchmarks.loopback_sources import source_servers
from benchmarks.measuring import ROOT, Figures
from benchmarks.measuring import run as run_command
from benchmarks.refresh_both_ways import SETTINGS
from benchmarks.refresh_library import make_library
from benchmarks.sizes import size
from benchmarks.team import free_port, peak_mb, wait_for
from citewright.bootstrap import open_workspace
from citewright.bootstrap.community import open_community

ARTICLES = 10_000
HOSTS = 20
REQUESTS = size(500, 20)
SECONDS = 3000.0
COMMANDS = {
    "refresh_dry_run": ("refresh", "--dry-run"),
    "refresh": ("refresh",),
    "publish": ("publish",),
    "serve": (),
    "verify": ("verify",),
    "doctor": ("doctor",),
}


def run(shared: Path) -> Figures:
    """Megabytes and seconds by command: ``commands.NAME.peak_mb``."""
    articles = int(os.environ.get("CITEWRIGHT_ARTICLES", size(ARTICLES, 10)))
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(dir=memory if memory.is_dir() else None))
    try:
        with source_servers(HOSTS) as servers:
            project = folder / "project"
            project.mkdir()
            make_library(project, articles, shared, servers.hosts, published=True)
            figures: dict[str, float | str] = {"commands.articles": articles}
            for name, words in COMMANDS.items():
                figures |= (
                    _serve(project, folder) if name == "serve" else _run(project, name, words)
                )
            return figures
    finally:
        shutil.rmtree(folder)


def _run(project: Path, name: str, words: tuple[str, ...]) -> Figures:
    command = [*_command(words[0]), *words[1:], "--project", str(project)]
    with _prefect_home() as home:
        ended = run_command(command, seconds=SECONDS, environment=home)
    figures: dict[str, float | str] = {
        f"commands.{name}.peak_mb": ended.largest_mb,
        f"commands.{name}.own_peak_mb": ended.own_mb,
        f"commands.{name}.seconds": ended.seconds,
    }
    # What a command took is told however it ended; a code of its own is no failure to measure.
    return figures if ended.why is None else figures | {f"commands.{name}.ended": ended.why}


def _serve(project: Path, folder: Path) -> Figures:
    """The web application after some hundred requests of a reviewer."""
    community = open_community(open_workspace(project))
    account = community.accounts.create("bo@example.org", "Bo", "administrator")
    token, _ = community.sessions.open(account.id)
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = [*_command("serve"), "--port", str(port), "--project", str(project)]
    with (folder / "serve.log").open("wb") as log, _prefect_home() as home:
        served = subprocess.Popen(command, env=os.environ | home, stdout=log, stderr=log, cwd=ROOT)
        try:
            wait_for(f"{address}/healthz")
            signed_in = {"session": token}
            with httpx.Client(
                base_url=address, cookies=signed_in, timeout=300, follow_redirects=True
            ) as client:
                for path in itertools.islice(_paths(project), REQUESTS):
                    client.get(path).raise_for_status()
            peak = peak_mb(served.pid)
        finally:
            served.send_signal(signal.SIGINT)
            served.wait()
    return {"commands.serve.peak_mb": peak, "commands.serve.requests": REQUESTS}


def _paths(project: Path) -> Iterator[str]:
    """Pages of every kind, of one article after another."""
    for slug in sorted(open_workspace(project).catalogue.currents()):
        yield from ("/queue", "/articles", f"/versions/{slug}", f"/review/{slug}/1.0")
        yield from ("/sources", "/runs")


def _command(name: str) -> list[str]:
    return [sys.executable, "-c", "from citewright.cli.main import run; run()", name]


@contextmanager
def _prefect_home() -> Iterator[dict[str, str]]:
    with tempfile.TemporaryDirectory() as home:
        yield {**SETTINGS, "PREFECT_HOME": home}
