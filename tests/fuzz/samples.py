"""Well-formed samples of what is fuzzed, from the samples that other tests have."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from importing.page_text import GOOD_PAGE
from model.values import Desk, article, every_block, figure, section, version
from references.test_references_round_trip import FORMATS, SAMPLE
from retrieval.services import service_bodies
from retrieval.test_extract import jats, pdf
from retrieval.test_word import docx, p, r
from shared import ROOT
from watching.test_retraction_watch import row, text

from citewright.checks.policy import PACKAGED
from citewright.model.canonical import canonical_json, dump
from citewright.model.version import Version

FOUND = Path(__file__).with_name("found")
"""Inputs that were findings once; tests read each of them again."""

MARKDOWN = "# A title\n\nSome *words*, 10^5^.\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
HTML = (
    "<!doctype html><html><head><title>A page</title><meta name='citation_title' content='A'>"
    "<meta name='citation_date' content='2016-03-01'><script type='application/ld+json'>"
    '{"@type": "Article", "headline": "A", "author": [{"name": "B C"}]}</script></head><body>'
    "<main><h1>A page</h1><p>"
    + "Some words that stand here, 10<sup>5</sup> of them. "
    * 12
    + "</p>"
    "<table><tr><th>a</th><td>It is a sentence in a row.</td></tr></table></main></body></html>"
)
FRONT = (
    "<title-group><article-title>A <italic>title</italic></article-title></title-group>"
    "<contrib-group><contrib><name><surname>Roe</surname><given-names>J</given-names></name>"
    "</contrib></contrib-group><pub-date><year>2016</year><month>3</month></pub-date>"
    "<abstract><p>In short.</p></abstract>"
)
BODY = (
    "<sec><title>Results</title><p>It fell by 10<sup>5</sup> (see <xref>1</xref>).</p><list>"
    "<list-item><p>One.</p></list-item></list><table-wrap><caption><p>A table.</p></caption>"
    "<table><tr><td>A sentence stands here.</td></tr></table></table-wrap></sec>"
)


def documents(kind: str) -> Iterator[bytes]:
    """Small documents of a kind."""
    if kind == "pdf":
        yield pdf("BT /F 12 Tf 72 700 Td (Some words that stand here.) Tj ET")
        yield pdf("BT /F 20 Tf 72 700 Td (Title) Tj /F 6 Tf 5 Ts (5) Tj ET")
    elif kind == "word":
        yield docx(p(r("A title"), style="berschrift1") + p(r("Some words."), r("5")))
    elif kind == "jats":
        yield jats(BODY, FRONT)
    else:
        yield {"text": "Some words.\n\nMore.", "markdown": MARKDOWN, "html": HTML}[kind].encode()


def any_documents() -> Iterator[bytes]:
    """One of each kind, and texts in other encodings."""
    for kind in ("text", "markdown", "html", "pdf", "word", "jats"):
        yield from documents(kind)
    yield "Some words.".encode("utf-16")
    yield b"<html><meta charset='iso-8859-1'><p>caf\xe9"


def pages() -> Iterator[bytes]:
    """Published pages as text."""
    yield GOOD_PAGE.encode()


def _every_block() -> Version:
    desk = Desk()
    said = article().model_copy(
        update={"sections": (section(*every_block(desk)),), "figure": figure(desk)}
    )
    return version(type(said).model_validate(said.model_dump()))


def versions() -> Iterator[bytes]:
    """Stored versions; the last one has a block of every kind."""
    yield canonical_json(dump(version()))
    yield canonical_json(dump(_every_block()))


def exports() -> Iterator[bytes]:
    """Versions whose pages can be read again."""
    yield next(versions())


def references(name: str) -> Iterator[bytes]:
    """A library in one of the formats of references."""
    write, _ = FORMATS[name]
    for one in (SAMPLE, SAMPLE[:1], SAMPLE[1:]):
        yield write(one).encode()


def _message(said: object) -> bytes:
    return json.dumps(
        {
            "id": "msg_1", "type": "message", "role": "assistant", "model": "a-model",
            "content": [{"type": "text", "text": json.dumps(said)}], "stop_reason": "end_turn",
            "usage": {"input_tokens": 10, "output_tokens": 20},
        }
    ).encode()  # fmt: skip


STATEMENT = {"marker": "llm", "text": "It is so.", "citations": []}
CITED = {
    "marker": "sources", "text": "It is so.",
    "citations": [{"passage": "p-0123456789abcdef", "quote": "it is so"}],
}  # fmt: skip


def answers() -> Iterator[bytes]:
    """Messages of the model with a section."""
    block = {"type": "paragraph", "statements": [STATEMENT, CITED]}
    row = {"goal": "g", "objective": "o", "measure": "m", "time_frame": "t", "mechanism": CITED}
    for said in (
        {"kind": "prose", "blocks": [block]},
        {"kind": "questions", "questions": [STATEMENT]},
        {"kind": "definitions", "entries": [{"term": "A", "definition": STATEMENT}]},
        {"kind": "smart_table", "rows": [row], "framing": STATEMENT},
        {"kind": "misconceptions", "entries": [{"belief": "b", "correction": CITED}]},
    ):
        yield _message({"section": said})


def findings() -> Iterator[bytes]:
    """Messages of the model with what it saw in the whole."""
    finding = {"kind": "repeat", "statements": ["s1", "s2"], "detail": "the same"}
    yield _message({"findings": [finding]})


def batch_results() -> Iterator[bytes]:
    """Lines of a batch's results."""
    name = "0" * 64
    done = {"type": "succeeded", "message": {"type": "message"}}
    error = {"type": "error", "error": {"type": "invalid_request_error", "message": "no"}}
    for result in (done, {"type": "errored", "error": error}, {"type": "expired"}):
        yield json.dumps({"custom_id": name, "result": result}).encode()


def batches() -> Iterator[bytes]:
    """A batch as the service describes it."""
    counts = {"processing": 1, "succeeded": 2, "errored": 0, "canceled": 0, "expired": 0}
    batch = {
        "id": "msgbatch_1", "processing_status": "ended", "request_counts": counts,
        "created_at": "2026-11-23T00:00:00Z",
    }  # fmt: skip
    yield json.dumps(batch).encode()


def files(name: str) -> Iterator[bytes]:
    """Files of a project."""
    where = {
        "brief": [*(ROOT / "sources" / "briefs").glob("*.yaml")],
        "outline": [*(ROOT / "prompts" / "outlines").glob("*.yaml")],
        "policy": [PACKAGED],
        "source": [*(ROOT / "sources" / "library").glob("*.yaml")],
    }[name]
    for path in sorted(where):
        yield path.read_bytes()


def settings() -> Iterator[bytes]:
    """Settings of a project."""
    yield b'language = "en"\ncontact = "a@example.org"\nmax_cost_usd = 2.5\n'
    yield b'features = "all"\n[roles.draft]\nmodel = "claude-sonnet-5-5"\nmax_tokens = 100\n'


def services(name: str) -> Iterator[bytes]:
    """Answers of a service of bibliographic records."""
    value = getattr(service_bodies, name.upper())
    yield value if isinstance(value, bytes) else service_bodies.as_bytes(value)


def retractions() -> Iterator[bytes]:
    """Rows of the Retraction Watch database."""
    yield text(row()).encode()
    yield text(row(), row(RetractionNature="Correction")).encode()


def suggestions() -> Iterator[bytes]:
    """What readers write."""
    yield b"My patient Jane Doe (DOB 12/04/1987) felt worse; see Neff & Germer (2013)."
    yield b"MRN 4471902, jane@example.org, +1 212 555 0100, 12 Main St, Springfield, IL 62701"
    yield b"On 1 May she, 34, called 0171 5550100. Doi 10.1000/xyz. ISBN 978-3-16-148410-0"
