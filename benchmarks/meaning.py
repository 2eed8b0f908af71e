"""Meaning flags: planted changes that are found, and flags raised on harmless edits.

Recall: :mod:`benchmarks.planting`. False flags: 235 edits by people, each read and labelled with
the kinds of meaning it does change (``data/*_labels.json``, without the texts): the 130 distinct
changes that people accepted in IteraTeR, and 70 and 35 that authors made of their own biomedical
articles. The cues were tuned with these edits at hand; ``docs/diff.md`` says what the first runs
found.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from benchmarks.authors import fresh, revised
from benchmarks.iterater import Accepted, accepted
from benchmarks.planting import PLANTERS, planted
from citewright.diff import flags
from citewright.errors import IntegrityError

LABELS = Path(__file__).parent / "data"

# A number that is a dose or a date is flagged as such; "% points" is a unit and a number.
_AS = {"number": {"number", "dose", "date"}, "unit": {"unit", "dose"}}


def run(shared: Path) -> dict[str, float]:
    """Recall by kind, and the share of changes with a flag that their label does not have.

    :raises FileNotFoundError: when the data is not at hand.
    """
    return {
        f"meaning.{name}": value for name, value in {**_recall(shared), **_edits(shared)}.items()
    }


def _recall(shared: Path) -> dict[str, float]:
    found: dict[str, list[bool]] = {kind: [] for kind in PLANTERS}
    for one in planted(shared):
        raised = {flag.kind for flag in flags(one.old, one.new)}
        found[one.kind].append(bool(raised & _AS.get(one.kind, {one.kind})))
    everything = [hit for hits in found.values() for hit in hits]
    return {
        "planted": len(everything),
        "recall": sum(everything) / len(everything),
        **{f"recall_{kind}": sum(hits) / len(hits) for kind, hits in found.items()},
    }


def _edits(shared: Path) -> dict[str, float]:
    """What was flagged of each set of edits, and of all of them."""
    sets = {
        "iterater": _judged("iterater", accepted(shared)),
        "authors": _judged("authors", revised(shared)),
        "authors_fresh": _judged("authors_fresh", fresh(shared)),
    }
    figures = {
        f"{name}_{figure}": value
        for name, rows in sets.items()
        for figure, value in _figures(rows).items()
    }
    return figures | _figures([row for rows in sets.values() for row in rows])


def _judged(name: str, changes: Sequence[Accepted]) -> list[tuple[set[str], set[str]]]:
    """The kinds that a change is labelled with, and those that were flagged."""
    text = (LABELS / f"{name}_labels.json").read_text("utf-8")
    labels = {row["sha256"]: row["flags"] for row in json.loads(text)}
    found = []
    for change in changes:
        if change.sha256 not in labels:
            raise IntegrityError(
                f"{change.name} has no label.", hint="The set is not the one that was labelled."
            )
        raised: set[str] = {flag.kind for flag in flags(change.old, change.new)}
        found.append((set(labels[change.sha256]), raised))
    return found


def _figures(rows: Sequence[tuple[set[str], set[str]]]) -> dict[str, float]:
    return {
        "edits": len(rows),
        "false_flags": sum(bool(raised - wanted) for wanted, raised in rows) / len(rows),
        "edits_of_meaning": sum(bool(wanted) for wanted, _ in rows),
        "edits_of_meaning_not_flagged": sum(bool(wanted) and not raised for wanted, raised in rows),
    }
