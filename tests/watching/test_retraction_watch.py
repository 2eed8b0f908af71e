"""The Retraction Watch database: real rows, and rows as broken as a CSV file can have them."""

from __future__ import annotations

import csv
import io
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shared import shared

from citewright.errors import CitewrightError, DocumentError, InputError, NotFound
from citewright.watching.retraction_watch import (
    COLUMNS,
    RetractionWatch,
    parse_retraction_watch,
    read_retraction_watch,
)
from citewright.watching.standing import standing
from citewright.watching.work import Work

HEADER = (
    "Record ID,Title,Subject,Institution,Journal,Publisher,Country,Author,URLS,ArticleType,"
    "RetractionDate,RetractionDOI,RetractionPubMedID,OriginalPaperDate,OriginalPaperDOI,"
    "OriginalPaperPubMedID,RetractionNature,Reason,Paywalled,Notes"
).split(",")


def row(**given: str) -> dict[str, str]:
    plain = {
        "Record ID": "1",
        "Title": "An invented title, with a comma",
        "RetractionDate": "7/12/2023 0:00",
        "RetractionDOI": "10.5555/notice.1",
        "RetractionPubMedID": "0.0",
        "OriginalPaperDOI": "10.5555/Work.1",
        "OriginalPaperPubMedID": "111.0",
        "RetractionNature": "Retraction",
        "Reason": "+Paper Mill;",
    }
    return dict.fromkeys(HEADER, "") | plain | given


def text(*rows: dict[str, str], header: list[str] = HEADER) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, header, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def parse(*rows: dict[str, str]) -> RetractionWatch:
    return parse_retraction_watch(io.StringIO(text(*rows), newline=""))


def test_the_recorded_rows():
    path = shared("recorded", "retractions", "retraction-watch-rows.csv")
    watch = read_retraction_watch(path)
    assert (watch.rows, watch.nameless, watch.problems) == (20, 0, [])
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for one in rows:
        (notice,) = watch.about(Work("x", doi=one["OriginalPaperDOI"].upper()))
        month, day, year = one["RetractionDate"].split(" ")[0].split("/")
        assert notice.date == f"{year}-{int(month):02}-{int(day):02}"
        assert notice.notice == one["RetractionDOI"]
        assert notice.about == one["OriginalPaperDOI"]
        assert f"Record ID {one['Record ID']};" in notice.detail
        assert standing(Work("x", doi=notice.about), [notice], []).status == "retracted"
        # Nothing is said of the notice itself.
        assert watch.about(Work("x", doi=one["RetractionDOI"])) == ()
        pmid = one["OriginalPaperPubMedID"].removesuffix(".0")
        if pmid != "0":
            (by_pmid,) = watch.about(Work("x", pmid=pmid))
            assert by_pmid.about == f"pmid:{pmid}"
            assert standing(Work("x", pmid=pmid), [by_pmid], []).status == "retracted"


@pytest.mark.parametrize(
    ("nature", "status"),
    [
        ("Retraction", "retracted"),
        ("Expression of concern", "concern"),
        ("Correction", "corrected"),
        ("EXPRESSION  OF CONCERN ", "concern"),
    ],
)
def test_natures(nature, status):
    work = Work("x", doi="10.5555/work.1")
    said = parse(row(RetractionNature=nature)).about(work)
    assert standing(work, said, []).status == status


def test_a_reinstatement_after_a_retraction():
    back = row(RetractionNature="Reinstatement", RetractionDate="1/2/2024 0:00")
    work = Work("x", doi="10.5555/work.1")
    said = parse(row(), back).about(work)
    assert [one.kind for one in said] == ["retraction", "reinstatement"]
    assert standing(work, said, []).status == "unknown"
    assert standing(work, said[:1], []).status == "retracted"


@pytest.mark.parametrize(
    ("written", "expected"),
    [("7/12/2023 0:00", "2023-07-12"), ("07/12/2023", "2023-07-12"), ("2023-07-12", "2023-07-12"),
     ("2023-07-12T00:00:00", "2023-07-12"), ("", None)],
)  # fmt: skip
def test_dates(written, expected):
    watch = parse(row(RetractionDate=written))
    assert watch.about(Work("x", pmid="111"))[0].date == expected
    assert watch.problems == []


@pytest.mark.parametrize(
    ("change", "kept", "what"),
    [
        ({"RetractionDate": "13/12/2023 0:00"}, True, "its RetractionDate is '13/12/2023 0:00'"),
        ({"RetractionDate": "soon"}, True, "its RetractionDate is 'soon'"),
        ({"OriginalPaperDOI": "see notes"}, True, "its OriginalPaperDOI is 'see notes'"),
        ({"OriginalPaperPubMedID": "12a"}, True, "its OriginalPaperPubMedID is '12a'"),
        ({"RetractionNature": "Mistake"}, False, "its RetractionNature is 'Mistake'"),
        ({"RetractionNature": ""}, False, "its RetractionNature is ''"),
    ],
)
def test_a_broken_cell_is_named_and_loses_no_retraction(change, kept, what):
    last = row(OriginalPaperDOI="10.5555/last", OriginalPaperPubMedID="")
    watch = parse(row(), row(**change), last)
    (problem,) = watch.problems
    assert (problem.line, problem.kept) == (3, kept)
    assert problem.what == what
    assert watch.rows == 3
    assert len(watch.about(Work("x", doi="10.5555/last"))) == 1
    if kept:
        names = Work("x", doi="10.5555/work.1", pmid="111")
        assert len(watch.about(names)) == 2


def test_rows_of_the_wrong_width_and_open_quotes():
    lines = text(row(), row(OriginalPaperDOI="10.5555/b"), row(OriginalPaperDOI="10.5555/c"))
    head, first, second, third = lines.splitlines()
    open_quote = third.replace('a comma"', "a comma")
    watch = parse_retraction_watch(
        [f"{one}\n" for one in (head, first, "2,too,short", second, open_quote, "4,end")]
    )
    assert [(one.line, one.kept) for one in watch.problems] == [(3, False), (5, False)]
    assert "it has 3 columns, not 20" in watch.problems[0].what
    assert "goes on to line 6: a quote may not be closed" in watch.problems[1].what
    assert len(watch.about(Work("x", doi="10.5555/b"))) == 1


def test_a_cell_beyond_the_limit_is_named():
    watch = parse(row(Notes="x" * 200_000), row(OriginalPaperDOI="10.5555/b"))
    assert len(watch.problems) == 1
    assert "it is no CSV" in watch.problems[0].what
    assert len(watch.about(Work("x", doi="10.5555/b"))) == 1


def test_what_has_no_identifier_is_counted():
    watch = parse(row(OriginalPaperDOI="unavailable", OriginalPaperPubMedID="0"), row())
    assert (watch.rows, watch.nameless, watch.problems) == (2, 1, [])


def test_a_row_with_our_pubmed_id_and_another_doi_is_about_that_one():
    work = Work("x", doi="10.5555/mine", pmid="111")
    (said,) = parse(row()).about(work)
    assert said.about == "10.5555/work.1"
    assert standing(work, [said], []).status == "unknown"


def test_columns_in_another_order_and_missing_ones():
    watch = parse_retraction_watch(io.StringIO(text(row(), header=sorted(COLUMNS)), newline=""))
    assert len(watch.about(Work("x", doi="10.5555/work.1"))) == 1
    with pytest.raises(DocumentError, match="lacks the columns RetractionPubMedID, Original"):
        parse_retraction_watch(["Record ID,RetractionDate,RetractionDOI\n"])
    with pytest.raises(DocumentError, match="is empty"):
        parse_retraction_watch([])


def test_files_that_cannot_be_read(tmp_path: Path):
    with pytest.raises(NotFound, match="there is no file"):
        read_retraction_watch(tmp_path / "none.csv")
    with pytest.raises(InputError, match="cannot be read"):
        read_retraction_watch(tmp_path)
    stray = tmp_path / "stray.csv"
    stray.write_bytes(b"\xef\xbb\xbf" + text(row(Author="M\xfcller")).encode("latin-1"))
    assert len(read_retraction_watch(stray).about(Work("x", doi="10.5555/work.1"))) == 1


@settings(deadline=None)
@given(st.binary(max_size=400), st.integers(0, 600), st.integers(0, 600))
def test_mutated_files_raise_nothing_else(noise, start, end):
    data = text(row(), row(RetractionNature="Correction")).encode()
    mutated = data[:start] + noise + data[end:]
    try:
        watch = parse_retraction_watch(
            io.StringIO(mutated.decode("utf-8", errors="replace"), newline="")
        )
    except CitewrightError:
        return
    assert len(watch.problems) <= watch.rows
    watch.about(Work("x", doi="10.5555/work.1", pmid="111"))


def test_sixty_thousand_rows_in_time():
    one = text(row()).splitlines()
    began = time.process_time()
    watch = parse_retraction_watch(
        (f"{one[0]}\n" if n == 0 else one[1].replace("Work.1", f"Work.{n}") + "\n")
        for n in range(60_001)
    )
    # It takes a second or two; what compared each row with the others would take hours.
    assert time.process_time() - began < 120
    assert watch.rows == 60_000
    assert len(watch.about(Work("x", doi="10.5555/work.60000"))) == 1
