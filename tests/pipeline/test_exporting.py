"""``citewright export`` and ``citewright diff`` on the example's stored versions."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from catalogues import open_workspace
from commands import InProcess
from shared import ROOT
from steps import make_version

from citewright.importing.published import read_page
from citewright.model.article import Article
from citewright.pipeline.workspace import Workspace

# They share the versions that are made for them.
pytestmark = pytest.mark.xdist_group("exporting")

SLUG = "mindful-self-compassion"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The example with its version 1.0, and 2.0 after a source changed."""
    project = tmp_path_factory.mktemp("exported") / "project"
    shutil.copytree(ROOT / "sources", project / "sources")
    make_version(project, SLUG, actor="Ann")
    note = project / "sources" / "notes" / "neff-2011.md"
    note.write_text(note.read_text(encoding="utf-8").replace("2011 book", "book of 2011"), "utf-8")
    make_version(project, SLUG)
    return open_workspace(project)


def told(article: Article) -> list[tuple[str, list[int]]]:
    return [
        (one.text, [article.number(citation.source) for citation in one.citations])
        for one in article.statements()
    ]


def test_the_example_comes_back_from_its_text(
    workspace: Workspace, quick_cli: InProcess, tmp_path: Path
) -> None:
    file = tmp_path / "page.txt"
    done = quick_cli(
        "export", SLUG, "1.0", "--format", "text", "-o", file, "--project", workspace.project
    )
    assert (done.code, done.out, done.err) == (0, "", "")
    first = workspace.version(workspace.catalogue.version(SLUG, "1.0").digest).article
    again = read_page(file.read_text(encoding="utf-8"), slug=SLUG, brief=None, library={})
    assert told(again.article) == told(first)

    made = quick_cli("import", file, "--slug", "again", "--project", workspace.project, "--json")
    assert made.code == 0
    again_text = quick_cli("export", "again", "--format", "text", "--project", workspace.project)
    kept = workspace.version(workspace.catalogue.version("again").digest).article
    assert told(kept) == told(first)
    assert first.title in again_text.out


@pytest.mark.parametrize("form", ["prov", "jsonld", "markdown"])
def test_each_form_holds_the_versions_digest(
    workspace: Workspace, quick_cli: InProcess, form: str
) -> None:
    done = quick_cli("export", SLUG, "1.0", "--format", form, "--project", workspace.project)
    assert done.code == 0
    assert workspace.catalogue.version(SLUG, "1.0").digest.removeprefix("sha256:") in done.out
    if form != "markdown":
        json.loads(done.out)


def test_provenance_names_who_had_it_made(workspace: Workspace, quick_cli: InProcess) -> None:
    done = quick_cli(
        "export", SLUG, "1.0", "--format", "prov", "--project", workspace.project, "--json"
    )
    document = json.loads(done.json["text"])
    (ann,) = [name for name, one in document["agent"].items() if one["prov:label"] == "Ann"]
    assert ann in {edge["prov:agent"] for edge in document["wasAttributedTo"].values()}
    assert [name.split("-")[0] for name in document["activity"]] == [
        "work:drafting",
        "work:checking",
    ]


def test_an_unknown_form_or_version_is_refused(workspace: Workspace, quick_cli: InProcess) -> None:
    done = quick_cli("export", SLUG, "1.0", "--format", "docx", "--project", workspace.project)
    assert done.code != 0
    assert "there is no format 'docx'" in done.err
    done = quick_cli("export", SLUG, "9.9", "--project", workspace.project)
    assert "there is no version 9.9" in done.err


def patched(document: Any, operations: list[dict[str, Any]]) -> Any:
    """RFC 6902, of which add, remove and replace occur."""
    for operation in operations:
        *way, last = operation["path"].split("/")[1:]
        target = document
        for step in way:
            target = target[int(step) if isinstance(target, list) else step]
        key = int(last) if isinstance(target, list) else last
        if operation["op"] == "add" and isinstance(target, list):
            target.insert(key, operation["value"])
        elif operation["op"] == "remove":
            del target[key]
        else:
            target[key] = operation["value"]
    return document


def test_two_versions_compared_in_every_form(
    workspace: Workspace, quick_cli: InProcess, tmp_path: Path
) -> None:
    given = ("diff", SLUG, "1.0", "2.0", "--project", workspace.project)
    difference = quick_cli(*given, "--json").json
    assert (difference["old"]["number"], difference["new"]["number"]) == ("1.0", "2.0")
    assert {one["kind"] for one in difference["statements"]} >= {"unchanged", "reworded"}
    assert "{+" in quick_cli(*given).out

    page = tmp_path / "diff.html"
    assert quick_cli(*given, "--html", page).code == 0
    assert "<ins>" in page.read_text(encoding="utf-8")
    assert quick_cli(*given, "--html", page, "--view", "sides").code == 0
    assert '<div class="pair">' in page.read_text(encoding="utf-8")
    assert quick_cli(*given, "--html", page, "--view", "up").code == 2

    old, new = (
        workspace.version(workspace.catalogue.version(SLUG, number).digest).article
        for number in ("1.0", "2.0")
    )
    operations = json.loads(quick_cli(*given, "--patch").out)
    assert (
        Article.model_validate(patched(old.model_dump(mode="json", by_alias=True), operations))
        == new
    )


def test_a_version_does_not_differ_from_itself(workspace: Workspace, quick_cli: InProcess) -> None:
    given = ("diff", SLUG, "1.0", "1.0", "--project", workspace.project)
    assert {one["kind"] for one in quick_cli(*given, "--json").json["statements"]} == {"unchanged"}
    assert json.loads(quick_cli(*given, "--patch").out) == []


def test_forms_of_a_difference_exclude_each_other(
    workspace: Workspace, quick_cli: InProcess
) -> None:
    done = quick_cli(
        "diff", SLUG, "1.0", "1.0", "--json", "--patch", "--project", workspace.project
    )
    assert done.code != 0
    assert "exclude each other" in done.json["error"]["message"]
