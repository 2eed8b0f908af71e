"""A project made of generated text: as much of it as asked for, the same in each run."""

from __future__ import annotations

import random
from datetime import datetime
from pathlib import Path

import yaml

from citewright.model.evidence import Snapshot
from citewright.model.statement import Statement
from citewright.model.verdict import Checker, Reason, Verdict
from citewright.pipeline.workspace import SNAPSHOT_TAG, Workspace

_WHO = "adults students nurses outpatients veterans caregivers adolescents volunteers".split()
_WHAT = "breathing pacing journaling imagery grounding listening stretching singing".split()
_HOW = "lowered raised eased altered steadied lengthened shortened softened".split()
_MEASURE = "strain fatigue worry tension restlessness attention sleep appetite".split()
_WHEN = "after eight weeks,at the third visit,within a month,in the second term,at follow-up"
_WHY = "as the diary showed,by their own report,on the short scale,in the interview,by observers"


def sentences(seed: int, count: int) -> list[str]:
    """So many different sentences about invented findings."""
    draw = random.Random(seed)
    made: dict[str, None] = {}
    while len(made) < count:
        made[
            f"In group {draw.randint(1, 9999)} of the {draw.choice(_WHO)}, {draw.choice(_WHAT)} "
            f"{draw.choice(_HOW)} {draw.choice(_MEASURE)} by {draw.randint(2, 98)} points "
            f"{draw.choice(_WHEN.split(','))}, {draw.choice(_WHY.split(','))}, "
            f"and {draw.choice(_MEASURE)} was {draw.choice(_HOW)} too."
        ] = None
    return list(made)


def snapshot(workspace: Workspace, key: str, text: str, url: str, taken: datetime) -> Snapshot:
    """A text as a source's snapshot, in the store and not in the catalogue."""
    data = text.encode()
    made = Snapshot(
        source=key,
        covers="full_text",
        raw=workspace.store.put("raw", data),
        text=workspace.store.put("text", data),
        length=len(text),
        media_type="text/plain",
        retrieved=taken,
        requested=url,
        final_url=url,
        extractor="plain",
        extractor_version="1",
    )
    workspace.store.put_document("snapshot", SNAPSHOT_TAG, made)
    return made


def accepted(one: Statement, place: int, assessed: datetime) -> Verdict:
    """The verdict of a made-up checker that accepts a statement's citation."""
    return Verdict(
        statement=one.id,
        citation=place,
        source=one.citations[place].source,
        outcome="supported",
        checker=Checker(name="generated", version="1"),
        score=None,
        reasons=(Reason(code="generated", certainty="certain", detail="Generated."),),
        assessed=assessed,
    )


def make_project(folder: Path, *, sources: int, characters: int, slugs: tuple[str, ...]) -> Path:
    """A project with these articles over the same sources, each of so many characters of text."""
    keys = [f"invented-{number}" for number in range(1, sources + 1)]
    for number, key in enumerate(keys):
        text = folder / "documents" / f"{key}.txt"
        text.parent.mkdir(parents=True, exist_ok=True)
        text.write_text(_paragraphs(number, characters), encoding="utf-8")
        _write(
            folder / "sources" / "library" / f"{key}.yaml",
            {
                "key": key,
                "tier": "T1",
                "tier_reason": "Generated for a measurement.",
                "csl": {"type": "article-journal", "title": f"Generated Text {number}"},
                "access": [{"kind": "file", "path": f"documents/{key}.txt", "covers": "full_text"}],
            },
        )
    for slug in slugs:
        _write(folder / "sources" / "briefs" / f"{slug}.yaml", _brief(slug, keys))
    return folder


def _paragraphs(seed: int, characters: int) -> str:
    said, paragraphs = sentences(seed, characters // 100), list[str]()
    while said and sum(map(len, paragraphs)) < characters:
        paragraphs.append(" ".join(said[:4]))
        said = said[4:]
    return "\n\n".join(paragraphs) + "\n"


def _brief(slug: str, keys: list[str]) -> dict[str, object]:
    return {
        "slug": slug,
        "title": f"An Invented Method, {slug}",
        "topic": f"breathing pacing journaling imagery {slug}",
        "taxonomy": ["modality"],
        "outline": "modality",
        "sources": keys,
        "figure": {
            "kind": "wheel",
            "hub": "Calm",
            "spokes": [
                {"component": "Breathing", "opposite": None},
                {"component": "Pacing", "opposite": None},
            ],
            "alt": "A wheel of two parts.",
            "caption": "Two parts of the invented method.",
        },
    }


def _write(path: Path, value: dict[str, object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(value, sort_keys=False), encoding="utf-8")
