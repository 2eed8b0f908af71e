"""What of a library is stale, and why: the catalogue asked, and the texts that changed compared."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from citewright.checks.quotes import same_words
from citewright.diff import align
from citewright.errors import InputError, NotFound
from citewright.model.base import clean_text
from citewright.model.sentences import sentence_spans
from citewright.model.staleness import CauseKind
from citewright.model.version import Version
from citewright.pipeline import library
from citewright.pipeline.article_parts import by_section
from citewright.pipeline.evidence import to_draft
from citewright.pipeline.today import Today, changed
from citewright.pipeline.workspace import Workspace
from citewright.refresh.causes import Anchor, Cause
from citewright.refresh.plan import ArticlePlan, Present, in_order, plan_article
from citewright.refresh.quotes import stand
from citewright.versions.refreshing import Befallen, Head, Moved, RefreshLog

STANDINGS: Mapping[str, CauseKind] = {
    "retracted": "retraction",
    "withdrawn": "retraction",
    "concern": "concern",
}
"""What a source stands as for which its statements are stale as long as they cite it."""

NEWS: tuple[CauseKind, ...] = ("correction", "new_version")
"""What is news once: it is handled by the next refresh."""


@dataclass(frozen=True)
class Survey:
    """A library looked over.

    ``plans`` are the articles with anything to say of them, the gravest first; ``quiet`` those
    whose version stands as it is. ``through`` is the last source event that was known, and
    ``missing`` how many versions had to be indexed first.
    """

    plans: tuple[ArticlePlan, ...]
    quiet: tuple[Head, ...]
    through: int
    missing: int = 0

    @property
    def stale(self) -> tuple[ArticlePlan, ...]:
        """The articles of which something has to be drafted."""
        return tuple(plan for plan in self.plans if plan.stale)


@dataclass
class _Found:
    """What was found so far, by article."""

    causes: dict[str, list[Cause]] = field(default_factory=lambda: defaultdict(list))
    anchors: dict[str, list[Anchor]] = field(default_factory=lambda: defaultdict(list))


def survey(workspace: Workspace, slugs: Collection[str] = ()) -> Survey:
    """Look over the named articles, or all; nothing is fetched, drafted or paid for.

    What sources became is taken from the record: check them first to have it current.

    :raises NotFound: for an unknown article.
    :raises CitewrightError: when the catalogue cannot be used, or a version cannot be read.
    """
    log = workspace.refresh_log
    through = log.through()
    missing = workspace.source_log.index_missing(workspace.version)
    heads = {head.slug: head for head in log.heads()}
    for slug in slugs:
        if slug not in heads:
            raise NotFound(f"there is no article {slug!r}.", hint="Generate it first.")
    wanted = {slug: heads[slug] for slug in slugs} if slugs else heads
    found = _Found()
    _befallen(log, wanted, found)
    for asked in workspace.request_log.open():
        if asked.slug in wanted:
            detail = clean_text(f"{asked.who} asked: {asked.why}")
            cause = Cause(
                "request", detail, statement=asked.statement, request=asked.id, asked=asked.why
            )
            found.causes[asked.slug].append(cause)
    _texts(workspace, [one for one in log.moved() if one.slug in wanted], found)
    _orders(workspace, wanted.values(), found)
    with_news = found.causes.keys() | found.anchors.keys()
    plans = [_plan(workspace, head, found) for slug, head in wanted.items() if slug in with_news]
    quiet = tuple(head for slug, head in wanted.items() if slug not in with_news)
    return Survey(tuple(in_order(plans)), quiet, through, missing)


def cited_sources(workspace: Workspace, slugs: Collection[str] = ()) -> list[str]:
    """The keys of the library's sources that the named articles cite, or any article.

    :raises CitewrightError: as :func:`survey` does.
    """
    workspace.source_log.index_missing(workspace.version)
    cited = workspace.refresh_log.sources(slugs)
    return sorted(cited.intersection(library.names(workspace.project)))


def _plan(workspace: Workspace, head: Head, found: _Found) -> ArticlePlan:
    causes = found.causes.get(head.slug, [])
    refresh_on = workspace.settings.refresh_on
    anchors = found.anchors.get(head.slug, [])
    if not any(cause.kind in refresh_on for cause in causes):
        present = Present(head.slug, head.version, head.number, {})
        return plan_article(present, causes, anchors, (), refresh_on)
    version = workspace.version(head.version)
    present = Present(head.slug, head.version, head.number, _ids(version))
    outline = _outline(workspace, present)
    return plan_article(present, causes, anchors, outline, refresh_on)


def _ids(version: Version) -> dict[str, list[str]]:
    said = by_section(version.article)
    return {section: [one.id for one in statements] for section, statements in said.items()}


def _outline(workspace: Workspace, present: Present) -> list[str]:
    """The sections to be drafted; those that there are where the order cannot be read.

    That keeps no other article from being planned: refreshing this one says what is wrong.
    """
    try:
        brief = workspace.brief(present.slug)
        specs = [spec.id for spec in to_draft(brief, workspace.outline(brief.outline))]
    except InputError:
        return list(present.sections)
    # A figure that the editor gives is put in without a draft.
    return specs if "figure" in specs else [*specs, "figure"]


def _befallen(log: RefreshLog, wanted: Collection[str], found: _Found) -> None:
    for one in log.standing(list(STANDINGS)):
        _add(found, wanted, one, STANDINGS[one.detail], f"The source {one.source} is {one.detail}.")
    for one in log.news(NEWS):
        kind: CauseKind = "correction" if one.kind == "correction" else "new_version"
        what = "was corrected" if kind == "correction" else "has a newer version"
        _add(found, wanted, one, kind, f"The source {one.source} {what}.")
    for one in log.gone():
        _add(found, wanted, one, "gone", f"The source {one.source} cannot be retrieved any more.")


def _add(
    found: _Found, wanted: Collection[str], one: Befallen, kind: CauseKind, detail: str
) -> None:
    if one.slug in wanted:
        cause = Cause(kind, detail, one.statement, one.citation, one.source)
        if cause not in found.causes[one.slug]:
            found.causes[one.slug].append(cause)


def _texts(workspace: Workspace, moved: Iterable[Moved], found: _Found) -> None:
    """Look for each quote in its source's present text."""
    by_version: dict[str, list[Moved]] = defaultdict(list)
    for one in moved:
        by_version[one.version].append(one)
    for digest, citations in by_version.items():
        statements = {one.id: one for one in workspace.version(digest).article.statements()}
        for one in citations:
            evidence = statements[one.statement].citations[one.citation].evidence
            assert evidence.kind == "quote"
            finder = workspace.finder(one.snapshot)
            quote = evidence.quote
            place = stand(
                finder.text, quote.exact, quote.prefix, quote.suffix, finder.find, same_words
            )
            if place is not None:
                anchor = Anchor(one.statement, one.citation, one.snapshot, *place)
                found.anchors[one.slug].append(anchor)
                continue
            detail = f"The source {one.source} {_became(quote.exact, finder.text)}"
            cause = Cause(
                "text", detail, one.statement, one.citation, one.source, snapshot=one.snapshot
            )
            found.causes[one.slug].append(cause)


_SHOWN = 200


def _became(quote: str, text: str) -> str:
    """What became of a quote that a text does not hold any more, as the end of a sentence."""
    words = set(re.findall(r"\w{4,}", quote.casefold()))
    spans = [text[start:end] for start, end in sentence_spans(text)]
    near = [one for one in spans if len(words & set(re.findall(r"\w{4,}", one.casefold()))) > 1]
    pairs = align([quote], near)
    now = next((near[pair.new[0]] for pair in pairs if pair.old and pair.new), None)
    if now is None:
        return "does not say any more what was quoted."
    shown = clean_text(now)
    return f"now says: {shown[:_SHOWN]}{'…' if len(shown) > _SHOWN else ''}"


def _orders(workspace: Workspace, heads: Iterable[Head], found: _Found) -> None:
    """What each article was ordered and made with, against what it would be now; and its age."""
    made = workspace.refresh_log.made_with()
    today = Today(workspace)
    days = workspace.settings.review_after_days
    now = workspace.clock()
    due = (now - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%S") if days else ""
    for head in heads:
        for name, values in made.get(head.version, {}).items():
            current = today.of(name)
            if current is None or values == {current}:
                continue
            cause = changed(name, values, today)
            if cause is not None:
                found.causes[head.slug].append(cause)
        if head.drafted < due:
            detail = f"It was last drafted on {head.drafted[:10]}, more than {days} days ago."
            found.causes[head.slug].append(Cause("age", detail))
