"""JSON Schemas of all documents, generated from the models.

``python -m citewright.model.schema FOLDER`` writes them (:mod:`citewright.diff.schema` those of
comparisons); a test fails when the committed ones differ from what the models say.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel

from citewright.model.assessment import Assessment
from citewright.model.brief import Brief, Outline
from citewright.model.canonical import Json
from citewright.model.draft import DRAFT_MODELS, SectionAnswer, SectionDraft
from citewright.model.evidence import Passage, Snapshot
from citewright.model.outcome import CheckedSection, Whole
from citewright.model.outlay import Outlay
from citewright.model.policy import Policy
from citewright.model.record import Record
from citewright.model.review import Head, Recipe
from citewright.model.source import Source
from citewright.model.verdict import Verdict
from citewright.model.version import Version

DIALECT = "https://json-schema.org/draft/2020-12/schema"

MODELS: Mapping[str, type[BaseModel]] = {
    "assessment": Assessment,
    "brief": Brief,
    "checked_section": CheckedSection,
    "head": Head,
    "outline": Outline,
    "outlay": Outlay,
    "passage": Passage,
    "policy": Policy,
    "recipe": Recipe,
    "record": Record,
    "section_answer": SectionAnswer,
    "section_draft": SectionDraft,
    "snapshot": Snapshot,
    "source": Source,
    "verdict": Verdict,
    "version": Version,
    "whole": Whole,
    **{f"draft_{kind}": model for kind, model in DRAFT_MODELS.items()},
}
"""Every document that is read from disk or from a model, by the name of its schema."""


def generate(models: Mapping[str, type[BaseModel]] = MODELS) -> dict[str, Json]:
    """The JSON Schemas (2020-12) of these models by name."""
    return {
        name: {"$schema": DIALECT} | model.model_json_schema(by_alias=True, mode="validation")
        for name, model in models.items()
    }


def file_name(name: str) -> str:
    """The file that holds the schema of this name."""
    return f"{name}.schema.json"


def text(schema: Json) -> str:
    """A schema as it is committed."""
    return json.dumps(schema, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def write(folder: Path, models: Mapping[str, type[BaseModel]] = MODELS) -> None:
    """Write these models' schemas into a folder."""
    for name, schema in generate(models).items():
        (folder / file_name(name)).write_text(text(schema), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
