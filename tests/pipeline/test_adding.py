"""Names, addresses and files made sources; services and pages are loopback servers."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from catalogues import open_workspace
from fakes.service_server import Reply, ServiceServer
from fakes.service_world import (
    LONG,
    answered,
    know,
    make_project,
    open_at,
    openalex_work,
    pubmed,
    pubmed_knows,
    silence,
    wikipedia_page,
)
from retrieval.services.service_bodies import OPENLIBRARY, PMC
from shared import shared

from citewright.bootstrap import open_services
from citewright.errors import FetchError, InputError, NotFound
from citewright.pipeline.adding import Added, add_source
from citewright.pipeline.workspace import Workspace

DOI = "10.5555/a"
PAGE = """<html><head><title>Slow breathing | Site</title>
<meta name="citation_title" content="Slow breathing">
<meta name="citation_author" content="Quill, Ada">
<meta name="citation_publication_date" content="2019/03/01">{more}</head><body><article>
<h1>Slow breathing</h1><p>Breathing slowly lowered the pulse of 52 invented adults by 3.5 beats.</p>
</article></body></html>"""


@pytest.fixture
def server() -> Iterator[ServiceServer]:
    with ServiceServer({}) as running:
        silence(running)
        yield running


@pytest.fixture
def workspace(tmp_path: Path, server: ServiceServer) -> Workspace:
    return open_workspace(make_project(tmp_path / "project", server.base_url))


def add(workspace: Workspace, text: str, **given: str) -> Added:
    return add_source(workspace, open_services(workspace), text, **given)


def serve(server: ServiceServer, path: str, text: str) -> str:
    server.routes[path] = Reply(text.encode(), media_type="text/html")
    return f"{server.base_url}{path}"


def files(workspace: Workspace) -> list[str]:
    folder = workspace.project / "sources"
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def test_a_doi_is_filled_in_and_its_ways_are_in_order(
    workspace: Workspace, server: ServiceServer
) -> None:
    know(server, DOI, "Slow breathing", abstract=f"<jats:p>{LONG}</jats:p>")
    free = openalex_work(
        DOI, "Slow breathing", ids={"pmcid": "https://www.ncbi.nlm.nih.gov/pmc/articles/3482824"},
        biblio={"volume": "6"}, **open_at("https://example.org/a"),
    )  # fmt: skip
    server.routes[f"/oa/works/doi:{DOI}"] = answered(free)
    added = add(workspace, f"https://doi.org/{DOI.upper()}")
    csl = added.source.csl
    assert (added.source.key, csl.DOI, csl.volume, csl.page) == (
        "quill-nib-2019", DOI, "5", "217-264",
    )  # fmt: skip
    assert [(way.covers, getattr(way, "url", "file")) for way in added.source.access] == [
        ("full_text", f"{server.base_url}/ep/PMC3482824/fullTextXML"),
        ("full_text", "https://example.org/a"),
        ("full_text", f"https://doi.org/{DOI}"),
        ("abstract", "file"),
    ]
    assert "volume" in [one.field for one in added.disagreements]
    assert added.failures == ()
    assert workspace.source("quill-nib-2019") == added.source
    text = (workspace.project / "sources" / "abstracts" / "quill-nib-2019.txt").read_text("utf-8")
    assert text.strip() == LONG


def test_an_answer_about_another_doi_is_refused_and_named(
    workspace: Workspace, server: ServiceServer
) -> None:
    know(server, DOI, "Slow breathing")
    server.routes[f"/oa/works/doi:{DOI}"] = answered(openalex_work("10.5555/other", "Other",
                                                                   is_retracted=True))  # fmt: skip
    added = add(workspace, DOI)
    assert added.warning is None
    assert any("10.5555/other" in told for told in added.failures)
    server.routes["/cr/works/10.5555/b"] = server.routes[f"/cr/works/{DOI}"]
    with pytest.raises(NotFound, match=r"10\.5555/b"):
        add(workspace, "10.5555/b")


def test_a_retracted_work_is_added_with_a_warning(
    workspace: Workspace, server: ServiceServer
) -> None:
    update = {"DOI": "10.5555/n", "type": "retraction", "label": "Retraction",
              "source": "publisher", "updated": {"date-parts": [[2021]]}}  # fmt: skip
    know(server, DOI, "Slow breathing", **{"updated-by": [update]})
    added = add(workspace, DOI)
    assert added.warning == "retraction reported by crossref"
    assert added.source.tier == "T3"


def test_what_nobody_knows_is_one_sentence(workspace: Workspace) -> None:
    with pytest.raises(NotFound) as error:
        add(workspace, "10.5555/nonesuch")
    assert error.value.message == "no service knows the DOI 10.5555/nonesuch."
    assert files(workspace) == []


def test_pmid_pmcid_isbn_and_wikipedia(workspace: Workspace, server: ServiceServer) -> None:
    pubmed_knows(server, "7", pubmed("7", None, "Slow breathing, counted.", LONG))
    by_pmid = add(workspace, "PMID: 7").source
    assert (by_pmid.csl.PMID, by_pmid.csl.page, by_pmid.tier) == ("7", "217-264", "T1")
    pubmed_knows(server, "8", PMC)
    assert add(workspace, "PMC8").source.csl.title.startswith("Mindful attention")
    server.routes["/ol/api/books"] = answered(OPENLIBRARY)
    book = add(workspace, "0-306-40615-2").source
    assert (book.csl.type, book.csl.publisher, book.tier) == ("book", "Made-Up Press", "T2")
    assert book.access == ()
    page = {"query": {"pages": [wikipedia_page("Slow breathing")]}}
    server.routes["/wp/en/w/api.php"] = answered(page)
    wiki = add(workspace, "wikipedia:Slow breathing").source
    assert (wiki.csl.version, wiki.tier) == ("502", "T3")
    assert wiki.access[0].url == "https://en.wikipedia.org/wiki/Slow_breathing?oldid=502"


def test_a_page_tells_of_itself_and_its_site_is_no_journal(
    workspace: Workspace, server: ServiceServer
) -> None:
    site = '<meta property="og:site_name" content="A Blog on Breathing">'
    url = serve(server, "/blog", PAGE.format(more=site))
    source = add(workspace, url).source
    assert (source.csl.type, source.csl.title, source.tier) == ("webpage", "Slow breathing", "T3")
    assert source.csl.accessed is not None
    assert [way.url for way in source.access] == [url]


def test_a_page_with_a_doi_gets_the_services_words_and_itself_first(
    workspace: Workspace, server: ServiceServer
) -> None:
    know(server, DOI, "Slow breathing", abstract=f"<jats:p>{LONG}</jats:p>")
    url = serve(server, "/article", PAGE.format(more=f'<meta name="citation_doi" content="{DOI}">'))
    added = add(workspace, url)
    assert (added.source.csl.DOI, added.source.csl.volume) == (DOI, "5")
    assert [way.kind for way in added.source.access] == ["url", "file"]
    assert added.source.access[0].url == url
    assert added.disagreements == ()


def test_a_page_that_names_anothers_doi_is_shown_to_disagree(
    workspace: Workspace, server: ServiceServer
) -> None:
    know(server, DOI, "On the migration of eels")
    url = serve(server, "/article", PAGE.format(more=f'<meta name="citation_doi" content="{DOI}">'))
    (first, *_) = add(workspace, url).disagreements
    assert first.field == "title"
    assert first.said == (("document", "Slow breathing"), ("crossref", "On the migration of eels"))


def test_a_login_page_is_no_source(workspace: Workspace, server: ServiceServer) -> None:
    form = '<form action="/login"><input type="password" name="p"></form>'
    url = serve(
        server, "/in", f"<html><head><title>Sign in</title></head><body>{form}</body></html>"
    )
    with pytest.raises(FetchError, match="login"):
        add(workspace, url)
    assert files(workspace) == []


REAL = [
    ("trauma-ptsd", "nxml", {"type": "article-journal"}),
    ("pdf/peerj-1120.pdf", "pdf", {"DOI": "10.7717/peerj.1120"}),
    ("local-files/dummy.docx", "docx", {"type": "document"}),
]


@pytest.mark.parametrize(("place", "ending", "said"), REAL, ids=[row[1] for row in REAL])
def test_real_files_become_sources(
    workspace: Workspace, place: str, ending: str, said: dict[str, str]
) -> None:
    known = shared("sources", *place.split("/"))
    (workspace.project / "sources" / "texts").mkdir(parents=True)
    name = f"sources/texts/a.{ending}"
    file = known if known.is_file() else min(known.iterdir())
    shutil.copyfile(file, workspace.project / name)
    # No service answers: what stands in the source is the document's own word.
    source = add(workspace, str(workspace.project / name)).source
    assert source.access[0].path == name
    assert {name: getattr(source.csl, name) for name in said} == said
    assert source.csl.title != f"a.{ending}" or ending == "docx"


def test_the_key_and_the_tier_are_the_editors(workspace: Workspace, server: ServiceServer) -> None:
    know(server, DOI, "Slow breathing")
    for wrong in ({"tier": "T2"}, {"tier": "T2", "tier_reason": " "}, {"tier_reason": "Because."}):
        with pytest.raises(InputError, match="go together"):
            add(workspace, DOI, **wrong)
    for bad in ("Bad Key", "../../escape", "", "a" * 101):
        with pytest.raises(InputError, match="no usable key"):
            add(workspace, DOI, key=bad)
    assert server.asked == []
    added = add(workspace, DOI, key="mine", tier="T2", tier_reason="I wrote it.")
    assert (added.source.key, added.source.tier, added.source.tier_reason) == (
        "mine", "T2", "I wrote it.",
    )  # fmt: skip
    know(server, "10.5555/b", "Slower breathing")
    with pytest.raises(InputError, match="a source 'mine' already"):
        add(workspace, "10.5555/b", key="mine")


def test_what_the_library_has_is_not_added_twice(
    workspace: Workspace, server: ServiceServer
) -> None:
    know(server, DOI, "Slow breathing")
    add(workspace, DOI, key="mine")
    with pytest.raises(InputError, match="already, as 'mine'"):
        add(workspace, f"doi:{DOI}")
    url = serve(server, "/page", PAGE.format(more=""))
    add(workspace, url, key="page")
    with pytest.raises(InputError, match="already, as 'page'"):
        add(workspace, url)
