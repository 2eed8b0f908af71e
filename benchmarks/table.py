"""The one table: each figure of ours with what was measured beside it in the same run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from rich.console import Console
from rich.table import Table

from benchmarks.measuring import Figures, Measured

Better = Literal["less", "more", "none"]
"""Which way is better; ``none`` where a figure only tells a size."""


@dataclass(frozen=True)
class Shown:
    """A figure of a benchmark that stands in the table.

    ``name`` is its name among the benchmark's figures; ``beside`` has for each rival the name of
    its figure.
    """

    name: str
    unit: str
    better: Better
    beside: Mapping[str, str] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True)
class Row:
    """A line of the table.

    ``ratio`` is ours over theirs; ``ours_is`` says what that means. Where a number is lacking,
    ``note`` says why.
    """

    benchmark: str
    figure: str
    unit: str
    ours: float | None
    rival: str
    theirs: float | None
    ratio: float | None
    ours_is: Literal["better", "worse", "equal", ""]
    note: str


def rows(measured: Measured, shown: Sequence[Shown]) -> Iterator[Row]:
    """The lines of a benchmark: one a rival, and one for a figure that has none.

    Never fewer than there are figures to show: what is lacking is a line that says why.
    """
    if measured.failed is not None:
        yield Row(measured.name, "–", "", None, "", None, None, "", measured.failed)
        return
    for one in shown:
        ours, why = _number(measured.figures, one.name)
        if not one.beside:
            yield Row(measured.name, one.name, one.unit, ours, "", None, None, "", why or one.note)
        for rival, name in one.beside.items():
            theirs, lacking = _number(measured.figures, name)
            ratio = ours / theirs if ours is not None and theirs else None
            said = "; ".join(part for part in (why, lacking, one.note) if part)
            yield Row(
                measured.name, one.name, one.unit, ours, rival, theirs, ratio,
                _ours_is(ours, theirs, one.better), said,
            )  # fmt: skip


def _number(figures: Figures, name: str) -> tuple[float | None, str]:
    """A figure, or why there is none."""
    found = figures.get(name, f"{name} was not measured")
    return (None, found) if isinstance(found, str) else (float(found), "")


def _ours_is(
    ours: float | None, theirs: float | None, better: Better
) -> Literal["better", "worse", "equal", ""]:
    if ours is None or theirs is None or better == "none":
        return ""
    if ours == theirs:
        return "equal"
    return "better" if (ours < theirs) == (better == "less") else "worse"


def document(
    found: Sequence[Measured], lines: Sequence[Row], about: Mapping[str, Any]
) -> dict[str, Any]:
    """All of a run as one JSON object: the table, and every figure beside it."""
    return {
        **about,
        "rows": [asdict(row) for row in lines],
        "benchmarks": {one.name: asdict(one) for one in found},
    }


def show(lines: Sequence[Row], found: Sequence[Measured], console: Console) -> None:
    """Print the table, then what each benchmark took."""
    console.print(_figures(lines))
    console.print(_taken(found))


def _figures(lines: Sequence[Row]) -> Table:
    table = Table(show_lines=False, pad_edge=False)
    for head in ("benchmark", "figure", "unit"):
        table.add_column(head, overflow="fold")
    for head in ("ours", "rival", "theirs", "ours/theirs", "ours is"):
        table.add_column(head, justify="left" if head == "rival" else "right", overflow="fold")
    table.add_column("note", overflow="fold")
    before = ("", "")
    for row in lines:
        again = (row.benchmark, row.figure) == before
        name = "" if row.benchmark == before[0] else row.benchmark
        first = ("", "", "", "") if again else (name, row.figure, row.unit, told(row.ours))
        table.add_row(*first, row.rival, told(row.theirs), told(row.ratio), row.ours_is, row.note)
        before = (row.benchmark, row.figure)
    return table


def _taken(found: Sequence[Measured]) -> Table:
    table = Table("benchmark", pad_edge=False)
    for head in ("seconds", "CPU seconds", "peak MB", "load before"):
        table.add_column(head, justify="right")
    for one in found:
        values = (one.seconds, one.cpu_seconds, one.peak_mb, one.load)
        table.add_row(one.name, *(f"{value:.1f}" for value in values))
    return table


def told(number: float | None) -> str:
    """A number as a person reads it: four digits, or a dash."""
    if number is None:
        return "–"
    return f"{number:,.0f}" if abs(number) >= 1000 or number == int(number) else f"{number:.4g}"
