"""The pages on what stands behind the articles: all sources, each source, the glossary."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from citewright.model.source import TIER_MEANING
from citewright.site.builder import Builder, chunks
from citewright.site.facts import own_markup
from citewright.site.frame import Frame
from citewright.site.ledger import Ledger
from citewright.site.lists import PER_PAGE, LineView, pager, part_path
from citewright.site.measure import counted
from citewright.site.plain import clipped
from citewright.site.render import render

TERMS = 300
"""Terms on one page of the glossary."""

STANDINGS = {
    "retracted": "was retracted",
    "withdrawn": "was withdrawn",
    "concern": "has an expression of concern",
}
"""What befell a source, in words."""


@dataclass(frozen=True)
class SourceLine:
    """A source in the list of all."""

    href: Markup
    reference: str
    tier: str
    said: str
    standing: str


@dataclass(frozen=True)
class UseView:
    """An article that lists a source, and the beginnings of the statements that cite it."""

    href: Markup
    title: str
    cited: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class SourcePage:
    """A source, and everything that cites it."""

    title: str
    short: str
    reference: str
    href: str | None
    host: str
    tier: str
    tier_meaning: str
    tier_reason: str
    standing: str
    uses: tuple[UseView, ...]


@dataclass(frozen=True)
class DefinitionView:
    """What an article says a term means."""

    html: Markup
    href: Markup
    title: str


def build_source(
    builder: Builder, ledger: Ledger, frame: Frame, key: str, standing: str | None
) -> None:
    """The page of one source, described as in the article that was changed last."""
    uses = ledger.uses(key)
    if not uses:
        ledger.set_source(key, None)
        return
    newest: dict[str, Any] = max((use for _, _, use in uses), key=lambda use: use["changed"])
    befell = STANDINGS.get(standing or "", "")
    ledger.set_source(key, (newest["reference"], newest["tier"], len(uses), befell))

    def make() -> str:
        view = SourcePage(
            title=newest["title"],
            short=clipped(newest["title"], 60),
            reference=newest["reference"],
            href=newest["href"],
            host=newest["host"],
            tier=newest["tier"],
            tier_meaning=TIER_MEANING[newest["tier"]],
            tier_reason=newest["tier_reason"],
            standing=befell,
            uses=tuple(
                UseView(frame.to(f"{slug}/"), title, tuple(map(tuple, use["cited"])))
                for slug, title, use in uses
            ),
        )
        return render("source.html", frame, source=view)

    told = [(slug, title, use["cited"]) for slug, title, use in uses]
    described = {name: value for name, value in newest.items() if name not in ("cited", "changed")}
    builder.page(f"sources/{key}/index.html", SOURCE + key, [told, described, befell], make)


SOURCE = "source:"
"""Stands before a source's key where it owns a page."""


def build_source_list(builder: Builder, ledger: Ledger, frame: Frame) -> None:
    """The list of all sources."""
    rows = sorted(ledger.sources(), key=lambda row: (row[1].casefold(), row[0]))
    names = [row[1] for row in rows]
    said = counted(len(rows), "source")
    for place, (start, end) in enumerate(chunks(len(rows), PER_PAGE)):
        pages = pager(names, "sources/", place, frame)

        def make(
            part: Sequence[tuple[str, str, str, int, str]] = rows[start:end],
            pages: tuple[LineView, ...] = pages,
        ) -> str:
            lines = tuple(
                SourceLine(
                    href=frame.to(f"sources/{key}/"),
                    reference=reference,
                    tier=tier,
                    said=f"in {counted(number, 'article')}",
                    standing=standing,
                )
                for key, reference, tier, number, standing in part
            )
            listed = {"said": said, "pages": pages, "sources": lines, "tiers": TIER_MEANING.items()}
            return render("sources.html", frame, list=listed)

        builder.page(
            f"{part_path('sources/', place)}index.html",
            "",
            ["sources", rows[start:end], [page.title for page in pages], said],
            make,
        )


def build_glossary(builder: Builder, ledger: Ledger, frame: Frame) -> None:
    """All terms that articles define, each with what each article says."""
    groups: dict[str, list[tuple[str, str, str, str]]] = defaultdict(list)
    for row in sorted(ledger.terms(), key=lambda row: (row[0].casefold(), row[3], row[2])):
        groups[row[0].casefold()].append(row)
    terms = list(groups.values())
    names = [group[0][0] for group in terms]
    said = counted(len(terms), "term")
    for place, (start, end) in enumerate(chunks(len(terms), TERMS)):
        part = terms[start:end]
        pages = pager(names, "glossary/", place, frame, TERMS)

        def make(
            part: Iterable[Sequence[tuple[str, str, str, str]]] = part,
            pages: tuple[LineView, ...] = pages,
        ) -> str:
            found = tuple((group[0][0], _definitions(group, frame)) for group in part)
            return render(
                "glossary.html", frame, list={"said": said, "pages": pages, "terms": found}
            )

        builder.page(
            f"{part_path('glossary/', place)}index.html",
            "",
            ["glossary", part, [page.title for page in pages], said],
            make,
        )


def _definitions(
    group: Sequence[tuple[str, str, str, str]], frame: Frame
) -> tuple[DefinitionView, ...]:
    return tuple(
        DefinitionView(own_markup(html), frame.to(f"{slug}/"), title)
        for _, html, slug, title in group
    )


def changed_standings(before: str, now: Mapping[str, str]) -> set[str]:
    """The sources whose standing is not what it was.

    :param before: the standings of the last build, as :func:`kept_standings` gives them.
    """
    old: dict[str, str] = json.loads(before or "{}")
    return {key for key in {*old, *now} if old.get(key) != now.get(key)}


def kept_standings(now: Mapping[str, str]) -> str:
    """The standings, to be kept for the next build."""
    return json.dumps(dict(now), sort_keys=True)
