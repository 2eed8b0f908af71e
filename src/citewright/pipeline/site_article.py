"""The pages of one article: its current version, each version at its own address, the changes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, partial

from citewright.checks.gate import blocking, objections
from citewright.diff.compare import compare
from citewright.exporting.jsonld import export_jsonld
from citewright.exporting.prov import export_prov
from citewright.model.canonical import Json
from citewright.model.policy import Policy
from citewright.model.version import Version
from citewright.pipeline.comparing import section_titles
from citewright.pipeline.loading import load_checked
from citewright.pipeline.site_inputs import Inputs
from citewright.pipeline.withdrawing import shown_version
from citewright.pipeline.workspace import VERSION_TAG, Workspace
from citewright.site.blocks import Marking
from citewright.site.builder import Builder
from citewright.site.context import PageContext
from citewright.site.crosslinks import Span, Titles, article_spans
from citewright.site.facts import Facts, facts
from citewright.site.frame import Frame
from citewright.site.history import (
    Public,
    changes_path,
    counts,
    news_of,
    render_changes,
    render_history,
    version_line,
)
from citewright.site.render import render_article
from citewright.site.view import article_view, marking_of


@dataclass(frozen=True)
class Surroundings:
    """What the pages of all articles share."""

    workspace: Workspace
    frame: Frame
    policy: Policy
    titles: Titles
    known: frozenset[str]
    befallen: Mapping[str, str]


class Loaded:
    """A version with what its page needs, read when it is asked for and then once."""

    def __init__(self, around: Surroundings, inputs: Inputs, place: int) -> None:
        self.public: Public = inputs.versions[place]
        self.around, self._inputs, self._place = around, inputs, place

    @cached_property
    def version(self) -> Version:
        """The version as it is stored."""
        return load_checked(self.around.workspace, self.public.digest)

    @cached_property
    def shown(self) -> Version:
        """The version as its page may show it."""
        return shown_version(self.version, self.retracted, self.around.policy)

    @cached_property
    def retracted(self) -> dict[str, str]:
        """What befell the sources that it cites."""
        cited = {citation.source for citation in self.version.article.citations()}
        return {key: self.around.befallen[key] for key in sorted(cited & {*self.around.befallen})}

    @property
    def credits(self) -> tuple[str, ...]:
        """The readers whose suggestions are in it, as they want to be named."""
        return self._inputs.credits[self._place] if self._inputs.credits else ()

    @cached_property
    def context(self) -> PageContext:
        """What its page says beyond it."""
        around, version = self.around, self.version
        workspace = around.workspace
        assessment = (
            workspace.assessment(self.public.digest)
            if self._inputs.assessments[self._place]
            else None
        )
        named = {source.key: source.csl.title for source in version.article.sources}
        current = self._place == self._inputs.current
        return PageContext(
            frame=around.frame,
            state=self.public.state,
            checked=not blocking(objections(version, around.policy, assessment)),
            number_is_current=current,
            current_href=None if current else around.frame.to(f"{version.slug}/"),
            known_articles=around.known,
            titles=around.titles,
            reviewer=self.public.reviewer,
            reviewed=self.public.reviewed,
            upvotes=self._inputs.upvotes,
            credits=self.credits,
            notes=sum(snapshot.covers == "notes" for snapshot in version.snapshots),
            retracted=tuple((named[key], what) for key, what in self.retracted.items()),
            digest=self.public.digest,
            whole=self.shown is version,
            assessment=assessment,
        )

    @cached_property
    def marking(self) -> Marking:
        """What stands with its statements."""
        whole = self.shown is self.version
        return marking_of(self.shown, self.context, self.spans if whole else None)

    @cached_property
    def spans(self) -> dict[str, tuple[Span, ...]]:
        """The titles of other articles in it."""
        return article_spans(self.version.article, self.around.titles)

    @cached_property
    def sources(self) -> list[object]:
        """What its page is made from."""
        known = [one.slug for one in self.version.article.see_also if one.slug in self.around.known]
        return [
            self.public.digest, self.public.state, self.public.reviewer, self.public.reviewed,
            self._inputs.assessments[self._place], self._place == self._inputs.current,
            self.retracted, known, self.spans, self._inputs.upvotes, self.credits,
        ]  # fmt: skip


def build_article(
    builder: Builder, around: Surroundings, inputs: Inputs
) -> tuple[Facts, frozenset[str], list[dict[str, str]]]:
    """All pages of an article; gives its facts, its versions' sources, and what is new.

    :raises IntegrityError: when a version or its evidence does not stand.
    """
    loaded = [Loaded(around, inputs, place) for place in range(len(inputs.versions))]
    for one in loaded:
        _version_pages(builder, inputs, one)
    news = _history(builder, around, inputs, loaded)
    current = loaded[inputs.current]
    cited = {source.key for one in loaded for source in one.version.article.sources}
    return facts(current.shown, current.context, current.marking), frozenset(cited), news


def _version_pages(builder: Builder, inputs: Inputs, one: Loaded) -> None:
    slug, number = inputs.slug, one.public.number
    made: list[str] = []

    def page() -> str:
        if not made:
            made.append(render_article(article_view(one.shown, one.context, one.marking)))
        return made[0]

    sources = one.sources
    if one.public is inputs.versions[inputs.current]:
        builder.page(f"{slug}/index.html", slug, sources, page)
    folder = f"{slug}/v/{number}/"
    builder.page(f"{folder}index.html", slug, sources, page)
    if one.public.state == "withdrawn" or one.shown is not one.version:
        return
    log = [one.public.digest]
    builder.file(f"{folder}version.json", slug, log, lambda: _document(one))
    digest = one.public.digest
    builder.file(
        f"{folder}article.jsonld", slug, log, lambda: _json(export_jsonld(one.version, digest))
    )
    # Without the log: the names of those who worked on it are not for everybody.
    builder.file(
        f"{folder}prov.json", slug, log, lambda: _json(export_prov(one.version, digest=digest))
    )


def _history(
    builder: Builder, around: Surroundings, inputs: Inputs, loaded: list[Loaded]
) -> list[dict[str, str]]:
    slug, frame = inputs.slug, around.frame
    title = loaded[inputs.current].version.article.title
    lines, news = [], []
    before: Loaded | None = None
    for one in loaded:
        said = ""
        shown_before = before
        if one.public.state == "withdrawn":
            shown_before = None
        if shown_before is not None:
            difference = compare(shown_before.shown, one.shown)
            said = counts(difference)
            titles = section_titles(shown_before.version, one.version)
            both = (*shown_before.version.article.sources, *one.version.article.sources)
            sources = {source.key: source.csl.title for source in both}
            path = changes_path(slug, shown_before.public.number, one.public.number)
            builder.page(
                f"{path}index.html",
                slug,
                ["changes", title, shown_before.sources, one.sources],
                partial(render_changes, title, difference, titles, sources, frame),
            )
        earlier = shown_before.public if shown_before else None
        lines.append(version_line(one.version, one.public, earlier, said, frame))
        if one.public.state != "withdrawn":
            news += news_of(one.public, slug, said)
            before = one
    lines.reverse()
    builder.page(
        f"{slug}/versions/index.html",
        slug,
        ["versions", title, lines],
        lambda: render_history(title, slug, lines, frame),
    )
    return news


def _document(one: Loaded) -> bytes:
    store = one.around.workspace.store
    return store.document_bytes("version", VERSION_TAG, one.public.digest)


def _json(value: Json) -> bytes:
    return (json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
