"""A version as JSON-LD: schema.org for the article, W3C Web Annotation for its evidence.

The context stands in the document, so that nothing is fetched to read it. Sources: schema.org
(MedicalWebPage, Claim, citation); Web Annotation Vocabulary (W3C Recommendation, 23 February 2017).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from citewright.model.canonical import Json, dump
from citewright.model.evidence import Evidence
from citewright.model.source import CslItem, CslName, Source
from citewright.model.statement import Citation, Statement
from citewright.model.verdict import Verdict
from citewright.model.version import Version

CONTEXT: Json = {
    "@vocab": "https://schema.org/",
    "cw": "urn:citewright:term:",
    "oa": "http://www.w3.org/ns/oa#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "Annotation": "oa:Annotation",
    "TextQuoteSelector": "oa:TextQuoteSelector",
    "TextPositionSelector": "oa:TextPositionSelector",
    "body": {"@id": "oa:hasBody", "@type": "@id"},
    "target": {"@id": "oa:hasTarget", "@type": "@id"},
    "motivation": {"@id": "oa:motivatedBy", "@type": "@id"},
    "source": {"@id": "oa:hasSource", "@type": "@id"},
    "selector": {"@id": "oa:hasSelector", "@type": "@id"},
    "exact": "oa:exact",
    "prefix": "oa:prefix",
    "suffix": "oa:suffix",
    "start": {"@id": "oa:start", "@type": "xsd:nonNegativeInteger"},
    "end": {"@id": "oa:end", "@type": "xsd:nonNegativeInteger"},
    "dateCreated": {"@type": "DateTime"},
}

_TYPES = {
    "article-journal": "ScholarlyArticle",
    "article-magazine": "Article",
    "article-newspaper": "NewsArticle",
    "book": "Book",
    "chapter": "Chapter",
    "report": "Report",
    "thesis": "Thesis",
    "webpage": "WebPage",
}


def export_jsonld(version: Version, digest: str | None = None) -> Json:
    """The article as ``MedicalWebPage`` with its claims and sources, and an annotation per quote.

    A statement is a ``Claim`` whose ``cw:marker`` is ``LLM`` or ``sources``. An annotation's body
    is the claim, its target the snapshot's text with both selectors; ``cw:outcome`` is the
    verdict's. What is not known of a source is absent.

    :param digest: the version's, where it is known: deriving it takes as long as all the rest.
    """
    digest = digest or version.digest
    page = f"urn:citewright:version:{_hex(digest)}"
    graph = [_page(version, page, digest), *_annotations(version, page)]
    return {"@context": CONTEXT, "@graph": graph}


def _page(version: Version, page: str, digest: str) -> Json:
    article = version.article
    makers = [
        {"@type": "SoftwareApplication", "name": name}
        for name in (f"drafter {version.generator.drafter}", *version.generator.models)
    ]
    return {
        "@id": page,
        "@type": "MedicalWebPage",
        "name": article.title,
        "identifier": digest,
        "version": version.number,
        "dateCreated": version.model_dump(mode="json", include={"created"})["created"],
        "creator": makers,
        **({"keywords": list(article.taxonomy)} if article.taxonomy else {}),
        "hasPart": [_claim(one, page) for one in article.statements()],
        "citation": [source_entry(source) for source in article.sources],
    }


def _claim(statement: Statement, page: str) -> Json:
    cited = dict.fromkeys(citation.source for citation in statement.citations)
    claim: Json = {
        "@id": f"{page}#{statement.id}",
        "@type": "Claim",
        "text": statement.text,
        "cw:form": statement.form,
        "cw:marker": "sources" if cited else "LLM",
    }
    if cited:
        claim["citation"] = [{"@id": _name(key)} for key in cited]
    return claim


def source_entry(source: Source) -> Json:
    """A source in schema.org's words; what is not known of it is absent."""
    csl = source.csl
    known: Json = {
        "@id": _name(source.key),
        "@type": _TYPES.get(csl.type, "CreativeWork"),
        "name": csl.title,
        "author": [_person(name) for name in csl.author],
        "editor": [_person(name) for name in csl.editor],
        "datePublished": "-".join(f"{n:02}" for n in csl.issued.date_parts[0])
        if csl.issued
        else "",
        "publisher": {"@type": "Organization", "name": csl.publisher} if csl.publisher else None,
        "isPartOf": (
            {"@type": "CreativeWork", "name": csl.container_title} if csl.container_title else None
        ),
        "volumeNumber": csl.volume,
        "issueNumber": csl.issue,
        "pagination": csl.page,
        "inLanguage": csl.language,
        "isbn": csl.ISBN,
        "url": csl.URL,
        "identifier": _identifiers(csl),
        "cw:tier": source.tier,
    }
    return {name: value for name, value in known.items() if value}


def _identifiers(csl: CslItem) -> list[Json]:
    named = {"DOI": csl.DOI, "PMID": csl.PMID, "PMCID": csl.PMCID}
    return [
        {"@type": "PropertyValue", "propertyID": name, "value": value}
        for name, value in named.items()
        if value
    ]


def _person(name: CslName) -> Json:
    if name.literal:
        return {"@type": "Organization", "name": name.literal}
    parts = {"familyName": name.family, "givenName": name.given}
    return {"@type": "Person"} | {key: value for key, value in parts.items() if value}


def _annotations(version: Version, page: str) -> Iterator[Json]:
    verdicts = {(verdict.statement, verdict.citation): verdict for verdict in version.verdicts}
    addresses = {snapshot.digest: snapshot.final_url for snapshot in version.snapshots}
    for statement in version.article.statements():
        for index, citation in enumerate(statement.citations):
            if isinstance(citation.evidence, Evidence):
                verdict = verdicts[statement.id, index]
                yield {
                    "@id": f"{page}#{statement.id}-{index + 1}",
                    "@type": "Annotation",
                    "motivation": "oa:linking",
                    "body": f"{page}#{statement.id}",
                    "target": _target(addresses, citation, citation.evidence),
                    **_outcome(verdict),
                }


def _outcome(verdict: Verdict) -> Json:
    checker = f"{verdict.checker.name} {verdict.checker.version}"
    return {"cw:outcome": verdict.outcome, "cw:checker": checker}


def _target(addresses: Mapping[str, str | None], citation: Citation, evidence: Evidence) -> Json:
    """The snapshot's text, whose offsets the selectors count in Unicode code points."""
    address = addresses[evidence.snapshot]
    return {
        "source": {
            "@id": f"urn:citewright:snapshot:{_hex(evidence.snapshot)}",
            "isBasedOn": {"@id": _name(citation.source)},
            **({"url": address} if address else {}),
        },
        "selector": [
            {"@type": selector.pop("type"), **selector}
            for selector in (dump(evidence.quote), dump(evidence.position))
        ],
    }


def _name(key: str) -> str:
    return f"urn:citewright:source:{key}"


def _hex(digest: str) -> str:
    return digest.removeprefix("sha256:")
