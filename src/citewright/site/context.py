"""What the page of a version needs to know beyond the version."""

from __future__ import annotations

from dataclasses import dataclass

from citewright.model.assessment import Assessment
from citewright.model.version import State
from citewright.site.crosslinks import Titles
from citewright.site.frame import Frame


@dataclass(frozen=True, kw_only=True)
class PageContext:
    """What the page of a version needs to know beyond the version.

    ``checked`` says whether the version passed the gate: a page that did not may be looked at,
    but says that it cannot be relied on. ``number_is_current`` says whether this is the article's
    current version; where it is not, ``current_href`` leads to the one that is.
    ``known_articles`` are the slugs that have a page beside this one, ``titles`` those that its
    text may lead to. ``reviewer`` is the person who approved the version, if one did, and
    ``reviewed`` the date; ``credits`` are readers whose suggestions are in it. ``notes`` counts
    the sources of which only notes were read.
    ``retracted`` are the titles of cited sources that do not stand any more, with what befell
    them. ``digest`` names the stored version where the page shows less than it holds (``whole``
    is then false); ``assessment`` is the newest one, where the version was checked again.
    """

    frame: Frame
    state: State
    checked: bool
    number_is_current: bool
    current_href: str | None = None
    upvotes: int | None = None
    known_articles: frozenset[str] = frozenset()
    titles: Titles | None = None
    reviewer: str | None = None
    reviewed: str | None = None
    credits: tuple[str, ...] = ()
    notes: int = 0
    retracted: tuple[tuple[str, str], ...] = ()
    digest: str | None = None
    whole: bool = True
    assessment: Assessment | None = None
