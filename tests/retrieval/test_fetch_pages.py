"""Pages that are not the source are told from pages that are."""

from __future__ import annotations

import gzip
import time

import pytest
from fakes.source_server import SourceServer, page, redirect
from hypothesis import given
from hypothesis import strategies as st
from shared import shared

from citewright.errors import FetchError, NoText
from citewright.retrieval import pages
from citewright.retrieval.fetch import Fetcher
from citewright.retrieval.html_page import from_html
from citewright.retrieval.kinds import decode

PROSE = (
    "<p>Participants in the programme reported larger increases in self-compassion, mindfulness "
    "and wellbeing than those on the waiting list, and the gains were kept at one year.</p>"
)
MENU = "<nav>" + "<a href='/x'>Journals and books</a> " * 60 + "</nav>"


def html(title: str, body: str) -> bytes:
    return f"<!doctype html><html><head><title>{title}</title></head><body>{body}</body>".encode()


ROBOT, LOGIN, COOKIE, ERROR = "robots", "login", "cookie", "error"
SCRIPT = "<script>" + "var a = 'long words'; " * 2000 + "</script>"
NOTICES = {
    "cloudflare": (html("Just a moment...", "<h1>Hi</h1><noscript>x</noscript>"), ROBOT),
    "cloudflare 2": (html("example.org", "<p>Verify you are human to go on.</p>"), ROBOT),
    "denied": (html("Attention Required! | Cloudflare", "<h1>Sorry</h1>"), ROBOT),
    "imperva": (html("Pardon Our Interruption", "<p>As you were browsing</p>"), ROBOT),
    "recaptcha": (html("Checking your browser - reCAPTCHA", "<p>wait</p>"), ROBOT),
    "anubis": (html("Making sure you&#39;re not a bot!", "<p>Loading</p>"), ROBOT),
    "akamai": (html("Access Denied", "You don't have permission to access /x"), "refusal"),
    "login": (html("Sign in | Example Press", MENU + "<form></form>"), LOGIN),
    "login form": (html("Example Press", "<form><INPUT name=p type=password></form>"), LOGIN),
    "login words": (html("Example", "<p>You must be logged in to view this page.</p>"), LOGIN),
    "german": (html("Anmelden", "<p>Benutzername</p>"), LOGIN),
    "cookies": (html("Cookie Absent", "<p>x</p>"), COOKIE),
    "cookies 2": (html("Journal", "<p>Your browser does not accept cookies.</p>"), COOKIE),
    "google": (html("Before you continue to Google Search", "<p>x</p>"), COOKIE),
    "404": (html("404 Not Found - Example", MENU), ERROR),
    "page": (html("Example Press: Page not found", MENU), ERROR),
    "words": (html("Example", "<h1>Oh no</h1>The page you are looking for has moved."), ERROR),
    "doi": (html("DOI Not Found", "<p>10.1/x</p>"), ERROR),
    "repair": (html("Site maintenance", "<p>We will be back.</p>"), ERROR),
    "script only": (html("Just a moment...", SCRIPT), ROBOT),
    "utf-16": (html("Access Denied", "x").decode().encode("utf-16"), "refusal"),
}  # fmt: skip


def fetcher() -> Fetcher:
    return Fetcher(timeout=60, max_bytes=5_000_000, private=True, contact=None, pause=0.01)


@pytest.mark.parametrize("name", NOTICES)
def test_a_notice_is_no_source(name):
    data, kind = NOTICES[name]
    with (
        SourceServer({"/a": page(data)}) as server,
        pytest.raises(FetchError, match=kind) as caught,
    ):
        fetcher().fetch(server.base_url + "/a")
    assert not caught.value.retry
    assert "what answers is a" in caught.value.message


@pytest.mark.parametrize(
    ("to", "why"),
    [
        ("/action/cookieAbsent", "login page"),
        ("/idp/profile/SAML2/Redirect/SSO?execution=e1s1", "login page"),
        ("/consent?continue=/a", "login page"),
        ("/", "front page"),
    ],
)
def test_a_redirect_leads_astray(to, why):
    routes = {"/articles/5": redirect(to), to: page(html("x", PROSE * 40))}
    with SourceServer(routes) as server, pytest.raises(FetchError, match=why):
        fetcher().fetch(server.base_url + "/articles/5")


@pytest.mark.parametrize(
    ("asked", "to"),
    [
        ("/topics/consent", "/topics/consent/"), ("/a", "/login-theory"), ("/", "/home"),
        ("/old/5", "/?p=5"), ("/sso/a", "/sso/b"),
    ],
)  # fmt: skip
def test_a_redirect_to_the_source(asked, to):
    with SourceServer({asked: redirect(to), to: page(html("x", PROSE))}) as server:
        assert fetcher().fetch(server.base_url + asked).final_url == server.base_url + to


@pytest.mark.parametrize("title", ["Access denied", "Login", "Error", "404", "Blocked", "Captcha"])
def test_an_article_about_it_is_a_source(title):
    data = html(f"{title} | Journal of Examples", MENU + PROSE * 60)
    with SourceServer({"/a": page(data)}) as server:
        assert fetcher().fetch(server.base_url + "/a").data == data


@pytest.mark.parametrize(
    "data",
    [
        html("Self-compassion", PROSE),
        html("Access denied to psychotherapy: barriers in rural care", PROSE),
        html("Error rates in self-report", PROSE),
        html("Signing in: deaf clients", PROSE),
        html("An article", MENU + PROSE * 20 + "<form><input type=password></form>"),
        html("An article", PROSE * 20 + "<p>The effect does not exist. Try again later.</p>"),
    ],
)
def test_a_short_page_without_such_words_is_a_source(data):
    with SourceServer({"/a": page(data)}) as server:
        assert fetcher().fetch(server.base_url + "/a").data == data


def test_what_is_no_page_is_not_looked_at():
    for media_type, data in (
        ("application/json", b'{"title": "Access Denied", "message": "not found"}'),
        ("text/plain", b"Log in. Page not found. Verify you are human."),
        ("application/pdf", b"%PDF-1.4 Access Denied"),
    ):
        with SourceServer({"/a": page(data, media_type)}) as server:
            assert fetcher().fetch(server.base_url + "/a").data == data


def gold_pages() -> dict[str, bytes]:
    found = shared("sources", "html-gold").rglob("*.html.gz")
    return {
        f"{path.parent.name}/{path.name}": gzip.decompress(path.read_bytes())
        for path in found
        if path.name != "expected.html.gz"
    }


def test_no_gold_page_is_taken_for_a_notice():
    gold = gold_pages()
    assert len(gold) == 81
    with SourceServer({}) as server:
        client = fetcher()
        for name, data in gold.items():
            server.routes["/page"] = page(data)
            assert client.fetch(server.base_url + "/page").data == data, name


@pytest.mark.slow
def test_no_gold_page_is_taken_for_a_teaser():
    for name, data in gold_pages().items():
        try:
            text = from_html(decode(data, media_type="text/html", name=name))
        except NoText:
            continue
        letters = sum(char.isalpha() for char in text)
        assert pages.teaser(data, media_type="text/html", letters=letters) is None, name


@pytest.mark.parametrize(
    "wall",
    [
        "<button>Access through your institution</button>",
        "<p>Subscribe to continue reading</p>",
        '<script type="application/ld+json">{"isAccessibleForFree": false}</script>',
        "<p>You don’t have access to this article. Buy Article PDF</p>",
    ],
)
def test_a_teaser(wall):
    data = html("Self-compassion", PROSE + wall)
    assert "extract of 170 letters" in (
        pages.teaser(data, media_type="text/html", letters=170) or ""
    )
    assert pages.teaser(data, media_type="text/html", letters=20_000) is None
    assert pages.notice(data, "text/html") is None


def test_an_open_page_is_no_teaser():
    data = html("Self-compassion", PROSE)
    assert pages.teaser(data, media_type="text/html", letters=170) is None


def test_a_hostile_page_is_looked_at_in_linear_time():
    for data in (
        b"<html>" + b"<script" * 100_000,
        b"<html>" + b"<input type=" * 70_000,
        b"<html>" + b"<!--" * 200_000,
        b"<html>" + b"<title>" * 100_000,
        b"<html>" + b"<a href=x>" * 90_000,
        b"<html><title>" + b"error " * 150_000,
        b"<html>" + b"&" * 400_000,
        b"<html>" + "İ".encode() * 400_000,
    ):
        # What grows with the square of the length would take hours.
        started = time.process_time()
        pages.notice(data, "text/html")
        pages.teaser(data, media_type="text/html", letters=10)
        assert time.process_time() - started < 60, data[:30]


@given(st.binary(max_size=300), st.sampled_from([None, "text/html", "text/html; charset=x"]))
def test_no_bytes_break_it(data, media_type):
    for given_data in (data, b"<html><title>" + data):
        pages.notice(given_data, media_type)
        pages.teaser(given_data, media_type=media_type, letters=5)
