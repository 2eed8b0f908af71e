"""``citewright doctor``: each thing that may be wrong is found, by name, with what to do."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from commands import InProcess
from databases import schema
from fakes.claude_server import ClaudeServer
from fakes.openid_provider import Provider
from object_servers import ObjectServer, environment, object_server
from ports import kept_port
from sqlalchemy import create_engine, text
from typer.testing import CliRunner

from citewright.bootstrap.stores import open_store
from citewright.cli.main import app
from citewright.database import Database
from citewright.pipeline.doctor import Finding, clock, examine

__all__ = ["object_server", "schema"]

TODAY = date(2026, 12, 1)
SECRETS = {
    "ANTHROPIC_API_KEY": "sk-canary-1",
    "CITEWRIGHT_SMTP_URL": "smtp://user:canary-2@127.0.0.1:9",
    "CITEWRIGHT_SECRET": "canary-3-" + "x" * 30,
    "CITEWRIGHT_DATABASE_URL": "postgresql://user:canary-4@127.0.0.1:9/nothing",
    "CITEWRIGHT_OPENALEX_API_KEY": "canary-5",
    "PREFECT_API_AUTH_STRING": "admin:canary-6",
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project, and an environment without settings."""
    for name in [one for one in os.environ if one.startswith(("CITEWRIGHT_", "ANTHROPIC_"))]:
        monkeypatch.delenv(name)
    return tmp_path


def named(findings: list[Finding], name: str) -> Finding:
    [found] = [one for one in findings if one.name == name]
    return found


def look(project: Path, *, online: bool = False, **environment: str) -> list[Finding]:
    return examine(project, environment, TODAY, open_store, online=online)


class Server:
    """Answers as Prefect's server does, with a clock of its own."""

    def __init__(self, theirs: str, status: str | None, ahead: float) -> None:
        self.theirs, self.status, self.ahead = theirs, status, ahead
        self.authorized: list[str | None] = []

    def answer(self, path: str) -> tuple[int, str]:
        if path == "/api/admin/version":
            return 200, f'"{self.theirs}"'
        if path == "/api/work_pools/citewright" and self.status:
            return 200, f'{{"status": "{self.status}"}}'
        if path == "/api/deployments/name/work-shard/work-shard" and self.status == "READY":
            return 200, '{"paused": false}'
        return 404, "{}"


@contextmanager
def served(
    theirs: str = version("prefect"), status: str | None = "READY", ahead: float = 0.0
) -> Iterator[tuple[Server, str]]:
    """A server and the address of its API."""
    server = Server(theirs, status, ahead)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.authorized.append(self.headers["Authorization"])
            code, body = server.answer(self.path)
            self.send_response_only(code)
            moment = datetime.now(UTC) + timedelta(seconds=server.ahead)
            self.send_header("Date", format_datetime(moment, usegmt=True))
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None: ...

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield server, f"http://127.0.0.1:{http.server_port}/api"
    finally:
        http.shutdown()
        http.server_close()


def test_each_bad_setting_is_named(project: Path) -> None:
    (project / "citewright.toml").write_text(
        'budgt_usd = 1\nconcurrency = 0\nsite_url = "nowhere"\n', encoding="utf-8"
    )
    wrong = [one for one in look(project) if one.name == "settings"]
    assert {one.state for one in wrong} == {"failed"}
    said = " ".join(one.said for one in wrong)
    assert all(name in said for name in ("'budgt_usd'", "'concurrency'", "'site_url'"))
    assert all(one.do for one in wrong)


def test_unreadable_settings_and_strange_names_are_told(project: Path) -> None:
    (project / "citewright.toml").write_text("budget_usd = \n", encoding="utf-8")
    found = look(project, CITEWRIGHT_BUDGT="1", CITEWRIGHT_ROLES__DRAFT__MODEL="m")
    assert named(found, "settings").state == "failed"
    assert "CITEWRIGHT_BUDGT " in named(found, "environment").said


def test_no_folder_is_no_project(project: Path) -> None:
    found = look(project / "nothing")
    assert named(found, "project").state == "failed"
    assert not [one for one in found if one.name in ("store", "database")]


def test_an_empty_project_works_and_nothing_is_made_in_it(project: Path) -> None:
    found = look(project)
    assert {one.name for one in found if one.state == "failed"} == set()
    assert named(found, "database").state == "ok"
    assert named(found, "API key").state == "warning"
    assert list(project.iterdir()) == []


def test_a_claude_drafter_without_a_key_fails(project: Path) -> None:
    (project / "citewright.toml").write_text('drafter = "claude"\n', encoding="utf-8")
    found = named(look(project), "API key")
    assert (found.state, "drafter" in found.said) == ("failed", True)


def test_an_unknown_and_an_old_price_are_told(project: Path) -> None:
    (project / "citewright.toml").write_text('model = "mine"\n', encoding="utf-8")
    assert "'mine'" in named(look(project), "prices").said
    (project / "prices.yaml").write_text(
        'as_of: "2026-05"\nmodels:\n  mine: {input: "0", output: "0", max_output: 9000}\n',
        encoding="utf-8",
    )
    own, packaged = [one for one in look(project) if one.name == "prices"]
    assert (own.state, packaged.state) == ("warning", "ok")


@pytest.mark.sqlite
def test_an_old_a_new_and_a_broken_file_are_told_from_the_newest(project: Path) -> None:
    path = project / "output" / "catalogue.sqlite"
    Database(path).close()
    assert named(look(project), "database").state == "ok"
    engine = create_engine(f"sqlite:///{path}")
    for revision, state in (("0001", "warning"), ("9999", "failed")):
        with engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :n"), {"n": revision})
        found = named(look(project), "database")
        assert (found.state, bool(found.do)) == (state, True), found
        # It was looked at, not migrated.
        with engine.begin() as connection:
            now = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        assert now == revision
    engine.dispose()
    path.write_bytes(b"no database at all" * 100)
    assert named(look(project), "database").state == "failed"


def test_a_server_is_looked_at(project: Path, schema: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITEWRIGHT_DATABASE_URL", schema)
    found = look(project)
    assert named(found, "database").state == "ok"
    assert "PostgreSQL" in named(found, "database").said
    assert "the first command" in named(found, "database").said
    assert named(found, "secret").state == "warning"
    assert "agrees with the database" in named(found, "clock").said


def test_a_wrong_port_is_told_without_the_password(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    found = look(project, **SECRETS, PREFECT_API_URL="http://127.0.0.1:9/api")
    for name in ("database", "mail", "Prefect"):
        assert named(found, name).state == "failed"
        assert named(found, name).do
    assert "canary" not in repr(found)


def test_a_mail_server_is_greeted(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with kept_port() as port:
        controller = Controller(Sink(), hostname="127.0.0.1", port=port)
        controller.start()
        try:
            monkeypatch.setenv("CITEWRIGHT_SMTP_URL", f"smtp://127.0.0.1:{port}")
            assert named(look(project), "mail").state == "ok"
        finally:
            controller.stop()


def test_a_provider_of_openid_connect_is_greeted(project: Path) -> None:
    with Provider() as provider:
        lines = [f'oidc_issuer = "{provider.issuer}"', 'oidc_client = "citewright"']
        toml = project / "citewright.toml"
        toml.write_text("\n".join([*lines, 'app_url = "https://a.example"']), encoding="utf-8")
        found = named(look(project), "sign-in")
        assert (found.state, "https://a.example/openid/return" in found.said) == ("ok", True)
        provider.metadata = {"issuer": "https://other.example"}
        assert "of another issuer" in named(look(project), "sign-in").said
    assert named(look(project), "sign-in").state == "failed"
    toml.write_text(lines[0], encoding="utf-8")
    assert "oidc_client" in named(look(project), "sign-in").said


def test_a_project_with_an_application_needs_a_mail_server(project: Path) -> None:
    (project / "citewright.toml").write_text('app_url = "https://a.example"\n', encoding="utf-8")
    assert named(look(project), "mail").state == "warning"


@pytest.mark.parametrize(
    ("status", "state", "said"),
    [
        ("READY", "ok", "READY"),
        ("NOT_READY", "warning", "NOT_READY"),
        ("PAUSED", "warning", "PAUSED"),
        (None, "warning", "no work pool"),
    ],
)
def test_the_work_pool_is_asked_for(
    project: Path, status: str | None, state: str, said: str
) -> None:
    with served(status=status) as (server, url):
        found = look(project, PREFECT_API_URL=url, PREFECT_API_AUTH_STRING="admin:pass")
    assert named(found, "Prefect").state == "ok"
    assert (named(found, "workers").state, said in named(found, "workers").said) == (state, True)
    assert named(found, "shards").state == ("ok" if status == "READY" else "warning")
    assert server.authorized == ["Basic YWRtaW46cGFzcw=="] * 3


def test_another_version_of_prefect_is_told(project: Path) -> None:
    with served(theirs="3.1.0") as (_, url):
        assert named(look(project, PREFECT_API_URL=url), "Prefect").state == "warning"


@pytest.mark.parametrize(
    ("ahead", "state", "said"),
    [(0, "ok", "agrees"), (9, "warning", "behind"), (-9, "warning", "ahead of"),
     (3600, "failed", "behind")],
)  # fmt: skip
def test_a_clock_that_is_off_is_told(project: Path, ahead: float, state: str, said: str) -> None:
    with served(ahead=ahead) as (_, url):
        found = named(look(project, PREFECT_API_URL=url), "clock")
    assert (found.state, said in found.said) == (state, True), found


def test_a_date_that_is_none_says_nothing() -> None:
    now = datetime.now(UTC)
    assert clock.ahead("", now, now) is None
    assert clock.ahead("yesterday", now, now) is None
    assert clock.check_clock({"nobody": None}).state == "ok"


def test_online_asks_for_what_is_free(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ClaudeServer() as server:
        monkeypatch.setenv("ANTHROPIC_API_KEY", server.key)
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.base_url)
        found = look(project, online=True)
        assert named(found, "model").state == "ok"
        assert [one.path for one in server.requests if one.method == "POST"] == [
            "/v1/messages/count_tokens"
        ]
        monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-another")
        wrong = named(look(project, online=True), "model")
    assert (wrong.state, "key" in wrong.said, "sk-another" in repr(wrong)) == (
        "failed",
        True,
        False,
    )


def test_a_model_out_of_reach_fails(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-one")
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://127.0.0.1:9")
    assert named(look(project, online=True), "model").state == "failed"


def test_a_bucket_is_put_into_and_read_again(
    project: Path, object_server: ObjectServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment(object_server.address).items():
        monkeypatch.setenv(name, value)
    bucket = object_server.new_bucket()
    (project / "citewright.toml").write_text(f'store_url = "s3://{bucket}/w"\n', encoding="utf-8")
    for _ in range(2):
        assert named(look(project), "bucket").state == "ok"
    assert len([one for one in (object_server.root / bucket).rglob("*") if one.is_file()]) == 1
    (project / "citewright.toml").write_text('store_url = "s3://nowhere/w"\n', encoding="utf-8")
    wrong = named(look(project), "bucket")
    assert (wrong.state, bool(wrong.do)) == ("failed", True)


def test_a_full_disk_is_told(project: Path) -> None:
    """In a tiny file system of its own, which needs root."""
    mount = shutil.which("mount")
    if os.geteuid() != 0 or mount is None:
        pytest.skip("mounting a file system needs root")
    tiny = project / "tiny"
    tiny.mkdir()
    done = subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(tiny)], capture_output=True
    )
    if done.returncode:
        pytest.skip(f"no file system can be mounted here: {done.stderr.decode()}")
    try:
        (tiny / "filler").write_bytes(b"x" * 65536)
        found = look(tiny)
    finally:
        subprocess.run(["umount", str(tiny)], check=True)
    for name in ("store", "free space"):
        assert named(found, name).state == "failed"
        assert named(found, name).do


def test_a_folder_that_is_not_ours_to_write_is_told(project: Path) -> None:
    (project / "output").mkdir()
    (project / "output" / "store").symlink_to("/proc")
    assert named(look(project), "store").state == "failed"


def test_the_command_tells_all_and_ends_with_1(example_project: Path, quick_cli: InProcess) -> None:
    good = quick_cli("doctor", "--project", example_project, "--json")
    assert good.code == 0
    assert good.json["failed"] == 0
    (example_project / "citewright.toml").write_text("concurrency = 0\n", encoding="utf-8")
    bad = quick_cli("doctor", "--project", example_project, "--json")
    assert (bad.code, bad.json["failed"]) == (1, 1)
    told = quick_cli("doctor", "--project", example_project)
    assert "failed  settings" in told.out
    assert "→" in told.out


def test_no_secret_is_printed(example_project: Path) -> None:
    away = {"PREFECT_API_URL": "http://127.0.0.1:9/api"}
    command = ["doctor", "--project", str(example_project), "--json"]
    done = CliRunner().invoke(app, command, env=SECRETS | away)
    assert done.exit_code == 1
    assert "canary" not in done.output
