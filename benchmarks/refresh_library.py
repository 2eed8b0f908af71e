"""A large library in which every article quotes its sources, the same for the same size.

Each article has 20 statements, each with a quote of one of four sources; there are twice as many
sources as articles. Everything is put in directly, in one transaction and without waiting for a
disk. Sentences come from ``provenance_bench/dev/quotes_synthetic.jsonl`` where it is at hand, else
from a list of words.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection as DatabaseConnection

from benchmarks.generated import accepted, snapshot
from benchmarks.loopback_sources import tag_of
from citewright.bootstrap import open_workspace
from citewright.database import Database
from citewright.model.article import Article, Lead, Paragraph, Section
from citewright.model.base import clean_text
from citewright.model.canonical import bytes_digest
from citewright.model.evidence import Passage, Snapshot, quote_at
from citewright.model.outlay import FileHash, Usage
from citewright.model.sentences import sentence_spans
from citewright.model.source import CslItem, Source
from citewright.model.statement import Citation, SourceMarker, Statement, StatementIds
from citewright.model.version import Cause, Generator, Version, content_digest
from citewright.pipeline.workspace import VERSION_TAG, Workspace
from citewright.versions.catalogue import Catalogue
from citewright.versions.folder_store import FolderStore
from citewright.versions.sources import Happening, LastSeen, SourceLog
from citewright.versions.store import Name

SECTIONS, PER_SECTION = 4, 5
SENTENCES = 8
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
NOWHERE = ("http://127.0.0.1:9",)
"""Where the sources are if nobody is to ask for them."""
WORDS = (
    "adults anxiety breathing care course daily depression effect eight groups help kindness less "
    "measure mindful months nurses outcome pain patients practice pulse sleep stress teaching "
    "therapy training trial weeks women"
).split()


class Text:
    """A source's snapshot and its sentences."""

    def __init__(self, key: str, text: str, taken: Snapshot) -> None:
        self.key, self.text, self.taken = key, text, taken
        self.digest = taken.digest
        self.spans = [one.span() for one in re.finditer(r"^In series .*$", text, re.MULTILINE)]


class _OneTransaction(Database):
    """A database whose transactions are all a part of one."""

    def __init__(self, connection: DatabaseConnection) -> None:
        self._connection = connection

    @contextmanager
    def reading(self) -> Iterator[DatabaseConnection]:
        """The one transaction."""
        yield self._connection

    writing = reading


class _Hasty(FolderStore):
    """A store that waits for no disk: what is generated need not outlast a power cut."""

    def _put(self, name: Name, data: bytes, *, durable: bool) -> None:  # noqa: ARG002 - never is
        super()._put(name, data, durable=False)


def make_library(
    folder: Path,
    articles: int,
    shared: Path,
    hosts: Sequence[str] = NOWHERE,
    *,
    published: bool = False,
) -> list[Text]:
    """Make a project of so many articles in a folder; gives its sources' texts.

    :param hosts: the addresses of the servers that the sources are at, in turn.
    :param published: the articles are published and not drafts.
    """
    workspace = open_workspace(folder)
    pool = _sentences(shared)
    _outline(folder)
    (folder / "sources" / "library").mkdir(parents=True)
    (folder / "sources" / "briefs").mkdir(parents=True)
    draw = random.Random(6)
    with workspace.database.writing() as connection:
        one = _OneTransaction(connection)
        maker = replace(
            workspace,
            catalogue=Catalogue(one),
            source_log=SourceLog(one),
            store=_Hasty(folder / "output" / "store"),
        )
        texts = [
            _source(maker, number, hosts[number % len(hosts)], pool, draw)
            for number in range(2 * articles)
        ]
        for number in range(articles):
            digest = _article(maker, number, texts, draw)
            if published:
                maker.catalogue.reviews.publish(digest, None, unreviewed=True)
    return texts


def stored(
    workspace: Workspace, key: str, text: str, url: str | None = None, taken: datetime = NOW
) -> Text:
    """A text as a source's present snapshot; at an address, or at that of the last one."""
    if url is None:
        last = workspace.source_log.last_seen(key)
        assert last is not None
        url = last.url
    found = snapshot(workspace, key, text, url, taken)
    workspace.catalogue.add_snapshot(found)
    made = Text(key, text, found)
    seen = LastSeen(url, tag_of(url), None, made.digest, taken.isoformat())
    workspace.source_log.saw({key: seen})
    return made


def _sentences(shared: Path) -> list[str]:
    file = shared / "provenance_bench" / "dev" / "quotes_synthetic.jsonl"
    if not file.is_file():
        draw = random.Random(5)
        return [" ".join(draw.choices(WORDS, k=18)).capitalize() + "." for _ in range(2000)]
    passages = [json.loads(line)["passage"] for line in file.read_text("utf-8").splitlines()]
    found = [clean_text(one[a:b]) for one in passages for a, b in sentence_spans(one)]
    return sorted({one for one in found if 40 < len(one) < 300 and one.endswith(".")})


def _source(
    workspace: Workspace, number: int, host: str, pool: list[str], draw: random.Random
) -> Text:
    key = f"source-{number}"
    url = f"{host}/{key}.txt"
    said = [
        f"In series {number}-{place} we found this: {draw.choice(pool)}"
        for place in range(SENTENCES)
    ]
    made = stored(workspace, key, "\n\n".join(said) + "\n", url)
    retrieved = Happening(kind="retrieved", service=None, detail=made.digest)
    workspace.source_log.record(key, [retrieved], NOW)
    access = {"kind": "url", "url": url, "covers": "full_text"}
    file = workspace.project / "sources" / "library" / f"{key}.yaml"
    file.write_text(_yaml(_entry(key).model_dump(mode="json") | {"access": [access]}), "utf-8")
    return made


def _yaml(source: dict[str, object]) -> str:
    """A source's file; JSON is YAML."""
    csl = source["csl"]
    assert isinstance(csl, dict)
    return json.dumps(source | {"csl": {name: it for name, it in csl.items() if it is not None}})


def _article(workspace: Workspace, number: int, texts: list[Text], draw: random.Random) -> str:
    slug = f"article-{number}"
    own = [texts[2 * number], texts[2 * number + 1]]
    own += [one for one in draw.sample(texts, 2) if one not in own]
    sections = []
    for place in range(SECTIONS):
        ids = StatementIds(f"section-{place}")
        said = [_statement(ids, draw.choice(own), draw) for _ in range(PER_SECTION)]
        block = Paragraph(type="paragraph", label=None, statements=tuple(said))
        name = f"section-{place}"
        sections.append(Section(id=name, title="A", kind="prose", blocks=(block,), absent=None))
    content = Article(
        slug=slug,
        title=f"Article {number}",
        taxonomy=("generated",),
        lead=Lead(statements=(), absent="Not drafted."),
        figure=None,
        sections=tuple(sections),
        sources=tuple(_entry(one.key) for one in own),
        see_also=(),
    )
    version = Version(
        format=VERSION_TAG,
        slug=slug,
        number="1.0",
        created=NOW,
        generator=Generator(drafter="extractive", models=()),
        article=content,
        content=content_digest(content),
        snapshots=tuple(one.taken for one in own),
        verdicts=tuple(
            accepted(one, place, NOW)
            for one in content.statements()
            for place in range(len(one.citations))
        ),
        history=(),
        findings=(),
        failed=(),
        files=(_brief(workspace, slug, [one.key for one in own]),),
        answers=(),
        spending=(),
        usage=Usage(),
        cost_usd=0,
        parent=None,
        cause=Cause(kind="generate", detail="Generated."),
    )
    digest = workspace.store.put_document("version", VERSION_TAG, version)
    with workspace.catalogue.writing(slug) as writer:
        writer.add(version, "generated")
    return digest


def _statement(ids: StatementIds, source: Text, draw: random.Random) -> Statement:
    start, end = draw.choice(source.spans)
    text = source.text[start:end]
    name = Passage.name(source.taken.text, start, end)
    evidence = quote_at(source.text, start, end, source.digest, name)
    cited = Citation(source=source.key, evidence=evidence)
    marker = SourceMarker(kind="sources", citations=(cited,))
    return Statement(id=ids.mint(text), text=text, form="quotation", marker=marker)


def _entry(key: str) -> Source:
    """A source that no service is asked for: it has no name that they know works by."""
    csl = CslItem(type="book", title=key)
    return Source(key=key, tier="T1", tier_reason="Generated.", csl=csl, access=())


def _outline(folder: Path) -> None:
    """An outline of the sections that the articles have; JSON is YAML."""
    spec = {
        "title": "A", "kind": "prose", "purpose": "generated", "terms": [], "blocks": ["paragraph"],
        "claims": [], "tiers": ["T1"], "words": [0, 100], "llm": False,
    }  # fmt: skip
    outline = {
        "name": "generated",
        "title": "Generated",
        "lead": {"id": "lead"} | spec,
        "sections": [{"id": f"section-{place}"} | spec for place in range(SECTIONS)],
    }
    file = folder / "prompts" / "outlines" / "generated.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(outline), encoding="utf-8")


def _brief(workspace: Workspace, slug: str, keys: list[str]) -> FileHash:
    name = f"sources/briefs/{slug}.yaml"
    brief = {
        "slug": slug, "title": slug, "topic": "generated", "taxonomy": ["generated"],
        "outline": "generated", "sources": keys,
    }  # fmt: skip
    data = json.dumps(brief).encode()
    (workspace.project / name).write_bytes(data)
    return FileHash(name=name, sha256=bytes_digest(data))
