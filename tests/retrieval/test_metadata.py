from __future__ import annotations

import csv
import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from shared import shared

from citewright.model.base import clean_text
from citewright.model.source import CslDate, CslName
from citewright.pipeline.extracting import as_values, extract_file
from citewright.retrieval.extract import extract
from citewright.retrieval.html_meta import html_metadata
from citewright.retrieval.jats_meta import jats_metadata
from citewright.retrieval.kinds import decode
from citewright.retrieval.metadata import date_in, doi_in, licence_in, literal, person
from citewright.retrieval.pdf_meta import pdf_metadata
from citewright.settings import Settings


def day(*parts: int) -> CslDate:
    return CslDate.model_validate({"date-parts": [parts]})


# --- the plain values -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "doi"),
    [
        ("https://doi.org/10.1016/S2215-0366(17)30149-9.", "10.1016/s2215-0366(17)30149-9"),
        ("(doi:10.7717/peerj.1120)", "10.7717/peerj.1120"),
        ("DOI 10.3389/fpsyg.2016.01423*", "10.3389/fpsyg.2016.01423"),
        ("see [10.1000/a[1]b], and 10.1000/later", "10.1000/a[1]b"),
        ("10.1000/", None),
        ("version 110.1000/1 of it", None),
        ("10.1000/\u200b", None),
    ],
)
def test_dois(text, doi):
    assert doi_in(text) == doi


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2016-09-20T08:00:26+00:00", day(2016, 9, 20)),
        ("2016/9/2", day(2016, 9, 2)),
        ("20 September 2016", day(2016, 9, 20)),
        ("November 20, 2019 13:42", day(2019, 11, 20)),
        ("2nd Sept. 2016", day(2016, 9, 2)),
        ("June 2014", day(2014, 6)),
        ("2016", day(2016)),
        ("2016-13-01", day(2016)),
        ("2016-02-30", day(2016, 2)),
        ("03/04/2016", day(2016)),
        ("number 12016", None),
        ("soon", None),
    ],
)
def test_dates(text, date):
    assert date_in(text) == date


@pytest.mark.parametrize(
    ("text", "licence"),
    [
        ("http://creativecommons.org/licenses/by/2.0", "CC BY 2.0"),
        ("https://creativecommons.org/licenses/by-nc-nd/4.0/legalcode", "CC BY-NC-ND 4.0"),
        (
            "creativecommons.org/publicdomain/zero/1.0/ creativecommons.org/licenses/by/4.0/",
            "CC BY 4.0",
        ),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0 1.0"),
        ("Distributed under Creative Commons CC-BY 4.0", "CC BY 4.0"),
        ("the Creative Commons Attribution License (CC BY).", "CC BY"),
        ("Creative Commons Attribution-NonCommercial 3.0 License", "CC BY-NC 3.0"),
        ("under the CC BY license", "CC BY"),
        ("All rights reserved. CCBY", None),
    ],
)
def test_licences(text, licence):
    assert licence_in(text) == licence


@pytest.mark.parametrize(
    ("text", "family", "given_name"),
    [
        ("Neff, Kristin D.", "Neff", "Kristin D."),
        ("Kristin D. Neff", "Neff", "Kristin D."),
        ("Debora van Dam", "van Dam", "Debora"),
        ("Maria de la Cruz", "de la Cruz", "Maria"),
        ("Ludwig van  Beethoven ", "van Beethoven", "Ludwig"),
    ],
)
def test_people(text, family, given_name):
    assert person(text) == CslName(family=family, given=given_name)


def test_a_name_of_one_word_is_left_as_it_is():
    assert person("Reuters") == CslName(literal="Reuters")
    assert person(" ,") is None
    assert literal("\u200b ") is None


FOREIGN = st.text(max_size=60) | st.from_regex(r"(10\.1000/|2016-|CC BY|, )[\s\S]{0,20}")


@given(FOREIGN)
def test_no_text_breaks_a_value(text):
    for read in (doi_in, date_in, licence_in, person, literal):
        read(text)
    html_metadata(f'<html><head><meta name="citation_author" content="{text}"><title>{text}')


# --- pages ------------------------------------------------------------------------------------


def test_a_publishers_page():
    page = """<html><head><title>A Trial | Wiley</title>
    <meta name="citation_title" content="A trial of kindness"><meta name="og:title" content="No">
    <meta name="citation_author" content="Neff, K. D.">
    <meta name="citation_author" content="Ann Lee">
    <meta name="citation_publication_date" content="2013/01/28">
    <meta name="citation_journal_title" content="Journal of Clinical Psychology">
    <meta name="citation_doi" content="doi:10.1002/JCLP.21923">
    <link rel="license nofollow" href="https://creativecommons.org/licenses/by/4.0/"></head><body>
    <p>Text</p></body></html>"""
    assert html_metadata(page).model_dump(mode="json", by_alias=True, exclude_none=True) == {
        "title": "A trial of kindness",
        "author": [{"family": "Neff", "given": "K. D."}, {"family": "Lee", "given": "Ann"}],
        "issued": {"date-parts": [[2013, 1, 28]]},
        "container-title": "Journal of Clinical Psychology",
        "DOI": "10.1002/jclp.21923",
        "licence": "CC BY 4.0",
    }


def test_linked_data():
    data = {
        "@graph": [
            {"@type": "WebSite", "name": "The Site", "@id": "#site"},
            {"@type": ["Person", "Thing"], "@id": "#p", "name": "Jo van Dam"},
            {
                "@type": "ScholarlyArticle",
                "headline": "Kind &amp; calm",
                "author": [{"@id": "#p"}, {"@type": "Organization", "name": "The Group"}, "Staff"],
                "datePublished": "2020-05",
                "isPartOf": {"@id": "#site"},
                "sameAs": "https://doi.org/10.1000/xyz",
                "license": "https://creativecommons.org/licenses/by-sa/4.0",
            },
        ]
    }
    broken = "<script type='application/ld+json'>{nothing</script>"
    deep = f"<script type='application/ld+json'>{'[' * 100_000}</script>"
    script = f"<script type='application/ld+json'>{json.dumps(data)}</script>"
    got = html_metadata(f"<html><head>{broken}{deep}{script}</head><body><p>x</p></body></html>")
    assert got.title == "Kind & calm"
    assert got.author == (
        CslName(family="van Dam", given="Jo"),
        CslName(literal="The Group"),
        CslName(literal="Staff"),
    )
    assert got.issued == day(2020, 5)
    assert got.container_title == "The Site"
    assert got.DOI == "10.1000/xyz"
    assert got.licence == "CC BY-SA 4.0"


READABILITY = ["aclu", "iab-1", "medicalnewstoday", "webmd-2", "wikipedia-3", "wikipedia-4"]


@pytest.mark.parametrize("name", READABILITY)
def test_titles_of_real_pages(name):
    folder = shared("sources", "html-gold", "readability", name)
    expected = json.loads((folder / "expected-metadata.json").read_text("utf-8"))
    data = gzip.decompress((folder / "source.html.gz").read_bytes())
    got = html_metadata(decode(data, media_type="text/html", name=name))
    # The site's name behind a title is not part of it.
    assert got.title == expected["title"].removesuffix(" | IAB")
    if expected["publishedTime"] and got.issued:
        year, month, date = map(int, expected["publishedTime"][:10].split("-"))
        assert got.issued == day(year, month, date)


# --- articles ---------------------------------------------------------------------------------


def test_the_date_of_an_article():
    def issued(*dates: str) -> CslDate | None:
        front = "".join(dates)
        return jats_metadata(
            f"<article><front><article-meta>{front}</article-meta></front><body/></article>".encode()
        ).issued

    print_ = "<pub-date pub-type='ppub'><month>June</month><year>2014</year></pub-date>"
    online = "<pub-date pub-type='epub'><day>5</day><month>10</month><year>2013</year></pub-date>"
    year = "<pub-date pub-type='collection'><year>2013</year></pub-date>"
    release = "<pub-date pub-type='pmc-release'><year>2015</year></pub-date>"
    assert issued(online, print_) == day(2014, 6)
    assert issued(year, online) == day(2013, 10, 5)
    assert issued(online) == day(2013, 10, 5)
    assert issued(release) is None


def test_a_consortium_and_its_members():
    front = """<contrib-group><contrib contrib-type="author"><name><surname>Neff</surname>
    <given-names>K.</given-names></name></contrib><contrib contrib-type="author"><collab>on behalf
    of the GENKI Project<contrib-group><contrib><name><surname>No</surname></name></contrib>
    </contrib-group></collab></contrib><contrib contrib-type="editor"><name><surname>Ed</surname>
    </name></contrib></contrib-group>"""
    data = f"<article><front><article-meta>{front}</article-meta></front><body/></article>"
    assert jats_metadata(data.encode()).author == (
        CslName(family="Neff", given="K."),
        CslName(literal="GENKI Project"),
    )


def manifest() -> dict[str, dict[str, str]]:
    with shared("sources", "MANIFEST.tsv").open(encoding="utf-8") as file:
        return {row["file"]: row for row in csv.DictReader(file, delimiter="\t")}


def test_all_real_articles():
    rows = {name: row for name, row in manifest().items() if name.endswith(".nxml")}
    assert len(rows) == 23
    for name, row in rows.items():
        data = shared("sources", *name.split("/")).read_bytes()
        got = jats_metadata(data)
        assert got.title == clean_text(row["title"]), name
        assert (got.DOI or "") == row["doi"].lower(), name
        assert got.licence == row["licence"], name
        assert got.container_title == row["journal"], name
        assert got.issued is not None
        assert str(got.issued.date_parts[0][0]) == row["year"], name
        # The authors, which the manifest does not have, by XPath alone.
        root = etree.fromstring(data, etree.XMLParser(load_dtd=False, no_network=True))
        people = root.xpath(
            "//front//article-meta/contrib-group/contrib[@contrib-type='author']/name"
        )
        families = [clean_text(node.findtext("surname")) for node in people]
        assert [a.family for a in got.author if a.family] == families, name
        assert [a.given for a in got.author if a.family] == [
            clean_text(node.findtext("given-names")) for node in people
        ], name
        groups = root.xpath("//front//article-meta/contrib-group/contrib/collab")
        assert len(got.author) == len(people) + len(groups), name
        assert families


PDFS = {
    "fpsyg-2016-01423.pdf": {
        "title": "Rational Emotive Behavior Therapy (REBT), Irrational and Rational Beliefs, and "
        "the Mental Health of Athletes",
        "author": [{"family": "Turner", "given": "Martin J."}],
        "issued": {"date-parts": [[2016, 9, 20]]},
        "DOI": "10.3389/fpsyg.2016.01423",
        "licence": "CC BY",
    },
    "peerj-1120.pdf": {
        "title": "Suffering and mental health among older people living in nursing homes—a "
        "mixed-methods study",
        "author": [
            {"family": "Drageset", "given": "Jorunn"},
            {"family": "Dysvik", "given": "Elin"},
            {"family": "Espehaug", "given": "Birgitte"},
            {"family": "Natvig", "given": "Gerd Karin"},
            {"family": "Furnes", "given": "Bodil"},
        ],
        "issued": {"date-parts": [[2015, 7, 30]]},
        "DOI": "10.7717/peerj.1120",
        "licence": "CC BY 4.0",
    },
    "multicolumn.pdf": {"title": "Two-Column Document with Lorem Ipsum", "author": []},
}


@pytest.mark.parametrize("name", PDFS)
def test_real_pdfs(name):
    got = pdf_metadata(shared("sources", "pdf", name).read_bytes())
    assert got.model_dump(mode="json", by_alias=True, exclude_none=True) == PDFS[name]
    row = manifest()[f"pdf/{name}"]
    assert (got.DOI or "") == row["doi"]
    assert (str(got.issued.date_parts[0][0]) if got.issued else "") == row["year"]


# --- through the child process ----------------------------------------------------------------


def test_it_comes_out_of_the_child_and_prints_as_json(tmp_path):
    data = shared("sources", "trauma-ptsd", "PMC3698199.nxml").read_bytes()
    got = extract(data, media_type=None, name="a.xml", seconds=120, megabytes=1024)
    assert got.metadata == jats_metadata(data)
    (tmp_path / "a.xml").write_bytes(data)
    shown = json.loads(json.dumps(as_values(extract_file(tmp_path / "a.xml", Settings()))))
    assert shown["metadata"]["DOI"] == "10.1186/1471-244x-13-172"
    assert shown["metadata"]["issued"] == {"date-parts": [[2013, 6, 19]]}
    assert shown["text"] == got.text
    plain = extract(b"Words alone.", media_type=None, name="a.txt", seconds=120, megabytes=1024)
    assert plain.metadata is None
