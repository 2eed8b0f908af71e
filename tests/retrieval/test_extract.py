# ruff: noqa: E501 - documents stand here as they are
from __future__ import annotations

import gzip
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shared import shared

from citewright.errors import ExtractionError, NoText
from citewright.model.base import INVISIBLE
from citewright.retrieval.extract import Extracted, extract
from citewright.retrieval.html_page import from_html
from citewright.retrieval.jats import from_jats
from citewright.retrieval.kinds import decode, kind_of
from citewright.retrieval.plain import from_markdown, from_text
from citewright.retrieval.stored import lowered, raised


def run(data: bytes, name="file", *, media_type=None, seconds=120, megabytes=1024) -> Extracted:
    return extract(data, media_type=media_type, name=name, seconds=seconds, megabytes=megabytes)


def pdf(content: str) -> bytes:
    """A PDF of one page, which draws this content with Helvetica as /F."""
    stream = content.encode("latin-1")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    out = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % p for p in places)
    return out + b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % start


def jats(body: str, front: str = "") -> bytes:
    return (
        '<?xml version="1.0"?><article xmlns:mml="http://www.w3.org/1998/Math/MathML"><front>'
        f"<article-meta>{front}</article-meta></front><body>{body}</body></article>"
    ).encode()


# --- which kind -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "media_type", "name", "kind"),
    [
        (b"%PDF-1.7 ...", "text/html", "a.txt", "pdf"),
        (b"\n\n%PDF-1.7 ...", None, "a", "pdf"),
        (jats("<p>x</p>"), "text/plain", "a.html", "jats"),
        (b"<!DOCTYPE html><p>x", "application/pdf", "a.pdf", "html"),
        (b"\xef\xbb\xbf<!-- c -->\n<html><body>", None, "a", "html"),
        (b"<article><p>a page's own article element</p></article>", "text/html", "a", "html"),
        (b"<div>x</div>", None, "a", "html"),
        (b"<div>x</div>\n\n# Title", None, "notes.md", "markdown"),
        (b"# x", "text/plain; charset=utf-8", "https://e.org/README.md?raw=1", "markdown"),
        (b"<5 % of the patients left.", None, "a.txt", "text"),
        (b"Some words.", None, "unknown", "text"),
        ("<html>".encode("utf-16"), None, "a", "html"),
    ],
)
def test_the_bytes_decide_first(data, media_type, name, kind):
    assert kind_of(data, media_type=media_type, name=name) == kind


@pytest.mark.parametrize(
    ("data", "name", "why"),
    [
        (b"PK\x03\x04rest", "a.docx", "Office"),
        (b"\x89PNG\r\n", "a.png", "image"),
        (gzip.compress(b"x" * 100, mtime=0), "a.txt", "gzip"),
        (b"{\\rtf1 x}", "a.rtf", "RTF"),
        (b'<?xml version="1.0"?><feed><entry/></feed>', "a.xml", "<feed>"),
        (bytes(range(256)) * 4, "a.bin", "not text|binary"),
        (b"abc\x00def", "a.txt", "binary"),
    ],
)
def test_other_kinds_are_refused_in_one_sentence(data, name, why):
    with pytest.raises(ExtractionError, match=why) as caught:
        run(data, name)
    assert name in caught.value.message
    assert caught.value.message.endswith(".")
    assert "\n" not in caught.value.message


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        ("ä 5 µg “x”".encode(), None),
        ("ä 5 µg “x”".encode("utf-16"), None),
        (b"\xef\xbb\xbf" + "ä 5 µg “x”".encode(), "text/plain; charset=iso-8859-1"),
        ("ä 5 µg “x”".encode("cp1252"), "text/plain; charset=ISO-8859-1"),
        ("ä 5 µg “x”".encode(), "text/plain; charset=us-ascii-nonsense"),
    ],
)
def test_encodings(data, media_type):
    assert decode(data, media_type=media_type, name="a") == "ä 5 µg “x”"


def test_a_stray_control_character_is_dropped():
    assert decode(b"wo\x02rds " + b"words " * 300, media_type=None, name="a")[:6] == "words "


def test_no_encoding_is_guessed():
    with pytest.raises(ExtractionError, match="utf-8") as caught:
        decode("Müdigkeit".encode("cp1252"), media_type=None, name="a.txt")
    assert "charset" in caught.value.hint
    page = '<meta charset="windows-1252"><p>Müdigkeit'.encode("cp1252")
    assert "Müdigkeit" in decode(page, media_type="text/html", name="a")


# --- the stored form --------------------------------------------------------------------------


def test_superscripts_never_become_part_of_the_number():
    assert raised("5") == "⁵"
    assert raised("−5") == raised("-5") == "⁻⁵"
    assert raised("th") == "th"
    assert raised("a") == "ᵃ"
    assert raised("®") == "®"
    assert raised("1–3,7") == "[1–3,7]"
    assert raised("4", citation=True) == raised("[4]", citation=True) == "[4]"
    assert raised("AB") == "^AB"
    assert raised("1.5") == "^1.5"
    assert raised(": 207") == ": 207"
    assert lowered("2") == "₂"
    assert lowered("2, 535") == "₂,₅₃₅"
    assert lowered("post") == "_post"
    assert from_text("10⁵ and x²") == "10⁵ and x²"


FOREIGN = st.text(
    alphabet=st.one_of(
        st.characters(), st.sampled_from("\n\r\t #*-_ﬁ\u200b\u202e\u00ad é\u0301<>&[]()`|")
    ),
    max_size=120,
)


@given(FOREIGN, st.sampled_from([from_text, from_markdown]))
def test_the_stored_form_always_holds(foreign, reader):
    text = reader(foreign)
    assert text == unicodedata.normalize("NFC", text)
    assert not INVISIBLE & set(text)
    assert not any(unicodedata.category(c)[0] == "C" and c != "\n" for c in text)
    assert not any("ﬀ" <= c <= "ﬆ" for c in text)
    assert "\n\n\n" not in text
    assert text == text.strip()
    assert all(line == line.strip() for line in text.split("\n"))
    assert reader(foreign) == text


# --- plain text, Markdown, HTML ---------------------------------------------------------------


def test_plain_text_keeps_its_lines():
    assert (
        from_text("One\r\nline.  \r\n\r\n\r\n Two\u200b ﬁnd\x0cThree")
        == "One\nline.\n\nTwo find\nThree"
    )


def test_markdown():
    text = from_markdown(
        "---\ntitle: x\n---\nTitle\n=====\n\nA *wrapped*\nparagraph with a [link](http://e.org), `code`,\n"
        "10<sup>5</sup> and ![a picture](x.png).\n\n## Part **two**\n\n- first point\n- second\n  point\n\n"
        "> quoted\n\n<script>alert(1)</script>\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n## References\n\n"
        "Smith (2001). Title.\n"
    )
    assert text == (
        "# Title\n\nA wrapped paragraph with a link, code, 10⁵ and .\n\n## Part two\n\n"
        "first point\n\nsecond point\n\nquoted\n\n## References\n\nSmith (2001). Title."
    )


PAGE = """<!doctype html><html><head><title>Backdraft</title><script>var x = "no";</script></head><body>
<nav><a href="/">Home</a> <a href="/b">Blog</a></nav>
<article><h1>Backdraft</h1>
<p>Backdraft is the pain that may come up when people first practise self-compassion; it was
seen in 10<sup>5</sup> people<sup><a href="#r1">4</a></sup> and CO<sub>2</sub> fell, the 5<sup>th</sup> time.</p>
<h2>What to do<span class="mw-editsection">[edit]</span></h2>
<p>Teachers ask their participants to go slowly, and to rest where it is too much for them.<br>
They may open their eyes.</p><ul><li>Feel the soles of the feet upon the floor.</li>
<li>Do something ordinary, such as washing the dishes.</li></ul>
<table><tr><td>Group</td><td>It fell by 12 points.</td></tr><tr><td>A</td><td>It did not fall.</td></tr></table>
<h2>References</h2><ol><li>Someone (2001). A book about fires and doors. New York.</li></ol>
</article><footer>All rights reserved. Cookies.</footer></body></html>"""


def test_html_main_text():
    assert from_html(PAGE) == (
        "# Backdraft\n\n"
        "Backdraft is the pain that may come up when people first practise self-compassion; it was "
        "seen in 10⁵ people[4] and CO₂ fell, the 5th time.\n\n"
        "## What to do\n\n"
        "Teachers ask their participants to go slowly, and to rest where it is too much for them. "
        "They may open their eyes.\n\n"
        "Feel the soles of the feet upon the floor.\n\n"
        "Do something ordinary, such as washing the dishes.\n\n"
        "## References\n\n"
        "Someone (2001). A book about fires and doors. New York."
    )


def test_a_row_with_a_sentence_is_kept_and_inline_code_stays_in_its_line():
    row = "<tr><td>Groundhog Day</td><td>1993</td><td>A man lives through the same day again and again.[2]</td></tr>"
    page = PAGE.replace("<tr><td>Group", f"{row}<tr><td>Group").replace(
        "their participants", "<code>their</code> participants"
    )
    text = from_html(page)
    assert (
        "\n\nGroundhog Day | 1993 | A man lives through the same day again and again.[2]\n\n"
        in text + "\n\n"
    )
    assert "12 points" not in text
    assert "Teachers ask their participants to go slowly" in text


def test_a_page_without_text():
    with pytest.raises(NoText, match="no main text"):
        run(b"<!doctype html><html><body><div id=root></div><script>x()</script></body></html>")


def test_a_login_page_is_no_source():
    form = "<form><input name=user><input type=password name=p><button>Go</button></form>"
    words = (
        "<p>By signing in you agree to our terms of use, our privacy policy and our cookies.</p>"
    )
    with pytest.raises(NoText, match="login page"):
        from_html(f"<!doctype html><html><body><h1>Sign in</h1>{form}{words}</body></html>")
    assert "Backdraft" in from_html(
        PAGE.replace("</nav>", f"</nav>{form}").replace("slowly", "slow " * 300)
    )


def test_superscripts_within_superscripts():
    page = PAGE.replace("<sup>5</sup>", "<sup>2<sup>3</sup></sup>")
    assert "10^2³ people" in from_html(page)


# --- JATS -------------------------------------------------------------------------------------


def test_jats():
    front = """<title-group><article-title>Kindness: <italic>a trial</italic></article-title></title-group>
      <contrib-group><contrib><name><surname>Nobody</surname></name></contrib></contrib-group>
      <abstract><sec><title>Aims</title><p>To test it.</p></sec></abstract>
      <abstract abstract-type="graphical"><p>Never seen.</p></abstract>"""
    body = """<sec><label>1.</label><title>Methods</title>
      <p>Cells (10<sup>5</sup>) of a <sub>i</sub> kind <sup><xref ref-type="bibr">3</xref>,<xref
      ref-type="bibr">4</xref></sup> were used [<xref ref-type="bibr">5</xref>].<xref ref-type="fn"><sup>a</sup></xref>
      Here <inline-formula><mml:math><mml:msup><mml:mi>χ</mml:mi><mml:mn>2</mml:mn></mml:msup><mml:mo>=</mml:mo>
      <mml:mn>4.7</mml:mn></mml:math></inline-formula> and <disp-formula><alternatives><tex-math>\\frac{a}{b}</tex-math>
      <mml:math><mml:mfrac><mml:mi>a</mml:mi><mml:mi>b</mml:mi></mml:mfrac></mml:math></alternatives></disp-formula>
      hold.<table-wrap><label>Table 1</label><caption><p>Who took part</p></caption><table><tr><td>99</td></tr>
      </table><table-wrap-foot><p>n = 9</p></table-wrap-foot></table-wrap></p>
      <p><bold>Setting</bold></p>
      <p>Two kinds: <list><list-item><p>day care;</p></list-item><list-item><p>home care.</p></list-item></list></p>
      <sec><title>Deeper</title><p>Text&#x02013;<!-- c -->here &amp; there.</p></sec></sec>
      <fig><label>Figure 2.</label><caption><title>Flow.</title><p>All of them.</p></caption><graphic/></fig>"""
    data = jats(body, front).replace(
        b"</body>", b"</body><back><ref-list><ref>Smith 2001</ref></ref-list></back>"
    )
    assert run(data).text == (
        "# Kindness: a trial\n\n## Abstract\n\n### Aims\n\nTo test it.\n\n"
        "## 1. Methods\n\n"
        "Cells (10⁵) of a ᵢ kind [3,4] were used [5]. Here χ²=4.7 and [formula] hold.\n\n"
        "Table 1. Who took part.\n\n### Setting\n\nTwo kinds:\n\nday care;\n\nhome care.\n\n"
        "### Deeper\n\nText–here & there.\n\nFigure 2. Flow. All of them."
    ).replace("ᵢ", "_i")


def test_sections_without_a_title_belong_to_the_one_around_them():
    inner = "<sec><sec><p>First.</p><sec><title>Deep</title><p>Second.</p></sec></sec></sec>"
    assert from_jats(jats(f"<sec><title>Methods</title>{inner}</sec>")) == (
        "## Methods\n\nFirst.\n\n### Deep\n\nSecond."
    )


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"<?xml version='1.0'?><!DOCTYPE article [<!ENTITY a 'b'>]><article><front/><body/></article>", "entities"),
        (b"<article><front/><body><p>x</body></article>", "not well-formed"),
        (b"<!DOCTYPE article SYSTEM 'x.dtd'><article><front/><body><p>&nosuch;</p></body></article>", "nosuch"),
        (b"<article><front/><body>" + b"<sec>" * 5000 + b"</sec>" * 5000 + b"</body></article>", "well-formed"),
    ],
)  # fmt: skip
def test_jats_that_is_refused(data, why):
    with pytest.raises(ExtractionError, match=why):
        from_jats(data)


def test_an_entity_reads_no_file(tmp_path):
    (tmp_path / "secret").write_text("the secret")
    data = (
        f'<!DOCTYPE article [<!ENTITY x SYSTEM "file://{tmp_path}/secret">]>'
        "<article><front/><body><p>&x;</p></body></article>"
    ).encode()
    with pytest.raises(ExtractionError, match="entities"):
        run(data)


def test_entities_of_the_dtd_are_known():
    data = b"<!DOCTYPE article SYSTEM 'x.dtd'><article><front/><body><p>&alpha; &ndash; b</p></body></article>"
    assert from_jats(data) == "α – b"


# --- PDF --------------------------------------------------------------------------------------


def test_pdf_superscripts_and_headings():
    text = run(
        pdf(
            "BT /F 16 Tf 50 700 Td (Methods) Tj ET "
            "BT /F 10 Tf 50 670 Td (There were 10) Tj 6 Ts /F 6 Tf (5) Tj 0 Ts /F 10 Tf ( cells in the dish.) Tj ET "
            "BT /F 10 Tf 50 658 Td (They were counted by two people who did not) Tj ET "
            "BT /F 10 Tf 50 646 Td (know of each other.) Tj ET "
            "BT /F 10 Tf 50 610 Td (Another paragraph begins.) Tj ET"
        )
    )
    assert text.text == (
        "## Methods\n\nThere were 10⁵ cells in the dish.\nThey were counted by two people who did not\n"
        "know of each other.\n\nAnother paragraph begins."
    )
    assert text.extractor == "citewright-pdf"


def test_a_scan_has_no_text():
    with pytest.raises(NoText, match="no text layer"):
        run(pdf("0 0 1 rg 10 10 300 300 re f"), "scan.pdf")


def test_a_damaged_pdf():
    with pytest.raises(ExtractionError, match=r"'a\.pdf'"):
        run(b"%PDF-1.7 nothing of the kind", "a.pdf")


# --- the child process ------------------------------------------------------------------------


def test_an_empty_file():
    with pytest.raises(NoText, match=r"'empty\.txt' is empty"):
        run(b" \n", "empty.txt")


def test_a_memory_bomb_ends_the_child_alone():
    with pytest.raises(ExtractionError, match="128 MB"):
        run(b"words " * 12_000_000, "big.txt", megabytes=128)


def test_a_time_bomb_ends_the_child_alone():
    links = b"<!doctype html><html><body>" + b"<a href='/x'>a link</a><p>text" * 150_000
    with pytest.raises(ExtractionError, match="more than 1 s"):
        run(links, "links.html", seconds=1)


def test_too_much_text():
    with pytest.raises(ExtractionError, match="characters"):
        run(b"words " * 3_500_000 + b"\n", "long.txt")


# --- real documents ---------------------------------------------------------------------------

ARTICLES = ["mindfulness-self-compassion/PMC5434251.nxml", "trauma-ptsd/PMC3698199.nxml"]


@pytest.mark.parametrize("path", ARTICLES)
def test_real_articles(path):
    data = shared("sources", *path.split("/")).read_bytes()
    got = run(data, path)
    assert got.extractor == "citewright-jats"
    assert got.text.startswith("# ")
    assert "\n\n## Abstract\n\n" in got.text
    assert len(got.text) > 20_000
    assert got == run(data, path)


def test_a_real_pdf():
    got = run(shared("sources", "pdf", "peerj-1120.pdf").read_bytes(), "peerj-1120.pdf")
    assert "## INTRODUCTION" in got.text
    # A sentence that a page's end and a figure part in the file.
    assert "The respondents’ answers\nto the questions also led" in got.text
    assert "institution-\nalization" in got.text
    assert not any("ﬀ" <= c <= "ﬆ" for c in got.text)
    assert "10.7717/peerj.1120 2/18" not in got.text
    assert "\n\n## REFERENCES\n\nAndersson L, Stevens N. 1993. " in got.text


def test_a_locked_pdf():
    data = shared("sources", "pdf", "password.pdf").read_bytes()
    with pytest.raises(ExtractionError, match="password") as caught:
        run(data, "password.pdf")
    assert "copy" in caught.value.hint
