"""Sources fetched from the web: public addresses only, bounded, politely, and only real pages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.metadata import version

import httpcore2
import httpx2

from citewright.errors import FetchError
from citewright.observe.tracing import span
from citewright.retrieval import pages, politeness, robots
from citewright.retrieval.addresses import Deadline, Resolver, resolve
from citewright.retrieval.transport import Answer, Header, Transport, checked, location, shown

MAX_REDIRECTS = 5

MAX_PAUSE = 3600.0
"""The longest pause, in seconds, for which a server that asks for it is left alone."""

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_RETRIED = frozenset({408, 425, 429})
_UNFIT = re.compile(r"[^\x20-\x7e]")


@dataclass(frozen=True)
class Validators:
    """What a server gave to ask by whether a page has changed (RFC 9110, 8.8), to the letter."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True)
class Fetched:
    """An answer's decompressed body, its ``Content-Type`` header whole, and where it came from.

    ``status`` is 200, or 304 where the server says that what is known still stands: then there is
    no body. ``validators`` are to be given as ``known`` the next time.
    """

    data: bytes
    media_type: str | None
    final_url: str
    status: int = 200
    validators: Validators = Validators()


class Fetcher:
    """Fetches by GET, keeping no cookies and reading no proxy or ``.netrc`` of the environment.

    One host is asked one request at a time, at its pace, and as its robots.txt allows; what
    fails for now is tried again within the time limit. Safe to use from several threads.

    :param timeout: seconds for one retrieval, from the look-up of the name to the last byte,
        redirects, robots.txt and tries included; waiting for others' turns is not.
    :param max_bytes: the most bytes of a body, compressed or not.
    :param private: allow addresses that are not public, and every port.
    :param contact: an e-mail address for the ``User-Agent``, as Crossref and others ask for.
    :param interval: seconds between two requests to one host that :data:`politeness.COURTESIES`
        does not name; by default 1, and 0 with ``private``.
    :param tries: how often a request is sent that fails for now.
    :param pause: seconds before the second try; doubled before the next, and jittered.
    :param resolver: looks names up.
    :param network: what connects to the addresses; by default the machine's own network.
    """

    def __init__(
        self,
        *,
        timeout: float,
        max_bytes: int,
        private: bool,
        contact: str | None,
        interval: float | None = None,
        tries: int = 3,
        pause: float = 0.5,
        resolver: Resolver = resolve,
        network: httpcore2.NetworkBackend | None = None,
    ) -> None:
        self._timeout = timeout
        self._max_bytes = max_bytes
        self._private = private
        self._tries = tries
        self._pause = pause
        agent = f"{robots.AGENT}/{version('citewright')}"
        self._transport = Transport(
            _UNFIT.sub("", f"{agent} (mailto:{contact})" if contact else agent),
            private=private,
            resolver=resolver,
            network=network,
        )
        if interval is None:
            interval = 0.0 if private else politeness.DEFAULT_INTERVAL
        self._turns = politeness.Turns(interval=interval, named=contact is not None)
        self._robots = robots.Robots(self._rules_file, self._turns.slow_down)

    def fetch(
        self, url: str, *, known: Validators | None = None, known_at: str | None = None
    ) -> Fetched:
        """What stands at an address, redirects followed.

        :param known: validators of what is known already; then the status may be 304.
        :param known_at: the address that gave them, if a redirect leads there; they are sent to
            no other, where the same words may mean another page.
        :raises FetchError: saying why not; ``retry`` where a later try may succeed (no answer, a
            timeout, status 408, 425, 429 or 5xx, a robots.txt that is not to be had).
        """
        asked = checked(url, url, private=self._private)
        try:
            with span("fetch", host=asked.host):
                return self._follow(asked, known or Validators(), known_at or str(asked))
        except FetchError as error:
            raise _about(url, error) from error

    def _follow(self, asked: httpx2.URL, known: Validators, known_at: str) -> Fetched:
        deadline = Deadline(self._timeout)
        here = asked
        for _ in range(MAX_REDIRECTS + 1):
            self._robots.check(here, deadline)
            conditions = _conditions(known) if str(here) == known_at else ()
            answer = self._ask(here, deadline, limit=self._max_bytes, headers=conditions)
            if not _redirects(answer):
                return _accepted(answer, known if conditions else None)
            here = location(answer, str(here), private=self._private)
            astray = pages.led_astray(asked, here)
            if astray:
                raise FetchError(f"it leads to {astray}.")
        raise FetchError(f"it redirects more than {MAX_REDIRECTS} times.")

    def _rules_file(self, url: httpx2.URL, deadline: Deadline) -> Answer:
        here = url
        for _ in range(MAX_REDIRECTS):
            answer = self._ask(here, deadline, limit=robots.MAX_BYTES, cut=True)
            if not _redirects(answer):
                break
            here = location(answer, str(here), private=self._private)
        return answer

    def _ask(
        self,
        url: httpx2.URL,
        deadline: Deadline,
        *,
        limit: int,
        headers: tuple[Header, ...] = (),
        cut: bool = False,
    ) -> Answer:
        """The answer of the last try; its status may say that the server fails for now.

        The host is held for everyone while it is waited for: its turn ends with the pause.
        """
        for attempt in range(1, self._tries + 1):
            last = attempt == self._tries
            pause = politeness.backoff(self._pause, attempt)
            try:
                with self._turns.turn(url, deadline):
                    answer = self._transport.get(
                        url, deadline, limit=limit, headers=headers, cut=cut
                    )
            except FetchError as error:
                if last or not error.retry or not deadline.allows(pause):
                    raise
            else:
                if not _fails_for_now(answer):
                    return answer
                pause = max(pause, politeness.retry_after(answer.headers) or 0.0)
                if last or not deadline.allows(pause):
                    self._turns.hold(url, min(pause, MAX_PAUSE))
                    return answer
            self._turns.hold(url, min(pause, MAX_PAUSE))
        raise AssertionError("the last try returns or raises")


def _accepted(answer: Answer, known: Validators | None) -> Fetched:
    """What an answer holds.

    :param known: the validators that were sent, if any were.
    :raises FetchError: when it is neither the page nor word that the page stands.
    """
    given = Validators(answer.headers.get("etag"), answer.headers.get("last-modified"))
    media_type = answer.headers.get("content-type")
    if answer.status == 304 and known:
        # RFC 9111, 4.3.4: what the answer names anew is updated, the rest stands.
        stands = Validators(given.etag or known.etag, given.last_modified or known.last_modified)
        return Fetched(b"", media_type, str(answer.url), 304, stands)
    if answer.status != 200:
        raise _refused(answer)
    notice = pages.notice(answer.body, media_type)
    if notice:
        raise FetchError(
            f"what answers is {notice}.",
            hint="If this page is the source, save it and name the file under 'access'.",
        )
    return Fetched(answer.body, media_type, str(answer.url), 200, given)


def _refused(answer: Answer) -> FetchError:
    asks = politeness.retry_after(answer.headers) if _fails_for_now(answer) else None
    wait = f" and asks to wait {asks:.0f} s" if asks else ""
    return FetchError(
        f"its server answered with status {answer.status}{wait}.",
        retry=_fails_for_now(answer),
        status=answer.status,
    )


def _fails_for_now(answer: Answer) -> bool:
    return answer.status in _RETRIED or answer.status >= 500


def _redirects(answer: Answer) -> bool:
    return answer.status in _REDIRECTS and "location" in answer.headers


def _conditions(known: Validators) -> tuple[Header, ...]:
    """The headers of a conditional request; what is no header's value is left out."""
    named = ((b"If-None-Match", known.etag), (b"If-Modified-Since", known.last_modified))
    return tuple(
        (name, value.encode("ascii")) for name, value in named if value and not _UNFIT.search(value)
    )


def _about(url: str, error: FetchError) -> FetchError:
    place = shown(url)
    message = error.message
    if place not in message:
        message = f"{place} could not be fetched: {message}"
    return FetchError(message, hint=error.hint, retry=error.retry, status=error.status)
