"""The committed schemas: equal to the models, valid, and agreeing with what is written."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model.values import Desk, article, every_block, section, version, with_sections
from shared import ROOT

import citewright.diff.schema as diff_schema
from citewright.errors import CitewrightError, DocumentError
from citewright.model import schema
from citewright.model.brief import Brief
from citewright.model.canonical import dump
from citewright.model.version import Version
from citewright.resources import parse, read_json, read_yaml, validate

MODELS = {**schema.MODELS, **diff_schema.MODELS}
NAMES = sorted(MODELS)


def test_the_committed_schemas_are_the_models(tmp_path: Path) -> None:
    for module in ("citewright.model.schema", "citewright.diff.schema"):
        subprocess.run([sys.executable, "-m", module, tmp_path], check=True)
    written = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    committed = {path.name: path.read_bytes() for path in (ROOT / "schemas").iterdir()}
    assert written == committed
    assert set(written) == {schema.file_name(name) for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_each_schema_is_valid(name: str) -> None:
    found = schema.generate({name: MODELS[name]})[name]
    assert found["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(found)


def test_a_version_with_every_block_reads_back_equal() -> None:
    whole = version(with_sections(section(*every_block(Desk()))))
    data = json.dumps(dump(whole)).encode()
    again = read_json(Version, data, what="the version")
    assert again == whole
    assert again.digest == whole.digest


TEXT = st.text(alphabet="abcäöü 10⁵“”—.,", min_size=1, max_size=30).map(
    lambda text: " ".join(text.split()) or "x"
)


@settings(max_examples=40)
@given(st.lists(st.tuples(TEXT, st.booleans()), min_size=1, max_size=6), TEXT)
def test_any_article_reads_back_equal(said: list[tuple[str, bool]], title: str) -> None:
    desk = Desk()
    statements = tuple(desk.cited(text) if cited else desk.llm(text) for text, cited in said)
    content = article(*statements).model_copy(update={"title": title})
    whole = version(content)
    value = dump(whole)
    validate("version", value, what="it")
    assert Version.model_validate(value) == whole


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("article.sections.0.blocks.0.statements.0.marker", None),
        ("article.sections.0.blocks.0.statements.0.text", ""),
        ("article.sections.0.blocks.0.statements.0.text", "a\u202eb"),
        ("cost_usd", "much"),
        ("usage.input_tokens", -1),
        ("unknown", 1),
    ],
)
def test_a_document_that_does_not_fit_is_refused_with_its_place(place: str, value: object) -> None:
    whole = dump(version())
    target = whole
    *way, last = place.split(".")
    for step in way:
        target = target[int(step)] if step.isdigit() else target[step]
    target[last] = value
    with pytest.raises(DocumentError, match="the version") as caught:
        parse(Version, "version", whole, what="the version")
    assert caught.value.message.count("\n") == 0
    assert last in caught.value.message or "valid" in caught.value.message


def test_a_document_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "a-brief.yaml").mkdir()
    with pytest.raises(CitewrightError, match=r"a-brief\.yaml cannot be read: Is a directory"):
        read_yaml(Brief, tmp_path / "a-brief.yaml")
