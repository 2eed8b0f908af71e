"""What the pages that list articles, sources and terms need to know of an article."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from markupsafe import Markup

from citewright.model.article import Definition, DefinitionList
from citewright.model.version import Version
from citewright.site.blocks import Marking, StatementView, statement_view
from citewright.site.context import PageContext
from citewright.site.crosslinks import word_marks
from citewright.site.measure import share_view, sourced_percent
from citewright.site.notices import notices
from citewright.site.plain import clipped, day, host
from citewright.site.reference import link, reference
from citewright.site.templating import environment
from citewright.site.view import marking_of
from citewright.site.wording import wording

_SHOWN = 160
"""Characters of a statement on a source's page."""


@dataclass(frozen=True)
class Use:
    """A source as one article lists it; ``cited`` are anchor and beginning of what cites it."""

    source: str
    title: str
    reference: str
    href: str | None
    host: str
    tier: str
    tier_reason: str
    cited: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Term:
    """A term that an article defines; ``html`` is the definition with its markers."""

    term: str
    html: str


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known of an article on the site, beside its pages.

    ``listed`` says whether the lists name it: a withdrawn one has a page and is not listed.
    ``entry`` is its entry on the home page. ``names`` are the articles its text or its list of
    related ones leads to, or would; ``marks`` are the words in it, see
    :func:`citewright.site.crosslinks.word_marks`.
    """

    slug: str
    title: str
    number: str
    date: str
    percent: int
    taxonomy: tuple[str, ...]
    listed: bool
    entry: str
    names: tuple[str, ...]
    marks: str
    uses: tuple[Use, ...]
    terms: tuple[Term, ...]

    def as_dict(self) -> dict[str, Any]:
        """The same as plain values."""
        return asdict(self)


@dataclass(frozen=True)
class EntryView:
    """An article as the home page shows it; ``summary`` is the first statement of its lead."""

    href: str
    title: str
    summary: StatementView | None
    absent: str | None
    number: str
    date: str
    model: str
    reviewed: str
    sourced_percent: int
    notices: tuple[str, ...]


def facts(version: Version, context: PageContext, marking: Marking | None = None) -> Facts:
    """What is known of an article by the version of it that is current.

    :param marking: that of :func:`citewright.site.view.marking_of`, if it is at hand.
    """
    article = version.article
    whole = marking or marking_of(version, context)
    linked = {slug for found in whole.spans.values() for _, _, slug in found}
    # Lists lead to the article alone.
    marking = Marking(whole.proof)
    return Facts(
        slug=version.slug,
        title=article.title,
        number=version.number,
        date=day(version.created),
        percent=sourced_percent(article),
        taxonomy=article.taxonomy,
        listed=context.state == "published",
        entry=_entry(version, context, marking),
        names=tuple(sorted(linked | {other.slug for other in article.see_also})),
        marks=f"{word_marks(article):x}",
        uses=_uses(version),
        terms=tuple(
            _term(entry, marking, version, context)
            for section in article.sections
            for block in section.blocks
            if isinstance(block, DefinitionList)
            for entry in block.entries
        ),
    )


def _entry(version: Version, context: PageContext, marking: Marking) -> str:
    article = version.article
    first = article.lead.statements[:1]
    warnings = notices(context, share_view(article, marking.proof))
    view = EntryView(
        href=context.frame.to(f"{version.slug}/"),
        title=article.title,
        summary=statement_view(first[0], marking) if first else None,
        absent=article.lead.absent,
        number=version.number,
        date=day(version.created),
        model=wording(version.generator).model,
        reviewed=f"reviewed by {context.reviewer}"
        if context.reviewer
        else "not reviewed by a person",
        sourced_percent=sourced_percent(article),
        notices=tuple(notice.title for notice in warnings),
    )
    return environment().get_template("_entry.html").render(entry=view)


def _term(entry: Definition, marking: Marking, version: Version, context: PageContext) -> Term:
    template = environment().get_template("_term.html")
    it = statement_view(entry.statement, marking)
    return Term(entry.term, template.render(it=it, href=context.frame.to(f"{version.slug}/")))


def _uses(version: Version) -> tuple[Use, ...]:
    article = version.article
    cited: dict[str, dict[str, str]] = {}
    for statement in article.statements():
        for citation in statement.citations:
            cited.setdefault(citation.source, {})[statement.id] = clipped(statement.text, _SHOWN)
    found = []
    for source in article.sources:
        href = link(source)
        found.append(
            Use(
                source=source.key,
                title=source.csl.title,
                reference=reference(source),
                href=href,
                host=host(href) if href else "",
                tier=source.tier,
                tier_reason=source.tier_reason,
                cited=tuple(cited.get(source.key, {}).items()),
            )
        )
    return tuple(found)


def own_markup(text: str) -> Markup:
    """What this package rendered and kept, as the markup that it is."""
    return Markup(text)  # noqa: S704 - it was escaped when it was rendered
