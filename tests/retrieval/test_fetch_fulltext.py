from __future__ import annotations

from pathlib import Path

import pytest
from fakes.source_server import SourceServer, page

from citewright.errors import FetchError, InputError
from citewright.model.record import Location, Record
from citewright.model.source import CslItem
from citewright.retrieval.fetch import Fetcher
from citewright.retrieval.fulltext import abstract, save_abstract, ways

ABSTRACT = "Mindful self-compassion is a programme of eight weeks. " * 4


def item(**fields) -> CslItem:
    return CslItem(type=fields.pop("type", "article-journal"), title="Self-compassion", **fields)


def place(url: str, form="pdf", version="published") -> Location:
    return Location(url=url, form=form, version=version, licence=None)


def record(service: str, *places: Location, **fields) -> Record:
    plain = {
        "csl": item(), "abstract": None, "types": (), "cited_by": None, "licence": None,
        "notices": (),
    }  # fmt: skip
    return Record(service=service, id="x", locations=places, **plain | fields)


def urls(*arguments, **options) -> list[str]:
    found = ways(*arguments, **options)
    assert all(way.covers == "full_text" for way in found)
    return [way.url for way in found]


@pytest.mark.parametrize("pmcid", ["PMC5434251", "5434251", "pmc5434251"])
def test_europe_pmc_goes_first(pmcid):
    records = [record("unpaywall", place("https://press.example/a.pdf"))]
    assert urls(item(PMCID=pmcid), records) == [
        "https://www.ebi.ac.uk/europepmc/webservices/rest/PMC5434251/fullTextXML",
        "https://press.example/a.pdf",
    ]


def test_a_place_in_pmc_names_europe_pmcs_file():
    records = [
        record("openalex", place("https://www.ncbi.nlm.nih.gov/pmc/articles/PMC77777")),
        record("unpaywall", place("https://europepmc.org/articles/pmc77777?pdf=render")),
        record("crossref", place("https://pmc.ncbi.nlm.nih.gov/articles/PMC77777/pdf/x.pdf")),
    ]
    assert urls(item(), records, europe_pmc="http://127.0.0.1:1") == [
        "http://127.0.0.1:1/PMC77777/fullTextXML"
    ]


def test_published_before_accepted_and_each_place_once():
    records = [
        record(
            "openalex",
            place("https://repo.example/accepted.pdf", version="accepted"),
            place("https://press.example/a", "html"),
        ),
        record(
            "unpaywall",
            place("https://press.example/a.pdf"),
            place("https://press.example/a", "html"),
            place("https://somewhere.example/a", "unknown", None),
        ),
    ]
    assert urls(item(), records) == [
        "https://press.example/a",
        "https://press.example/a.pdf",
        "https://somewhere.example/a",
        "https://repo.example/accepted.pdf",
    ]


def test_a_manuscript_before_review_is_not_the_article():
    early = place("https://preprints.example/1.pdf", version="submitted")
    assert urls(item(), [record("unpaywall", early)]) == []
    assert urls(item(type="article"), [record("unpaywall", early)]) == [early.url]
    assert urls(item(), [record("openalex", early, types=("preprint",))]) == [early.url]


def test_the_publishers_page_where_the_licence_is_open():
    doi = "10.1002/(sici)1097<1::aid-1>3.0"
    open_one = record("crossref", licence="https://creativecommons.org/licenses/by/4.0/")
    closed = record("crossref", licence="https://www.elsevier.com/tdm/userlicense/1.0/")
    assert urls(item(DOI=doi), [open_one]) == [
        "https://doi.org/10.1002/(sici)1097%3C1::aid-1%3E3.0"
    ]
    assert urls(item(DOI=doi), [record("unpaywall", licence="cc-by-nc")]) != []
    assert urls(item(DOI=doi), [closed]) == []
    assert urls(item(DOI=doi)) == []


def test_wikipedia_at_a_revision():
    article = CslItem(
        type="entry-encyclopedia",
        title="Kristin Neff (psychologist)",
        URL="https://en.wikipedia.org/w/index.php?title=Kristin_Neff&oldid=1234",
        version="1234",
    )
    assert urls(article) == ["https://en.wikipedia.org/wiki/Kristin_Neff_(psychologist)?oldid=1234"]
    assert urls(article.model_copy(update={"version": None})) == []


def test_that_address_is_open_to_programs_and_the_permanent_link_is_not():
    # The rules of Wikipedia's robots.txt that bear on articles.
    text = b"User-agent: *\nAllow: /w/load.php?\nDisallow: /api/\nDisallow: /w/\n"
    routes = {path: page(b"text", "text/plain") for path in ("/wiki/A?oldid=1", "/w/?oldid=1")}
    with SourceServer(routes | {"/robots.txt": page(text, "text/plain")}) as server:
        client = Fetcher(timeout=60, max_bytes=1000, private=True, contact=None)
        assert client.fetch(server.base_url + "/wiki/A?oldid=1").data == b"text"
        with pytest.raises(FetchError, match=r"robots\.txt"):
            client.fetch(server.base_url + "/w/?oldid=1")


def test_nothing_is_guessed():
    assert urls(item(DOI="10.1/x", URL="https://press.example/a")) == []
    assert urls(item(PMCID="none")) == []


def test_the_abstract_is_of_the_service_that_sets_its_words():
    records = [
        record("openalex", abstract="from an index " + ABSTRACT),
        record("crossref", abstract=f"Background\n{ABSTRACT}\n\n\u200bResults  are\tgood."),
        record("pubmed", abstract="No abstract available."),
    ]
    service, text = abstract(records) or ("", "")
    assert service == "crossref"
    assert text == f"Background\n\n{ABSTRACT.strip()}\n\nResults are good."
    assert abstract([record("pubmed", abstract="Too short."), record("crossref")]) is None


def test_an_abstract_is_kept_as_a_file_and_not_written_over(tmp_path: Path):
    access = save_abstract(tmp_path, "neff-germer-2013", ABSTRACT)
    assert access.path == "sources/abstracts/neff-germer-2013.txt"
    assert access.covers == "abstract"
    assert (tmp_path / access.path).read_text() == ABSTRACT.strip() + "\n"
    assert save_abstract(tmp_path, "neff-germer-2013", ABSTRACT) == access
    with pytest.raises(InputError, match="another abstract"):
        save_abstract(tmp_path, "neff-germer-2013", ABSTRACT + "Corrected.")
    assert (tmp_path / access.path).read_text() == ABSTRACT.strip() + "\n"
