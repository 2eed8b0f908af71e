from __future__ import annotations

import datetime
import ssl
import threading
import tracemalloc
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpcore2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from fakes.source_server import (
    SourceServer,
    drip,
    drip_head,
    endless,
    page,
    redirect,
    reset,
    zipped,
)

from citewright.errors import FetchError
from citewright.retrieval.addresses import Deadline, PublicBackend, is_public
from citewright.retrieval.fetch import Fetcher

TEXT = ("Self-compassion has three components. " * 40).encode()


def fetcher(*, timeout=60.0, max_bytes=100_000, private=True, contact=None) -> Fetcher:
    return Fetcher(
        timeout=timeout, max_bytes=max_bytes, private=private, contact=contact, pause=0.01
    )


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.100.100.200",
        "0.0.0.0", "192.0.0.192", "192.88.99.1", "198.18.0.1", "224.0.0.1", "239.1.2.3",
        "240.0.0.1", "255.255.255.255", "168.63.129.16", "203.0.113.7",
        "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1", "64:ff9b:1::1",
        "2002:7f00:1::", "2001:0:7f00:1::", "2001:db8::1", "3fff::1", "fe80::1", "fe80::1%eth0",
        "fec0::1", "fd00::1", "ff02::1", "100::1", "::127.0.0.1", "5f00::1", "not an address",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "130.14.29.110", "2606:4700::1111"])
def test_public_addresses(address):
    assert is_public(address)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://8.8.8.8:8080/", "port 8080"),
        ("http://example.org:22/", "port 22"),
        ("ftp://example.org/", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("http://me:secret@example.org/", "password"),
        ("http://", "scheme|address"),
    ],
)
def test_addresses_of_the_wrong_form(url, why):
    with pytest.raises(FetchError, match=why) as caught:
        fetcher(private=False).fetch(url)
    assert "secret" not in str(caught.value)


def test_gives_the_body_its_type_and_where_it_came_from():
    with SourceServer({"/a": redirect("/b?x=1#part"), "/b?x=1": page(TEXT)}) as server:
        got = fetcher(contact="library@example.org").fetch(server.base_url + "/a")
        assert got.data == TEXT
        assert got.media_type == "text/html; charset=utf-8"
        assert got.final_url == server.base_url + "/b?x=1"
        agent = server.requests[0][1]["User-Agent"]
    assert agent.startswith("citewright/")
    assert agent.endswith(" (mailto:library@example.org)")


def test_neither_cookies_nor_proxies_nor_netrc(tmp_path):
    routes = {"/a": page(b"", status=302, Location="/b", Set_Cookie="id=1"), "/b": page(TEXT)}
    with SourceServer(routes) as server:
        fetcher().fetch(server.base_url + "/a")
        assert not {"Cookie", "Authorization"} & server.requests[1][1].keys()


def test_five_redirects_and_no_more():
    routes = {f"/{n}": redirect(f"/{n + 1}") for n in range(5)} | {"/5": page(TEXT)}
    with SourceServer(routes) as server:
        assert fetcher().fetch(server.base_url + "/0").data == TEXT
        server.routes["/5"] = redirect("/6")
        server.routes["/6"] = page(TEXT)
        with pytest.raises(FetchError, match="redirects more than 5 times"):
            fetcher().fetch(server.base_url + "/0")
        assert server.requests[-1][0] == "/5"


@pytest.mark.parametrize(
    "to", ["file:///etc/passwd", "gopher://x/", "http://a:b@localhost/", "http://[/"]
)
def test_a_redirect_is_checked_anew(to):
    with SourceServer({"/": redirect(to)}) as server, pytest.raises(FetchError):
        fetcher().fetch(server.base_url + "/")


@pytest.mark.parametrize("to", ["/login?next=/a", "/sso/start", "/action/cookieAbsent", "/signin"])
def test_a_login_page_is_no_source(to):
    routes = {"/a": redirect(to), to: page(TEXT)}
    with SourceServer(routes) as server, pytest.raises(FetchError, match="login page") as caught:
        fetcher().fetch(server.base_url + "/a")
    assert not caught.value.retry


@pytest.mark.parametrize(
    ("status", "retry"),
    [(403, False), (404, False), (204, False), (408, True), (429, True), (503, True)],
)
def test_a_status_other_than_200_is_an_error(status, retry):
    with (
        SourceServer({"/": page(b"", status=status)}) as server,
        pytest.raises(FetchError, match=f"status {status}") as caught,
    ):
        fetcher().fetch(server.base_url + "/")
    assert caught.value.retry is retry


@pytest.mark.parametrize("coding", ["gzip", "deflate", "raw"])
def test_compressed_bodies(coding):
    with SourceServer({"/": zipped(TEXT, coding)}) as server:
        assert fetcher().fetch(server.base_url + "/").data == TEXT


@pytest.mark.parametrize(("coding", "why"), [("twice", "encoded as"), ("cut", "ends too early")])
def test_bad_compression(coding, why):
    with SourceServer({"/": zipped(TEXT, coding)}) as server, pytest.raises(FetchError, match=why):
        fetcher().fetch(server.base_url + "/")


def test_a_gzip_bomb_is_stopped_at_the_cap():
    # 60 MB of zeros in 60 KB: the cap on the decompressed bytes has to bite, not the other.
    with SourceServer({"/": zipped(bytes(60_000_000))}) as server:
        tracemalloc.start()
        with pytest.raises(FetchError, match="more than 1000000 bytes"):
            fetcher(max_bytes=1_000_000).fetch(server.base_url + "/")
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert most < 20_000_000


def test_the_cap_is_exact():
    with SourceServer({"/": page(TEXT), "/z": zipped(TEXT)}) as server:
        for path in ("/", "/z"):
            assert fetcher(max_bytes=len(TEXT)).fetch(server.base_url + path).data == TEXT
            with pytest.raises(FetchError, match="more than"):
                fetcher(max_bytes=len(TEXT) - 1).fetch(server.base_url + path)


@pytest.mark.parametrize("answer", [drip, drip_head])
def test_a_dripping_server_ends_with_the_deadline(answer):
    refused = pytest.raises(FetchError, match=r"0\.4 s")
    with SourceServer({"/": answer}) as server, refused as caught:
        fetcher(timeout=0.4).fetch(server.base_url + "/")
    assert caught.value.retry


def test_an_endless_body_ends_at_the_cap():
    with SourceServer({"/": endless}) as server, pytest.raises(FetchError, match="more than"):
        fetcher().fetch(server.base_url + "/")


def test_a_cut_connection_is_an_error_worth_retrying():
    with SourceServer({"/": reset}) as server, pytest.raises(FetchError) as caught:
        fetcher().fetch(server.base_url + "/")
    assert caught.value.retry


def test_nobody_answers():
    with SourceServer({}) as server:
        url = server.base_url + "/"
    with pytest.raises(FetchError, match="does not answer") as caught:
        fetcher().fetch(url)
    assert caught.value.retry


def test_an_unknown_name():
    with pytest.raises(FetchError, match=r"not known|in time") as caught:
        fetcher(timeout=2).fetch("http://no-such-host.invalid/")
    assert caught.value.retry


def certificate(folder: Path, name: str) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + built.public_bytes(serialization.Encoding.PEM)
    )
    return path


class Hello(BaseHTTPRequestHandler):
    def do_GET(self):
        page(b"hello")(self)

    def log_message(self, format, *args):  # noqa: A002
        pass


def tls_server(path: Path) -> HTTPServer:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    server = HTTPServer(("127.0.0.1", 0), Hello)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    return server


@pytest.mark.parametrize(("name", "accepted"), [("localhost", True), ("elsewhere.example", False)])
def test_tls_checks_the_host_name_though_the_address_is_given(tmp_path, name, accepted):
    path = certificate(tmp_path, name)
    server = tls_server(path)
    trusting = ssl.create_default_context(cafile=str(path))
    backend = PublicBackend(Deadline(5), private=True)
    url = f"https://localhost:{server.server_address[1]}/"
    try:
        with httpcore2.ConnectionPool(ssl_context=trusting, network_backend=backend) as pool:
            if accepted:
                assert pool.request("GET", url).content == b"hello"
            else:
                with pytest.raises(httpcore2.ConnectError, match="certificate"):
                    pool.request("GET", url)
        with pytest.raises(FetchError, match="certificate") as caught:
            fetcher().fetch(url)
        assert not caught.value.retry
    finally:
        server.shutdown()
        server.server_close()
