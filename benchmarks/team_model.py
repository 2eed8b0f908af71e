"""The servers of a library that a team's workers generate: its model's, and that of its sources."""

from __future__ import annotations

import importlib
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, Literal

from benchmarks.generated import sentences
from benchmarks.team import ROOT

SECONDS = 1.0
"""How long the model takes for a call; for a batch it takes ten times that."""


@dataclass(frozen=True)
class Loopback:
    """The model's server and that of the sources, in a process of their own."""

    key: str
    address: str
    sources: str
    pipe: Connection

    def ask(self, what: Literal["received", "awaited", "wait", "go on"]) -> list[str]:
        """The digests of all requests that came, each item of a batch by itself; or the batches
        that somebody asked after. Or nothing: then the model answers no call until it is to go on.
        """
        self.pipe.send(what)
        found: list[str] = self.pipe.recv()
        return found


@contextmanager
def loopback(seconds: float = SECONDS) -> Iterator[Loopback]:
    """Start it, and end it.

    :param seconds: how long the model takes for a call.
    """
    ours, theirs = get_context("spawn").Pipe()
    process = get_context("spawn").Process(target=_serve, args=(theirs, seconds), daemon=True)
    process.start()
    key, address, sources = ours.recv()
    try:
        yield Loopback(key, address, sources, ours)
    finally:
        ours.send("end")
        process.join()


def _serve(pipe: Connection, seconds: float) -> None:
    sys.path.insert(0, str(ROOT / "tests"))
    fake = importlib.import_module("fakes.claude_server")
    digest = importlib.import_module("citewright.drafting.calls").request_digest
    sources = ThreadingHTTPServer(("127.0.0.1", 0), _Sources)
    threading.Thread(target=sources.serve_forever, daemon=True).start()
    going = threading.Event()
    going.set()

    def delay(_call: object) -> float:
        going.wait()
        return seconds

    with fake.ClaudeServer(delay=delay, batch_seconds=10 * seconds) as server:
        pipe.send((server.key, server.base_url, f"http://127.0.0.1:{sources.server_address[1]}"))
        while (what := pipe.recv()) != "end":
            came = list(server.requests)
            if what in ("wait", "go on"):
                (going.set if what == "go on" else going.clear)()
                pipe.send([])
            elif what == "awaited":
                pipe.send(sorted({one.path for one in came if one.path in _batches(server)}))
            else:
                items = [one for batch in server.batches for one in batch.items.values()]
                sent = [one.params for one in came if one.path == fake.MESSAGES]
                pipe.send([digest(one) for one in (*sent, *items)])
        going.set()


def _batches(server: Any) -> set[str]:  # noqa: ANN401 - it is imported by name
    """Where each batch of a server is asked after."""
    return {f"/v1/messages/batches/{one.id}" for one in server.batches}


class _Sources(BaseHTTPRequestHandler):
    """Each source is a text of its own; there is no robots.txt."""

    def do_GET(self) -> None:
        """Answer with the text of ``/NUMBER.txt``."""
        name = self.path.strip("/").removesuffix(".txt")
        body = _source_text(int(name)).encode() if name.isdigit() else b""
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


def _source_text(number: int) -> str:
    said = sentences(number, 40)
    return "\n\n".join(" ".join(said[place : place + 4]) for place in range(0, 40, 4)) + "\n"
