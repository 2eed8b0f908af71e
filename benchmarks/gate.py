"""The quality gate: the figures of the packaged support model that may not get worse.

``floors.json`` holds for each figure its floors, oldest first; the last one counts. A test
(``tests/test_quality_gate.py``) measures the figures and compares them, and refuses a floor that
was lowered without a reason or an entry that was altered or taken out.

The figures of the support model are on the sets the model was trained with: they guard against
regressions and say nothing of how good it is on other text; ``python -m benchmarks support`` does.
Those of ``benchmarks.phi`` are on rows the rules were written with.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks import phi
from benchmarks import support_data as data
from benchmarks.support import hits
from citewright.checks.support.model import SupportModel
from citewright.pipeline import evaluating

FLOORS = Path(__file__).with_name("floors.json")

SHORTEST_REASON = 40
"""Characters that a reason needs at least: enough for a sentence."""


@dataclass(frozen=True)
class Floor:
    """An entry of a figure's history.

    ``measured`` is what the figure was on ``day``; ``lowered`` says why the floor is below an
    earlier one, where it is.
    """

    floor: float
    measured: float
    day: date
    reason: str
    lowered: str | None


def run(shared: Path) -> dict[str, float]:
    """The figures that have floors, by name.

    :raises FileNotFoundError: when the data is not at hand.
    """
    files = {
        name: evaluating.read_items(_existing(data.path_of(shared, name))) for name in data.SETS
    }
    found = evaluating.evaluate(files, evaluating.offline()).figures
    figures = {f"gate.roc_auc.{name}": one["roc_auc"] for name, one in found["files"].items()}
    for key in ("roc_auc", "balanced_accuracy", "review_30"):
        values = [one[key] for one in found["files"].values()]
        figures[f"gate.mean.{key}"] = sum(values) / len(values)
    rows = data.read(shared)
    found_lines = hits(rows["wice"], SupportModel.load())
    return (
        figures
        | {name.replace("support.", "gate.wice."): v for name, v in found_lines.items()}
        | (phi.floored(shared))
    )


def corpus(shared: Path) -> dict[str, str]:
    """The sha256 of each set's file.

    :raises FileNotFoundError: when the data is not at hand.
    """
    paths = {name: data.path_of(shared, name) for name in data.SETS}
    paths |= {"phi_presidio": shared / phi.PRESIDIO, "phi_notes": phi.NOTES}
    return {
        name: f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"
        for name, path in paths.items()
    }


def histories(document: Mapping[str, Any]) -> dict[str, tuple[Floor, ...]]:
    """The floors of each figure, oldest first.

    :param document: the content of ``floors.json``.
    """
    return {
        name: tuple(
            Floor(
                one["floor"],
                one["measured"],
                date.fromisoformat(one["date"]),
                one["reason"],
                one.get("lowered"),
            )
            for one in entries
        )
        for name, entries in document["figures"].items()
    }


def load() -> dict[str, Any]:
    """The content of ``floors.json``."""
    found: dict[str, Any] = json.loads(FLOORS.read_text(encoding="utf-8"))
    return found


def faults(history: Sequence[Floor]) -> Iterator[str]:
    """What is wrong with a figure's history, one sentence each."""
    highest = 0.0
    for place, one in enumerate(history):
        said = f"the floor {one.floor} of {one.day}"
        if one.floor > one.measured:
            yield f"{said} is above what was measured, {one.measured}"
        if len(one.reason) < SHORTEST_REASON:
            yield f"{said} has no reason"
        if place and one.day < history[place - 1].day:
            yield f"{said} stands behind a later one"
        if one.floor < highest and len(one.lowered or "") < SHORTEST_REASON:
            yield f"{said} is below an earlier one, {highest}, and `lowered` does not say why"
        highest = max(highest, one.floor)


def altered(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """What of an earlier ``floors.json`` was altered or taken out since: entries are only added."""
    if before["corpus"].items() - now["corpus"].items():
        yield "the corpus is another one: give its figures other names"
    for name, entries in before["figures"].items():
        if now["figures"].get(name, [])[: len(entries)] != entries:
            yield f"the earlier floors of {name} were altered or taken out"


def _existing(path: Path) -> Path:
    path.stat()
    return path
