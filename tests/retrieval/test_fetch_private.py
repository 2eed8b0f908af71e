"""Nothing private is reached, by whatever name: each case would be answered if it were."""

from __future__ import annotations

import pytest
from fakes.everywhere import Everywhere, Names
from fakes.source_server import SourceServer, page, redirect

from citewright.errors import FetchError
from citewright.retrieval.fetch import Fetcher

PUBLIC = "93.184.216.34"
SECRET = page(b"the secret of the cloud machine, which nobody outside may read", "text/plain")

NAMES = {
    "public.example": [[PUBLIC]],
    "private.example": [["10.0.0.5"]],
    "mixed.example": [[PUBLIC, "127.0.0.1"]],
    "mixed6.example": [[PUBLIC, "::1"]],
    "mapped.example": [["::ffff:10.0.0.5"]],
    "nat64.example": [["64:ff9b::a00:5"]],
    "scoped.example": [["fe80::1%1"]],
    # DNS rebinding: public for robots.txt, or for the page, and private from then on.
    "rebinds.example": [[PUBLIC], ["127.0.0.1"]],
    "rebinds-late.example": [[PUBLIC], [PUBLIC], ["169.254.169.254"]],
    "localhost": [["127.0.0.1", "::1"]],
    "localhost.": [["127.0.0.1"]],
    "x.localhost": [["127.0.0.1"]],
    "localhost.localdomain": [["127.0.0.1"]],
    "metadata.google.internal": [["169.254.169.254"]],
    "127.0.0.1.nip.example": [["127.0.0.1"]],
}

DIRECT = [
    # loopback, written in all the ways that the C library's inet_aton reads
    "http://127.0.0.1/", "http://127.1/", "http://127.0.1/", "http://127.255.255.254/",
    "http://2130706433/", "http://0x7f000001/", "http://0x7f.1/", "http://0X7F.0.0.1/",
    "http://017700000001/", "http://0177.0.0.1/", "http://0177.0.0.01/", "http://127.0.0.1./",
    "http://127.0.0.1:80/", "https://127.0.0.1/",
    # other private and special nets
    "http://0.0.0.0/", "http://0/", "http://10.0.0.5/", "http://172.16.3.4/",
    "http://192.168.1.1/", "http://3232235777/", "http://100.64.0.1/", "http://192.0.0.192/",
    "http://198.18.0.1/", "http://224.0.0.1/", "http://240.0.0.1/", "http://255.255.255.255/",
    "http://168.63.129.16/metadata", "http://192.88.99.1/",
    # the metadata address of cloud machines
    "http://169.254.169.254/latest/meta-data/", "http://2852039166/", "http://0xa9fea9fe/",
    "http://0251.0376.0251.0376/", "http://100.100.100.200/",
    # IPv6 and what carries an IPv4 address inside
    "http://[::1]/", "http://[::]/", "http://[0:0:0:0:0:0:0:1]/", "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/", "http://[::127.0.0.1]/", "http://[::ffff:169.254.169.254]/",
    "http://[64:ff9b::7f00:1]/", "http://[64:ff9b::169.254.169.254]/", "http://[64:ff9b:1::1]/",
    "http://[2002:7f00:1::]/", "http://[2002:a9fe:a9fe::1]/", "http://[2001:0:7f00:1::]/",
    "http://[fe80::1]/", "http://[fec0::1]/", "http://[fd00:ec2::254]/", "http://[ff02::1]/",
    "http://[2001:db8::1]/",
    # names
    "http://localhost/", "http://LOCALHOST/", "http://localhost./", "http://x.localhost/",
    "http://localhost.localdomain/", "http://metadata.google.internal/",
    "http://127.0.0.1.nip.example/", "http://private.example/", "http://mixed.example/",
    "http://mixed6.example/", "http://mapped.example/", "http://nat64.example/",
    "http://scoped.example/",
    # digits and full stops that IDNA makes plain ones
    "http://①②⑦.⓪.⓪.①/", "http://127。0。0。1/",
]  # fmt: skip

TARGETS = [
    "http://127.0.0.1/secret", "http://localhost/secret", "http://[::1]/secret",
    "http://169.254.169.254/secret", "http://2130706433/secret", "//10.0.0.5/secret",
    "http://[::ffff:127.0.0.1]/secret", "http://private.example/secret",
    "http://public.example@127.0.0.1/secret", "http://127.0.0.1#@public.example/secret",
    "http://public.example:8080/secret", "http://public.example:22/secret",
    "file:///etc/passwd", "gopher://127.0.0.1:25/_x", "ftp://127.0.0.1/x", "dict://127.0.0.1/d",
    "data:text/html,secret", "jar:http://127.0.0.1!/x", "javascript:alert(1)",
    "http://[::1",
]  # fmt: skip

MALFORMED = [
    "file:///etc/passwd", "FILE:///etc/passwd", "file://localhost/etc/passwd",
    "gopher://public.example/_x", "ftp://public.example/x", "ldap://public.example/x",
    "data:text/plain,x", "unix:///run/docker.sock", "http+unix://%2Frun%2Fdocker.sock/x",
    "http://public.example:22/", "http://public.example:8080/", "http://public.example:0/",
    "http://public.example:99999/", "http://public.example:6379/",
    "http://user@public.example/", "http://user:password@public.example/",
    "http://public.example@127.0.0.1/", "http://127.0.0.1\\@public.example/",
    "http://public.example\r\nX-Injected: 1/", "http://public.example/\r\nHost: 127.0.0.1",
    "http://public.example/\x00", "http://[::1]\r\n/", "http:/127.0.0.1", "//127.0.0.1/",
    "127.0.0.1", "http://", "http:///secret", "http://[fe80::1%25eth0]/", "",
    "http://public.example%00.private.example/",
]  # fmt: skip


def fetcher(network: Everywhere, *, private: bool = False) -> Fetcher:
    return Fetcher(
        timeout=60,
        max_bytes=100_000,
        private=private,
        contact=None,
        interval=0.0,
        tries=1,
        resolver=Names(NAMES),
        network=network,
    )


@pytest.fixture(scope="module")
def server():
    with SourceServer({}) as running:
        yield running


@pytest.fixture
def network(server):
    server.routes = dict.fromkeys(("/", "/secret", "/metadata", "/latest/meta-data/"), SECRET)
    server.requests.clear()
    server.robots.clear()
    return Everywhere(int(server.base_url.rsplit(":", 1)[1]))


def test_the_table_is_large_enough():
    assert len({*DIRECT, *TARGETS, *MALFORMED}) >= 48


@pytest.mark.parametrize("url", DIRECT)
def test_a_private_address_is_not_reached(server, network, url):
    with pytest.raises(FetchError, match=r"not public|not known|no address"):
        fetcher(network).fetch(url)
    assert network.reached == []
    assert server.requests == server.robots == []


@pytest.mark.parametrize("url", [url for url in DIRECT if not url.startswith("https")])
def test_it_would_have_answered(server, network, url):
    said = answer(fetcher(network, private=True), url)
    if not network.reached:
        # A form that neither the address parser nor this system's resolver reads.
        assert "not known" in said or "no address" in said
    else:
        assert "secret" in said
        assert server.requests


def test_most_of_the_table_would_have_answered(server, network):
    client = fetcher(network, private=True)
    reached = sum("secret of the cloud" in answer(client, url) for url in DIRECT)
    assert reached >= 48


def answer(client: Fetcher, url: str) -> str:
    try:
        return client.fetch(url).data.decode()
    except FetchError as error:
        return error.message


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("target", TARGETS)
def test_a_redirect_reaches_nothing_private(server, network, target, status):
    server.routes["/start"] = redirect(target, status)
    with pytest.raises(FetchError) as caught:
        fetcher(network).fetch("http://public.example/start")
    assert "password" not in caught.value.message or "@" not in caught.value.message
    assert {address for address, _ in network.reached} == {PUBLIC}
    assert [path for path, _ in server.requests] == ["/start"]


@pytest.mark.parametrize("url", MALFORMED)
def test_an_address_of_another_form_reaches_nothing(server, network, url):
    with pytest.raises(FetchError):
        fetcher(network).fetch(url)
    assert {address for address, _ in network.reached} <= {PUBLIC}
    assert server.requests == []


@pytest.mark.parametrize(("host", "asked"), [("rebinds.example", 0), ("rebinds-late.example", 1)])
def test_a_name_that_changes_between_look_and_connection(server, network, host, asked):
    client = fetcher(network)
    server.routes["/start"] = redirect(f"http://{host}/secret")
    with pytest.raises(FetchError, match="not public"):
        client.fetch(f"http://{host}/start")
    assert {address for address, _ in network.reached} == {PUBLIC}
    assert len(server.requests) == asked


def test_the_connection_goes_to_the_very_address_that_was_looked_at(server, network):
    names = Names({"turns.example": [[PUBLIC], ["127.0.0.1"]]})
    client = Fetcher(
        timeout=60, max_bytes=1000, private=False, contact=None, interval=0.0, tries=1,
        resolver=names, network=network,
    )  # fmt: skip
    with pytest.raises(FetchError, match="not public"):
        client.fetch("http://turns.example/secret")
    assert network.reached == [(PUBLIC, 80)]


def test_robots_txt_is_no_way_in(server, network):
    server.routes["/robots.txt"] = redirect("http://127.0.0.1/secret")
    with pytest.raises(FetchError, match="not public"):
        fetcher(network).fetch("http://public.example/secret")
    assert network.reached == [(PUBLIC, 80)]
    assert server.requests == []


def test_a_public_page_is_reached(server, network):
    got = fetcher(network).fetch("http://public.example/secret")
    assert b"secret" in got.data
    assert network.reached == [(PUBLIC, 80)] * 2
    assert server.requests[0][1]["Host"] == "public.example"
