"""The site of a large wiki: built whole, and built again after one article changed.

The wiki is generated with a fixed seed: articles of 22 statements, most in their own words with a
quote of one of four sources behind them, some LLM, two of them key terms; now and then one names
another article. It is made in memory (``/dev/shm``) where there is such a folder.
``CITEWRIGHT_ARTICLES`` says how many articles there are. The search index is left out.
``pages_per_second`` counts HTML pages by seconds of one core, whatever else the machine does.
Beside it stand the builders of :mod:`benchmarks.site_rivals` with the same articles.
"""

from __future__ import annotations

import os
import random
import shutil
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.generated import accepted, snapshot
from benchmarks.installing import Absent
from benchmarks.measuring import Figures
from benchmarks.site_rivals import BUILDERS, Page
from benchmarks.sizes import size
from citewright.bootstrap import open_workspace
from citewright.model.article import Article, Definition, DefinitionList, Lead, Paragraph, Section
from citewright.model.evidence import Passage, Snapshot, quote_at
from citewright.model.outlay import Usage
from citewright.model.source import CslDate, CslItem, CslName, Source
from citewright.model.statement import LLM, Citation, SourceMarker, Statement, StatementIds
from citewright.model.version import Cause, Generator, Version, content_digest
from citewright.pipeline.site_build import Built, build_site
from citewright.pipeline.workspace import VERSION_TAG, Workspace

ARTICLES = size(1_000, 10)
SECTIONS, PER_SECTION, SENTENCES = 4, 5, 8
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
FIRST = "Paced Slow Steady Shared Quiet Brief Guided Open Warm Plain".split()
SECOND = (
    "Walking Reading Breathing Sitting Writing Listening Resting Drawing Singing Cooking".split()
)
WORDS = (
    "adults anxiety breathing care course daily depression effect eight groups help kindness less "
    "measure mindful months nurses outcome pain patients practice pulse sleep stress teaching "
    "therapy training trial weeks women"
).split()


def run(shared: Path) -> Figures:  # noqa: ARG001 - all benchmarks are run alike
    """Pages a second of a whole build; seconds of one after one article changed."""
    articles = int(os.environ.get("CITEWRIGHT_ARTICLES", ARTICLES))
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(dir=memory if memory.is_dir() else None))
    try:
        return {**measured(folder / "ours", articles), **_beside(folder, articles)}
    finally:
        shutil.rmtree(folder)


def _beside(folder: Path, articles: int) -> Figures:
    """Pages a second of the rivals, who read the articles that ours were made of."""
    pages = []
    workspace = open_workspace(folder / "ours")
    for slug, digest in sorted(workspace.catalogue.currents().items()):
        article = workspace.version(digest).article
        said = tuple((one.text, _quote(one)) for one in article.statements())
        pages.append(Page(slug, article.title, said))
    figures: dict[str, float | str] = {}
    for name, build in BUILDERS.items():
        try:
            built = build(folder / name, pages)
            figures[f"pages_per_second_{name}"] = built.pages / built.cpu_seconds
            figures[f"articles_per_second_{name}"] = articles / built.cpu_seconds
        except Absent as error:
            names = (f"pages_per_second_{name}", f"articles_per_second_{name}")
            figures |= dict.fromkeys(names, str(error))
    return figures


def _quote(one: Statement) -> str | None:
    evidence = [cited.evidence for cited in one.citations]
    return next((each.quote.exact for each in evidence if each.kind == "quote"), None)


def measured(folder: Path, articles: int) -> dict[str, float]:
    """The figures of ours with so many articles.

    :param folder: where the wiki is made; it must not be there yet.
    """
    folder.mkdir()
    workspace = open_workspace(folder)
    draw = random.Random(7)
    texts = [_source(workspace, number, draw) for number in range(2 * articles)]
    for number in range(articles):
        _publish(workspace, _version(workspace, number, texts, draw))
    cpu = time.process_time()
    whole = build_site(workspace, index=False)
    cpu = time.process_time() - cpu
    again = build_site(workspace, index=False)
    _publish(workspace, _version(workspace, articles // 2, texts, draw))
    workspace = open_workspace(folder)
    began, busy = time.perf_counter(), time.process_time()
    changed = build_site(workspace, index=False)
    seconds, busy = time.perf_counter() - began, time.process_time() - busy
    pages = sum(1 for _ in workspace.site.rglob("*.html"))
    return {
        "site.articles": articles,
        "site.html_pages": pages,
        "site.files": whole.made,
        "site.seconds_whole": whole.seconds,
        "site.cpu_seconds_whole": cpu,
        "pages_per_second": _html(whole, pages) / cpu,
        "articles_per_second": articles / cpu,
        "site.seconds_nothing_changed": again.seconds,
        "seconds_after_one_change": seconds,
        "site.cpu_seconds_after_one_change": busy,
        "site.files_after_one_change": changed.made,
    }


def _html(whole: Built, pages: int) -> int:
    """The HTML pages of the first build, which had none of the changed article's."""
    return min(pages, whole.made)


def _sentence(draw: random.Random) -> str:
    return " ".join(draw.choices(WORDS, k=18)).capitalize() + "."


def _source(workspace: Workspace, number: int, draw: random.Random) -> tuple[Snapshot, str, str]:
    """A source's snapshot, its text and its key."""
    text = "\n\n".join(f"In series {number} {_sentence(draw)}" for _ in range(SENTENCES)) + "\n"
    key = f"source-{number}"
    taken = snapshot(workspace, key, text, f"https://sources.example/{number}", NOW)
    return taken, text, key


def _publish(workspace: Workspace, made: Version) -> None:
    with workspace.catalogue.writing(made.slug) as writer:
        workspace.store.put_document("version", VERSION_TAG, made)
        writer.add(made, "generated")
    workspace.catalogue.reviews.publish(made.digest, None, unreviewed=True)


def _title(number: int) -> str:
    return f"{FIRST[number % 10]} {SECOND[number // 10 % 10]} {number}"


def _version(
    workspace: Workspace,
    number: int,
    texts: list[tuple[Snapshot, str, str]],
    draw: random.Random,
) -> Version:
    slug = f"article-{number}"
    head = workspace.catalogue.currents().get(slug) if number == len(texts) // 4 else None
    own = {
        one[2]: one for one in [texts[2 * number], texts[2 * number + 1], *draw.sample(texts, 2)]
    }
    cited = list(own.values())
    ids = StatementIds(slug)
    sections = [
        Section(
            id=f"section-{place}",
            title=f"Section {place}",
            kind="prose",
            blocks=(
                Paragraph(
                    type="paragraph",
                    label=None,
                    statements=tuple(_said(ids, cited, draw) for _ in range(PER_SECTION)),
                ),
            ),
            absent=None,
        )
        for place in range(SECTIONS)
    ]
    terms = tuple(
        Definition(term=f"{draw.choice(WORDS)} {number}", statement=_said(ids, cited, draw))
        for _ in range(2)
    )
    block = DefinitionList(type="definition_list", entries=terms)
    sections.append(
        Section(id="terms", title="Key Terms", kind="definitions", blocks=(block,), absent=None)
    )
    content = Article(
        slug=slug,
        title=_title(number),
        taxonomy=("modality", SECOND[number // 10 % 10], FIRST[number % 10]),
        lead=Lead(statements=(_said(ids, cited, draw),), absent=None),
        figure=None,
        sections=tuple(sections),
        sources=tuple(_entry(one[2]) for one in cited),
        see_also=(),
    )
    return Version(
        format=VERSION_TAG,
        slug=slug,
        number="1.1" if head else "1.0",
        created=NOW,
        generator=Generator(drafter="claude", models=("generated",)),
        article=content,
        content=content_digest(content),
        snapshots=tuple(one[0] for one in cited),
        verdicts=tuple(
            accepted(one, place, NOW)
            for one in content.statements()
            for place in range(len(one.citations))
        ),
        history=(),
        findings=(),
        failed=(),
        files=(),
        answers=(),
        spending=(),
        usage=Usage(),
        cost_usd=0,
        parent=head,
        cause=Cause(kind="generate", detail="Generated."),
    )


def _said(
    ids: StatementIds, cited: list[tuple[Snapshot, str, str]], draw: random.Random
) -> Statement:
    text = _sentence(draw)
    if draw.random() < 0.1:
        text = f"Those who know {_title(draw.randrange(1000))} say this: {text}"
    name = ids.mint(text)
    if draw.random() < 0.2:
        return Statement(id=name, text=text, form="own_words", marker=LLM)
    taken, whole, key = draw.choice(cited)
    start = whole.index("In series", draw.randrange(len(whole) // 2))
    end = whole.index(".", start) + 1
    passage = Passage.name(taken.text, start, end)
    evidence = quote_at(whole, start, end, taken.digest, passage)
    marker = SourceMarker(kind="sources", citations=(Citation(source=key, evidence=evidence),))
    return Statement(id=name, text=text, form="own_words", marker=marker)


def _entry(key: str) -> Source:
    csl = CslItem(
        type="article-journal",
        title=f"What {key} found",
        author=(CslName(family="Example", given="Ada"), CslName(family="Sample", given="Carl")),
        issued=CslDate.model_validate({"date-parts": [[2020]]}),
        container_title="Journal of Generated Data",
        volume="3",
        page="1-9",
        DOI=f"10.99999/{key}",
    )
    return Source(key=key, tier="T1", tier_reason="Generated.", csl=csl, access=())
