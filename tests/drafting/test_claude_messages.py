"""Requests to the Messages API: one each, over one pool, from any thread."""

from __future__ import annotations

import asyncio
import gc
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from fakes.claude_server import ClaudeServer
from fakes.claude_steps import status
from paid_calls import Desk, hello, sender
from pydantic import SecretStr

from citewright.drafting.calls import Paid
from citewright.drafting.messages import Messages
from citewright.drafting.outcomes import Answered, Rejected


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_nothing_of_the_environment_is_taken_for_the_key(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-of-the-environment")
    monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", "token-of-the-environment")
    with ClaudeServer() as server:
        assert isinstance(desk.call(server), Paid)


def test_a_caller_that_has_an_event_loop_can_call(desk: Desk) -> None:
    async def inside(server: ClaudeServer) -> bool:
        return isinstance(desk.call(server), Paid)

    with ClaudeServer() as server:
        assert asyncio.run(inside(server))


def test_one_request_is_one_request() -> None:
    with ClaudeServer(lambda _: status(529, "busy")) as server:
        outcome = sender(server).send(hello(), seconds=60)
        assert len(server.requests) == 1
    assert outcome == Rejected(529, "overloaded_error", "busy", None, final=False)


def test_calls_side_by_side_share_one_thread_that_ends_with_them() -> None:
    before = set(threading.enumerate())
    together = threading.Barrier(8)

    def all_are_here(_: object) -> float:
        together.wait(60)
        return 0

    with ClaudeServer(delay=all_are_here) as server:
        messages = sender(server)
        send = partial(messages.send, hello(), seconds=60)
        with ThreadPoolExecutor(8) as threads:
            found = [call.result() for call in [threads.submit(send) for _ in range(8)]]
        assert all(isinstance(outcome, Answered) for outcome in found)
        new = set(threading.enumerate()) - before
        [thread] = [thread for thread in new if thread.name == "messages"]
        del messages, send
        gc.collect()
        thread.join(timeout=60)
        assert not thread.is_alive()


class Counting(ThreadingHTTPServer):
    """Counts the connections that are opened to it, and answers each request with an object."""

    daemon_threads = True
    opened = 0

    def process_request(self, request: Any, client_address: Any) -> None:
        self.opened += 1
        super().process_request(request, client_address)


class Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_connections_are_used_again() -> None:
    with Counting(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        address = f"http://127.0.0.1:{server.server_address[1]}"
        messages = Messages(api_key=SecretStr("sk-x"), base_url=address)
        for _ in range(5):
            assert messages.send(hello(), seconds=60) == Answered(b"{}")
        server.shutdown()
        assert server.opened == 1
