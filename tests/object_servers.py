"""Servers of objects for tests: ones that speak S3, and proxies before them: one fails as told.

localbucket keeps objects as files and honours conditional puts; it checks no credentials. rclone
checks them, and ignores the condition. Both run on loopback, on a folder of the test's.
"""

from __future__ import annotations

import http.client
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from uuid import uuid4

import pytest
from ports import kept_port

SECRET = "a-canary-that-no-message-may-hold"


def environment(address: str) -> dict[str, str]:
    """What obstore reads to find a server there."""
    return {
        "AWS_ENDPOINT_URL": address,
        "AWS_ALLOW_HTTP": "true",
        "AWS_ACCESS_KEY_ID": "tester",
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_REGION": "us-east-1",
    }


def program(name: str) -> str:
    """An installed program's path; the calling test is skipped where it is not at hand."""
    beside = Path(sys.executable).parent / name
    command = str(beside) if beside.is_file() else shutil.which(name)
    if command is None:
        pytest.skip(f"{name} is not installed")
    return command


class ObjectServer:
    """A server's process on a folder, to be stopped and started again at the same address."""

    def __init__(self, name: str, root: Path) -> None:
        command = program(name)
        self.root = root
        root.mkdir(parents=True, exist_ok=True)
        # As long as this object, since the server may be stopped and started again.
        self._kept = ExitStack()
        self.port = self._kept.enter_context(kept_port())
        self.address = f"http://127.0.0.1:{self.port}"
        at = f"127.0.0.1:{self.port}"
        self._command = {
            "localbucket": [command, "--port", str(self.port), str(root)],
            "rclone": [
                command, "serve", "s3", "--config", "", "--auth-key", f"tester,{SECRET}",
                "--addr", at, str(root),
            ],
        }[name]  # fmt: skip
        self.start()

    def start(self) -> None:
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen(self._command, stdout=quiet, stderr=quiet)
        for _ in range(6000):
            assert self._process.poll() is None, self._command
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=120).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError("the server does not listen")

    def stop(self) -> None:
        self._process.kill()
        self._process.wait(timeout=120)

    def new_bucket(self) -> str:
        """The name of an empty bucket."""
        name = f"bucket-{uuid4().hex[:12]}"
        (self.root / name).mkdir()
        return name


@pytest.fixture(scope="session")
def object_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObjectServer]:
    """A server that honours conditional puts; it keeps objects as files."""
    server = ObjectServer("localbucket", tmp_path_factory.mktemp("objects"))
    yield server
    server.stop()


class Failing:
    """A proxy that does to each request what stands next in ``script``, and passes on the rest.

    ``503``: answer so, without passing it on. ``lost``: pass it on, then hang up without an answer.
    """

    def __init__(self, port: int) -> None:
        self.script: list[str] = []
        self.seen: list[tuple[str, str]] = []
        self.port = port


def answer(
    handler: BaseHTTPRequestHandler, status: int, headers: list[tuple[str, str]], data: bytes
) -> None:
    """Pass an answer on, whole."""
    handler.send_response(status)
    for name, value in headers:
        if name.lower() not in {"content-length", "connection", "transfer-encoding"}:
            handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(data)))
    handler.end_headers()
    handler.wfile.write(data)


@contextmanager
def served(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """The address of a proxy, a thread of this process."""
    proxy = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=proxy.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{proxy.server_port}"
    finally:
        proxy.shutdown()
        proxy.server_close()
        thread.join(timeout=120)


@contextmanager
def failing_before(server: ObjectServer) -> Iterator[tuple[str, Failing]]:
    """The address of such a proxy before a server, and what it is told."""
    told = Failing(server.port)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_all(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            act = told.script.pop(0) if told.script else "pass"
            told.seen.append((self.command, act))
            if act == "503":
                answer(self, 503, [], b"<Error><Code>SlowDown</Code></Error>")
                return
            onward = http.client.HTTPConnection("127.0.0.1", told.port, timeout=120)
            onward.request(self.command, self.path, body, dict(self.headers))
            got = onward.getresponse()
            data = got.read()
            if act == "lost":
                self.close_connection = True
            else:
                answer(self, got.status, got.getheaders(), data)
            onward.close()

        do_GET = do_PUT = do_HEAD = handle_all  # noqa: N815 - the base class fixes the names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with served(Handler) as address:
        yield address, told


@contextmanager
def translating(server: ObjectServer) -> Iterator[str]:
    """The address of a proxy that speaks Google's XML interface before a server of S3 objects.

    ``x-goog-if-generation-match: 0`` is Google's for ``If-None-Match: *``. It answers 412 too.
    """

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_all(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name: value for name, value in self.headers.items() if name != "Host"}
            if headers.pop("x-goog-if-generation-match", None) == "0":
                headers["If-None-Match"] = "*"
            onward = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
            onward.request(self.command, self.path, body, headers)
            got = onward.getresponse()
            answer(self, got.status, got.getheaders(), got.read())
            onward.close()

        do_GET = do_PUT = do_HEAD = handle_all  # noqa: N815 - the base class fixes the names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with served(Handler) as address:
        yield address
