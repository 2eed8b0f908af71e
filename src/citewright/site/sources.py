"""The list of sources as a page shows it."""

from __future__ import annotations

from dataclasses import dataclass

from citewright.model.source import TIER_MEANING
from citewright.model.version import Version
from citewright.site.evidence import Evidence, ReadView, read_view
from citewright.site.frame import Frame
from citewright.site.plain import host
from citewright.site.reference import link, reference


@dataclass(frozen=True)
class SourceView:
    """A source in the list; ``cited`` are the anchors and letters of what cites it.

    ``page`` is the site's own page on it, if there is one.
    """

    number: int
    reference: str
    href: str | None
    host: str
    tier: str
    tier_meaning: str
    tier_reason: str
    read: tuple[ReadView, ...]
    cited: tuple[tuple[str, str], ...]
    page: str | None


def source_views(version: Version, proof: Evidence, frame: Frame) -> tuple[SourceView, ...]:
    """All sources of a version, in the order of their numbers."""
    views = []
    for number, source in enumerate(version.article.sources, 1):
        href = link(source)
        views.append(
            SourceView(
                number=number,
                reference=reference(source),
                href=href,
                host=host(href) if href else "",
                tier=source.tier,
                tier_meaning=TIER_MEANING[source.tier],
                tier_reason=source.tier_reason,
                read=tuple(read_view(s) for s in version.snapshots if s.source == source.key),
                cited=tuple(
                    (card.anchor, card.label) for card in proof.cards if card.number == number
                ),
                page=frame.to(f"sources/{source.key}/") if frame.whole else None,
            )
        )
    return tuple(views)
