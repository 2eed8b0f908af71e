"""Sentences that authors of biomedical articles revised themselves (F1000RD), before and after.

A person wrote both wordings, so each is an accepted edit.
"""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.iterater import Accepted
from citewright.diff import words
from citewright.model.sentences import sentence_spans

SEED = 6
COUNT = 70
FRESH = 35
EACH = 3
"""Most changes that the first set has of one article, whose habits would else weigh too much."""

_LENGTHS = range(40, 361)
"""Characters of a sentence: shorter ones are headings, longer ones references."""

# " 14 ." and " 2– 4 ," are what the set's makers left of references to the literature. A
# statement of an article here holds none: its markers stand apart.
_REFERENCES = re.compile(r"\s\d+(?:\s?[–,-]\s?\d+)*(?=\s[.,;])")


def revised(shared: Path) -> list[Accepted]:
    """Seventy revised sentences, drawn with a fixed seed; the cues were mended with them at hand.

    :raises FileNotFoundError: when the set is not at hand.
    """
    return _drawn(shared)[0]


def fresh(shared: Path) -> list[Accepted]:
    """Others, read and labelled after the cues were mended with the seventy.

    :raises FileNotFoundError: when the set is not at hand.
    """
    return _drawn(shared)[1]


def _drawn(shared: Path) -> tuple[list[Accepted], list[Accepted]]:
    draw = random.Random(SEED)
    path = shared / "revisions" / "f1000rd" / "pairs.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    found: dict[str, Accepted] = {}
    everything: dict[str, Accepted] = {}
    for row in rows:
        changes = {one.sha256: one for one in _changes(row)}
        everything |= changes
        for name in draw.sample(sorted(changes), min(EACH, len(changes))):
            found[name] = changes[name]
    first = draw.sample(sorted(found), COUNT)
    rest = draw.sample(sorted(everything.keys() - set(first)), FRESH)
    return [found[name] for name in first], [everything[name] for name in rest]


def _changes(row: dict[str, Any]) -> Iterator[Accepted]:
    """The sentences of one article that stand alone in their paragraph's changes."""
    old, new = ({node["ix"]: node["s"] for node in row[side]} for side in ("v1", "v2"))
    for one, other, _ in row["align"]:
        before, after = old[one], new[other]
        if before == after:
            continue
        gone, come = (
            [text for text in _sentences(side) if text not in elsewhere]
            for side, elsewhere in ((before, after), (after, before))
        )
        for text in gone:
            if len(text) in _LENGTHS and len(gone) == len(come) == 1 and _alike(text, come[0]):
                yield Accepted(f"{row['id']}@{one}", text, come[0], 1)


def _sentences(text: str) -> list[str]:
    plain = _REFERENCES.sub("", text)
    return [plain[start:end] for start, end in sentence_spans(plain)]


def _alike(old: str, new: str) -> bool:
    """Whether words were changed, not those of an address only, and half of the text was kept."""
    if "doi.org" in old:
        return False
    spans = words(old, new)
    kept = sum(len(span.text) for span in spans if span.op == "equal")
    changed = any(c.isalpha() for span in spans if span.op != "equal" for c in span.text)
    return changed and 2 * kept >= max(len(old), len(new))
