"""The published example page, imported by the command and shown again, whole and in order."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from browser import chromium_page
from commands import InProcess
from shared import shared

SLUG = "mindful-self-compassion"
SEED = ("seed", "000_bb8b4c4555f3f664.txt")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "project").mkdir()
    return tmp_path / "project"


def test_import_show_publish_verify(project: Path, quick_cli: InProcess) -> None:
    seed = shared(*SEED)
    done = quick_cli("import", seed, "--slug", SLUG, "--project", project, "--json")
    assert done.code == 0, done.err
    summary = done.json
    assert (summary["version"], summary["models"]) == ("1.0", ["claude-opus-4-8"])
    assert summary["import"]["sections"] == 14
    assert summary["import"]["statements"] == 98
    assert (summary["import"]["sourced"], summary["import"]["llm"]) == (63, 35)
    assert summary["verdicts"]["not_assessed"] == 63

    version = quick_cli("show", SLUG, "--project", project, "--json").json
    assert version["created"] == "2026-06-04T00:00:00Z"
    assert [s["tier"] for s in version["article"]["sources"]] == [
        "T1", "T1", "T2", "T2", "T2", "T3", "T3",
    ]  # fmt: skip
    assert version["article"]["figure"]["caption"]["marker"] == {"kind": "llm"}

    held = quick_cli("publish", SLUG, "--project", project, "--json")
    assert held.code == 3
    assert not (project / "output" / "site" / SLUG).exists()
    assert quick_cli("verify", "--project", project).code == 0

    again = quick_cli("import", seed, "--slug", SLUG, "--project", project)
    assert again.code == 2
    assert "has version 1.0 already" in again.err


def test_an_import_that_fails_leaves_nothing(
    project: Path, quick_cli: InProcess, tmp_path: Path
) -> None:
    text = shared(*SEED).read_text(encoding="utf-8")
    broken = tmp_path / "broken.txt"
    broken.write_text(text.replace("last generated 2026-06-04", "last generated lately"), "utf-8")
    done = quick_cli("import", broken, "--slug", SLUG, "--project", project)
    assert done.code == 2
    assert re.search(r"line \d+", done.err)
    assert quick_cli("show", SLUG, "--project", project).code == 2
    assert not list(project.glob("output/store/version/*/*"))


@pytest.mark.browser
def test_the_page_shows_the_whole_article_in_order(project: Path, quick_cli: InProcess) -> None:
    text = shared(*SEED).read_text(encoding="utf-8")
    made = quick_cli("import", shared(*SEED), "--slug", SLUG, "--project", project, "--json")
    page = made.json["page"]
    with chromium_page() as browser:
        browser.goto(f"file://{page}")
        shown = _words(browser.locator("body").inner_text())
    start = text.index("modality ·")
    end = text.index("Suggest a revision")
    place = 0
    missing = []
    for word in (word for line in text[start:end].split("\n") for word in _words(_same(line))):
        # What the page adds in between (flags, tiers, back-links) is shorter than this.
        within = shown[place : place + 80]
        if word in within:
            place += within.index(word) + 1
        else:
            missing.append(word)
    assert missing == []


def _same(line: str) -> str:
    """The line without what the text form of the page has run together or measured."""
    line = re.sub(r"^\s*\d+\. ", "", line)  # a list's own numbers are no text of the page
    line = line.replace("linkT", "link T").replace("23 min read", "min read")
    # The figure's text equivalent is folded away on a screen; the figure shows the same words.
    return "" if line.startswith("A wheel diagram with") else line


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())
