"""One request to the Messages API and what became of it.

The SDK's own retries are off: each would be a further paid request that nobody recorded. Its
synchronous client cannot end a body that drips, or a reply whose headers do, so the asynchronous
one is used under a deadline that cancels it.
"""

from __future__ import annotations

import asyncio
import math
import ssl
import threading
import weakref
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import IO, Any, Protocol

import httpx2
from anthropic import (
    AnthropicError,
    APIConnectionError,
    APIError,
    APIStatusError,
    AsyncAnthropic,
    AsyncAPIResponse,
    DefaultAsyncHttpxClient,
)
from pydantic import SecretStr

from citewright.drafting.outcomes import Answered, Lost, Outcome, Rejected, Unsent
from citewright.errors import SettingsError
from citewright.model.base import clean_text
from citewright.model.canonical import Json

CONNECT_SECONDS = 10.0
"""The most for opening a connection; a call that was never sent costs nothing."""

_NEVER_SENT = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.ProxyError,
    httpx2.UnsupportedProtocol,
)


class Raw(Protocol):
    """What the SDK's ``with_raw_response`` gives."""

    @property
    def http_response(self) -> httpx2.Response:
        """The reply as it came."""
        ...


Ask = Callable[[AsyncAnthropic], Awaitable[Raw]]
"""Makes a request by the SDK's client and gives its raw response."""

Open = Callable[[AsyncAnthropic], AbstractAsyncContextManager[AsyncAPIResponse[Any]]]
"""Makes a request by the SDK's client, by its ``with_streaming_response``."""


class Messages:
    """Sends requests to ``/v1/messages`` and what stands beside it; safe to use from threads.

    One event loop in a thread of its own, and one pool of connections, serve all calls; they are
    made with the first call and end with the object.

    :param base_url: None for ``ANTHROPIC_BASE_URL`` or else the public API.
    """

    def __init__(self, *, api_key: SecretStr, base_url: str | None) -> None:
        """Check what can be checked without a call.

        :raises SettingsError: for a key or an address that cannot be sent at all.
        """
        key = api_key.get_secret_value()
        if not key or not all("!" <= char <= "~" for char in key):
            raise SettingsError(
                "the API key is empty or holds characters that no key has.",
                hint="Set ANTHROPIC_API_KEY to the key alone.",
            )
        if base_url is not None and not base_url.startswith(("http://", "https://")):
            raise SettingsError(f"the API's address {base_url!r} is not an http(s) address.")
        self._key = api_key
        self._base_url = base_url
        self._starting = threading.Lock()
        self._started: tuple[asyncio.AbstractEventLoop, AsyncAnthropic] | None = None

    def send(self, params: Json, *, seconds: float) -> Outcome:
        """Send one request, once.

        :param params: the arguments of ``messages.create``.
        :param seconds: wall-clock time after which it is given up, whatever has come by then.
        """
        return self.ask(
            lambda client: client.messages.with_raw_response.create(**params), seconds=seconds
        )

    def ask(self, what: Ask, *, seconds: float) -> Outcome:
        """Make one request of any kind, once.

        :param what: asks the SDK's client, by a method of its ``with_raw_response``.
        :param seconds: as for :meth:`send`.
        """

        async def whole(client: AsyncAnthropic) -> bytes:
            return (await what(client)).http_response.content

        return self._asked(whole, seconds)

    def save(self, what: Open, into: IO[bytes], *, seconds: float) -> Outcome:
        """Make one request whose reply may be too long to be held; its body goes to a file.

        ``raw`` of the outcome is empty then, and what was written counts only with it.
        """

        async def whole(client: AsyncAnthropic) -> bytes:
            try:
                async with what(client) as reply:
                    async for some in reply.iter_bytes():
                        into.write(some)
            except APIError:
                raise
            except (AnthropicError, AttributeError, ValueError) as error:
                # The SDK asks where the results are first, and trips over a reply that is none.
                raise httpx2.DecodingError("the server's reply is none of the API's") from error
            return b""

        return self._asked(whole, seconds)

    def holds_key(self, raw: bytes) -> bool:
        """Whether the API key stands in these bytes, which then must not be kept."""
        return self._key.get_secret_value().encode() in raw

    def _asked(
        self, whole: Callable[[AsyncAnthropic], Awaitable[bytes]], seconds: float
    ) -> Outcome:
        loop, client = self._running()
        asking = asyncio.run_coroutine_threadsafe(self._ask(client, whole, seconds), loop)
        try:
            return asking.result()
        except BaseException:
            asking.cancel()
            raise

    def _running(self) -> tuple[asyncio.AbstractEventLoop, AsyncAnthropic]:
        with self._starting:
            if self._started is None:
                loop, client = asyncio.new_event_loop(), self._client()
                thread = threading.Thread(
                    target=_serve, args=(loop, client), name="messages", daemon=True
                )
                thread.start()
                # At the interpreter's own end the thread, a daemon, needs no word.
                weakref.finalize(self, loop.call_soon_threadsafe, loop.stop).atexit = False
                self._started = loop, client
            return self._started

    async def _ask(
        self,
        client: AsyncAnthropic,
        whole: Callable[[AsyncAnthropic], Awaitable[bytes]],
        seconds: float,
    ) -> Outcome:
        try:
            async with asyncio.timeout(seconds):
                raw = await whole(client)
                # Answers are stored for good; one that echoes the key must not be.
                if self.holds_key(raw):
                    return Lost("the answer held the API key and was thrown away")
                return Answered(raw)
        except TimeoutError:
            return Lost(f"no whole answer came within {seconds:.3g} seconds")
        except APIStatusError as error:
            return self._rejected(error)
        except APIConnectionError as error:
            return self._unreached(error)
        except httpx2.HTTPError as error:
            # A body that breaks off while it is written to a file.
            return Lost(self._plain(f"{type(error).__name__} {error}"))

    def _client(self) -> AsyncAnthropic:
        return AsyncAnthropic(
            api_key=self._key.get_secret_value(),
            base_url=self._base_url,
            max_retries=0,
            # Each call has its own deadline; only connecting is worth giving up earlier.
            timeout=httpx2.Timeout(None, connect=CONNECT_SECONDS),
            # A redirect would carry the sources to an address that nobody chose.
            http_client=DefaultAsyncHttpxClient(follow_redirects=False, verify=_tls()),
            open_telemetry=False,
        )

    def _rejected(self, error: APIStatusError) -> Rejected:
        body = error.body
        message = error.api_message if isinstance(error.api_message, str) else ""
        if not message and isinstance(body, str):
            message = "no message of the API's but a page" if "<" in body else body
        headers = error.response.headers
        return Rejected(
            status=error.status_code,
            kind=self._plain(error.type) if isinstance(error.type, str) else "",
            message=self._plain(message) or "no message",
            retry_after=_retry_after(headers),
            final=headers.get("x-should-retry") == "false",
        )

    def _unreached(self, error: APIConnectionError) -> Unsent | Lost:
        cause = error.__cause__
        why = self._plain(f"{type(cause or error).__name__} {cause or error}")
        return Unsent(why) if isinstance(cause, _NEVER_SENT) else Lost(why)

    def _plain(self, text: str) -> str:
        """Foreign text for a message of ours: one line, no key, not endless."""
        plain = clean_text(text.replace(self._key.get_secret_value(), "[key]")).rstrip(". ")
        return plain if len(plain) <= 300 else f"{plain[:297]}..."


@cache
def _tls() -> ssl.SSLContext:
    # To read the certificates takes 50 ms, which each client would do anew.
    return httpx2.create_ssl_context()


def _serve(loop: asyncio.AbstractEventLoop, client: AsyncAnthropic) -> None:
    """Run an event loop until it is stopped."""
    try:
        loop.run_forever()
        loop.run_until_complete(client.close())
    finally:
        loop.close()


def _retry_after(headers: httpx2.Headers) -> float | None:
    """Seconds to wait (RFC 9110, 10.2.3: a number or a date); None when not said."""
    value = headers.get("retry-after", "")
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds()
        except (ValueError, TypeError):
            return None
    return max(0.0, seconds) if math.isfinite(seconds) else None
