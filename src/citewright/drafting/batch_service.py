"""Message Batches at the service: made, looked for, asked after, their results read.

Each is asked for again within one deadline, as calls are. What the service says is read here, and
nothing of it is believed that does not have the form that its documentation gives it.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import IO

from anthropic import AsyncAnthropic, omit

from citewright.drafting.batch_ports import Service
from citewright.drafting.calls import given_up
from citewright.drafting.messages import Ask, Raw
from citewright.drafting.outcomes import Answered, Lost, Outcome, Rejected, Unsent
from citewright.drafting.patience import Patience, said, tried
from citewright.errors import ModelError
from citewright.model.base import clean_text
from citewright.model.batch import Refused, Result
from citewright.model.canonical import Json

LONG_SECONDS = 1800.0
"""The most for a request or a reply of hundreds of megabytes."""

PAGE = 100
"""Batches listed by one request."""


@dataclass(frozen=True)
class Seen:
    """A batch as the service shows it: so many requests, and how many have ended.

    ``over``: its results can be fetched.
    """

    id: str
    created: datetime
    size: int
    done: int
    over: bool


class BatchService:
    """The batches of the service.

    :param deadline: seconds for one answer, its retries included; for bodies of hundreds of
        megabytes it is longer.
    """

    def __init__(
        self,
        service: Service,
        *,
        deadline: float,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        self._service = service
        self._deadline = deadline
        self._clock = clock
        self._sleep = sleep

    def create(self, requests: list[Json]) -> Seen | Lost | Unsent | Rejected:
        """Make a batch; ``Lost`` when nobody knows whether it was made.

        It is not sent once more in that case, for both would be paid.
        """

        def send(seconds: float) -> Outcome:
            return self._service.ask(
                lambda client: client.messages.batches.with_raw_response.create(
                    requests=requests  # type: ignore[arg-type] # params are plain JSON here
                ),
                seconds=seconds,
            )

        outcome, _ = self._tried(send, max(self._deadline, LONG_SECONDS))
        if not isinstance(outcome, Answered):
            return outcome
        try:
            return _seen(_object(outcome.raw))
        except ModelError as error:
            return Lost(error.message)

    def find(self, name: str) -> Seen:
        """A batch as it is now.

        :raises ModelError: when the service does not say, or does not know it.
        :raises SettingsError: when no such request can succeed.
        """

        async def what(client: AsyncAnthropic) -> Raw:
            return await client.messages.batches.with_raw_response.retrieve(name)

        return _seen(self._read(what))

    def since(self, moment: datetime) -> Iterator[Seen]:
        """The batches made since then, the newest first; raises as :meth:`find` does."""
        after: str | None = None
        while True:
            page = self._read(_listing(after))
            data = page.get("data")
            for one in data if isinstance(data, list) else []:
                seen = _seen(one)
                if seen.created < moment:
                    return
                yield seen
            if not data or not page.get("has_more"):
                return
            after = str(page.get("last_id"))

    def results(self, name: str) -> Iterator[Result]:
        """The results of a batch that is over, in no order; raises as :meth:`find` does.

        They are in a file as a whole before the first is given. Lines that are no results, and
        those that hold the API key, are left out.
        """
        with tempfile.TemporaryFile() as file:
            self._saved(name, file)
            file.seek(0)
            for line in file:
                found = None if self._service.holds_key(line) else _result(line)
                if found is not None:
                    yield found

    def _saved(self, name: str, file: IO[bytes]) -> None:
        def send(seconds: float) -> Outcome:
            file.seek(0)
            file.truncate()
            return self._service.save(
                lambda client: client.messages.batches.with_streaming_response.results(name),
                file,
                seconds=seconds,
            )

        self._reading(send, max(self._deadline, LONG_SECONDS))

    def _read(self, what: Ask) -> Json:
        def send(seconds: float) -> Outcome:
            return self._service.ask(what, seconds=seconds)

        return _object(self._reading(send, self._deadline))

    def _reading(self, send: Callable[[float], Outcome], seconds: float) -> bytes:
        """The body of a reply that costs nothing, so that it is asked for again where it is lost.

        :raises ModelError: when none came in time.
        """
        patience = Patience(end=self._clock() + seconds, free=True)
        while True:
            outcome, pause = tried(send, patience, clock=self._clock, sleep=self._sleep)
            if isinstance(outcome, Answered):
                return outcome.raw
            if pause is None:
                raise _unread(outcome)
            self._sleep(pause)

    def _tried(
        self, send: Callable[[float], Outcome], seconds: float
    ) -> tuple[Outcome, float | None]:
        patience = Patience(end=self._clock() + seconds)
        return tried(send, patience, clock=self._clock, sleep=self._sleep)


def _listing(after: str | None) -> Ask:
    """Asks for a page of the list of batches, that behind the batch of this id."""

    async def what(client: AsyncAnthropic) -> Raw:
        listing = client.messages.batches.with_raw_response.list
        return await listing(limit=PAGE, after_id=omit if after is None else after)

    return what


def _unread(outcome: Rejected | Unsent | Lost) -> ModelError:
    """Why a batch could not be read; what was sent goes on at the service meanwhile.

    :raises SettingsError: when no such request can succeed.
    """
    if isinstance(outcome, Rejected) and outcome.status == HTTPStatus.NOT_FOUND:
        return ModelError(
            f"the API does not know a batch that it was sent ({said(outcome)}).",
            hint="Use the address and the key that it was sent with.",
        )
    failed = given_up(outcome, "of a batch")
    return ModelError(
        f"a batch cannot be read: {failed.why}",
        hint="Run the same command again: the batch goes on meanwhile, and is not paid again.",
        retry=True,
    )


def _object(raw: bytes) -> Json:
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise ModelError("the server's answer on a batch is no JSON object.", retry=True)
    return value


def _seen(value: Json) -> Seen:
    try:
        counts = {name: int(count) for name, count in value["request_counts"].items()}
        created = datetime.fromisoformat(value["created_at"])
        name, status = value["id"], value["processing_status"]
    except (TypeError, KeyError, ValueError, AttributeError):
        name = None
    if not isinstance(name, str) or not name or created.tzinfo is None:
        raise ModelError("the server's answer is no Message Batch.", retry=True)
    total = sum(counts.values())
    return Seen(name, created, total, total - counts.get("processing", 0), over=status == "ended")


def _result(line: bytes) -> Result | None:
    """A line of the results; None when it is none."""
    try:
        value = json.loads(line)
        request = f"sha256:{value['custom_id']}"
        result = value["result"]
        ending = result["type"]
        if ending == "succeeded":
            # The same form as a direct answer's: the message object alone.
            return Result(request, json.dumps(result["message"]).encode())
        error = (result.get("error") or {}).get("error") or {}
        kind, message = (_words(error.get(name)) for name in ("type", "message"))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    if ending not in ("errored", "expired", "canceled"):
        return None
    return Result(request, Refused(ending, kind, message))


def _words(value: object) -> str:
    """Foreign text for a message of ours: one line, not endless."""
    return clean_text(value)[:300].rstrip(". ") if isinstance(value, str) else ""
