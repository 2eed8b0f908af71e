"""References after APA 7, type by type; the numbers are sections of the Publication Manual."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from citeproc import SCHEMA_PATH
from hypothesis import given, settings
from lxml import etree
from references.items import items, source

import citewright.references
from citewright.model.source import CslItem
from citewright.references import apa as apa_module
from citewright.references.apa import apa, apa_runs, initials

STYLE = Path(citewright.references.__file__).with_name("apa-7.csl")


def item(**csl: object) -> CslItem:
    named = {name.replace("_", "-"): value for name, value in csl.items()}
    return CslItem.model_validate({"type": "article-journal", "title": "A title"} | named)


def people(number: int) -> list[dict[str, str]]:
    return [{"family": f"Name{n}", "given": "Ada B."} for n in range(1, number + 1)]


def on(*parts: int) -> dict[str, object]:
    return {"date-parts": [list(parts)]}


ONE = people(1)
TWO = people(2)
WHO = [{"literal": "World Health Organization"}]
EDITORS = [{"family": "Ed", "given": "Eve"}, {"family": "Ing", "given": "Jean-Paul"}]

CASES = [
    (
        "article with volume, issue, pages and DOI (10.1)",
        item(
            author=[{"family": "Müller", "given": "Carl"}, {"family": "de la Cruz", "given": "A"}],
            issued=on(2013, 1, 2),
            container_title="Journal of Sample Data",
            volume="69",
            issue="1",
            page="28-44",
            publisher="Left Out",
            DOI="10.1000/ab<c>",
            URL="https://left.example/out",
        ),
        (
            "Müller, C., & de la Cruz, A. (2013). A title. Journal of Sample Data, 69(1), 28–44. "
            "https://doi.org/10.1000/ab%3Cc%3E"
        ),
    ),
    (
        "article with an article number (9.27)",
        item(author=ONE, issued=on(2020), container_title="PLOS ONE", volume="7", number="e33693"),
        "Name1, A. B. (2020). A title. PLOS ONE, 7, Article e33693.",
    ),
    (
        "article number given as its page (9.27)",
        item(author=ONE, issued=on(2020), container_title="Cell", volume="5", page="100814"),
        "Name1, A. B. (2020). A title. Cell, 5, Article 100814.",
    ),
    (
        "article in a double issue",
        item(author=ONE, issued=on(2001), container_title="J", volume="218", issue="1-2", page="9"),
        "Name1, A. B. (2001). A title. J, 218(1–2), 9.",
    ),
    (
        "magazine by the day (9.14)",
        item(type="article-magazine", author=ONE, issued=on(2020, 3, 1), container_title="M"),
        "Name1, A. B. (2020, March 1). A title. M.",
    ),
    (
        "book in a later edition (10.2)",
        item(type="book", author=TWO, issued=on(2011), publisher="A Press", edition="2"),
        "Name1, A. B., & Name2, A. B. (2011). A title (2nd ed.). A Press.",
    ),
    (
        "volume of a revised book",
        item(type="book", author=ONE, issued=on(2011), edition="Revised edition", volume="3"),
        "Name1, A. B. (2011). A title (Revised ed., Vol. 3).",
    ),
    (
        "edited book (9.10)",
        item(type="book", editor=EDITORS, issued=on(2011), publisher="A Press"),
        "Ed, E., & Ing, J.-P. (Eds.). (2011). A title. A Press.",
    ),
    (
        "book by one editor",
        item(type="book", editor=EDITORS[:1], publisher="A Press"),
        "Ed, E. (Ed.). (n.d.). A title. A Press.",
    ),
    (
        "chapter in an edited book (10.3)",
        item(
            type="chapter",
            author=ONE,
            editor=EDITORS,
            issued=on(2019),
            container_title="A Book: Its Subtitle",
            edition="3rd",
            volume="2",
            page="1-9",
            publisher="A Press",
        ),
        (
            "Name1, A. B. (2019). A title. In E. Ed & J.-P. Ing (Eds.), A Book: Its Subtitle "
            "(3rd ed., Vol. 2, pp. 1–9). A Press."
        ),
    ),
    (
        "foreword with roman pages",
        item(type="chapter", author=ONE, container_title="B", page="iv-xii", editor=EDITORS[:1]),
        "Name1, A. B. (n.d.). A title. In E. Ed (Ed.), B (pp. iv–xii).",
    ),
    (
        "one page of a book",
        item(type="chapter", author=ONE, container_title="B", page="7"),
        "Name1, A. B. (n.d.). A title. In B (p. 7).",
    ),
    (
        "entry of an encyclopedia without date (10.3)",
        item(
            type="entry-encyclopedia",
            container_title="Wikipedia",
            URL="https://en.wikipedia.org/wiki/X",
            accessed=on(2026, 6, 4),
        ),
        (
            "A title. (n.d.). In Wikipedia. Retrieved June 4, 2026, from "
            "https://en.wikipedia.org/wiki/X"
        ),
    ),
    (
        "entry of an encyclopedia at a date",
        item(
            type="entry-encyclopedia",
            container_title="Wikipedia",
            issued=on(2023, 3, 1),
            URL="https://en.wikipedia.org/wiki/X?oldid=5",
            accessed=on(2026, 6, 4),
        ),
        "A title. (2023, March 1). In Wikipedia. https://en.wikipedia.org/wiki/X?oldid=5",
    ),
    (
        "report whose publisher is its author (9.29, 10.4)",
        item(
            type="report",
            author=WHO,
            issued=on(2014),
            number="12",
            publisher="World Health Organization",
            URL="https://who.example/r",
        ),
        "World Health Organization. (2014). A title (Report No. 12). https://who.example/r",
    ),
    (
        "report with a named series",
        item(type="report", author=WHO, issued=on(2014), number="NIH Publication No. 11-7829"),
        "World Health Organization. (2014). A title (NIH Publication No. 11-7829).",
    ),
    (
        "conference session (10.5)",
        item(
            type="speech",
            author=ONE,
            issued=on(2019, 8, 8),
            medium="Conference session",
            event_title="A Meeting, Chicago",
        ),
        "Name1, A. B. (2019, August 8). A title [Conference session]. A Meeting, Chicago.",
    ),
    (
        "doctoral dissertation (10.6)",
        item(
            type="thesis",
            author=ONE,
            issued=on(2013),
            medium="Doctoral dissertation",
            publisher="University of X",
            container_title="ProQuest",
        ),
        "Name1, A. B. (2013). A title [Doctoral dissertation, University of X]. ProQuest.",
    ),
    (
        "data set (10.9)",
        item(
            type="dataset",
            author=WHO,
            issued=on(2019),
            version="V2",
            publisher="Archive",
            DOI="https://doi.org/10.1000/D",
        ),
        (
            "World Health Organization. (2019). A title (Version V2) [Data set]. Archive. "
            "https://doi.org/10.1000/D"
        ),
    ),
    (
        "video (10.12)",
        item(
            type="motion_picture",
            author=ONE,
            issued=on(2013, 2, 6),
            publisher="YouTube",
            URL="https://video.example/1",
        ),
        "Name1, A. B. (2013, February 6). A title [Video]. YouTube. https://video.example/1",
    ),
    (
        "webpage of a group on its own site (10.16)",
        item(
            type="webpage",
            author=WHO,
            issued=on(2018, 5),
            container_title="World Health Organization",
            URL="https://who.example/é",
        ),
        "World Health Organization. (2018, May). A title. https://who.example/%C3%A9",
    ),
    (
        "webpage without date, retrieved (9.16)",
        item(
            type="webpage",
            author=ONE,
            container_title="A Site",
            accessed=on(2026, 6, 4),
            URL="https://a.example/",
        ),
        "Name1, A. B. (n.d.). A title. A Site. Retrieved June 4, 2026, from https://a.example/",
    ),
    (
        "document without anything",
        item(type="document", title="Why?"),
        "Why? (n.d.).",
    ),
]


@pytest.mark.parametrize(("csl", "wanted"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
def test_by_type(csl, wanted):
    assert apa(csl) == wanted


def test_what_stands_in_italics():
    article = item(author=ONE, container_title="J", volume="6", issue="1", page="2")
    assert apa_runs(article) == (
        ("Name1, A. B. (n.d.). A title. ", False),
        ("J, 6", True),
        ("(1), 2.", False),
    )
    book = item(type="book", author=ONE, edition="2", publisher="P")
    assert [text for text, italic in apa_runs(book) if italic] == ["A title"]
    chapter = item(type="chapter", author=ONE, container_title="B", page="1-2")
    assert [text for text, italic in apa_runs(chapter) if italic] == ["B"]


def test_twenty_authors_stand_and_of_more_the_first_nineteen_and_the_last():
    assert ", Name19, A. B., & Name20, A. B. (n.d.)" in apa(item(author=people(20)))
    found = apa(item(author=people(23)))
    assert ", Name19, A. B., … Name23, A. B. (n.d.)" in found
    assert "Name20" not in found
    assert "&" not in found


def test_without_the_address():
    csl = item(type="webpage", author=ONE, accessed=on(2026, 6, 4), URL="https://a.example/")
    assert apa(csl, address=False) == "Name1, A. B. (n.d.). A title."
    assert apa(item(DOI="10.1000/1"), address=False) == "A title. (n.d.)."


def test_what_an_imported_page_printed_goes_first():
    assert apa_runs(source(item(), printed="As printed, 1999")) == (("As printed, 1999", False),)


@pytest.mark.parametrize(
    "title",
    [
        "Is it safe?",
        "It is!",
        "“Is it safe?”",
        "In 5.0 mg...",
        "A,, B ?. C .. D",
        "1-2, 3 & 4",
        "p < .05 & <i>x</i>",
        "<span class=\"nocase\">x</span> 'y'",
        "Title: a -- b",
    ],
)
def test_a_title_stands_to_the_letter(title):
    for kind in ("article-journal", "book", "chapter", "webpage"):
        found = apa(item(type=kind, title=title, author=ONE, publisher="P"))
        before, _, after = found.partition(title)
        assert before == "Name1, A. B. (n.d.). "
        full_stop = "" if title.endswith((".", "?", "!", "?”")) else "."
        assert after == f"{full_stop} P."


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("Kristin D.", "K. D."),
        ("Jean-Paul", "J.-P."),
        ("KD", "K. D."),
        ("K.D.", "K. D."),
        ("Ann Øystein", "A. Ø."),
        ("Alexander von", "A. von"),
        ("bell", "b."),
        ("明", "明"),
    ],
)
def test_initials(given, wanted):
    assert initials(given) == wanted


def test_a_suffix_follows_the_initials():
    king = {"family": "King", "given": "Martin L., Jr."}
    assert apa(item(author=[king])).startswith("King, M. L., Jr. (n.d.).")


def test_ordinals_of_editions():
    for edition, wanted in [
        ("1", "1st"),
        ("3", "3rd"),
        ("11", "11th"),
        ("22", "22nd"),
        ("113", "113th"),
    ]:
        assert f"({wanted} ed.)" in apa(item(type="book", edition=edition))
    assert "(2nd ed.)" in apa(item(type="book", edition="2nd ed."))


@settings(max_examples=40, deadline=None)
@given(items())
def test_any_item_is_one_line_with_its_title(csl):
    found = apa(csl)
    assert csl.title in found
    assert not set(found) & {chr(code) for code in (*range(0xE000, 0xE200), 0x0A)}


def test_the_style_fits_the_schema_of_csl():
    schema = etree.RelaxNG(etree.parse(SCHEMA_PATH))
    schema.assertValid(etree.parse(STYLE))


def test_threads_do_not_mix_their_references():
    sample = [item(title=f"Title {n}", author=people(n % 5), volume=str(n)) for n in range(40)]
    alone = [apa(csl) for csl in sample]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(apa, sample)) == alone


def test_the_processor_is_imported_when_it_is_needed():
    code = "import sys, citewright.references.apa; sys.exit('citeproc' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


@settings(max_examples=30)
@given(items())
def test_values_in_their_places_read_as_if_they_were_rendered(one: CslItem) -> None:
    prepared = apa_module._prepared(one, address=True)
    whole = apa_module._render(json.dumps(prepared, sort_keys=True))
    runs = apa_module._runs(apa_module._SECOND_STOP.sub(r"\1", whole))
    assert apa_runs(one) == tuple(runs)
