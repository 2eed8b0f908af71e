"""Logs: one JSON object a line, and no secret in any of them."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shared import ROOT

from citewright.bootstrap import open_workspace
from citewright.observe.logs import JsonFormatter
from citewright.observe.redaction import PLACE, keep_out, redacted

CANARY = "canary-4f1c9b/+x"
URL = f"postgresql://user:{CANARY.replace('/', '%2F')}@db.example/wiki"


def logged(caplog: pytest.LogCaptureFixture) -> str:
    formatter = JsonFormatter()
    return "\n".join([caplog.text, *(formatter.format(one) for one in caplog.records)])


def test_a_secret_is_taken_out_of_messages_arguments_and_tracebacks(
    caplog: pytest.LogCaptureFixture,
) -> None:
    keep_out([CANARY, URL])
    log = logging.getLogger("some.library")
    log.warning("it is %s", CANARY)
    log.warning("sent to %s", URL)
    log.warning("with %d", CANARY)
    log.warning("beside", extra={"address": {"url": URL}, "key": CANARY})
    try:
        raise ValueError(f"refused {CANARY}")
    except ValueError:
        log.exception("it failed for %s", CANARY)
    said = logged(caplog)
    assert CANARY not in said
    assert CANARY.replace("/", "%2F") not in said
    assert said.count(PLACE) >= 6
    assert "ValueError" in said


def test_without_it_the_secret_would_be_there(caplog: pytest.LogCaptureFixture) -> None:
    other = "canary-that-nobody-named"
    logging.getLogger("some.library").warning("it is %s", other)
    assert other in logged(caplog)


def test_a_record_is_one_line_of_json_with_its_fields() -> None:
    record = logging.makeLogRecord(
        {
            "name": "citewright.x",
            "levelname": "INFO",
            "msg": "a\nb %s",
            "args": ("“c”",),
            "slug": "s",
        }
    )
    line = JsonFormatter().format(record)
    assert "\n" not in line
    fields = json.loads(line)
    assert fields["message"] == "a\nb “c”"
    assert (fields["level"], fields["logger"], fields["slug"]) == ("INFO", "citewright.x", "s")
    assert fields["time"].endswith("+00:00")
    assert "trace_id" not in fields


@given(
    st.uuids().map(lambda one: f"{one}\"\\\n'{one.hex[:4]}"),
    st.text(max_size=20),
    st.text(max_size=20),
)
@settings(max_examples=20)
def test_no_text_around_a_secret_brings_it_back(secret: str, before: str, after: str) -> None:
    keep_out([secret])
    text = f"{before}{secret}{after}"
    assert secret not in redacted(text)
    line = JsonFormatter().format(logging.makeLogRecord({"msg": text, "key": text}))
    fields = json.loads(line)
    assert secret not in fields["message"] + fields["key"]
    assert json.dumps(secret)[1:-1] not in line


def test_short_values_are_left_alone() -> None:
    keep_out(["abc", ""])
    assert redacted("abc and abc") == "abc and abc"


def test_a_process_that_is_set_to_json_logs_json_without_secrets(tmp_path: Path) -> None:
    (tmp_path / "citewright.toml").write_text('log_format = "json"\n', encoding="utf-8")
    script = (
        "import logging, os, sys; from pathlib import Path;"
        "from citewright.observe import logs, redaction; from citewright.settings import load;"
        f"settings = load(Path({str(tmp_path)!r})); redaction.keep_out(settings.secrets());"
        "settings.log_format == 'json' and logs.as_json();"
        "logging.getLogger('citewright.x').info('key %s', os.environ['ANTHROPIC_API_KEY']);"
        "logging.getLogger('other').warning('mail %s', os.environ['CITEWRIGHT_SMTP_URL']);"
        "logging.getLogger('other').info('not shown')"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={
            "PYTHONPATH": str(ROOT / "src"),
            "ANTHROPIC_API_KEY": CANARY,
            "CITEWRIGHT_SMTP_URL": f"smtp://user:{CANARY[:8]}@mail.example",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [one["message"] for one in lines] == [f"key {PLACE}", f"mail {PLACE}"]
    assert "canary" not in done.stdout + done.stderr


def test_an_opened_project_keeps_its_secrets_out_of_logs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("CITEWRIGHT_OPENALEX_API_KEY", "canary-of-an-opened-project")
    open_workspace(tmp_path)
    logging.getLogger("httpx2").warning("GET /works?api_key=canary-of-an-opened-project")
    assert "canary" not in logged(caplog)
    assert f"api_key={PLACE}" in logged(caplog)
