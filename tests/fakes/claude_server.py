"""A loopback server that speaks the Messages API, refuses what it refuses, and fails on command.

::

    from fakes import claude_faults as faults

    with ClaudeServer(script=[faults.status(529), faults.refusal("bio")]) as server:
        drafter = ClaudeDrafter(base_url=server.base_url, api_key=server.key, …)

Each message takes the next step of the script; when there is none left, or where a script that is
a function gives None, an obedient model answers by rule (see :mod:`fakes.claude_writer`). It
answers on ``/v1/messages``, ``/v1/messages/count_tokens`` and ``/v1/messages/batches``, and keeps
a ledger of what it billed. As a program: see :mod:`fakes.claude_main`.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from fakes import claude_batches, claude_rules, claude_wire, claude_writer
from fakes.claude_cache import PromptCache, count
from fakes.claude_maker import Entry, Feature, Maker, Model
from fakes.claude_rules import USUAL, Complaint, Limits
from fakes.claude_steps import Step, error_body

KEY = "sk-loopback-0123456789abcdef"
VERSION = "2026-10-21"

MESSAGES = "/v1/messages"
COUNT = f"{MESSAGES}/count_tokens"
BATCHES = f"{MESSAGES}/batches"


@dataclass(frozen=True)
class Received:
    """A request as it came; ``params`` is its body, or empty where it had no JSON object."""

    path: str
    headers: dict[str, str]
    params: dict[str, Any]
    method: str = "POST"

    @property
    def section(self) -> str:
        """The id of the section it asks for, if it is such a request."""
        return claude_writer.read_prompt(self.params).id

    @property
    def warming(self) -> bool:
        """Whether it only warms the cache: nothing, or one token, is wanted in answer."""
        return self.params.get("max_tokens") in (0, 1)


Script = Iterable[Step] | Callable[[Received], Step | None]


class ClaudeServer:
    """The server; a context manager. ``requests`` are those that came, in their order.

    :param clock: seconds since 1970, for the life of cached prefixes and of batches.
    :param delay: seconds that an answer takes, for all or by request.
    :param lacks: features that this server refuses; ``ignores``: those it takes and does without.
    :param batch_seconds: how long the processing of a batch takes.
    :param batch_script: what becomes of a batch's items.
    :param model: what answers in the obedient model's place.
    """

    def __init__(
        self,
        script: Script = (),
        *,
        key: str = KEY,
        port: int = 0,
        clock: Callable[[], float] = time.time,
        delay: float | Callable[[Received], float] = 0.0,
        limits: Limits = USUAL,
        lacks: Iterable[Feature] = (),
        ignores: Iterable[Feature] = (),
        batch_seconds: float = 0.0,
        batch_script: claude_batches.BatchScript | None = None,
        model: Model = claude_writer.write,
    ) -> None:
        self.key = key
        self.requests: list[Received] = []
        self.closing = threading.Event()
        self.delay = delay
        self._script = script if callable(script) else None
        self._steps = iter(() if callable(script) else script)
        self._clock = clock
        self._limits = limits
        self._lacks = frozenset(lacks)
        self._cache = PromptCache()
        self._lock = threading.Lock()
        self._maker = Maker(model, self._cache, clock, limits, self._lacks, frozenset(ignores))
        self._batches = claude_batches.Batches(
            self._maker.item,
            cache=self._cache,
            clock=clock,
            limits=limits,
            seconds=batch_seconds,
            script=batch_script,
        )
        self._http = claude_wire.Wire(port, self)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)

    @property
    def base_url(self) -> str:
        """The address to use as the API's base URL."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    @property
    def model(self) -> Model:
        """What answers; it may be set while the server runs."""
        return self._maker.model

    @model.setter
    def model(self, model: Model) -> None:
        self._maker.model = model

    @property
    def ledger(self) -> list[Entry]:
        """The messages that were made, in their order."""
        return self._maker.ledger

    @property
    def batches(self) -> list[claude_batches.Batch]:
        """The batches in the order of their creation."""
        return self._batches.all

    @property
    def input_equivalents(self) -> float:
        """All billed input in units of one uncached input token; a batch's at half price."""
        return sum(one.billed.equivalents * (0.5 if one.batch else 1) for one in self.ledger)

    def __enter__(self) -> ClaudeServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._http.shutdown()
        self._http.server_close()

    def serve(self) -> None:
        """Serve in the calling thread."""
        self._http.serve_forever()

    def wait(self, seconds: float) -> bool:
        """Sleep, but no longer than the server runs; whether it has ended."""
        return self.closing.wait(seconds)

    def reply(
        self, method: str, path: str, query: dict[str, str], headers: dict[str, str], raw: bytes
    ) -> Step:
        """The step to a request: a refusal by the API's rules, the script's, or an answer."""
        came = time.monotonic()
        body = claude_wire.read_json(raw) if raw else {}
        params = body if isinstance(body, dict) else {}
        received = Received(path, headers, params, method)
        with self._lock:
            self.requests.append(received)
        refused = self._refused(received, len(raw))
        if refused:
            return _error(refused)
        if (method, path) == ("POST", MESSAGES):
            return self._message(received, body, came)
        step = (self._script(received) if self._script else None) or Step()
        if step.body is not None:
            return step
        return _merged(step, self._other(received, query, body, len(raw)))

    def _refused(self, received: Received, size: int) -> Complaint | None:
        if received.headers.get("authorization") != f"Bearer {self.key}":
            return 401, "authentication_error", "API key is invalid."
        if received.headers.get("anthropic-version") != VERSION:
            return claude_rules.invalid("anthropic-version: unknown or missing")
        if size > self._limits.request_bytes and received.path != BATCHES:
            return 413, "request_too_large", "Request exceeds the maximum size"
        absent = {COUNT: "count_tokens", BATCHES: "batches"}
        if any(received.path.startswith(p) and f in self._lacks for p, f in absent.items()):
            return 404, "not_found_error", "Not found"
        return None

    def _message(self, received: Received, body: Any, came: float) -> Step:
        problem = self._maker.complaint(body)
        if problem:
            return _error(problem)
        with self._lock:
            step = self._script(received) if self._script else next(self._steps, None)
        step = step or Step()
        began = self._clock()
        billed, writes = self._cache.look(received.params, began, "messages")
        delay = self.delay(received) if callable(self.delay) else self.delay
        message = (
            None if step.body is not None else self._maker.message(received.params, billed, began)
        )
        # What this server itself takes is part of the time that the service is said to take.
        self.closing.wait(max(0.0, came + delay - time.monotonic()))
        if message is None:
            return step
        self._cache.answered(writes)
        return _merged(step, message)

    def _other(
        self, received: Received, query: dict[str, str], body: Any, size: int
    ) -> dict[str, Any] | Complaint | bytes:
        if (received.method, received.path) == ("POST", COUNT):
            return claude_rules.count_complaint(body) or {"input_tokens": count(received.params)}
        if received.path == BATCHES:
            if received.method == "GET":
                return self._batches.page(query)
            made = self._batches.create(body, size)
            return made if isinstance(made, tuple) else self._batches.view(made, self.base_url)
        name, _, verb = received.path.removeprefix(f"{BATCHES}/").partition("/")
        batch = self._batches.find(name) if received.path.startswith(BATCHES) else None
        if batch is None:
            return 404, "not_found_error", f"Not found: {received.path}"
        if verb == "results":
            if batch.ended is None:
                message = f"Message Batch {batch.id} has no available results."
                return 404, "not_found_error", message
            return self._batches.lines(batch)
        if verb == "cancel" and received.method == "POST":
            self._batches.cancel(batch)
        return self._batches.view(batch, self.base_url)


def _error(problem: Complaint) -> Step:
    code, kind, message = problem
    return Step(code, {}, error_body(kind, message))


def _merged(step: Step, answer: dict[str, Any] | Complaint | bytes) -> Step:
    """A step with the answer as its body, changed as the step says."""
    if isinstance(answer, tuple):
        return _error(answer)
    if isinstance(answer, bytes):
        return Step(step.status, step.headers, answer, "application/x-jsonl", manner=step.manner)
    answer = step.change(answer) if step.change else answer
    return Step(step.status, step.headers, json.dumps(answer).encode(), manner=step.manner)


if __name__ == "__main__":
    from fakes.claude_main import main

    main()
