"""The site built from what is published: only the pages whose inputs have changed."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from citewright.observe.tracing import traced
from citewright.pipeline.site_article import Surroundings, build_article
from citewright.pipeline.site_inputs import Inputs, Sources, gather, standings
from citewright.pipeline.workspace import VERSION_TAG, Workspace
from citewright.site.builder import Builder, stamp_of
from citewright.site.crosslinks import Titles, may_name
from citewright.site.feeds import build_feeds
from citewright.site.frame import Frame
from citewright.site.ledger import Known, Ledger, open_ledger
from citewright.site.library import (
    SOURCE,
    build_glossary,
    build_source,
    build_source_list,
    changed_standings,
    kept_standings,
)
from citewright.site.lists import build_lists, latest_news
from citewright.site.search import build_index, can_search
from citewright.site.staging import Staging
from citewright.site.standing_pages import build_standing_pages


@dataclass(frozen=True)
class Built:
    """What a build did; ``lacking`` says what the site does without, and why."""

    made: int
    kept: int
    removed: int
    articles: int
    seconds: float
    index_seconds: float
    lacking: tuple[str, ...]


@traced("build site")
def build_site(workspace: Workspace, *, anew: bool = False, index: bool = True) -> Built:
    """Bring the site up to date; readers see it as it was until all of it is made.

    :param anew: make every page, whatever is known of the last build.
    :param index: make the search index too, where Pagefind is at hand.
    :raises IntegrityError: when a published version or its evidence does not stand.
    :raises CitewrightError: when another build does not end, or the search index fails.
    """
    began = time.perf_counter()
    output = workspace.site.parent
    frame = frame_of(workspace)
    anew = anew or not (workspace.site / "index.html").exists()
    with open_ledger(output / "site.sqlite", anew=anew) as ledger:
        found = gather(workspace)
        stamp = stamp_of(_package_stamp(), frame, found.policy.digest)
        builder = Builder(ledger, Staging(workspace.site, output / ".site-new"), stamp)
        changed = _build(workspace, ledger, builder, frame, found)
        removed = builder.finish()
    seconds = time.perf_counter() - began
    wanted = index and frame.search and found.articles
    if wanted and (changed or not (workspace.site / "pagefind").exists()):
        build_index(workspace.site, output / ".pagefind-new")
    total = time.perf_counter() - began
    return Built(
        made=builder.made,
        kept=builder.kept,
        removed=len(removed),
        articles=len(found.articles),
        seconds=round(seconds, 3),
        index_seconds=round(total - seconds, 3),
        lacking=lacking(frame),
    )


def frame_of(workspace: Workspace) -> Frame:
    """The site's frame by the project's settings."""
    settings = workspace.settings
    return Frame(
        site_name=settings.site_name,
        whole=True,
        site_url=f"{settings.site_url.rstrip('/')}/" if settings.site_url else None,
        app_url=settings.app_url.rstrip("/") if settings.app_url else None,
        search=can_search(),
    )


def lacking(frame: Frame) -> tuple[str, ...]:
    """What a site does without, and why."""
    found = []
    if frame.site_url is None:
        found.append("No feed, no sitemap and no full addresses: the setting site_url is not set.")
    if frame.app_url is None:
        found.append("No votes and no suggestions: the setting app_url is not set.")
    if not frame.search:
        found.append("No search: the extra citewright[search] is not installed.")
    return tuple(found)


def _build(
    workspace: Workspace, ledger: Ledger, builder: Builder, frame: Frame, found: Sources
) -> int:
    """Make all pages; gives how many articles were looked into."""
    known = ledger.articles()
    keys = {slug: stamp_of(builder.stamp, one.values) for slug, one in found.articles.items()}
    fresh = {slug for slug, key in keys.items() if slug not in known or known[slug].key != key}
    peeked = {slug: _peek(workspace, found.articles[slug]) for slug in sorted(fresh)}
    titles = _titles(found, known, peeked)
    cited = set().union(*(one.sources for one in known.values()), *(k for _, k in peeked.values()))
    befallen = standings(workspace, cited)
    shifted = changed_standings(ledger.meta("standings"), befallen)
    due = fresh | _affected(found, known, fresh, titles, shifted)
    around = Surroundings(
        workspace, frame, found.policy, Titles(titles), frozenset(titles), befallen
    )
    touched = _articles(builder, ledger, around, found, due, keys)
    ledger.set_meta("standings", kept_standings(befallen))
    _lists(builder, ledger, frame, touched | shifted, befallen)
    return len(due)


def _peek(workspace: Workspace, one: Inputs) -> tuple[str, set[str]]:
    """The shown title of an article, and the sources of all its versions."""
    peeked = [
        workspace.store.get_values("version", VERSION_TAG, version.digest)["article"]
        for version in one.versions
    ]
    cited = {source["key"] for article in peeked for source in article["sources"]}
    return peeked[one.current]["title"], cited


def _titles(
    found: Sources, known: Mapping[str, Known], peeked: Mapping[str, tuple[str, set[str]]]
) -> dict[str, str]:
    """The titles of the articles that others may lead to."""
    return {
        slug: peeked[slug][0] if slug in peeked else known[slug].title
        for slug, one in found.articles.items()
        if one.versions[one.current].state == "published"
    }


def _affected(
    found: Sources,
    known: Mapping[str, Known],
    fresh: set[str],
    titles: Mapping[str, str],
    shifted: set[str],
) -> set[str]:
    """The articles whose own versions did not change, and whose pages may have to."""
    before = {(slug, one.title) for slug, one in known.items() if one.listed}
    changed = before ^ set(titles.items())
    names = {slug for slug, _ in changed}
    said = [title for _, title in changed]
    return {
        slug
        for slug, one in known.items()
        if slug in found.articles
        and slug not in fresh
        and (one.sources & shifted or one.names & names or may_name(one.marks, said))
    }


def _articles(
    builder: Builder,
    ledger: Ledger,
    around: Surroundings,
    found: Sources,
    due: set[str],
    keys: Mapping[str, str],
) -> set[str]:
    """Make the pages of the articles that are due; gives the sources that they list or listed."""
    gone = ledger.articles().keys() - found.articles.keys()
    touched = ledger.sources_of(due | gone)
    for slug in gone:
        ledger.forget(slug)
    for slug, one in sorted(found.articles.items()):
        if slug not in due:
            builder.keep(slug)
            continue
        learned, sources, news = build_article(builder, around, one)
        ledger.record(learned, keys[slug], one.changed, sources, news)
    return touched | ledger.sources_of(due)


def _lists(
    builder: Builder,
    ledger: Ledger,
    frame: Frame,
    touched: set[str],
    befallen: Mapping[str, str],
) -> None:
    """Everything that is not one article's."""
    for key, *_ in ledger.sources():
        if key not in touched:
            builder.keep(SOURCE + key)
    for key in sorted(touched):
        build_source(builder, ledger, frame, key, befallen.get(key))
    build_source_list(builder, ledger, frame)
    build_glossary(builder, ledger, frame)
    known = ledger.articles()
    news = latest_news(ledger)
    build_lists(builder, ledger, frame, known, news)
    sources = [row[0] for row in ledger.sources()]
    build_feeds(builder, frame, known, sources, news)
    build_standing_pages(builder, frame, lacking(frame))


@cache
def _package_stamp() -> str:
    """A name for everything of this package that shapes pages: another version builds them anew."""
    found = hashlib.sha256()
    for package in ("citewright.site", "citewright.exporting", "citewright.diff"):
        for file in sorted(_under(files(package)), key=str):
            found.update(file.read_bytes())
    return found.hexdigest()


def _under(folder: Traversable) -> Iterator[Traversable]:
    for one in folder.iterdir():
        if one.is_dir():
            if one.name != "__pycache__":
                yield from _under(one)
        else:
            yield one
