"""A PostgreSQL server of the tests' own, from Debian's packages: it may be killed and restarted."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ports import kept_port

USER = "postgres"
"""Who runs it, since its programs refuse to be run by root."""

# A kill of the server is no power cut: what it handed to the system is there afterwards.
QUICK = {"fsync": "off", "full_page_writes": "off", "autovacuum": "off", "max_connections": "400"}


class NoPrograms(Exception):
    """The server's programs are not installed, or nobody may run them."""


@dataclass(frozen=True)
class Cluster:
    """A server in a folder; it listens on the loopback address alone."""

    programs: Path
    folder: Path
    port: int

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{database}"

    def start(self, settings: dict[str, str]) -> None:
        options = {
            "port": str(self.port), "listen_addresses": "127.0.0.1",
            "unix_socket_directories": str(self.folder), **settings,
        }  # fmt: skip
        told = " ".join(f"-c {name}={value}" for name, value in options.items())
        self._control("-o", told, "start")

    def restart(self) -> None:
        """Kill it with all that is under way, and start it again: it recovers from its log."""
        self._control("-m", "immediate", "restart")

    def _control(self, *arguments: str) -> None:
        data, log = str(self.folder / "data"), str(self.folder / "log")
        command = [str(self.programs / "pg_ctl"), "-D", data, "-l", log, "-w", "-t", "120"]
        _run([*command, *arguments], self.folder)


@contextmanager
def new_cluster(**settings: str) -> Iterator[Cluster]:
    """A server that runs, and is gone afterwards.

    :raises NoPrograms: where there can be none.
    """
    programs = _programs()
    # Not in a folder of pytest's, which nobody but its owner may enter.
    folder = Path(tempfile.mkdtemp(prefix="citewright-pg-"))
    with _swept(folder), kept_port() as port:
        if os.geteuid() == 0:
            shutil.chown(folder, USER)
        made = [str(programs / "initdb"), "-D", str(folder / "data"), "-U", USER, "-A", "trust"]
        _run([*made, "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"], folder)
        cluster = Cluster(programs, folder, port)
        cluster.start(QUICK | settings)
        yield cluster


@contextmanager
def _swept(folder: Path) -> Iterator[None]:
    """Ends the server in a folder and removes both afterwards, also when this process is killed.

    A process of its own does, which waits for the end of what only this one could tell it.
    """
    command = [sys.executable, "-I", str(Path(__file__).with_name("cluster_sweeper.py"))]
    # Not of this session: what ends this process and its group must not end it.
    sweeper = subprocess.Popen(
        [*command, str(folder)], stdin=subprocess.PIPE, start_new_session=True
    )
    assert sweeper.stdin is not None
    try:
        yield
    finally:
        sweeper.stdin.close()
        assert sweeper.wait(timeout=300) == 0, folder


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        raise NoPrograms("no programs of a PostgreSQL server in /usr/lib/postgresql")
    if os.geteuid() == 0:
        try:
            pwd.getpwnam(USER)
        except KeyError:
            raise NoPrograms(f"root runs the tests, and there is no user {USER!r}") from None
    return found[-1].parent


def _run(command: list[str], folder: Path) -> None:
    if os.geteuid() == 0:
        command = ["runuser", "-u", USER, "--", *command]
    # Into a file: the server keeps what it was started with open, and a pipe would not end.
    with (folder / "said").open("w") as said:
        done = subprocess.run(command, stdout=said, stderr=said, cwd="/", check=False)
    assert done.returncode == 0, [
        file.read_text(errors="replace")[-3000:]
        for file in (folder / "said", folder / "log")
        if file.exists()
    ]
