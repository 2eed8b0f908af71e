"""The installed ``citewright`` command, run as a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalogues import database_environment
from typer.testing import CliRunner

from citewright.cli.main import app

# Nothing of the surrounding environment may reach a test: no key, no address, no project setting.
_FOREIGN = ("ANTHROPIC_", "CITEWRIGHT_", "PREFECT_")


def _database(arguments: tuple[str | Path, ...]) -> dict[str, str]:
    """What leads to the catalogue of the project that a command is given."""
    places = [place for place, one in enumerate(arguments) if one == "--project"]
    return database_environment(arguments[places[0] + 1]) if places else {}


@dataclass(frozen=True)
class Finished:
    """A command that has ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """Standard output as the one JSON object it has to be."""
        value = json.loads(self.out)
        assert isinstance(value, dict)
        return value


class InProcess:
    """The same command without a process of its own, for what ends before any flow starts."""

    def __init__(self, environment: dict[str, str] | None = None) -> None:
        self._environment = environment or {}

    def with_environment(self, **values: str) -> InProcess:
        """The same command with more environment variables."""
        return InProcess(self._environment | values)

    def __call__(self, *arguments: str | Path) -> Finished:
        foreign = {name: None for name in os.environ if name.startswith(_FOREIGN)}
        result = CliRunner().invoke(
            app,
            [str(argument) for argument in arguments],
            env=foreign | _database(arguments) | self._environment,
        )
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Finished(result.exit_code, result.stdout, result.stderr)


class Cli:
    """Runs ``citewright`` with a clean environment and what the test adds to it."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment

    def with_environment(self, **values: str) -> Cli:
        """The same command with more environment variables."""
        return Cli(self._environment | values)

    def __call__(self, *arguments: str | Path, timeout: float = 600) -> Finished:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)}
        command = [sys.executable, "-c", "from citewright.cli.main import run; run()"]
        done = subprocess.run(
            [*command, *(str(argument) for argument in arguments)],
            env=kept | {"DO_NOT_TRACK": "1"} | _database(arguments) | self._environment,
            capture_output=True,
            timeout=timeout,
            check=False,
            text=True,
        )
        return Finished(done.returncode, done.stdout, done.stderr)
