"""The library out to other programs, and in from a reference manager's file."""

from __future__ import annotations

from pathlib import Path

import pytest
from catalogues import open_workspace
from opened import put_database

from citewright.errors import DocumentError, InputError, NotFound
from citewright.pipeline.bibliography import export, import_file
from citewright.pipeline.workspace import Workspace

BIBTEX = """@article{own, title={Slow Breathing}, author={Quill, Ada and Nib, Ben}, year={2019},
 journal={Journal of Made-Up Results}, volume={5}, pages={217--264}, doi={10.5555/a}}
@book{book, title={The Whole Book}, author={Quill, Ada}, year=2016, publisher={Made-Up Press},
 isbn={9780306406157}}
@article{broken, title={Never closed
"""
RIS = """TY  - JOUR
TI  - Slow Breathing
AU  - Quill, Ada
PY  - 2019
DO  - 10.5555/A
ER  -

TY  - JOUR
TI  - Another one
AU  - Nib, Ben
PY  - 2020
ER  -
"""
CSL = """[{"id": "x", "type": "article-journal", "title": "Third", "DOI": "10.5555/c",
"author": [{"family": "Nib", "given": "Ben"}], "issued": {"date-parts": [[2021]]}},
{"id": "y", "type": "article-journal"}]"""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    put_database(tmp_path / "project" / "output")
    return open_workspace(tmp_path / "project")


def given(workspace: Workspace, name: str, text: str) -> Path:
    path = workspace.project.parent / name
    path.write_text(text, "utf-8")
    return path


def test_a_broken_entry_loses_no_other(workspace: Workspace) -> None:
    done = import_file(workspace, given(workspace, "a.bib", BIBTEX), None)
    assert [path.stem for path in done.written] == ["own", "book"]
    assert len(done.broken) == 1
    library = workspace.library()
    assert library["own"].csl.DOI == "10.5555/a"
    assert (library["book"].tier, library["book"].access) == ("T2", ())
    third = import_file(workspace, given(workspace, "c.json", CSL), None)
    assert (len(third.written), len(third.broken)) == (1, 1)


def test_known_works_are_left_out_within_the_file_too(workspace: Workspace) -> None:
    import_file(workspace, given(workspace, "a.bib", BIBTEX), None)
    done = import_file(workspace, given(workspace, "a.ris", RIS + RIS), None)
    assert [path.stem for path in done.written] == ["nib-2020"]
    assert len(done.known) == 3
    assert "own here" in done.known[0]
    again = import_file(workspace, given(workspace, "a.ris", RIS), None)
    assert again.written == ()


def test_what_is_exported_comes_back_the_same(workspace: Workspace, tmp_path: Path) -> None:
    import_file(workspace, given(workspace, "a.bib", BIBTEX), None)
    import_file(workspace, given(workspace, "c.json", CSL), None)
    library = workspace.library()
    for form in ("bibtex", "ris", "csl-json"):
        folder = tmp_path / form
        folder.mkdir()
        other = open_workspace(folder)
        text = export(list(library.values()), form)
        done = import_file(other, given(workspace, "out", text), form)
        assert done.broken == ()
        came = {source.csl.title: source.csl for source in other.library().values()}
        assert came == {source.csl.title: source.csl for source in library.values()}, form
    assert "Quill, A., & Nib, B. (2019)" in export(list(library.values()), "apa")


def test_wrong_files_are_told_apart(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"format of 'a\.txt' is not known"):
        import_file(workspace, given(workspace, "a.txt", RIS), None)
    with pytest.raises(InputError, match="format of"):
        import_file(workspace, given(workspace, "a.ris", RIS), "endnote")
    with pytest.raises(NotFound, match="there is no file"):
        import_file(workspace, tmp_path / "none.bib", None)
    (tmp_path / "b.bib").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DocumentError, match="UTF-8"):
        import_file(workspace, tmp_path / "b.bib", None)
    with pytest.raises(InputError, match="no format 'endnote'"):
        export([], "endnote")
    assert import_file(workspace, given(workspace, "a.txt", RIS), "ris").written
