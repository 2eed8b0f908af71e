"""What is written is read back; what is broken is a clear error and never a raw exception."""

from __future__ import annotations

import json
import re
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from references.items import items, source

from citewright.errors import CitewrightError, DocumentError
from citewright.model.base import clean_text
from citewright.model.source import CslItem
from citewright.references.bibtex import bibtex, read_bibtex
from citewright.references.csl_json import csl_json, read_csl_json
from citewright.references.ris import read_ris, ris

FORMATS = {
    "bibtex": (bibtex, read_bibtex),
    "ris": (ris, read_ris),
    "csl-json": (csl_json, read_csl_json),
}
KEPT = ("type", "title", "author", "issued", "container_title", "publisher", "volume", "issue",
        "page", "DOI")  # fmt: skip

SAMPLE = [
    source(
        {
            "type": "article-journal",
            "title": "50% of {Patients} & “GABA_A” at 10⁵: $5, a~b^c \\ d",
            "author": [
                {"family": "de la Cruz", "given": "Ana, Jr."},
                {"family": "Müller", "given": "Jörg"},
                {"family": "Plato"},
                {"literal": "Sample, Sample and Sons, Ltd."},
            ],
            "editor": [{"literal": "& Friends"}],
            "issued": {"date-parts": [[2013, 1, 2]]},
            "accessed": {"date-parts": [[2020, 12, 31]]},
            "container-title": "Journal of R&D",
            "publisher": "A Press",
            "edition": "2",
            "volume": "69",
            "issue": "1-2",
            "page": "28-44",
            "number": "e5",
            "language": "en",
            "DOI": "10.1002/(SICI)1097-4571(199806)49:8<693::AID-ASI4>3.0.CO;2-O",
            "PMID": "23070875",
            "PMCID": "PMC123",
            "URL": "https://a.example/~x_y?z=%20#a",
            "note": "A note: 100%.",
        },
        key="de-la-cruz-2013",
    ),
    source({"type": "thesis", "title": "A Title", "medium": "Doctoral dissertation"}, key="b"),
    source({"type": "webpage", "title": "A Title", "container-title": "A Site"}, key="c-2"),
]


@pytest.mark.parametrize("name", FORMATS)
def test_a_library_comes_back_with_its_keys(name):
    write, read = FORMATS[name]
    text = write(SAMPLE)
    back = read(text).items
    assert [item.key for item in back] == [entry.key for entry in SAMPLE]
    assert [item.dropped for item in back] == [(), (), ()]
    # RIS has no place for what CSL calls medium in a journal; nothing else is lost.
    assert [item.csl for item in back] == [entry.csl for entry in SAMPLE]
    assert write([source(item.csl, key=item.key) for item in back]) == text


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=80, deadline=None)
@given(csl=items())
@example(csl=CslItem(type="book", title="TY  - \\{}{", author=[{"literal": "\\"}]))
def test_any_item_comes_back(name, csl):
    write, read = FORMATS[name]
    (back,) = read(write([source(csl)])).items
    assert back.key == "a-key-2020"
    for field in KEPT:
        # White space of any other width is one plain space in all three formats.
        assert _plain(getattr(back.csl, field)) == _plain(getattr(csl, field)), field


def _plain(value: object) -> object:
    return clean_text(value) if isinstance(value, str) else value


CHUNKS = st.sampled_from(
    ['"', "{", "}", "@", "@article{", "\\", "\\textsuperscript{", ",", "=", "#", "\n", "TY  - JOUR",
     "ER  - ", "AU  - ,", "$", "[", "]", ":", "null", "1e999", "-", "\x00", "\ud800", "9" * 5000,
     "{" * 3000, "[" * 3000, "\\emph" * 2000]
)  # fmt: skip


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_mutated_files_raise_nothing_of_their_own(name, data):
    write, read = FORMATS[name]
    text = write(SAMPLE)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        cut = data.draw(st.integers(0, 12))
        text = text[:at] + data.draw(st.one_of(CHUNKS, st.text(max_size=5))) + text[at + cut :]
    lenient = read(text, strict=False)
    assert all(type(error) is DocumentError for error in lenient.broken)
    if lenient.broken:
        with pytest.raises(CitewrightError) as caught:
            read(text)
        assert str(caught.value) == str(lenient.broken[0])
    else:
        assert read(text) == lenient


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=80, deadline=None)
@given(text=st.one_of(st.text(), st.lists(CHUNKS, max_size=8).map("".join)))
def test_any_text_raises_nothing_of_its_own(name, text):
    assert all(str(error) for error in FORMATS[name][1](text, strict=False).broken)


@settings(max_examples=60, deadline=None)
@given(
    value=st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=6)),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(
                st.sampled_from(["title", "type", "author", "family", "issued", "date-parts", "id",
                                 "citation-key", "page", "note", "DOI", "raw", "subtitle"]),
                inner,
                max_size=5,
            ),
        ),
        max_leaves=12,
    )
)  # fmt: skip
def test_any_json_raises_nothing_of_its_own(value):
    text = json.dumps(
        [{"title": "T", "type": "book"} | value if isinstance(value, dict) else value]
    )
    reading = read_csl_json(text, strict=False)
    assert len(reading.items) + len(reading.broken) == 1


MANY = {
    "bibtex": ("@article{a, title={\n", "@misc{a, title={T}}\n"),
    "ris": ("TY  - JOUR\n", "TY  - JOUR\nTI  - T\nER  - \n"),
    "csl-json": ("{},\n", '{"title": "T"},\n'),
}


@pytest.mark.parametrize("name", FORMATS)
def test_large_files_take_time_in_proportion(name):
    """Entries that do not end, or that would all have one key: 60 s is 400 times enough."""
    start = time.process_time()
    read = FORMATS[name][1]
    broken, alike = (("[" if name == "csl-json" else "") + entry * 3_000 for entry in MANY[name])
    assert len(read(broken, strict=False).broken) >= 3_000
    assert len({item.key for item in read(alike, strict=False).items}) == 3_000
    assert time.process_time() - start < 60


@pytest.mark.parametrize(
    "name",
    [
        {"family": "Barnes, Noble", "given": "Ann"},
        {"family": "Barnes and Noble", "given": "And And, Jr."},
        {"family": "Dalai Lama"},
        {"literal": "Barnes, Noble and Sons"},
        {"literal": "\\alpha & {sons}"},
        {"literal": "others"},
    ],
)
def test_names_that_bibtex_would_split(name):
    csl = CslItem(type="book", title="T", author=[name, {"family": "Other", "given": "Ann"}])
    assert read_bibtex(bibtex([source(csl)])).items[0].csl.author == csl.author


def test_ris_lines_end_with_carriage_return_and_line_feed():
    text = ris(SAMPLE)
    assert text.count("\n") == text.count("\r\n")
    for line in text.split("\r\n"):
        assert line == "" or re.match(r"[A-Z][A-Z0-9]  - ", line)


def test_bibtex_keeps_letters_and_balances_braces():
    text = bibtex(SAMPLE)
    assert "Müller, Jörg" in text
    assert "10.1002/(SICI)1097-4571(199806)49:8<693::AID-ASI4>3.0.CO;2-O" in text
    assert r"50\% of {\textbraceleft{}Patients\textbraceright{}} \& {“GABA\_A”}" in text
    assert "month = jan," in text
    assert text.count("{") == text.count("}")
