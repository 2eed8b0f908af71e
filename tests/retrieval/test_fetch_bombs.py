"""What is made to exhaust who reads it ends in time, in little memory, and the next fetch works."""

from __future__ import annotations

import gzip
import resource
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from fakes.source_server import (
    Answer,
    SourceServer,
    drip_head,
    endless,
    flood,
    informational,
    page,
    redirect,
    zipped,
)

from citewright.errors import SourceError
from citewright.model.canonical import bytes_digest
from citewright.model.source import CslItem, Source, UrlAccess
from citewright.retrieval.fetch import Fetcher
from citewright.retrieval.snapshots import Limits, take
from citewright.settings import Settings

SLACK = 60
"""Seconds beside the limits: what starting, reading and answering take on a busy machine."""
CHILD = 1 << 30
PARENT = 64_000_000
PROSE = b"<html><body><p>Self-compassion has three components. Each has an opposite.</p>" * 3


class Nowhere:
    """A store that keeps nothing."""

    def put(self, kind: str, data: bytes) -> str:
        return bytes_digest(data)

    def get(self, kind: str, digest: str) -> bytes:
        raise AssertionError("nothing is read back")


def forms_in_forms() -> bytes:
    """A PDF of a few kilobytes whose forms draw each other 10⁹ times."""
    depth, fan = 9, 10
    names = b"/Resources<</XObject<</F 5 0 R>>/Font<</T 15 0 R>>>>"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R%s>>" % names,
        stream(b"/F Do"),
    ]
    for level in range(depth):
        names = b"<</XObject<</F %d 0 R>>/Font<</T 15 0 R>>>>" % (6 + level)
        head = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources" + names
        objects.append(stream(b"/F Do " * fan, head))
    words = b"BT /T 1 Tf (Self-compassion has three components.) Tj ET "
    head = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</Font<</T 15 0 R>>>>"
    objects += [stream(words * fan, head), b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    return pdf(objects)


def stream(data: bytes, head: bytes = b"") -> bytes:
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (head, len(data), data)


def pdf(objects: list[bytes]) -> bytes:
    body, offsets = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    trailer = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
    return body + head + table + trailer % (len(objects) + 1, len(body))


def twice_gzipped() -> Answer:
    """Two gigabytes of zeros in some kilobytes, the outer layer sent as a coding."""
    inner = gzip.compress(bytes(20_000_000)) * 100
    return page(gzip.compress(inner), "text/html", Content_Encoding="gzip")


def attributes() -> Answer:
    names = b" ".join(b'a%d="x"' % n for n in range(250_000))
    return page(b"<!doctype html><html><body " + names + b">" + PROSE)


def links() -> Answer:
    body = b"".join(b"<a href='/%d'>word</a> " % n for n in range(300_000))
    return page(b"<!doctype html><html><body><p>" + body)


def nested_html() -> Answer:
    return page(b"<!doctype html><html><body>" + b"<div>" * 300_000 + PROSE)


def jats(body: str, doctype: str = "") -> Answer:
    return page(
        f"<?xml version='1.0'?>{doctype}<article><front/>{body}</article>".encode(), "text/xml"
    )


def nested_jats() -> Answer:
    return jats("<body>" + "<sec>" * 200_000 + "<p>x</p>" + "</sec>" * 200_000 + "</body>")


def laughs() -> Answer:
    lines = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    doctype = f'<!DOCTYPE article [<!ENTITY l0 "laugh ">{lines}]>'
    return jats("<body><p>&l9;</p></body>", doctype)


def outside_entity() -> Answer:
    doctype = '<!DOCTYPE article [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    return jats("<body><p>" + "&f; self-compassion " * 20 + "</p></body>", doctype)


def drip(handler: BaseHTTPRequestHandler) -> None:
    """A body that comes a byte at a time until the other side goes away."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/plain")
    handler.end_headers()
    with suppress(OSError):
        while True:
            handler.wfile.write(b"x")
            handler.wfile.flush()
            time.sleep(0.05)
    handler.close_connection = True


QUICK: dict[str, Callable[[], Answer]] = {
    "gzip of gzip": lambda: zipped(b"x" * 1000, "twice"),
    "endless body": lambda: endless,
    "endless head": lambda: flood,
    "redirects in a circle": lambda: redirect("/bomb"),
}
SLOW: dict[str, Callable[[], Answer]] = {
    "gzip inside gzip": twice_gzipped,
    "one gzip": lambda: zipped(bytes(100_000_000)),
    "drip": lambda: drip,
    "drip in the head": lambda: drip_head,
    "endless interim answers": lambda: informational,
    "attributes": attributes,
    "links": links,
    "forms in forms": lambda: page(forms_in_forms(), "application/pdf"),
    "deep nesting": nested_html,
    "deep nesting in XML": nested_jats,
    "billion laughs": laughs,
}


def peak() -> int:
    """The most memory this process ever held since the last :func:`forget`, in bytes."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024


def forget() -> int:
    """Let the peak be what is held now, and give it."""
    Path("/proc/self/clear_refs").write_text("5")
    return peak()


def source(url: str) -> Source:
    return Source(
        key="bomb",
        tier="T3",
        tier_reason="a test",
        csl=CslItem(type="webpage", title="A page"),
        access=(UrlAccess(kind="url", url=url, covers="full_text"),),
    )


def settings(**changed: float) -> Settings:
    """The defaults, whatever the environment says, but for what is changed."""
    return Settings.model_construct(**changed)


# For bombs that are refused before any limit of time is met.
SOON = settings(fetch_timeout=60, extract_seconds=60)


def read(fetcher: Fetcher, url: str, limits: Limits) -> str:
    """What became of a source: its number of characters, or the error."""
    try:
        snapshot = take(
            source(url),
            project=Path("/nowhere"),
            blobs=Nowhere(),
            fetcher=fetcher,
            limits=limits,
            now=datetime(2026, 6, 4, tzinfo=UTC),
        )
    except SourceError as error:
        return error.message
    return f"{snapshot.length} characters"


def defuse(answer: Answer, chosen: Settings = SOON) -> str:
    """Fetch and read a bomb within the settings; hold it to the limits; then fetch a page."""
    fetcher = Fetcher(
        timeout=chosen.fetch_timeout,
        max_bytes=chosen.fetch_max_bytes,
        private=True,
        contact=None,
    )
    limits = Limits(
        max_bytes=chosen.fetch_max_bytes,
        extract_seconds=chosen.extract_seconds,
        extract_megabytes=chosen.extract_megabytes,
    )
    with SourceServer({"/bomb": answer, "/page": page(PROSE)}) as server:
        before = forget()
        started = time.monotonic()
        outcome = read(fetcher, server.base_url + "/bomb", limits)
        seconds = time.monotonic() - started
        grown = peak() - before
        child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
        size = f"parent +{grown / 1e6:.0f} MB, children {child / 1e6:.0f} MB at most"
        print(f"{outcome[:200]} | {seconds:.1f} s, {size}")
        assert seconds < chosen.fetch_timeout + chosen.extract_seconds + SLACK
        assert grown < PARENT
        assert child < CHILD
        assert fetcher.fetch(server.base_url + "/page").data == PROSE
    return outcome


@pytest.mark.parametrize("name", QUICK)
def test_a_quick_bomb(name):
    assert "bomb" in defuse(QUICK[name]())


@pytest.mark.slow
@pytest.mark.parametrize("name", QUICK | SLOW)
def test_a_bomb_within_the_limits_that_are_set_by_default(name):
    assert defuse((QUICK | SLOW)[name](), settings())


def test_a_billion_laughs_are_refused():
    assert "gave no text" in defuse(laughs())


def test_no_file_is_read_for_a_document():
    outcome = defuse(outside_entity())
    assert "root" not in outcome


def test_the_pdf_is_a_bomb_of_a_few_kilobytes():
    assert len(forms_in_forms()) < 4000
