"""What search engines read in a page: schema.org's ``MedicalWebPage`` as JSON-LD.

Only what is on record: ``reviewedBy`` and ``lastReviewed`` stand where a person approved the
version, and nowhere else. Source: https://schema.org/MedicalWebPage.
"""

from __future__ import annotations

import json
from functools import lru_cache

from markupsafe import Markup

from citewright.exporting.jsonld import source_entry
from citewright.model.canonical import Json
from citewright.model.source import Source
from citewright.model.version import Version
from citewright.site.context import PageContext
from citewright.site.plain import day, visible

# What could end a script element, or begin a comment in one, is written as an escape of JSON.
_UNSAFE = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028"})


def page_jsonld(version: Version, context: PageContext) -> Markup:
    """The JSON-LD of a version's page, fit to stand in a script element."""
    article, frame = version.article, context.frame
    page: Json = {
        "@context": "https://schema.org",
        "@type": "MedicalWebPage",
        "name": visible(article.title),
        "version": version.number,
        "identifier": context.digest or version.digest,
        "dateModified": day(version.created),
        "inLanguage": "en",
        "audience": {"@type": "MedicalAudience", "audienceType": "Clinician"},
    }
    if address := frame.address(f"{version.slug}/"):
        page["url"] = address
        page["isPartOf"] = {"@type": "WebSite", "name": frame.site_name, "url": frame.site_url}
    if context.reviewer:
        page["reviewedBy"] = {"@type": "Person", "name": visible(context.reviewer)}
        if context.reviewed:
            page["lastReviewed"] = context.reviewed
    begun = json.dumps(page, ensure_ascii=False)[:-1].translate(_UNSAFE)
    cited = ", ".join(_cited(source) for source in article.sources)
    return Markup(f'{begun}, "citation": [{cited}]}}')  # noqa: S704 - made safe above


@lru_cache(maxsize=4096)
def _cited(source: Source) -> str:
    """A source's entry, safe; most are cited by several articles."""
    entry = source_entry(source)
    entry.pop("cw:tier", None)
    return json.dumps(entry, ensure_ascii=False).translate(_UNSAFE)
