"""Traces: nothing without a setting; with one, spans reach a collector on this machine."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from commands import Cli
from fakes.claude_server import ClaudeServer
from shared import ROOT

from citewright.observe.tracing import current_ids, span, traced


@contextmanager
def collector() -> Iterator[tuple[list[bytes], str]]:
    """What an OTLP collector gets, and its address."""
    got: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield got, f"http://127.0.0.1:{server.server_port}/v1/traces"
    finally:
        server.shutdown()
        server.server_close()


def spans_of(got: list[bytes]) -> list[Any]:
    """The spans in what a collector got."""
    service = pytest.importorskip("opentelemetry.proto.collector.trace.v1.trace_service_pb2")
    return [
        one
        for body in got
        for resource in service.ExportTraceServiceRequest.FromString(body).resource_spans
        for scope in resource.scope_spans
        for one in scope.spans
    ]


def test_without_a_setting_a_span_is_nothing() -> None:
    with span("anything", slug="a") as tell:
        tell("more", 1)
        assert current_ids() == {}

    @traced("doing", "one")
    def double(one: int, two: int = 2) -> int:
        return one * two

    assert (double(3), double.__name__) == (6, "double")


SCRIPT = """
import sys
from citewright.observe.tracing import current_ids, send_to, span, traced
send_to(sys.argv[1])

@traced("draft section", "slug", "section")
def draft(slug, section, text):
    with span("model call", model="claude-x", none=None) as tell:
        tell("outcome", "Answered")
        print(current_ids()["trace_id"])

draft("an-article", section="lead", text="what was asked")
try:
    with span("fetch", host="example.org"):
        raise ValueError("a secret message")
except ValueError:
    pass
"""


def test_spans_reach_a_collector() -> None:
    pytest.importorskip("opentelemetry.sdk")
    with collector() as (got, address):
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, address],
            env={"PYTHONPATH": str(ROOT / "src")},
            capture_output=True,
            text=True,
            check=True,
        )
    spans = {one.name: one for one in spans_of(got)}
    assert set(spans) == {"draft section", "model call", "fetch"}
    call, draft = spans["model call"], spans["draft section"]
    assert call.parent_span_id == draft.span_id
    assert call.trace_id.hex() == done.stdout.strip()
    assert {one.key: one.value.string_value for one in call.attributes} == {
        "citewright.model": "claude-x",
        "citewright.outcome": "Answered",
    }
    assert {one.key for one in draft.attributes} == {"citewright.slug", "citewright.section"}
    assert spans["fetch"].status.code == 2  # STATUS_CODE_ERROR
    # Neither what was worked on nor what an error said is in it.
    assert not [body for body in got if b"what was asked" in body or b"secret message" in body]


def test_no_process_imports_opentelemetry_for_nothing(tmp_path: Path) -> None:
    script = (
        "import sys; from citewright.observe import logs, tracing;"
        "sys.exit(any(name.startswith('opentelemetry') for name in sys.modules))"
    )
    subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=True)


@pytest.mark.slow
@pytest.mark.xdist_group("prefect")
def test_a_run_is_traced_from_its_sources_to_its_page(example_project: Path, flow_cli: Cli) -> None:
    with collector() as (got, address), ClaudeServer() as server:
        done = flow_cli.with_environment(
            ANTHROPIC_API_KEY=server.key,
            ANTHROPIC_BASE_URL=server.base_url,
            CITEWRIGHT_TRACE_TO=address,
            CITEWRIGHT_LOG_FORMAT="json",
        )("generate", "mindful-self-compassion", "--project", example_project, "--json")
    assert done.code == 0, done.err
    names = {one.name for one in spans_of(got)}
    assert names >= {
        "retrieve source",
        "select evidence",
        "prepare",
        "draft section",
        "check section",
        "read the whole",
        "model call",
        "commit version",
        "build preview",
    }
    calls = [one for one in spans_of(got) if one.name == "model call"]
    assert len(calls) == len([one for one in server.requests if one.path == "/v1/messages"])
    assert not [body for body in got if server.key.encode() in body]
    assert server.key not in done.err + done.out
