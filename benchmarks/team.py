"""A team's engines on this machine, for a measurement: everything of its own, thrown away after.

PostgreSQL from ``initdb``, Redis, Prefect's API without its services, its services, and workers on
a pool, by the commands and with the environment of ``deploy/compose.yaml``, which has the same in
containers. PostgreSQL refuses to run as root, so there it runs as ``postgres``.
"""

from __future__ import annotations

import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
POOL = "citewright"
SERVER = (sys.executable, "-m", "prefect", "server")
PATIENCE = 300.0
"""Seconds that one of the engines may take to come up on a busy machine."""


class NotAtHand(FileNotFoundError):
    """A program that is needed is not installed."""

    def __init__(self, program: str) -> None:
        super().__init__(f"{program} is not installed")
        self.filename = program


def program(name: str) -> str:
    """The path of a program, PostgreSQL's own folders included.

    :raises NotAtHand: when there is none.
    """
    found = shutil.which(name)
    if found is None:
        found = next((str(one) for one in Path("/usr/lib/postgresql").glob(f"*/bin/{name}")), None)
    if found is None:
        raise NotAtHand(name)
    return found


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Team:
    """The engines; a context manager that starts them and, at its end, ends what it started.

    :param folder: where all of their files go.
    """

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    workers: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _ports: dict[str, int] = field(default_factory=dict)
    _postgres: Path | None = None

    def __enter__(self) -> Team:
        self._ports = {name: free_port() for name in ("postgres", "redis", "prefect")}
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            self.start_redis()
            self._make_postgres()
            self.start_postgres()
            self._start_prefect()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    @property
    def api(self) -> str:
        """The address of Prefect's API."""
        return f"http://127.0.0.1:{self._ports['prefect']}/api"

    def database(self, name: str, driver: str = "postgresql") -> str:
        """The URL of a database of the server."""
        return f"{driver}://postgres@127.0.0.1:{self._ports['postgres']}/{name}"

    def create(self, name: str) -> str:
        """Make a database; gives its URL."""
        command = [program("createdb"), "-h", "127.0.0.1", "-U", "postgres"]
        _run([*command, "-p", str(self._ports["postgres"]), name])
        return self.database(name)

    def start_redis(self) -> None:
        """Start Redis, which keeps on disk what it is given, as a team's does."""
        folder = self.folder / "redis"
        folder.mkdir(exist_ok=True)
        port = str(self._ports["redis"])
        options = ["--dir", str(folder), "--appendonly", "yes", "--save", "", "--port", port]
        self._spawn("redis", [program("redis-server"), "--bind", "127.0.0.1", *options])
        _wait(lambda: _listens(self._ports["redis"]), "redis")

    def stop_redis(self) -> None:
        """End it, as a restart of its container does."""
        process = self._processes.pop("redis")
        process.terminate()
        process.wait(timeout=60)

    def start_postgres(self) -> None:
        """Start the server."""
        place = f"-p {self._ports['postgres']} -k {self._postgres}"
        options = f"{place} -c listen_addresses=127.0.0.1 -c max_connections=300"
        log = f"{self._postgres}/log"
        self._pg_ctl("start", "-w", "-t", "300", "-l", log, "-o", options)

    def stop_postgres(self) -> None:
        """End it at once, with whoever is connected."""
        self._pg_ctl("stop", "-w", "-m", "immediate")

    def deploy(self, project: Path, *names: str) -> None:
        """Make the pool and these deployments of ``prefect.yaml``."""
        self.environment |= {"PROJECT_FOLDER": str(project), "PWD": str(ROOT)}
        if not answers(f"{self.api}/work_pools/{POOL}"):
            self.prefect("work-pool", "create", POOL, "--type", "process")
        chosen = [word for name in names for word in ("--name", name)]
        self.prefect("--no-prompt", "deploy", *chosen)

    def start_worker(self, name: str, **more: str) -> None:
        """A worker that runs one flow at a time, in a process group of its own."""
        command = [sys.executable, "-m", "prefect", "worker", "start", "--pool", POOL]
        command += ["--type", "process", "--limit", "1", "--name", name]
        self.workers[name] = self._spawn(f"worker-{name}", command, more)

    def kill_worker(self, name: str) -> int:
        """Kill a worker and every process under it at once; gives how many there were."""
        worker = self.workers.pop(name)
        self._processes.pop(f"worker-{name}")
        doomed = [worker.pid, *descendants(worker.pid)]
        for pid in doomed:
            # Stopped first, so that none of them sees another one die.
            _signal(pid, signal.SIGSTOP)
        for pid in doomed:
            _signal(pid, signal.SIGKILL)
        worker.wait()
        return len(doomed)

    def stop_worker(self, name: str) -> None:
        """Tell a worker to end, as the end of its container does, and wait until it has.

        :raises subprocess.TimeoutExpired: when it does not, for too long.
        """
        worker = self.workers.pop(name)
        self._processes.pop(f"worker-{name}")
        worker.terminate()
        worker.wait(timeout=PATIENCE)

    def stop_workers(self) -> None:
        """End all workers and what they run."""
        for name in list(self.workers):
            self.kill_worker(name)

    def prefect(self, *arguments: str) -> None:
        """Run a command of Prefect's."""
        _run([sys.executable, "-m", "prefect", *arguments], self.environment)

    def start_flow(self, deployment: str, **parameters: object) -> str:
        """Have a deployment run now; gives the id of the flow run."""
        found = self._ask(f"deployments/name/{deployment}/{deployment}")
        made = self._ask(f"deployments/{found['id']}/create_flow_run", {"parameters": parameters})
        return str(made["id"])

    def states(self) -> dict[str, str]:
        """The state of each flow run, by its id."""
        return self._states({})

    def tagged(self, tag: str) -> dict[str, str]:
        """The states of the flow runs with a tag, by their ids."""
        return self._states({"flow_runs": {"tags": {"all_": [tag]}}})

    def _states(self, wanted: dict[str, object]) -> dict[str, str]:
        found = self._ask("flow_runs/filter", {"limit": 200, **wanted})
        return {one["id"]: one["state_type"] for one in found}

    def still_running(self, seconds: float) -> list[str]:
        """The flow runs that count as under way after so many seconds more.

        Those that a schedule has planned for later do not.
        """
        until = time.monotonic() + seconds
        under_way = ("PENDING", "RUNNING", "CANCELLING", "PAUSED")
        while True:
            left = [one for one, state in self.states().items() if state in under_way]
            if not left or time.monotonic() > until:
                return left
            time.sleep(0.5)

    def _ask(self, path: str, body: dict[str, object] | None = None) -> Any:  # noqa: ANN401 - JSON
        request = urllib.request.Request(
            f"{self.api}/{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read())

    def memory_mb(self) -> float:
        """The peak of the resident memory of the processes of the workers alive, the highest."""
        pids = [pid for one in self.workers.values() for pid in descendants(one.pid)]
        return max((peak_mb(pid) for pid in pids), default=0.0)

    def _make_postgres(self) -> None:
        # Its user cannot reach a folder under one that is closed to others.
        self._postgres = Path(tempfile.mkdtemp(prefix="citewright-postgres-"))
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(self._postgres, owner.pw_uid, owner.pw_gid)
        options = ["-A", "trust", "-U", "postgres", "-D", f"{self._postgres}/data"]
        _run(_as_postgres([program("initdb"), *options]))

    def _pg_ctl(self, *arguments: str) -> None:
        data = ["-D", f"{self._postgres}/data"]
        _run(_as_postgres([program("pg_ctl"), *data, *arguments]))

    def _start_prefect(self) -> None:
        self.create("prefect")
        self.environment = {
            **{name: value for name, value in os.environ.items() if not _is_ours(name)},
            "PREFECT_HOME": str(self.folder / "prefect"),
            "PREFECT_API_URL": self.api,
            "DO_NOT_TRACK": "1",
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "PREFECT_LOGGING_TO_API_ENABLED": "false",
            "PREFECT_CLIENT_RETRY_EXTRA_CODES": "500",
            "PREFECT_SERVER_DATABASE_MIGRATE_ON_START": "false",
            "PREFECT_SERVER_DATABASE_CONNECTION_URL": self.database(
                "prefect", "postgresql+asyncpg"
            ),
            "PREFECT_MESSAGING_BROKER": "prefect_redis.messaging",
            "PREFECT_MESSAGING_CACHE": "prefect_redis.messaging",
            "PREFECT_SERVER_EVENTS_CAUSAL_ORDERING": "prefect_redis.ordering",
            "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect_redis.lease_storage",
            "PREFECT_REDIS_MESSAGING_HOST": "127.0.0.1",
            "PREFECT_REDIS_MESSAGING_PORT": str(self._ports["redis"]),
        }
        self.prefect("server", "database", "upgrade", "--yes")
        self.start_prefect_api()
        self._spawn("prefect-services", [*SERVER, "services", "start"])

    def start_prefect_api(self) -> None:
        """Start Prefect's API."""
        place = ["--host", "127.0.0.1", "--port", str(self._ports["prefect"])]
        self._spawn("prefect-api", [*SERVER, "start", *place, "--no-services"])
        _wait(lambda: answers(f"{self.api}/health"), "prefect-api")

    def stop_prefect_api(self) -> None:
        """End it, as a restart of its container does."""
        process = self._processes.pop("prefect-api")
        process.terminate()
        process.wait(timeout=PATIENCE)

    def _spawn(
        self, name: str, command: Sequence[str], more: dict[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        with (self.folder / f"{name}.log").open("ab") as log:
            environment = (self.environment or dict(os.environ)) | (more or {})
            process = subprocess.Popen(
                command, env=environment, cwd=ROOT, stdout=log, stderr=log, start_new_session=True
            )
        self._processes[name] = process
        return process

    def _end(self) -> None:
        for process in self._processes.values():
            for pid in (*descendants(process.pid), process.pid):
                _signal(pid, signal.SIGKILL)
            process.wait()
        if self._postgres is not None:
            if (self._postgres / "data" / "postmaster.pid").exists():
                self.stop_postgres()
            shutil.rmtree(self._postgres)


def descendants(pid: int) -> list[int]:
    """The processes under one, their own included."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found, left = [], list(children.get(pid, ()))
    while left:
        one = left.pop()
        found.append(one)
        left += children.get(one, ())
    return found


def peak_mb(pid: int) -> float:
    """The peak of a process's resident memory (VmHWM), in megabytes; 0 when it is gone."""
    return _memory_mb(pid, "VmHWM")


def resident_mb(pid: int) -> float:
    """A process's resident memory now (VmRSS), in megabytes; 0 when it is gone."""
    return _memory_mb(pid, "VmRSS")


def _memory_mb(pid: int, name: str) -> float:
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    found = (line.split()[1] for line in lines if line.startswith(name))
    return int(next(found, "0")) / 1024


def _as_postgres(command: list[str]) -> list[str]:
    return ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else command


def _is_ours(name: str) -> bool:
    """Whether a variable of the surroundings would change what is measured."""
    return name.startswith(("ANTHROPIC_", "CITEWRIGHT_", "PREFECT_"))


def _run(command: Sequence[str], environment: dict[str, str] | None = None) -> None:
    done = subprocess.run(
        command,
        check=False,
        env=environment,
        cwd=ROOT if environment else "/",
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stdout[-2000:]}{done.stderr[-2000:]}")


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def answers(address: str) -> bool:
    """Whether a server answers there with 200."""
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def wait_for(address: str) -> None:
    """Wait until an address answers.

    :raises RuntimeError: when it does not, for too long.
    """
    _wait(lambda: answers(address), address)


def _wait(ready: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + PATIENCE
    while not ready():
        if time.monotonic() > until:
            raise RuntimeError(f"{what} did not come up in {PATIENCE:.0f} seconds")
        time.sleep(0.2)
