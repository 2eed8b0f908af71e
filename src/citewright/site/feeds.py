"""What programs read of a site: feed, sitemap and ``robots.txt``.

Sources: Atom (RFC 4287), sitemaps.org's protocol 0.9, Robots Exclusion Protocol (RFC 9309).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from xml.sax.saxutils import escape

from citewright.site.builder import Builder
from citewright.site.frame import SECTIONS, Frame
from citewright.site.ledger import Known
from citewright.site.plain import visible
from citewright.site.topics import topic_path

PER_SITEMAP = 50_000
"""The most addresses in one sitemap, by its protocol."""

_SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XML = '<?xml version="1.0" encoding="utf-8"?>\n'


def build_feeds(
    builder: Builder,
    frame: Frame,
    known: Mapping[str, Known],
    sources: Sequence[str],
    news: Sequence[Mapping[str, str]],
) -> None:
    """``robots.txt``; where the site's address is known, ``feed.atom`` and ``sitemap.xml`` too."""
    builder.file("robots.txt", "", ["robots"], lambda: _robots(frame).encode())
    if frame.site_url is None:
        return
    builder.file("feed.atom", "", ["feed", news], lambda: atom(frame, news).encode())
    places = _places(known, sources)
    parts = [places[at : at + PER_SITEMAP] for at in range(0, len(places), PER_SITEMAP)]
    if len(parts) == 1:
        builder.file("sitemap.xml", "", ["map", places], lambda: sitemap(frame, places).encode())
        return
    names = [f"sitemap-{number}.xml" for number in range(1, len(parts) + 1)]
    for name, part in zip(names, parts, strict=True):
        builder.file(name, "", ["map", part], partial(_sitemap_file, frame, part))
    builder.file("sitemap.xml", "", ["maps", names], lambda: _sitemap_index(frame, names).encode())


def atom(frame: Frame, news: Sequence[Mapping[str, str]]) -> str:
    """The feed of what is new; the newest comes first."""
    site = frame.site_url or ""
    updated = news[0]["at"] if news else "1970-01-01T00:00:00Z"
    parts = [
        f'{_XML}<feed xmlns="http://www.w3.org/2005/Atom">',
        f"<title>{_text(frame.site_name)}</title><id>{_text(site)}</id>",
        f"<updated>{_text(updated)}</updated><author><name>{_text(frame.site_name)}</name></author>",
        f'<link rel="self" href="{_attribute(site)}feed.atom"/>',
        f'<link href="{_attribute(site)}"/>',
    ]
    for one in news:
        address = f"{site}{one['path']}"
        parts.append(
            f"<entry><title>{_text(one['title'])}: {_text(one['said'])}</title>"
            f"<id>{_text(address)}#{_text(one['at'])}</id><updated>{_text(one['at'])}</updated>"
            f'<link href="{_attribute(address)}"/></entry>'
        )
    return "\n".join([*parts, "</feed>\n"])


def sitemap(frame: Frame, places: Iterable[tuple[str, str]]) -> str:
    """The addresses of these folders, each with the day of its last change where it is known."""
    lines = [f'{_XML}<urlset xmlns="{_SITEMAPS}">']
    for path, changed in places:
        last = f"<lastmod>{_text(changed)}</lastmod>" if changed else ""
        lines.append(f"<url><loc>{_text((frame.site_url or '') + path)}</loc>{last}</url>")
    return "\n".join([*lines, "</urlset>\n"])


def _sitemap_file(frame: Frame, places: Iterable[tuple[str, str]]) -> bytes:
    return sitemap(frame, places).encode()


def _places(known: Mapping[str, Known], sources: Sequence[str]) -> list[tuple[str, str]]:
    """What search engines are to find: neither permanent copies nor single changes."""
    articles = [one for one in known.values() if one.listed]
    listed = sorted((f"{one.slug}/", one.changed[:10]) for one in articles)
    steps = {one.taxonomy[: depth + 1] for one in articles for depth in range(len(one.taxonomy))}
    plain = [
        *sorted(map(topic_path, steps)),
        *(f"{path}versions/" for path, _ in listed),
        *(f"sources/{key}/" for key in sorted(sources)),
    ]
    own = ["", *(path for path, _ in SECTIONS), "about/"]
    return [*((path, "") for path in own), *listed, *((path, "") for path in plain)]


def _sitemap_index(frame: Frame, names: Iterable[str]) -> str:
    lines = [f'{_XML}<sitemapindex xmlns="{_SITEMAPS}">']
    lines += [f"<sitemap><loc>{_text(frame.site_url or '')}{one}</loc></sitemap>" for one in names]
    return "\n".join([*lines, "</sitemapindex>\n"])


def _robots(frame: Frame) -> str:
    lines = ["User-agent: *", "Disallow: /pagefind/"]
    if frame.site_url is not None:
        lines.append(f"Sitemap: {frame.site_url}sitemap.xml")
    return "\n".join(lines) + "\n"


def _text(text: str) -> str:
    return escape(visible(text))


def _attribute(text: str) -> str:
    return escape(visible(text), {'"': "&quot;"})
