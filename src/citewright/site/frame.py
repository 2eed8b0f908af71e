"""What all pages of one site have in common: its name, where its pages are, what it offers."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

ROOT = "\x00"
"""Stands for the way up to the site's folder until a page is written to its place.

No text from outside holds it: :func:`citewright.site.plain.visible` spells it out.
"""

SECTIONS = (
    ("articles/", "Articles"),
    ("topics/", "Topics"),
    ("sources/", "Sources"),
    ("glossary/", "Glossary"),
    ("new/", "What’s new"),
)
"""The folders of the site's own pages, in the order of the masthead."""

RESERVED = frozenset(
    {"about", "articles", "assets", "glossary", "new", "pagefind", "search", "sources", "topics"}
)
"""Names that no article can have, since the site's own pages stand there."""


@dataclass(frozen=True, kw_only=True)
class Frame:
    """A site, or one page alone where ``whole`` is false: that one has a name and no other page.

    ``site_url`` is the site's address with a slash at its end; without it pages lead to each
    other's files, so that they can be looked at from a disk, and there is no feed and no sitemap.
    ``app_url`` is the application's, without a slash at its end. ``home`` leads home from a page
    that stands alone.
    """

    site_name: str
    whole: bool = False
    site_url: str | None = None
    app_url: str | None = None
    search: bool = False
    home: str | None = None

    def to(self, path: str) -> Markup:
        """The link to a page of the site by its folder, such as ``sources/`` or an empty text."""
        # Slugs, numbers and names of this package: nothing in them ends an attribute.
        return Markup(ROOT + path + ("" if self.site_url else "index.html"))  # noqa: S704

    def file(self, path: str) -> Markup:
        """The link to a file of the site."""
        return Markup(ROOT + path)  # noqa: S704

    def address(self, path: str) -> str | None:
        """The address of a page or file of the site; None where the site's own is not set."""
        return None if self.site_url is None else self.site_url + path

    @property
    def home_href(self) -> str | None:
        """Where the site's name leads."""
        return self.to("") if self.whole else self.home

    @property
    def sections(self) -> tuple[tuple[Markup, str], ...]:
        """What the masthead leads to."""
        if not self.whole:
            return ()
        found = (*SECTIONS, ("search/", "Search")) if self.search else SECTIONS
        return tuple((self.to(path), name) for path, name in found)


def placed(page: str, path: str) -> str:
    """A page with its links made relative to where it is written: its path in the site."""
    return page.replace(ROOT, "../" * path.count("/"))
