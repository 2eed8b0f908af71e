"""The project's own sources, notes, brief and outline: valid, complete, and in their own words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from shared import ROOT, shared

from citewright.model.base import Value
from citewright.model.brief import Brief, FigureBrief, Outline, SectionSpec, VideoBrief
from citewright.model.figure import Spoke
from citewright.model.source import CslItem, FileAccess, Source, UrlAccess
from citewright.resources import read_yaml
from citewright.retrieval.passages import split
from citewright.retrieval.plain import from_markdown
from citewright.settings import SECRETS, Settings

LIBRARY = sorted((ROOT / "sources" / "library").glob("*.yaml"))
NOTES = sorted((ROOT / "sources" / "notes").glob("*.md"))
BRIEFS = sorted((ROOT / "sources" / "briefs").glob("*.yaml"))
OUTLINES = sorted((ROOT / "prompts" / "outlines").glob("*.yaml"))
SEED = "000_bb8b4c4555f3f664.txt"

# Twelve consecutive words are the limit for own wording; notes stay well below it.
RUN = 9


def name(path: Path) -> str:
    return path.stem


def sentences(path: Path) -> list[str]:
    """What an article can quote from notes: their sentences without the opening paragraph."""
    text = from_markdown(path.read_text(encoding="utf-8"))
    passages = split(text, source=path.stem, snapshot="sha256:" + "0" * 64, text_digest=path.stem)
    return [
        text[start:end].strip()
        for passage in passages
        if not passage.heading.startswith("Notes on:")
        for start, end in passage.sentences
    ]


def specs() -> list[SectionSpec]:
    outline = read_yaml(Outline, ROOT / "prompts" / "outlines" / "modality.yaml")
    return [outline.lead, *outline.sections]


def documented() -> list[tuple[str, str]]:
    """The YAML examples of the reference: the path in the first line's comment, and the text."""
    page = (ROOT / "docs" / "project-format.md").read_text(encoding="utf-8")
    found = re.findall(r"^```yaml\n# (\S+)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert len(found) == page.count("```yaml")
    return found


def words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.lower())


def runs(text: str) -> set[tuple[str, ...]]:
    found = words(text)
    return {tuple(found[i : i + RUN]) for i in range(len(found) - RUN + 1)}


@pytest.mark.parametrize("path", LIBRARY, ids=name)
def test_each_source_is_valid_and_its_text_is_there(path: Path) -> None:
    source = read_yaml(Source, path)
    assert source.key == path.stem
    assert source.access, "without a way to its text nothing can be cited from a source"
    for access in source.access:
        assert isinstance(access, FileAccess)
        assert access.covers == "notes"
        assert (ROOT / access.path).resolve().is_relative_to(ROOT)
        assert (ROOT / access.path).is_file()


def test_no_notes_lie_about_unused() -> None:
    used = {
        access.path
        for path in LIBRARY
        for access in read_yaml(Source, path).access
        if isinstance(access, FileAccess)
    }
    assert used == {path.relative_to(ROOT).as_posix() for path in NOTES} != set()


@pytest.mark.parametrize("path", BRIEFS, ids=name)
def test_each_brief_is_valid_and_names_what_exists(path: Path) -> None:
    brief = read_yaml(Brief, path)
    assert brief.slug == path.stem
    assert set(brief.sources) <= {source.stem for source in LIBRARY}
    assert brief.outline in {outline.stem for outline in OUTLINES}


@pytest.mark.parametrize("path", OUTLINES, ids=name)
def test_each_outline_is_valid(path: Path) -> None:
    outline = read_yaml(Outline, path)
    assert outline.name == path.stem
    for spec in (outline.lead, *outline.sections):
        least, most = spec.words
        assert least < most
        assert len(set(spec.terms)) == len(spec.terms) >= 8
        assert spec.llm or spec.kind == "resources"
    for spec in outline.sections:
        assert spec.id == "-".join(words(spec.title))


def test_the_modality_outline_has_the_sections_of_the_published_page_in_its_order() -> None:
    page = shared("seed", SEED).read_text(encoding="utf-8").splitlines()
    titles = [spec.title for spec in specs()[1:]]
    assert [line for line in page if line in set(titles)] == titles
    assert page.index(titles[-1]) < page.index("Sources")


def test_efficacy_needs_peer_review_and_examples_are_where_the_outline_allows_them() -> None:
    for spec in specs():
        if spec.id == "evidence-base":
            assert spec.tiers == ("T1",)
            assert "No number" in spec.purpose
        assert ("example" in spec.blocks) <= ("illustration" in spec.claims)


def test_the_documented_project_is_valid(tmp_path: Path) -> None:
    models: dict[str, type[Value]] = {"library": Source, "briefs": Brief, "outlines": Outline}
    for relative, text in documented():
        path = tmp_path / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        document = read_yaml(models[path.parent.name], path)
        assert path.stem in {document.model_dump().get(field) for field in ("key", "slug", "name")}
    brief = read_yaml(Brief, tmp_path / "sources" / "briefs" / "sleep-restriction.yaml")
    assert set(brief.sources) == {p.stem for p in (tmp_path / "sources" / "library").iterdir()}


def test_the_reference_names_every_field_and_setting() -> None:
    page = (ROOT / "docs" / "project-format.md").read_text(encoding="utf-8")
    for model in (Source, CslItem, FileAccess, UrlAccess, Brief, FigureBrief, VideoBrief, Outline,
                  SectionSpec, Spoke):  # fmt: skip
        for field, info in model.model_fields.items():
            assert f"`{info.alias or field}`" in page or f"{info.alias or field}:" in page, field
    for setting in Settings.model_fields.keys() - {"anthropic_api_key", "anthropic_base_url"}:
        in_environment = f"`CITEWRIGHT_{setting.upper()}`" in page
        assert in_environment if setting in SECRETS else f"| `{setting}` |" in page, setting


@pytest.mark.parametrize("path", NOTES, ids=name)
def test_notes_say_first_what_they_are(path: Path) -> None:
    heading, opening = path.read_text(encoding="utf-8").split("\n\n")[:2]
    assert heading.startswith("# Notes on: ")
    assert "written for this project from public knowledge" in opening
    assert "they are not its text" in opening


@pytest.mark.parametrize("path", NOTES, ids=name)
def test_each_note_can_be_quoted_alone(path: Path) -> None:
    found = sentences(path)
    assert len(found) >= 20
    assert len(set(found)) == len(found)
    for sentence in found:
        assert 12 <= len(sentence.split()) <= 36, sentence
        assert sentence[0].isupper(), sentence
        assert sentence.endswith("."), sentence
        assert not re.match(r"(?:It|Its|This|That|These|They|He|She|We|Both)\b", sentence), sentence


@pytest.mark.parametrize("path", NOTES, ids=name)
def test_notes_are_in_words_of_their_own(path: Path) -> None:
    page = runs(shared("seed", SEED).read_text(encoding="utf-8"))
    for sentence in sentences(path):
        assert not runs(sentence) & page, sentence
