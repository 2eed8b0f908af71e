"""``citewright serve`` and ``citewright accounts`` as commands."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
from catalogues import database_environment
from commands import InProcess


def test_accounts_are_made_changed_and_listed(tmp_path: Path, quick_cli: InProcess) -> None:
    where = ("--project", tmp_path)
    made = quick_cli(
        "accounts", "add", "ada@example.org", "--name", "Ada", "--role", "administrator", "--json",
        *where,
    )  # fmt: skip
    assert made.json["accounts"][0]["role"] == "administrator"
    refused = quick_cli("accounts", "change", "ada@example.org", "--disable", *where)
    assert refused.code == 2
    assert "last administrator" in refused.err
    boss = ("--name", "X", "--role", "boss")
    assert quick_cli("accounts", "add", "x@example.org", *boss, *where).code == 2
    assert quick_cli("accounts", "change", "no@example.org", "--role", "reader", *where).code == 2
    assert "Ada <ada@example.org>" in quick_cli("accounts", "list", *where).out
    assert quick_cli("review", "rebuild-queue", "--json", *where).json == {"waiting": 0}


def test_serve_tells_its_address_and_ends_when_told_to(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from citewright.cli.main import run; run()", "serve"]
    clean = {name: value for name, value in os.environ.items() if "CITEWRIGHT" not in name}
    clean |= database_environment(tmp_path)
    with subprocess.Popen(
        [*command, "--port", "0", "--project", str(tmp_path)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=clean,
    ) as process:  # fmt: skip
        try:
            told = process.stdout.readline()
            assert told.startswith("citewright is at http://127.0.0.1:")
            address = told.split()[-1]
            answer = httpx.get(f"{address}/healthz", timeout=120)
            assert answer.json() == {"status": "ok"}
            assert "server" not in answer.headers
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=300) in (0, -signal.SIGTERM)
        finally:
            # One that is still there would be waited for without end.
            process.kill()
        assert "Traceback" not in process.stderr.read()
