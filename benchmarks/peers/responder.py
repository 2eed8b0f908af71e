"""A loopback server that speaks OpenAI's chat completions and embeddings, for the peers.

It answers after a set delay, by rule (:mod:`benchmarks.peers.writing`), and keeps a ledger. Four
bytes count as a token, as in the tests' loopback server of Claude's API, so that both sides are
counted alike. An embedding is made of hashed words: texts that share words are near.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

DIMENSIONS = 256
_WORD = re.compile(r"\w+")

Write = Callable[[str], str]
"""What the model says to the text of a request."""


@dataclass(frozen=True)
class Call:
    """An answered request: input and output in tokens, begun and ended by the monotonic clock."""

    input: int
    output: int
    began: float
    ended: float


class Responder:
    """The server; ``calls`` are those that the model answered, ``embedded`` counts the others.

    :param delay: seconds that an answer of the model takes. Embeddings are answered at once.
    """

    def __init__(self, write: Write, *, delay: float) -> None:
        self.calls: list[Call] = []
        self.embedded = 0
        self._write = write
        self._delay = delay
        self._guard = threading.Lock()
        responder = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers.get("content-length", 0))))
                if self.path.endswith("/embeddings"):
                    _send(self, "application/json", json.dumps(responder.embed(body)).encode())
                elif body.get("stream"):
                    _send(self, "text/event-stream", _streamed(responder.answer(body)))
                else:
                    _send(self, "application/json", json.dumps(responder.answer(body)).encode())

            def do_GET(self) -> None:
                # A search that finds nothing: the sources are given.
                _send(self, "application/json", b"[]")

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Print nothing."""

        class Wire(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 256

            def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401
                """Let a client's hanging up pass; show anything else."""
                if not isinstance(sys.exception(), OSError):
                    super().handle_error(request, client_address)

        self._server = Wire(("127.0.0.1", 0), Handler)
        self.base_url = f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    @contextmanager
    def running(self) -> Iterator[Responder]:
        """Serve while the block runs."""
        thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()

    def answer(self, body: dict[str, Any]) -> dict[str, Any]:
        """A chat completion, after the delay."""
        came = time.monotonic()
        asked = "\n\n".join(_text(message["content"]) for message in body["messages"])
        said = self._write(asked)
        time.sleep(max(0.0, came + self._delay - time.monotonic()))
        call = Call(tokens(asked), tokens(said), came, time.monotonic())
        with self._guard:
            self.calls.append(call)
            number = len(self.calls)
        return {
            "id": f"chatcmpl-{number}",
            "object": "chat.completion",
            "created": 0,
            "model": body["model"],
            "choices": [
                {
                    "index": 0,
                    "finish_reason": "stop",
                    "message": {"role": "assistant", "content": said},
                }
            ],
            "usage": {
                "prompt_tokens": call.input,
                "completion_tokens": call.output,
                "total_tokens": call.input + call.output,
            },
        }

    def embed(self, body: dict[str, Any]) -> dict[str, Any]:
        """Embeddings, at once."""
        given = body["input"]
        texts = [given] if isinstance(given, str) or isinstance(given[0], int) else given
        with self._guard:
            self.embedded += len(texts)
        return {
            "object": "list",
            "model": body["model"],
            "data": [
                {"object": "embedding", "index": place, "embedding": embedding(str(text))}
                for place, text in enumerate(texts)
            ],
            "usage": {"prompt_tokens": 0, "total_tokens": 0},
        }


def tokens(text: str) -> int:
    """An estimate of tokens: four bytes each."""
    return len(text.encode()) // 4 + 1


def embedding(text: str) -> list[float]:
    """A unit vector of the text's words."""
    vector = [0.0] * DIMENSIONS
    for word in _WORD.findall(text.lower()):
        digest = hashlib.blake2b(word.encode(), digest_size=8).digest()
        vector[int.from_bytes(digest, "big") % DIMENSIONS] += 1.0
    length = math.sqrt(sum(one * one for one in vector)) or 1.0
    return [one / length for one in vector]


def _text(content: Any) -> str:  # noqa: ANN401 - a message's content is a string or a list of parts
    if isinstance(content, str):
        return content
    return "".join(str(part.get("text", "")) for part in content or ())


def _streamed(answer: dict[str, Any]) -> bytes:
    choice = answer["choices"][0]
    head = {name: answer[name] for name in ("id", "created", "model")}
    head["object"] = "chat.completion.chunk"
    parts = [
        head | {"choices": [{"index": 0, "delta": choice["message"], "finish_reason": None}]},
        head | {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]},
        head | {"choices": [], "usage": answer["usage"]},
    ]
    events = [f"data: {json.dumps(part)}\n\n" for part in parts]
    return "".join([*events, "data: [DONE]\n\n"]).encode()


def _send(handler: BaseHTTPRequestHandler, media_type: str, data: bytes) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", media_type)
    handler.send_header("Content-Length", str(len(data)))
    handler.end_headers()
    handler.wfile.write(data)
