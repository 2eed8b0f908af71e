from __future__ import annotations

import io
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shared import shared

from citewright.errors import ExtractionError
from citewright.model.source import CslName
from citewright.retrieval.extract import Extracted, extract
from citewright.retrieval.kinds import kind_of
from citewright.retrieval.word import from_word, word_metadata
from citewright.retrieval.word_package import MAX_PARTS

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
CORE = """<c:coreProperties xmlns:c="urn:c" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title>Notes on  \u202ekindness</dc:title><dc:creator>Neff, Kristin; Center for MSC</dc:creator>
<dc:rights>Creative Commons Attribution-NonCommercial 4.0</dc:rights></c:coreProperties>"""
STYLES = """<w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>
<w:style w:styleId="Eigen"><w:name w:val="Mine"/><w:basedOn w:val="berschrift1"/></w:style>
<w:style w:styleId="Loop"><w:name w:val="loop"/><w:basedOn w:val="Loop"/></w:style>
<w:style w:styleId="T"><w:name w:val="Title"/></w:style>
<w:style w:styleId="V1"><w:name w:val="toc 1"/></w:style>"""
NOTES = """<w:footnote w:type="separator" w:id="0"><w:p><w:r><w:t>--</w:t></w:r></w:p></w:footnote>
<w:footnote w:id="2"><w:p><w:r><w:t>A note apart.</w:t></w:r></w:p></w:footnote>"""


def relations(*pairs: tuple[str, str]) -> str:
    rows = (
        f'<Relationship Id="r{n}" Type="{R}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(pairs)
    )
    return f'<Relationships xmlns="{RELS}">{"".join(rows)}</Relationships>'


def package(parts: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def docx(body: str, **more: str | bytes) -> bytes:
    return package(
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": relations(
                ("officeDocument", "word/document.xml"), ("core-properties", "docProps/core.xml")
            ),
            "word/document.xml": f'<w:document xmlns:w="{W}" xmlns:m="urn:m"><w:body>{body}'
            "</w:body></w:document>",
            "word/_rels/document.xml.rels": relations(
                ("styles", "styles.xml"), ("footnotes", "/word/footnotes.xml")
            ),
            "word/styles.xml": f'<w:styles xmlns:w="{W}">{STYLES}</w:styles>',
            "word/footnotes.xml": f'<w:footnotes xmlns:w="{W}">{NOTES}</w:footnotes>',
            "docProps/core.xml": CORE,
        }
        | more
    )


def run(data: bytes, name: str = "a.docx", megabytes: int = 1024) -> Extracted:
    return extract(data, media_type=None, name=name, seconds=120, megabytes=megabytes)


def p(*runs: str, style: str = "") -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}{''.join(runs)}</w:p>"


def r(text: str, properties: str = "") -> str:
    rest = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{rest}<w:t xml:space="preserve">{text}</w:t></w:r>'


def test_a_document():
    body = (
        p(r("A study"), style="T")
        + p(r("Contents ... 3"), style="V1")
        + p(r("Methods"), style="berschrift1")
        + p(
            r("There were 10"),
            r("5", '<w:vertAlign w:val="superscript"/>'),
            r(" cells"),
            '<w:r><w:footnoteReference w:id="2"/></w:r>',
            r(" and CO"),
            r("2", '<w:vertAlign w:val="subscript"/>'),
            r("."),
        )
        + p(r("Deeper"), style="Eigen")
        + p(r("A whole sentence may wear the style of a heading."), style="berschrift1")
        + p(r("A style that is based on itself."), style="Loop")
        + "<w:sdt><w:sdtContent>" + p(r("First item;")) + "</w:sdtContent></w:sdt>"
    )  # fmt: skip
    assert run(docx(body)).text == (
        "# A study\n\n## Methods\n\nThere were 10⁵ cells and CO₂.\n\nA note apart.\n\n## Deeper\n\n"
        "A whole sentence may wear the style of a heading.\n\nA style that is based on itself.\n\n"
        "First item;"
    )


def test_tracked_changes_hidden_text_fields_and_signs():
    body = p(
        r("It "),
        "<w:del><w:r><w:delText>never </w:delText></w:r></w:del>",
        f"<w:ins>{r('always ')}</w:ins>",
        f"<w:moveFrom>{r('moved away ')}</w:moveFrom>",
        r("secretly ", "<w:vanish/>"),
        r("openly ", '<w:vanish w:val="0"/>'),
        f"<w:hyperlink>{r('helped')}</w:hyperlink>",
        "<w:r><w:instrText>PAGEREF x</w:instrText></w:r>",
        "<w:r><w:t> (p</w:t><w:sym/><w:t>.05; r</w:t><w:noBreakHyphen/><w:t>s</w:t><w:br/>"
        "<w:t>rank</w:t><w:tab/><w:t>ed; </w:t></w:r>",
        "<m:oMath><m:r><m:t>x=2</m:t></m:r></m:oMath>",
        "<m:oMath><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num></m:f></m:oMath>",
        r(")."),
    )
    assert from_word(docx(body)) == (
        "It always openly helped (p[symbol].05; r-s rank ed; x=2[formula])."
    )


def test_of_tables_the_rows_with_a_sentence_are_kept():
    def row(*cells: str) -> str:
        return "<w:tr>" + "".join(f"<w:tc>{p(r(cell))}</w:tc>" for cell in cells) + "</w:tr>"

    sentence = "The one group did as well as the other group did."
    body = f"<w:tbl>{row('Group', '12.3')}{row('', 'Layout only')}{row('Result', sentence)}</w:tbl>"
    assert from_word(docx(body)) == f"Layout only\n\nResult | {sentence}"


def test_what_it_says_of_itself():
    got = run(docx(p(r("Words of some length stand here."))))
    assert got.metadata is not None
    assert got.metadata.title == "Notes on kindness"
    assert got.metadata.author == (
        CslName(family="Neff", given="Kristin"),
        CslName(literal="Center for MSC"),
    )
    assert got.metadata.licence == "CC BY-NC 4.0"
    assert got.metadata.issued is None


ENTITY = '<!DOCTYPE d [<!ENTITY a "b">]><w:document xmlns:w="urn:w"><w:body/></w:document>'


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (docx("", **{"word/document.xml": b"<a>" + b" " * 20_000_000 + b"</a>"}), "times"),
        (docx("", **{"word/styles.xml": b"<a>" + b" " * 5_000_000 + b"</a>"}), "times"),
        (docx("", **{"word/document.xml": ENTITY}), "entities"),
        (docx("", **{"word/document.xml": "<w:document"}), "well-formed"),
        (docx("", **{"_rels/.rels": relations()}), "names no document"),
        (docx("", **{"_rels/.rels": relations(("officeDocument", "x.xml"))}), "no part"),
        (docx("", **{f"word/media/{n}": b"" for n in range(MAX_PARTS)}), "parts"),
        (docx(p(r("x")))[:-30], "damaged"),
    ],
    ids=["big", "styles", "entity", "broken", "no document", "missing", "many", "cut"],
)
def test_bombs_and_damage_are_refused(data, why):
    with pytest.raises(ExtractionError, match=why):
        run(data, megabytes=512)


def test_a_false_size_does_not_get_more_in():
    data = bytearray(docx(p(r("Kindness. " * 1000))))
    # The size in the archive's directory, which is what readers go by.
    entry = data.index(b"word/document.xml", data.index(b"PK\x01\x02"))
    data[entry - 22 : entry - 18] = (100).to_bytes(4, "little")
    with pytest.raises(ExtractionError, match="unpacked"):
        run(bytes(data))


def test_a_reference_out_of_the_file_leads_nowhere(tmp_path):
    (tmp_path / "secret.xml").write_text("<a>secret</a>")
    parts = relations(("officeDocument", f"../../../../../..{tmp_path}/secret.xml"))
    with pytest.raises(ExtractionError, match="no part"):
        run(docx("", **{"_rels/.rels": parts}))


@given(st.binary(max_size=40), st.integers(0, 2000))
def test_any_damage_is_an_error_of_ours(noise, place):
    whole = docx(p(r("Some words stand here.")))
    data = whole[:place] + noise + whole[place + len(noise) :]
    # Anything but an error of ours fails the test.
    with suppress(ExtractionError):
        assert isinstance(from_word(data), str)
        word_metadata(data)


def test_other_office_files_are_refused():
    workbook = shared("sources", "local-files", "dummy.xlsx").read_bytes()
    with pytest.raises(ExtractionError, match="Office"):
        kind_of(workbook, media_type=None, name="a.docx")


def test_a_real_document():
    got = run(shared("sources", "local-files", "dummy.docx").read_bytes(), "dummy.docx")
    assert got.extractor == "citewright-word"
    assert got.text.startswith("# Integration of AI Agents and RAG\n\nTo maximize the capabilities")
    assert "\n\n## LangChain and LangGraph\n\nLangChain is a framework" in got.text
    assert got == run(shared("sources", "local-files", "dummy.docx").read_bytes(), "dummy.docx")
