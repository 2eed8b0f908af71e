"""Answers of bibliographic services, made up in their documented shapes, and a project that asks
for them on a loopback server. No work in here exists."""

from __future__ import annotations

import json
from pathlib import Path

from fakes.service_server import Reply, ServiceServer
from opened import put_database

LONG = (
    "Forty invented clinicians breathed slowly for eight weeks. Their self-reported distress "
    "fell by 3.5 points more than in the waiting list, and the difference held at six months."
)
"""An abstract long enough to be one."""


def addresses(base: str) -> dict[str, str]:
    """Where the services are, for the setting ``services``."""
    return {
        "crossref": f"{base}/cr",
        "openalex": f"{base}/oa",
        "pubmed": f"{base}/eu",
        "europepmc": f"{base}/ep",
        "semanticscholar": f"{base}/s2",
        "openlibrary": f"{base}/ol",
        "wikipedia": f"{base}/wp/{{language}}",
    }


def environment(base: str) -> dict[str, str]:
    """The settings of a command that asks a loopback server."""
    return {
        "CITEWRIGHT_SERVICES": json.dumps(addresses(base)),
        "CITEWRIGHT_FETCH_PRIVATE": "true",
        "CITEWRIGHT_FETCH_TIMEOUT": "5",
    }


def make_project(folder: Path, base: str) -> Path:
    """An empty project whose file names the loopback server."""
    put_database(folder / "output")
    table = "".join(f'{name} = "{url}"\n' for name, url in addresses(base).items())
    text = f"fetch_private = true\nfetch_timeout = 60.0\n[services]\n{table}"
    (folder / "citewright.toml").write_text(text, encoding="utf-8")
    return folder


def crossref_work(doi: str, title: str, **fields: object) -> dict[str, object]:
    work = {
        "DOI": doi,
        "type": "journal-article",
        "title": [title],
        "author": [{"family": "Quill", "given": "Ada"}, {"family": "Nib", "given": "Ben"}],
        "issued": {"date-parts": [[2019, 3]]},
        "container-title": ["Journal of Made-Up Results"],
        "volume": "5",
        "page": "217-264",
    }
    return work | fields


def openalex_work(doi: str | None, title: str, **fields: object) -> dict[str, object]:
    work = {
        "id": "https://openalex.org/W1",
        "doi": f"https://doi.org/{doi}" if doi else None,
        "title": title,
        "publication_year": 2019,
        "publication_date": "2019-03-01",
        "ids": {},
        "type": "article",
        "is_retracted": False,
        "cited_by_count": 40,
        "authorships": [{"raw_author_name": "Ada Quill"}, {"raw_author_name": "Ben Nib"}],
        "biblio": {"volume": "5", "issue": None, "first_page": "217", "last_page": "264"},
        "primary_location": {"source": {"display_name": "Journal of Made-Up Results"}},
        "locations": [],
    }
    return work | fields


def open_at(url: str) -> dict[str, object]:
    """The field of an OpenAlex work that is free to read there."""
    place = {"is_oa": True, "landing_page_url": url, "license": "cc-by",
             "version": "publishedVersion"}  # fmt: skip
    return {"best_oa_location": place}


def indexed(text: str) -> dict[str, list[int]]:
    """An abstract as OpenAlex keeps it."""
    index: dict[str, list[int]] = {}
    for place, word in enumerate(text.split()):
        index.setdefault(word, []).append(place)
    return index


def pubmed(pmid: str, doi: str | None, title: str, abstract: str = "") -> bytes:
    named = f'<ArticleId IdType="doi">{doi}</ArticleId>' if doi else ""
    told = f"<Abstract><AbstractText>{abstract}</AbstractText></Abstract>" if abstract else ""
    return f"""<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>{pmid}</PMID><Article>
<Journal><JournalIssue><Volume>5</Volume><PubDate><Year>2019</Year></PubDate></JournalIssue>
<Title>Journal of Made-Up Results</Title></Journal><ArticleTitle>{title}</ArticleTitle>
<Pagination><MedlinePgn>217-64</MedlinePgn></Pagination>{told}
<AuthorList><Author><LastName>Quill</LastName><ForeName>Ada</ForeName></Author></AuthorList>
<PublicationTypeList><PublicationType>Randomized Controlled Trial</PublicationType>
</PublicationTypeList></Article></MedlineCitation><PubmedData><ArticleIdList>
<ArticleId IdType="pubmed">{pmid}</ArticleId>{named}</ArticleIdList></PubmedData>
</PubmedArticle></PubmedArticleSet>""".encode()


def wikipedia_page(title: str, revision: int = 502) -> dict[str, object]:
    return {
        "pageid": 21,
        "title": title,
        "index": 1,
        "revisions": [{"revid": revision, "timestamp": "2026-03-25T15:46:00Z"}],
        "extract": f"{title} is made up.",
    }


def answered(value: object, status: int = 200) -> Reply:
    """A reply of JSON."""
    return Reply(json.dumps(value).encode(), status)


def found(*works: dict[str, object]) -> Reply:
    """Crossref's answer to a search."""
    return answered({"status": "ok", "message-type": "work-list", "message": {"items": works}})


def know(server: ServiceServer, doi: str, title: str, **fields: object) -> None:
    """Let Crossref know a work."""
    work = crossref_work(doi, title, **fields)
    server.routes[f"/cr/works/{doi}"] = answered({"message-type": "work", "message": work})


def silence(server: ServiceServer) -> None:
    """Searches that find nothing, of all services."""
    server.routes |= {
        "/cr/works": found(),
        "/cr/works/": Reply(b"Resource not found.", 404, "text/plain"),
        "/oa/works": answered({"results": []}),
        "/oa/works/": Reply(b"{}", 404),
        "/ep/search": answered({"resultList": {"result": []}}),
        "/eu/esearch.fcgi": Reply(
            b"<eSearchResult><Count>0</Count><IdList></IdList></eSearchResult>",
            media_type="text/xml",
        ),
        "/wp/en/w/api.php": answered({"batchcomplete": True}),
    }


def pubmed_knows(server: ServiceServer, pmid: str, body: bytes) -> None:
    """Let PubMed know a work, whatever it is asked for."""
    hits = f"<eSearchResult><Count>1</Count><IdList><Id>{pmid}</Id></IdList></eSearchResult>"
    server.routes["/eu/esearch.fcgi"] = Reply(hits.encode(), media_type="text/xml")
    server.routes["/eu/efetch.fcgi"] = Reply(body, media_type="text/xml")
