"""Turns, robots.txt, retries and conditional requests, over real connections."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from threading import Barrier

import httpx2
import pytest
from fakes.everywhere import Everywhere, Names
from fakes.source_server import (
    Counter,
    SourceServer,
    in_turn,
    page,
    redirect,
    reset,
    revalidated,
)
from hypothesis import given
from hypothesis import strategies as st

from citewright.errors import FetchError
from citewright.retrieval.fetch import Fetcher, Validators
from citewright.retrieval.politeness import COURTESIES, backoff, retry_after

TEXT = ("Self-compassion has three components. " * 10).encode()


def fetcher(**changed) -> Fetcher:
    given = {
        "timeout": 60.0, "max_bytes": 100_000, "private": True, "contact": None, "pause": 0.01
    }  # fmt: skip
    return Fetcher(**given | changed)


def rules(text: str):
    return page(text.encode(), "text/plain")


# Turns


def test_one_host_is_asked_one_request_at_a_time_and_at_its_interval():
    counter = Counter()
    routes = {f"/{n}": counter.around(page(TEXT), 0.01) for n in range(8)}
    with SourceServer(routes) as server, ThreadPoolExecutor(4) as pool:
        client = fetcher(interval=0.05)
        urls = [f"{server.base_url}/{n}" for n in range(8)]
        began = time.monotonic()
        assert all(got.data == TEXT for got in pool.map(client.fetch, urls))
        took = server.times[-1] - began
    assert counter.most == 1
    assert took >= 8 * 0.05
    assert len(server.robots) == 1


def test_different_hosts_are_asked_side_by_side():
    both = Barrier(2)

    def together(handler: BaseHTTPRequestHandler) -> None:
        both.wait(50)
        page(TEXT)(handler)

    routes = {"/": together}
    with SourceServer(routes) as one, SourceServer(routes) as two, ThreadPoolExecutor(2) as pool:
        client = fetcher()
        assert len([*pool.map(client.fetch, [one.base_url + "/", two.base_url + "/"])]) == 2
    assert not both.broken


def test_waiting_for_ones_turn_is_not_the_retrievals_time():
    with SourceServer({"/": page(TEXT)}) as server:
        # Its turn comes an interval after that of robots.txt.
        assert fetcher(interval=2.2, timeout=2).fetch(server.base_url + "/").data == TEXT


def test_all_wikis_are_one_host():
    with SourceServer({"/wiki/A": page(TEXT)}) as server, ThreadPoolExecutor(3) as pool:
        network = Everywhere(int(server.base_url.rsplit(":", 1)[1]))
        names = Names({f"{code}.wikipedia.org": [["198.35.26.96"]] for code in ("en", "de", "fr")})
        client = fetcher(private=False, contact="a@b.example", resolver=names, network=network)
        urls = [f"http://{code}.wikipedia.org/wiki/A" for code in ("en", "de", "fr")]
        began = time.monotonic()
        assert len([*pool.map(client.fetch, urls)]) == 3
        took = server.times[-1] - began
    # Three pages and three files of rules.
    assert took >= 5 * COURTESIES["wikipedia.org"].named


# robots.txt


def test_what_robots_txt_forbids_is_not_fetched():
    text = "User-agent: *\nDisallow: /private/\nAllow: /private/open$\n"
    routes = {"/robots.txt": rules(text), "/a": page(TEXT), "/private/open": page(TEXT)}
    with SourceServer(routes | {"/private/x": page(TEXT)}) as server:
        client = fetcher()
        assert client.fetch(server.base_url + "/a").data == TEXT
        assert client.fetch(server.base_url + "/private/open").data == TEXT
        with pytest.raises(FetchError, match=r"robots\.txt") as caught:
            client.fetch(server.base_url + "/private/x")
        assert [path for path, _ in server.requests] == ["/a", "/private/open"]
        assert len(server.robots) == 1
    assert not caught.value.retry
    assert "by hand" in caught.value.hint


def test_rules_for_this_program_go_before_those_for_all():
    text = "User-agent: *\nAllow: /\n\nUser-agent: Citewright\nDisallow: /a\n"
    with SourceServer({"/robots.txt": rules(text), "/a": page(TEXT)}) as server:
        with pytest.raises(FetchError, match=r"robots\.txt"):
            fetcher().fetch(server.base_url + "/a")
        assert server.requests == []


def test_a_redirects_target_is_asked_for_its_own_rules():
    closed = {"/robots.txt": rules("User-agent: *\nDisallow: /\n"), "/b": page(TEXT)}
    with SourceServer(closed) as other, SourceServer({}) as server:
        server.routes["/a"] = redirect(other.base_url + "/b")
        with pytest.raises(FetchError, match=r"robots\.txt"):
            fetcher().fetch(server.base_url + "/a")
        assert other.requests == []


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_no_robots_txt_allows_all(status):
    routes = {"/robots.txt": page(b"", status=status), "/a": page(TEXT)}
    with SourceServer(routes) as server:
        assert fetcher().fetch(server.base_url + "/a").data == TEXT


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_robots_txt_that_fails_means_not_now(status):
    routes = {"/robots.txt": page(b"", status=status), "/a": page(TEXT)}
    with SourceServer(routes) as server:
        client = fetcher(tries=2)
        for _ in range(3):
            with pytest.raises(FetchError, match=f"not to be had now .status {status}") as caught:
                client.fetch(server.base_url + "/a")
            assert caught.value.retry
        assert server.requests == []
        assert len(server.robots) == 2


def test_a_robots_txt_that_never_stops_redirecting_is_none():
    routes = {"/robots.txt": redirect("/robots.txt"), "/a": page(TEXT)}
    with SourceServer(routes) as server:
        assert fetcher().fetch(server.base_url + "/a").data == TEXT


def test_a_large_robots_txt_is_read_to_the_cap():
    text = "User-agent: *\nDisallow: /a\n" + "# filler\n" * 200_000
    routes = {"/robots.txt": rules(text), "/a": page(TEXT)}
    with SourceServer(routes) as server, pytest.raises(FetchError, match=r"robots\.txt"):
        fetcher().fetch(server.base_url + "/a")


def test_crawl_delay_is_kept():
    text = "User-agent: *\nCrawl-delay: 0.3\n"
    with SourceServer({"/robots.txt": rules(text), "/a": page(TEXT)}) as server:
        client = fetcher()
        client.fetch(server.base_url + "/a")
        client.fetch(server.base_url + "/a")
        assert server.times[2] - server.times[1] > 0.2


def test_interfaces_for_programs_are_not_asked_for_rules():
    path = "/europepmc/webservices/rest/PMC1/fullTextXML"
    routes = {path: page(TEXT), "/about": page(TEXT), "/robots.txt": page(b"", status=404)}
    with SourceServer(routes) as server:
        network = Everywhere(int(server.base_url.rsplit(":", 1)[1]))
        names = Names({"www.ebi.ac.uk": [["193.62.193.80"]]})
        client = fetcher(private=False, resolver=names, network=network)
        assert client.fetch(f"http://www.ebi.ac.uk{path}").data == TEXT
        assert server.robots == []
        assert client.fetch("http://www.ebi.ac.uk/about").data == TEXT
        assert len(server.robots) == 1


# Retries


@pytest.mark.parametrize("failure", [page(b"", status=503), page(b"", status=429), reset])
def test_what_fails_for_now_is_tried_again(failure):
    with SourceServer({"/": in_turn(failure, failure, page(TEXT))}) as server:
        assert fetcher().fetch(server.base_url + "/").data == TEXT
        assert len(server.requests) == 3


def test_three_tries_and_no_more():
    with SourceServer({"/": page(b"", status=503)}) as server:
        with pytest.raises(FetchError, match="status 503"):
            fetcher().fetch(server.base_url + "/")
        assert len(server.requests) == 3


def test_what_will_not_mend_itself_is_not_tried_again():
    with SourceServer({"/": page(b"", status=404)}) as server:
        with pytest.raises(FetchError, match="status 404"):
            fetcher().fetch(server.base_url + "/")
        assert len(server.requests) == 1


def test_retry_after_is_waited_for():
    busy = page(b"", status=429, Retry_After="1")
    with SourceServer({"/": in_turn(busy, page(TEXT))}) as server:
        assert fetcher().fetch(server.base_url + "/").data == TEXT
        assert server.times[-1] - server.times[-2] > 0.8


def test_a_pause_beyond_the_time_limit_fails_at_once_and_for_all():
    busy = page(b"", status=429, Retry_After="600")
    with SourceServer({"/": busy, "/other": page(TEXT)}) as server:
        client = fetcher()
        with pytest.raises(FetchError, match=r"429 and asks to wait 600 s") as first:
            client.fetch(server.base_url + "/")
        with pytest.raises(FetchError, match=r"not to be asked again for \d+ s") as second:
            client.fetch(server.base_url + "/other")
        assert len(server.requests) == 1
    assert first.value.retry
    assert second.value.retry


def test_retry_after_in_both_forms():
    now = datetime.now(UTC).replace(microsecond=0)
    skewed = now - timedelta(days=400)
    date, later = format_datetime(skewed, True), format_datetime(skewed + timedelta(0, 90), True)
    assert retry_after(httpx2.Headers({"Retry-After": "120"})) == 120
    assert retry_after(httpx2.Headers({"Retry-After": later, "Date": date})) == 90
    assert retry_after(httpx2.Headers({"Retry-After": date, "Date": later})) == 0
    ahead = format_datetime(now + timedelta(0, 60), True)
    assert 50 < (retry_after(httpx2.Headers({"Retry-After": ahead})) or 0) <= 60
    for nonsense in ("", "soon", "-5", "1.5.1", "Mon, 99 Foo 2026 00:00:00 GMT"):
        assert retry_after(httpx2.Headers({"Retry-After": nonsense})) is None


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_header_breaks_it(after, date):
    headers = httpx2.Headers([(b"retry-after", after.encode()), (b"date", date.encode())])
    seconds = retry_after(headers)
    assert seconds is None or seconds >= 0


def test_pauses_grow_and_are_jittered():
    firsts = {backoff(1.0, 1) for _ in range(50)}
    thirds = {backoff(1.0, 3) for _ in range(50)}
    assert len(firsts) > 40
    assert 0.5 <= min(firsts) <= max(firsts) <= 1.5
    assert 2 <= min(thirds) <= max(thirds) <= 6


# Conditional requests


@pytest.mark.parametrize(
    "validators",
    [{"etag": 'W/"a-1"'}, {"modified": "Wed, 04 Nov 2026 10:00:00 GMT"},
     {"etag": '"b"', "modified": "Wed, 04 Nov 2026 10:00:00 GMT"}],
)  # fmt: skip
def test_a_page_that_stands_is_not_downloaded_again(validators):
    with SourceServer({"/": revalidated(TEXT, **validators)}) as server:
        client = fetcher()
        first = client.fetch(server.base_url + "/")
        assert (first.status, first.data) == (200, TEXT)
        assert first.validators == Validators(validators.get("etag"), validators.get("modified"))
        second = client.fetch(server.base_url + "/", known=first.validators)
        assert (second.status, second.data) == (304, b"")
        assert second.validators == first.validators
        assert second.final_url == first.final_url
        server.routes["/"] = revalidated(TEXT + b"!", etag='"new"')
        third = client.fetch(server.base_url + "/", known=first.validators)
        assert (third.status, third.data) == (200, TEXT + b"!")
        assert third.validators.etag == '"new"'


def test_nothing_is_asked_conditionally_without_validators():
    with SourceServer({"/": page(TEXT)}) as server:
        client = fetcher()
        got = client.fetch(server.base_url + "/")
        assert got.validators == Validators()
        client.fetch(server.base_url + "/", known=got.validators)
        for _, headers in server.requests:
            assert not {"If-None-Match", "If-Modified-Since"} & headers.keys()


def test_validators_are_sent_only_to_the_address_that_gave_them():
    same = revalidated(TEXT, etag='"1"')
    with SourceServer({"/a": redirect("/b"), "/b": same, "/c": same}) as server:
        client = fetcher()
        first = client.fetch(server.base_url + "/a")
        again = client.fetch(
            server.base_url + "/a", known=first.validators, known_at=first.final_url
        )
        assert again.status == 304
        # Another page that happens to have the same tag has to be downloaded.
        server.routes["/a"] = redirect("/c")
        moved = client.fetch(
            server.base_url + "/a", known=first.validators, known_at=first.final_url
        )
        assert (moved.status, moved.final_url) == (200, server.base_url + "/c")


def test_a_304_that_nobody_asked_for_is_an_error():
    with (
        SourceServer({"/": page(b"", status=304)}) as server,
        pytest.raises(FetchError, match="status 304"),
    ):
        fetcher().fetch(server.base_url + "/")


def test_stored_validators_cannot_smuggle_headers():
    with SourceServer({"/": page(TEXT)}) as server:
        known = Validators('"a"\r\nX-Injected: 1', "x\ny")
        assert fetcher().fetch(server.base_url + "/", known=known).status == 200
        assert not {"X-Injected", "If-None-Match", "If-Modified-Since"} & (
            server.requests[0][1].keys()
        )


# What is said and shown


def test_keys_in_the_query_are_not_shown():
    with SourceServer({}) as server, pytest.raises(FetchError) as caught:
        fetcher().fetch(server.base_url + "/x?api_key=canary&id=5&token=canary")
    assert "canary" not in str(caught.value)
    assert "id=5" in str(caught.value)


def test_a_contact_cannot_smuggle_headers():
    with SourceServer({"/": page(TEXT)}) as server:
        fetcher(contact="a@b.example\r\nX-Injected: 1").fetch(server.base_url + "/")
        headers = server.requests[0][1]
    assert "X-Injected" not in headers
    assert "a@b.example" in headers["User-Agent"]
