"""Asking the services over real HTTP, with servers on this machine in their place."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from fakes.service_server import Reply, ServiceServer
from service_bodies import (
    CROSSREF,
    CROSSREF_NOTICE,
    ESEARCH,
    EUROPEPMC,
    OPENALEX,
    OPENLIBRARY,
    PMC,
    PUBMED,
    SEMANTICSCHOLAR,
    UNPAYWALL,
    WIKIPEDIA,
    WORK,
    as_bytes,
)
from service_recordings import answers
from shared import shared

from citewright.errors import FetchError, InputError, NotFound
from citewright.retrieval.fetch import Fetched, Fetcher
from citewright.retrieval.services import SEARCHED, Addresses, Services

KEYS = {"openalex": "secret-open-key", "pubmed": "secret-pubmed-key"}


def routes() -> dict[str, Reply]:
    return {
        "/cr/works": Reply(as_bytes(CROSSREF)),
        "/oa/works": Reply(as_bytes(OPENALEX)),
        "/eu/esearch.fcgi": Reply(ESEARCH, media_type="text/xml"),
        "/eu/efetch.fcgi": Reply(PUBMED, media_type="text/xml"),
        "/ep/search": Reply(as_bytes(EUROPEPMC)),
        "/up/": Reply(as_bytes(UNPAYWALL)),
        "/s2/paper/": Reply(as_bytes(SEMANTICSCHOLAR)),
        "/ol/api/books": Reply(as_bytes(OPENLIBRARY)),
        "/wp/en/w/api.php": Reply(as_bytes(WIKIPEDIA)),
    }


@pytest.fixture
def server() -> Iterator[ServiceServer]:
    with ServiceServer(routes()) as running:
        yield running


Start = Callable[..., Services]


@pytest.fixture
def services(server: ServiceServer) -> Start:
    def start(
        *, contact: str | None = "someone@example.org", keys: dict[str, str] = KEYS
    ) -> Services:
        base = server.base_url
        addresses = Addresses(
            crossref=f"{base}/cr",
            openalex=f"{base}/oa",
            pubmed=f"{base}/eu",
            europepmc=f"{base}/ep",
            unpaywall=f"{base}/up",
            semanticscholar=f"{base}/s2",
            openlibrary=f"{base}/ol",
            wikipedia=f"{base}/wp/{{language}}",
        )
        fetcher = Fetcher(
            timeout=60, max_bytes=1_000_000, private=True, contact=contact, tries=2, pause=0.01
        )
        return Services(fetcher.fetch, contact=contact, keys=keys, addresses=addresses)

    return start


def test_a_doi_is_asked_of_all_and_each_gets_its_own_key_only(
    services: Start, server: ServiceServer
) -> None:
    asked = services()
    found = asked.by_doi("https://doi.org/10.5555/WORK.1")
    assert asked.failures == []
    assert [record.service for record in found] == [
        "crossref", "openalex", "europepmc", "pubmed", "semanticscholar", "unpaywall",
    ]  # fmt: skip
    assert {record.csl.DOI for record in found} == {WORK}
    assert [path for path, _ in server.asked] == [
        f"/cr/works/{WORK}",
        f"/oa/works/doi:{WORK}",
        "/ep/search",
        "/eu/esearch.fcgi",
        "/eu/efetch.fcgi",
        f"/s2/paper/DOI:{WORK}",
        f"/up/{WORK}",
    ]
    queries = [query for _, query in server.asked]
    assert queries[1] == {"api_key": "secret-open-key"}
    assert queries[2]["query"] == f'DOI:"{WORK}"'
    assert queries[3]["term"] == f'"{WORK}"[doi]'
    assert queries[4]["id"] == "7"
    told = {"tool": "citewright", "email": "someone@example.org", "api_key": "secret-pubmed-key"}
    assert told.items() <= queries[3].items()
    assert told.items() <= queries[4].items()
    assert queries[6] == {"email": "someone@example.org"}
    others = [str(query) for place, query in enumerate(queries) if place not in {1, 3, 4}]
    assert not any("secret" in query for query in others)


def test_without_a_contact_unpaywall_is_not_asked(services: Start, server: ServiceServer) -> None:
    found = services(contact=None, keys={}).by_doi(WORK)
    assert "unpaywall" not in {record.service for record in found}
    assert not any(path.startswith("/up") for path, _ in server.asked)
    assert not any({"email", "api_key"} & query.keys() for _, query in server.asked)


def test_a_failing_service_is_left_out_and_told(services: Start, server: ServiceServer) -> None:
    server.routes["/oa/works"] = Reply(b"down for maintenance secret-open-key", 503)
    server.routes["/ep/search"] = Reply(b"<html>Maintenance</html>")
    del server.routes["/s2/paper/"]
    asked = services()
    found = asked.by_doi(WORK)
    assert {record.service for record in found} == {"crossref", "pubmed", "unpaywall"}
    told = dict(asked.failures)
    assert set(told) == {"openalex", "europepmc", "semanticscholar"}
    assert told["openalex"].retry
    assert isinstance(told["openalex"], FetchError)
    assert "503" in told["openalex"].message
    assert told["europepmc"].retry
    assert "Europe PMC's answer is not JSON" in told["europepmc"].message
    assert not told["semanticscholar"].retry
    server.routes |= routes()
    asked.by_doi(WORK)
    assert asked.failures == []


def test_no_key_stands_in_a_failure_or_behind_it(services: Start, server: ServiceServer) -> None:
    server.routes["/oa/works"] = Reply(b"", 503)
    server.routes["/eu/esearch.fcgi"] = Reply(b"", 429)
    asked = services()
    asked.by_doi(WORK)
    assert {service for service, _ in asked.failures} == {"openalex", "pubmed"}
    for _, error in asked.failures:
        seen: BaseException | None = error
        while seen is not None:
            assert "secret" not in str(seen)
            seen = seen.__cause__ or seen.__context__


def test_a_key_is_hidden_however_an_address_writes_it() -> None:
    def get(url: str) -> Fetched:
        raise FetchError(f"{url} could not be fetched.", hint=f"Look at {url}.", retry=True)

    asked = Services(get, contact=None, keys={"openalex": "open key+1", "pubmed": "plainkey"})
    assert asked.by_doi(WORK) == ()
    told = {service: str(error) for service, error in asked.failures}
    assert told["openalex"].count("api_key=[key]") == 2
    assert told["pubmed"].count("api_key=[key]") == 2
    assert not any("open+key" in text or "plainkey" in text for text in told.values())
    assert all(error.retry for _, error in asked.failures)


def test_an_answer_about_another_work_is_no_answer(services: Start, server: ServiceServer) -> None:
    server.routes["/cr/works"] = Reply(as_bytes(CROSSREF_NOTICE))
    asked = services()
    found = asked.by_doi(WORK)
    assert "crossref" not in {record.service for record in found}
    ((service, error),) = asked.failures
    assert service == "crossref"
    assert error.message == (
        "Crossref was asked for 10.5555/work.1 and answered about 10.5555/notice.1."
    )


def test_a_pmid(services: Start, server: ServiceServer) -> None:
    asked = services()
    found = asked.by_pmid("PMID: 7")
    assert [record.service for record in found] == [
        "pubmed", "europepmc", "openalex", "semanticscholar",
    ]  # fmt: skip
    assert asked.failures == []
    assert server.asked[1][1]["query"] == "EXT_ID:7 AND SRC:MED"
    assert [path for path, _ in server.asked][2:] == ["/oa/works/pmid:7", "/s2/paper/PMID:7"]


def test_a_pmcid(services: Start, server: ServiceServer) -> None:
    server.routes["/eu/efetch.fcgi"] = Reply(PMC, media_type="text/xml")
    asked = services()
    found = asked.by_pmcid("pmc8")
    assert [record.service for record in found] == [
        "europepmc", "pubmed", "openalex", "semanticscholar",
    ]  # fmt: skip
    assert asked.failures == []
    assert {record.csl.PMCID for record in found} == {"PMC8"}
    assert server.asked[1][1].items() >= {"db": "pmc", "id": "8"}.items()
    (europe,) = [record for record in found if record.service == "europepmc"]
    assert europe.locations[0].url == f"{server.base_url}/ep/PMC8/fullTextXML"
    assert europe.locations[0].form == "xml"


@pytest.mark.parametrize("given", ["978-0-306-40615-7", "0306406152"])
def test_an_isbn_of_either_length(services: Start, server: ServiceServer, given: str) -> None:
    (record,) = services().by_isbn(given)
    csl = record.csl
    assert (csl.type, csl.title) == ("book", "The Whole Book: And its subtitle")
    assert (csl.edition, csl.publisher, csl.ISBN) == ("2nd ed.", "Made-Up Press", "9780306406157")
    assert csl.issued is not None
    assert csl.issued.date_parts == ((1988, 10, 1),)
    assert (record.id, record.abstract, csl.language) == ("OL1M", "A book.", "eng")
    assert server.asked[0][1]["bibkeys"] == f"ISBN:{given.replace('-', '')}"


def test_an_isbn_that_nobody_knows(services: Start, server: ServiceServer) -> None:
    server.routes["/ol/api/books"] = Reply(b"{}")
    asked = services()
    assert asked.by_isbn("0306406152") == ()
    assert asked.failures == []


def test_a_page_of_wikipedia_is_one_revision(services: Start, server: ServiceServer) -> None:
    first, second = services().wikipedia("Attention (made up)")
    assert (first.csl.title, second.csl.title) == ("Attention", "Mindful attention")
    assert first.types == ("disambiguation",)
    csl = second.csl
    assert (csl.type, csl.version, csl.container_title) == (
        "entry-encyclopedia", "502", "Wikipedia",
    )  # fmt: skip
    assert csl.URL == "https://en.wikipedia.org/w/index.php?title=Mindful_attention&oldid=502"
    assert csl.issued is not None
    assert csl.issued.date_parts == ((2026, 3, 25),)
    assert second.abstract == "Mindful attention is made up. It has two paragraphs."
    assert second.licence == "CC BY-SA 4.0"
    assert server.asked[0][1]["titles"] == "Attention (made up)"
    assert server.asked[0][1]["redirects"] == "1"


def test_a_recorded_page_that_does_not_exist_is_told(
    services: Start, server: ServiceServer
) -> None:
    file = "wikipedia/wikipedia-api/PageExistence.test_exists_false.json"
    (answer,) = answers(shared("recorded"), file)
    server.routes["/wp/en/w/api.php"] = Reply(answer.body)
    asked = services()
    assert asked.wikipedia("NonExistentPage WikiAPI Test 12345") == ()
    ((service, error),) = asked.failures
    assert (service, type(error)) == ("wikipedia", NotFound)


def test_a_search_asks_each_service_once(services: Start, server: ServiceServer) -> None:
    asked = services()
    found = asked.search("  mindful   attention ", limit=7)
    assert asked.failures == []
    assert [r.service for r in found] == [*SEARCHED, "wikipedia"]
    queries = dict(server.asked)
    assert queries["/oa/works"].items() >= {"search": "mindful attention", "per-page": "7"}.items()
    assert queries["/ep/search"].items() >= {"query": "mindful attention", "pageSize": "7"}.items()
    assert queries["/cr/works"]["query.bibliographic"] == "mindful attention"
    assert queries["/cr/works"]["rows"] == "7"
    assert queries["/eu/esearch.fcgi"]["retmax"] == "7"
    assert queries["/wp/en/w/api.php"]["gsrsearch"] == "mindful attention"
    assert queries["/wp/en/w/api.php"]["gsrlimit"] == "7"


def test_a_search_asks_only_the_chosen(services: Start, server: ServiceServer) -> None:
    found = services().search("attention", services=("pubmed", "pubmed"))
    assert {record.service for record in found} == {"pubmed"}
    assert [path for path, _ in server.asked] == ["/eu/esearch.fcgi", "/eu/efetch.fcgi"]


def test_a_search_of_pubmed_without_hits_fetches_nothing(
    services: Start, server: ServiceServer
) -> None:
    (nothing,) = answers(shared("recorded"), "pubmed/biopython/esearch8.xml")
    server.routes["/eu/esearch.fcgi"] = Reply(nothing.body)
    asked = services()
    assert asked.search("abcXYZ", services=("pubmed",)) == ()
    assert asked.failures == []
    assert len(server.asked) == 1


def test_recorded_answers_come_through_a_server(services: Start, server: ServiceServer) -> None:
    file = "multi/paper-qa/test_doi_search_paper_attributes4.json"
    scholar, unpaywall, openalex, crossref, _ = answers(shared("recorded"), file)
    server.routes |= {
        "/s2/paper/": Reply(scholar.body),
        "/up/": Reply(unpaywall.body),
        "/oa/works": Reply(openalex.body),
        "/cr/works": Reply(crossref.body),
        "/ep/search": Reply(b'{"resultList": {"result": []}}'),
        "/eu/esearch.fcgi": Reply(b"<eSearchResult><IdList/></eSearchResult>"),
    }
    asked = services()
    found = asked.by_doi("10.1073/pnas.1414271111")
    assert asked.failures == []
    assert {record.service for record in found} == {
        "crossref", "openalex", "semanticscholar", "unpaywall",
    }  # fmt: skip
    assert {record.csl.PMID for record in found} == {None, "25349395"}
    assert {record.csl.issued.date_parts for record in found if record.csl.issued} == {
        ((2014, 10, 27),)
    }


@pytest.mark.parametrize(
    "call",
    [
        lambda s: s.by_doi("not a doi"),
        lambda s: s.by_pmid("PMC7"),
        lambda s: s.by_pmcid("x"),
        lambda s: s.by_isbn("978-0-306-40615-8"),
        lambda s: s.wikipedia(" "),
        lambda s: s.wikipedia("Page", language="en.example.org/"),
        lambda s: s.search(" "),
        lambda s: s.search("x", limit=0),
        lambda s: s.search("x", limit=101),
        lambda s: s.search("x", services=("unpaywall",)),
    ],
)
def test_what_cannot_be_asked_is_not(
    services: Start, server: ServiceServer, call: Callable[[Services], object]
) -> None:
    with pytest.raises(InputError):
        call(services())
    assert server.asked == []
