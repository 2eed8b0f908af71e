"""How much of what identifies a person the screen of suggestions finds, and what it flags wrongly.

Two sets. *Presidio*: generated sentences with labels (``hostile/phi``), a general text in which
most persons are singers and account holders. *Notes*: lines as a clinician might send them, and
clean suggestions about literature, written for this benchmark (``data/phi_notes.txt``).

A label is found when a finding of any kind overlaps it; ``certain`` counts those that block.
A name stands in clinical context where its sentence says whose name it is or speaks of a person's
identity, kin, age, address or appointment: all names of the notes, and of Presidio those of the
templates in ``PERSONAL``; the others (songs, films, news) are counted apart. A row is clean when
nothing is labelled in it. Literature is real text: sentences of the stored sources and of the
example article; none of it is labelled, and case vignettes in it count as wrongly flagged.
"""

from __future__ import annotations

import gzip
import json
import re
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from citewright.model.sentences import sentence_spans
from citewright.privacy import Certainty, Finding, screen
from citewright.retrieval.jats import from_jats

NOTES = Path(__file__).parent / "data" / "phi_notes.txt"
PRESIDIO = Path("hostile", "phi", "presidio_synth_v2.jsonl.gz")

PERSONAL = frozenset(
    (
        4,
        10,
        28,
        29,
        36,
        43,
        47,
        53,
        58,
        60,
        69,
        75,
        76,
        77,
        129,
        136,
        138,
        139,
        143,
        150,
        153,
        155,
        167,
        168,
        169,
        170,
        171,
        172,
        202,
        209,
    )
)
"""The templates of Presidio in which a name is told as that of a person in a private matter."""

_KINDS = {
    "STREET_ADDRESS": "address",
    "CREDIT_CARD": "card number",
    "PHONE_NUMBER": "phone",
    "EMAIL_ADDRESS": "e-mail",
    "ZIP_CODE": "address",
    "IP_ADDRESS": "IP address",
    "IBAN_CODE": "account number",
    "DOMAIN_NAME": "personal address on the web",
    "US_SSN": "social security number",
    "US_DRIVER_LICENSE": "licence number",
}
"""Labels of Presidio that are identifiers here. Towns, firms and nationalities are not."""

FLOORED = frozenset(
    "address,card number,date,e-mail,name,phone,record number,social security number".split(",")
)
"""Kinds whose recall may not get worse: those of a fixed form, and names in clinical context."""

_BORN = 76, 61
"""Its templates whose date is one of birth."""

_MARK = re.compile(r"\{([^:{}]+):([^{}]+)\}")


@dataclass(frozen=True)
class Row:
    """A text and what is labelled in it: kind, start, end. ``clean``: nothing of any kind is."""

    text: str
    spans: tuple[tuple[str, int, int], ...]
    clean: bool


def run(shared: Path) -> dict[str, float]:
    """Recall by kind for both sets, shares of clean texts flagged, characters a second.

    :raises FileNotFoundError: when the data is not at hand.
    """
    began = time.process_time()
    sets = {"presidio": list(presidio(shared)), "notes": list(notes())}
    found = {name: [screen(row.text).findings for row in rows] for name, rows in sets.items()}
    characters = sum(len(row.text) for rows in sets.values() for row in rows)
    figures = {"phi.characters_per_second": characters / (time.process_time() - began)}
    for name, rows in sets.items():
        figures |= {f"phi.{name}.{key}": value for key, value in _figures(rows, found[name])}
    return figures | _literature(shared)


def floored(shared: Path) -> dict[str, float]:
    """The figures that have floors: recall of the kinds the goal names, and clean rows untouched.

    :raises FileNotFoundError: when the data is not at hand.
    """
    figures: dict[str, float] = {}
    for name, rows in (("presidio", list(presidio(shared))), ("notes", list(notes()))):
        found = dict(_figures(rows, [screen(row.text).findings for row in rows]))
        for key, value in found.items():
            what, kind = key.rpartition(" (")[0].partition(".")[::2]
            if what == "recall" and kind in FLOORED:
                figures[f"gate.phi.{name}.{kind}"] = value
            elif what == "clean_flagged":
                figures[f"gate.phi.{name}.clean_untouched"] = 1 - value
    return figures


def presidio(shared: Path) -> Iterator[Row]:
    """The generated sentences.

    :raises FileNotFoundError: when they are not at hand.
    """
    with gzip.open(shared / PRESIDIO, "rt", encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            spans = [
                (kind, span["start_position"], span["end_position"])
                for span in row["spans"]
                if (kind := _kind(span["entity_type"], row["template_id"]))
            ]
            yield Row(row["full_text"], tuple(spans), not row["spans"])


def notes() -> Iterator[Row]:
    """The lines written for this benchmark; a mark ``{kind:value}`` is a label."""
    for line in NOTES.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield marked(line.replace("\\n", "\n"))


def marked(line: str) -> Row:
    """The row of a line with marks."""
    text, at, spans = "", 0, []
    for match in _MARK.finditer(line):
        text += line[at : match.start()]
        spans.append((match[1], len(text), len(text) + len(match[2])))
        text += match[2]
        at = match.end()
    return Row(text + line[at:], tuple(spans), not spans)


def sentences(shared: Path) -> Iterator[str]:
    """Sentences of the stored articles, then lines of the example article.

    :raises FileNotFoundError: when they are not at hand.
    """
    paths = sorted((shared / "sources").glob("*/*.nxml"))
    if not paths:
        raise FileNotFoundError(2, "no articles", str(shared / "sources"))
    for path in paths:
        text = from_jats(path.read_bytes())
        yield from (text[start:end] for start, end in sentence_spans(text))


def _kind(label: str, template: int) -> str | None:
    if label == "PERSON":
        return "name" if template in PERSONAL else "name elsewhere"
    if label == "DATE_TIME":
        return "date" if template in _BORN else None
    return _KINDS.get(label)


def _figures(rows: list[Row], found: list[tuple[Finding, ...]]) -> Iterator[tuple[str, float]]:
    hits: dict[str, list[bool]] = defaultdict(list)
    sure: dict[str, list[bool]] = defaultdict(list)
    for row, findings in zip(rows, found, strict=True):
        for kind, start, end in row.spans:
            over = [one for one in findings if one.start < end and start < one.end]
            hits[kind].append(bool(over))
            sure[kind].append(any(one.certainty is Certainty.CERTAIN for one in over))
    for kind in sorted(hits):
        yield f"recall.{kind} ({len(hits[kind])})", sum(hits[kind]) / len(hits[kind])
        yield f"certain.{kind} ({len(hits[kind])})", sum(sure[kind]) / len(hits[kind])
    clean = [findings for row, findings in zip(rows, found, strict=True) if row.clean]
    yield f"clean_flagged ({len(clean)})", sum(map(bool, clean)) / len(clean)


def _literature(shared: Path) -> dict[str, float]:
    found = [screen(sentence) for sentence in sentences(shared)]
    seed = (shared / "seed" / "000_bb8b4c4555f3f664.txt").read_text(encoding="utf-8")
    lines = [screen(line) for line in seed.splitlines() if line.strip()]
    return {
        f"phi.literature.flagged ({len(found)})": sum(bool(one.findings) for one in found)
        / len(found),
        f"phi.literature.blocked ({len(found)})": sum(one.blocked for one in found) / len(found),
        f"phi.seed.flagged ({len(lines)})": sum(bool(one.findings) for one in lines) / len(lines),
    }
