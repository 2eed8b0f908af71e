"""A version as plain values that hold everything its page shows, already decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from citewright.model.article import Section, SeeAlso
from citewright.model.community import cause_in_words
from citewright.model.version import Version
from citewright.site.blocks import (
    BlockView,
    FigureView,
    Marking,
    ParagraphView,
    block_view,
    figure_view,
    paragraph_view,
)
from citewright.site.context import PageContext
from citewright.site.crosslinks import Span, article_spans
from citewright.site.evidence import CardView, evidence
from citewright.site.frame import Frame
from citewright.site.measure import ShareView, counted, reading_minutes, share_view
from citewright.site.notices import LinkView, NoticeView, notices
from citewright.site.plain import day, own_href
from citewright.site.sources import SourceView, source_views
from citewright.site.structured import page_jsonld
from citewright.site.topics import topic_path, topic_title
from citewright.site.wording import STATES, Wording, wording

__all__ = ["ArticleView", "LinkView", "NoticeView", "PageContext", "SectionView", "article_view"]


@dataclass(frozen=True)
class SectionView:
    """A section: its blocks, or why there are none."""

    anchor: str
    title: str
    blocks: tuple[BlockView, ...]
    absent: str | None


@dataclass(frozen=True, kw_only=True)
class ArticleView:
    """Everything the page of a version shows.

    ``listed`` says whether search engines may list it, ``found`` whether the site's own search
    finds it; ``canonical`` is the address of the article, also for the permanent copy of
    its current version, and None for another version, which says something else; ``structured``
    is JSON-LD. ``ways`` lead to other pages on this article,
    ``documents`` to the version for programs. ``vote`` and ``suggest`` are addresses of the
    application. ``record`` are names and values of what the version can be checked by;
    ``running`` stands at the foot of each printed page and is ASCII but for its middle dots.
    """

    frame: Frame
    banner: str
    breadcrumb: tuple[LinkView, ...]
    title: str
    status: tuple[str, ...]
    notices: tuple[NoticeView, ...]
    listed: bool
    found: bool
    canonical: str | None
    structured: Markup | None
    ways: tuple[LinkView, ...]
    documents: tuple[tuple[str, str, str], ...]
    lead: ParagraphView | None
    lead_absent: str | None
    upvotes: str | None
    vote: str | None
    suggest: str | None
    figure: FigureView | None
    share: ShareView
    sections: tuple[SectionView, ...]
    sources: tuple[SourceView, ...]
    see_also: tuple[LinkView, ...]
    provenance: str
    rule: str
    llm: str
    record: tuple[tuple[str, str], ...]
    cards: tuple[CardView, ...]
    running: str


def marking_of(
    version: Version,
    context: PageContext,
    spans: Mapping[str, tuple[Span, ...]] | None = None,
) -> Marking:
    """What stands with the statements of this version beyond their text.

    :param spans: the titles of other articles in it, if they are at hand.
    """
    frame = context.frame
    if spans is None:
        spans = article_spans(version.article, context.titles) if context.titles else {}
    return Marking(
        proof=evidence(version, context.assessment),
        frame=frame,
        spans=spans,
        suggest=f"{frame.app_url}/suggest/{version.slug}" if frame.app_url else None,
    )


def article_view(
    version: Version, context: PageContext, marking: Marking | None = None
) -> ArticleView:
    """Everything the page of this version shows.

    :param marking: that of :func:`marking_of`, if it is at hand.
    :raises InputError: when a link of the context is not a web address or a relative path.
    """
    article, words, frame = version.article, wording(version.generator), context.frame
    own_href(frame.home)
    marking = marking or marking_of(version, context)
    proof, lead = marking.proof, article.lead
    share = share_view(article, proof)
    current = context.number_is_current and context.state == "published"
    return ArticleView(
        frame=frame,
        banner=words.banner,
        breadcrumb=_breadcrumb(article.taxonomy, frame),
        title=article.title,
        status=_status(version, context, words),
        notices=notices(context, share),
        listed=context.checked and current,
        found=frame.whole and current,
        canonical=(frame.address(f"{version.slug}/") or frame.to(f"{version.slug}/"))
        if frame.whole and context.number_is_current
        else None,
        structured=page_jsonld(version, context) if frame.whole else None,
        ways=_ways(version, frame),
        documents=_documents(version, context),
        lead=paragraph_view(None, lead.statements, marking) if lead.statements else None,
        lead_absent=lead.absent,
        upvotes=None if context.upvotes is None else counted(context.upvotes, "upvote"),
        vote=f"{frame.app_url}/vote/{version.slug}" if frame.app_url else None,
        suggest=marking.suggest,
        figure=figure_view(article.figure, marking) if article.figure else None,
        share=share,
        sections=tuple(_section(section, marking) for section in article.sections),
        sources=source_views(version, proof, frame),
        see_also=tuple(_see_also(other, context) for other in article.see_also),
        provenance=_provenance(version, words, context.credits),
        rule=words.rule,
        llm=words.llm,
        record=_record(version, context.digest or version.digest),
        cards=proof.cards,
        running=_running(version, context.digest or version.digest),
    )


def _breadcrumb(taxonomy: tuple[str, ...], frame: Frame) -> tuple[LinkView, ...]:
    return tuple(
        LinkView(topic_title(step), frame.to(topic_path(taxonomy[:depth])) if frame.whole else None)
        for depth, step in enumerate(taxonomy, 1)
    )


def _status(version: Version, context: PageContext, words: Wording) -> tuple[str, ...]:
    reviewed = f", {context.reviewed}" if context.reviewed else ""
    return (
        f"version {version.number}",
        day(version.created),
        STATES[context.state],
        words.model,
        f"reviewed by {context.reviewer}{reviewed}"
        if context.reviewer
        else "not reviewed by a person",
    )


def _ways(version: Version, frame: Frame) -> tuple[LinkView, ...]:
    if not frame.whole:
        return ()
    return (
        LinkView("Versions and changes", frame.to(f"{version.slug}/versions/")),
        LinkView(
            f"Permanent link to version {version.number}",
            frame.to(f"{version.slug}/v/{version.number}/"),
        ),
    )


def _documents(version: Version, context: PageContext) -> tuple[tuple[str, str, str], ...]:
    """Name, media type and address of each document beside the version's page."""
    if not context.frame.whole or not context.whole or context.state == "withdrawn":
        return ()
    folder = f"{version.slug}/v/{version.number}/"
    named = (
        ("The version as JSON", "application/json", "version.json"),
        ("Its provenance (PROV-JSON)", "application/json", "prov.json"),
        ("Its claims and evidence (JSON-LD)", "application/ld+json", "article.jsonld"),
    )
    return tuple((name, kind, context.frame.file(folder + file)) for name, kind, file in named)


def _section(section: Section, marking: Marking) -> SectionView:
    return SectionView(
        anchor=f"sec-{section.id}",
        title=section.title,
        blocks=tuple(block_view(block, marking, section.title) for block in section.blocks),
        absent=section.absent,
    )


def _see_also(other: SeeAlso, context: PageContext) -> LinkView:
    if other.slug not in context.known_articles:
        return LinkView(other.title, None)
    if context.frame.whole:
        return LinkView(other.title, context.frame.to(f"{other.slug}/"))
    return LinkView(other.title, f"../{other.slug}/index.html")


def _provenance(version: Version, words: Wording, thanked: Sequence[str]) -> str:
    article = version.article
    thanks = f" With suggestions by {', '.join(thanked)}." if thanked else ""
    return (
        f"{words.origin} · version {version.number} · {words.dated} {day(version.created)} · "
        f"{reading_minutes(article)} min read · {counted(len(article.sources), 'source')}.{thanks}"
    )


def _record(version: Version, digest: str) -> tuple[tuple[str, str], ...]:
    """Names and values of what the version can be checked by."""
    rows = [("Version", digest), ("Content", version.content)]
    if version.parent:
        rows.append(("Made from version", version.parent))
    rows.append(("Made because", cause_in_words(version.cause.detail)))
    rows += [(file.name, file.sha256) for file in version.files]
    rows += [
        (f"Stored text of source {version.article.number(s.source)}", s.digest)
        for s in version.snapshots
    ]
    for action in ("repaired", "demoted", "dropped"):
        number = sum(event.action == action for event in version.history)
        if number:
            rows.append(("By the checks", f"{counted(number, 'statement')} {action}"))
    return tuple(rows)


def _running(version: Version, digest: str) -> str:
    parts = (
        version.slug,
        f"version {version.number}",
        day(version.created),
        digest[:19],
    )
    return " · ".join(parts)
