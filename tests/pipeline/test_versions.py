"""Versions one after another: reaffirmed while nothing changes, chained when something does."""

from __future__ import annotations

from pathlib import Path

import pytest
from catalogues import open_workspace
from steps import make_version

from citewright.pipeline import pages, verifying

SLUG = "mindful-self-compassion"


@pytest.mark.slow
def test_nothing_new_reaffirms_and_a_change_makes_the_next_version(read_project: Path) -> None:
    workspace = open_workspace(read_project)
    first = make_version(read_project, SLUG)
    assert [result.objections for result in pages.publish(workspace, [])] == [()]

    again = make_version(read_project, SLUG)
    assert again.reaffirmed
    assert again.digest == first.digest
    assert workspace.catalogue.version(SLUG).state == "published"

    note = read_project / "sources" / "notes" / "neff-2011.md"
    note.write_text(note.read_text(encoding="utf-8").replace("2011 book", "book of 2011"), "utf-8")
    second = make_version(read_project, SLUG)
    assert not second.reaffirmed
    entry = workspace.catalogue.version(SLUG)
    assert (entry.number, entry.state, entry.parent) == ("2.0", "draft", first.digest)
    # What was published stays so until the new version is.
    assert workspace.catalogue.version(SLUG, "1.0").state == "published"

    pages.publish(workspace, [SLUG])
    assert workspace.catalogue.version(SLUG, "1.0").state == "superseded"
    found = verifying.verify(workspace)
    assert (found.versions, found.problems) == (2, [])

    old = pages.build_preview(workspace, SLUG, "1.0").read_text(encoding="utf-8")
    assert "Not the current version" in old


def test_an_article_that_rests_on_notes_is_held_back(example_project: Path) -> None:
    make_version(example_project, SLUG)
    workspace = open_workspace(example_project)
    (held,) = pages.publish(workspace, [SLUG])
    assert held.page is None
    rests, crisis = held.objections
    assert "rest on notes" in rests
    assert "in a crisis" in crisis
    page = pages.build_preview(workspace, SLUG).read_text(encoding="utf-8")
    assert "Stands in the notes on this source, which itself was not read" in page
    assert "Supported by this passage" not in page
    assert "Of 7 sources only notes were read" in page
