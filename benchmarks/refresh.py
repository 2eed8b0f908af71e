"""A refresh of a large library in which nothing changed, and one in which one passage did.

The library is generated with a fixed seed: 10,000 articles of 20 statements, each with a quote of
one of 20,000 sources. The same refresh is then run as the flow, against a Prefect server of its
own. Sentences come from ``provenance_bench/dev/quotes_synthetic.jsonl`` where it
is at hand, else from a list of words. Asking the sources' servers is not part of it.

The library is made in one transaction, and in memory (``/dev/shm``) where there is such a folder:
waiting for a disk while it is made says nothing of a refresh. ``CITEWRIGHT_ARTICLES`` makes it
smaller.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median

from sqlalchemy import Connection as DatabaseConnection

from benchmarks.generated import accepted
from benchmarks.sizes import size
from benchmarks.team import peak_mb, wait_for
from citewright.bootstrap import open_workspace
from citewright.database import Database
from citewright.drafting.ports import Drafter
from citewright.model.article import Article, Lead, Paragraph, Section
from citewright.model.base import clean_text
from citewright.model.canonical import bytes_digest
from citewright.model.evidence import Passage, Snapshot, quote_at
from citewright.model.outlay import FileHash, Usage
from citewright.model.sentences import sentence_spans
from citewright.model.source import CslItem, Source
from citewright.model.statement import Citation, SourceMarker, Statement, StatementIds
from citewright.model.version import Cause, Generator, Version, content_digest
from citewright.pipeline.refreshing import reaffirm
from citewright.pipeline.staleness import survey
from citewright.pipeline.workspace import SNAPSHOT_TAG, VERSION_TAG, RunOptions, Workspace
from citewright.versions.catalogue import Catalogue
from citewright.versions.folder_store import FolderStore
from citewright.versions.sources import LastSeen, SourceLog
from citewright.versions.store import Name

ARTICLES = 10_000
ROUNDS = 5
SECTIONS, PER_SECTION = 4, 5
SENTENCES = 8
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
WORDS = (
    "adults anxiety breathing care course daily depression effect eight groups help kindness less "
    "measure mindful months nurses outcome pain patients practice pulse sleep stress teaching "
    "therapy training trial weeks women"
).split()


class _Text:
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


def run(shared: Path) -> dict[str, float]:
    """Milliseconds an article, model calls and statements touched."""
    articles = int(os.environ.get("CITEWRIGHT_ARTICLES", size(ARTICLES, 20)))
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(dir=memory if memory.is_dir() else None))
    try:
        return _measured(folder, articles, _sentences(shared))
    finally:
        shutil.rmtree(folder)


def _measured(folder: Path, articles: int, pool: list[str]) -> dict[str, float]:
    began = time.perf_counter()
    calls: list[RunOptions] = []

    def make_drafter(options: RunOptions) -> Drafter:
        calls.append(options)
        raise AssertionError("nothing was to be drafted")

    workspace = replace(open_workspace(folder), make_drafter=make_drafter)
    texts = _library(folder, articles, pool)
    built = time.perf_counter() - began

    first = _timed(lambda: reaffirm(workspace, survey(workspace)))
    again = min(_timed(lambda: reaffirm(workspace, survey(workspace))) for _ in range(3))
    versions = len(workspace.catalogue.all_versions())

    wanted, changed = _change(workspace, texts[0])
    began = time.perf_counter()
    found = survey(workspace)
    one_change = time.perf_counter() - began
    touched = {(plan.slug, name) for plan in found.stale for name in plan.touched}
    with prefect_server() as api:
        through = _apart(folder, api)
        small = folder / "small"
        small.mkdir()
        _library(small, articles // 10, pool)
        tenth = _apart(small, api)
    return {
        "refresh.through_prefect_over_plain": through["prefect"] / through["plain"],
        "refresh.seconds_through_prefect": through["prefect"],
        "refresh.seconds_plain": through["plain"],
        "refresh.peak_memory_mb": through["peak_mb"],
        "refresh.peak_memory_mb_a_tenth_of_it": tenth["peak_mb"],
        "refresh.articles": articles,
        "refresh.sources": len(texts),
        "refresh.seconds_to_build": built,
        "refresh.ms_per_article_first": 1000 * first / articles,
        "refresh.ms_per_article_no_change": 1000 * again / articles,
        "refresh.model_calls_no_change": len(calls),
        "refresh.versions_made_no_change": versions - articles,
        "refresh.statements_touched_one_change": len(touched),
        "refresh.statements_quoting_the_passage": len(wanted),
        "refresh.statements_touched_wrongly": len(touched ^ wanted),
        "refresh.quotes_reanchored_one_change": sum(len(plan.anchors) for plan in found.plans),
        "refresh.other_quotes_of_the_source": changed,
        "refresh.seconds_plan_one_change": one_change,
    }


def _library(folder: Path, articles: int, pool: list[str]) -> list[_Text]:
    """Make the library in a folder; gives its sources' texts."""
    workspace = open_workspace(folder)
    _outline(folder)
    draw = random.Random(6)
    with workspace.database.writing() as connection:
        one = _OneTransaction(connection)
        maker = replace(
            workspace,
            catalogue=Catalogue(one),
            source_log=SourceLog(one),
            store=_Hasty(folder / "output" / "store"),
        )
        texts = [_source(maker, number, pool, draw) for number in range(2 * articles)]
        for number in range(articles):
            _article(maker, number, texts, draw)
    return texts


@contextmanager
def prefect_server() -> Iterator[str]:
    """A Prefect server of this measurement's own; gives its address."""
    with tempfile.TemporaryDirectory() as home, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        environment = os.environ | {
            "PREFECT_HOME": home,
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "DO_NOT_TRACK": "1",
        }
        command = [sys.executable, "-m", "prefect", "server", "start", "--port", str(port)]
        server = subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            wait_for(f"http://127.0.0.1:{port}/api/health")
            yield f"http://127.0.0.1:{port}/api"
        finally:
            server.terminate()
            server.wait()


def _apart(folder: Path, api: str) -> dict[str, float]:
    """The refresh with and without Prefect, in a process whose memory has seen nothing else."""
    ours, theirs = get_context("spawn").Pipe()
    process = get_context("spawn").Process(target=_refresh_both_ways, args=(folder, api, theirs))
    process.start()
    found: dict[str, float] = ours.recv()
    process.join()
    return found


def _refresh_both_ways(folder: Path, api: str, pipe: Connection) -> None:
    os.environ |= {"PREFECT_API_URL": api}
    from citewright.cli.prefect_run import run_flow

    workspace = open_workspace(folder)
    parameters = {"project": str(folder), "drafter": "extractive", "check": False}

    def plain() -> None:
        reaffirm(workspace, survey(workspace))

    def by_flow() -> None:
        run_flow("refresh_articles", folder, parameters, concurrency=16)

    # The first of each loads what the process needs; then in turn, lest the machine's load tell.
    plain()
    by_flow()
    times = [(_timed(plain), _timed(by_flow)) for _ in range(ROUNDS)]
    figures = {
        "plain": median(one for one, _ in times),
        "prefect": median(other for _, other in times),
        "peak_mb": peak_mb(os.getpid()),
    }
    pipe.send(figures)


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _sentences(shared: Path) -> list[str]:
    file = shared / "provenance_bench" / "dev" / "quotes_synthetic.jsonl"
    if not file.is_file():
        draw = random.Random(5)
        return [" ".join(draw.choices(WORDS, k=18)).capitalize() + "." for _ in range(2000)]
    passages = [json.loads(line)["passage"] for line in file.read_text("utf-8").splitlines()]
    found = [clean_text(one[a:b]) for one in passages for a, b in sentence_spans(one)]
    return sorted({one for one in found if 40 < len(one) < 300 and one.endswith(".")})


def _source(workspace: Workspace, number: int, pool: list[str], draw: random.Random) -> _Text:
    said = [
        f"In series {number}-{place} we found this: {draw.choice(pool)}"
        for place in range(SENTENCES)
    ]
    return _stored(workspace, f"source-{number}", "\n\n".join(said) + "\n")


def _stored(workspace: Workspace, key: str, text: str) -> _Text:
    """A text as a source's present snapshot."""
    data = text.encode()
    taken = Snapshot(
        source=key,
        covers="full_text",
        raw=workspace.store.put("raw", data),
        text=workspace.store.put("text", data),
        length=len(text),
        media_type="text/plain",
        retrieved=NOW,
        requested=f"{key}.txt",
        final_url=None,
        extractor="plain",
        extractor_version="1",
    )
    workspace.store.put_document("snapshot", SNAPSHOT_TAG, taken)
    workspace.catalogue.add_snapshot(taken)
    made = _Text(key, text, taken)
    seen = LastSeen(f"{key}.txt", None, None, made.digest, NOW.isoformat())
    workspace.source_log.saw(key, seen)
    return made


def _article(workspace: Workspace, number: int, texts: list[_Text], draw: random.Random) -> None:
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
        files=(_brief(workspace, slug),),
        answers=(),
        spending=(),
        usage=Usage(),
        cost_usd=0,
        parent=None,
        cause=Cause(kind="generate", detail="Generated."),
    )
    workspace.store.put_document("version", VERSION_TAG, version)
    with workspace.catalogue.writing(slug) as writer:
        writer.add(version, "generated")


def _statement(ids: StatementIds, source: _Text, draw: random.Random) -> Statement:
    start, end = draw.choice(source.spans)
    text = source.text[start:end]
    name = Passage.name(source.taken.text, start, end)
    evidence = quote_at(source.text, start, end, source.digest, name)
    cited = Citation(source=source.key, evidence=evidence)
    marker = SourceMarker(kind="sources", citations=(cited,))
    return Statement(id=ids.mint(text), text=text, form="quotation", marker=marker)


def _entry(key: str) -> Source:
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


def _brief(workspace: Workspace, slug: str) -> FileHash:
    name = f"sources/briefs/{slug}.yaml"
    file = workspace.project / name
    file.parent.mkdir(parents=True, exist_ok=True)
    brief = {
        "slug": slug, "title": slug, "topic": "generated", "taxonomy": ["generated"],
        "outline": "generated", "sources": ["source-0"],
    }  # fmt: skip
    data = json.dumps(brief).encode()
    file.write_bytes(data)
    return FileHash(name=name, sha256=bytes_digest(data))


def _change(workspace: Workspace, source: _Text) -> tuple[set[tuple[str, str]], int]:
    """Exchange the sentence that is quoted first; gives who quotes it, and how many others."""
    quotes = []
    for one in workspace.source_log.affected(source.key):
        statements = workspace.version(one.version).article.statements()
        cited = next(each for each in statements if each.id == one.statement)
        evidence = cited.citations[one.citation].evidence
        assert evidence.kind == "quote"
        quotes.append((one.slug, one.statement, evidence.quote.exact))
    gone = quotes[0][2]
    wanted = {(slug, name) for slug, name, exact in quotes if exact == gone}
    new = f"It opens otherwise now.\n\n{source.text.replace(gone, 'This was taken back.')}"
    _stored(workspace, source.key, new)
    return wanted, len(quotes) - len(wanted)
