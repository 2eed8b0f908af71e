"""Run a benchmark, or all of them.

``python -m benchmarks NAME`` prints every figure of one, and with ``--json`` one object of named
figures on the last line. ``python -m benchmarks all`` runs each in a process of its own and prints
one table with what a user would pick instead beside it; the same, with all figures, goes to
``output/bench.json``. ``--only`` names the benchmarks to run, ``--quick`` is a short form that
shows only that they work.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import table
from benchmarks.machine import about
from benchmarks.measuring import ROOT, Measured, measured
from benchmarks.registry import BENCHMARKS, Benchmark
from benchmarks.sizes import QUICK

WIDTH = 200
"""Columns of the table where there is no terminal to ask."""


def main() -> int:
    """Parse the arguments, run, print. Exit code 2 when the data is not at hand."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", choices=(*BENCHMARKS, "all"))
    parser.add_argument("--json", action="store_true", dest="as_json", help="print JSON")
    parser.add_argument("--quick", action="store_true", help="small sizes, and the quick ones only")
    parser.add_argument("--only", nargs="+", metavar="NAME", choices=tuple(BENCHMARKS))
    parser.add_argument("--out", type=Path, default=ROOT / "output" / "bench.json")
    arguments = parser.parse_args()
    if arguments.name == "all":
        return _all(arguments)
    return _one(arguments.name, as_json=arguments.as_json)


def _one(name: str, *, as_json: bool) -> int:
    shared = Path(os.environ.get("CITEWRIGHT_SHARED") or ROOT.parent / "shared")
    try:
        figures = importlib.import_module(f"benchmarks.{name}").run(shared)
    except FileNotFoundError as error:
        sys.stderr.write(f"{error.filename} is not at hand (set CITEWRIGHT_SHARED)\n")
        return 2
    if as_json:
        sys.stdout.write(json.dumps(figures) + "\n")
        return 0
    shown = Table("figure", "value")
    for key, value in figures.items():
        shown.add_row(key, value if isinstance(value, str) else f"{value:.4g}")
    Console().print(shown)
    return 0


def _all(arguments: argparse.Namespace) -> int:
    """One table of all that was asked for; exit code 1 when a benchmark gave no figures."""
    chosen = _chosen(arguments.only, quick=arguments.quick)
    environment = {QUICK: "1"} if arguments.quick else {}
    found: list[Measured] = []
    for place, one in enumerate(chosen, 1):
        sys.stderr.write(f"[{place}/{len(chosen)}] {one.name} … ")
        sys.stderr.flush()
        found.append(measured(one.name, seconds=one.seconds, environment=environment))
        sys.stderr.write(f"{found[-1].failed or f'{found[-1].seconds:.0f} s'}\n")
    lines = [row for one in found for row in table.rows(one, BENCHMARKS[one.name].shown)]
    left = [name for name in BENCHMARKS if name not in {one.name for one in found}]
    lines += [_left_out(name, arguments.only, quick=arguments.quick) for name in left]
    document = table.document(found, lines, about(quick=arguments.quick))
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    if arguments.as_json:
        sys.stdout.write(json.dumps(document) + "\n")
    else:
        console = Console(width=None if sys.stdout.isatty() else WIDTH)
        table.show(lines, found, console)
        console.print(f"All figures: {arguments.out}")
    return 1 if any(one.failed for one in found) else 0


def _chosen(only: list[str] | None, *, quick: bool) -> list[Benchmark]:
    if only:
        return [BENCHMARKS[name] for name in only]
    return [one for one in BENCHMARKS.values() if one.quick or not quick]


def _left_out(name: str, only: list[str] | None, *, quick: bool) -> table.Row:
    why = "not asked for" if only else "left out of the short form" if quick else "not asked for"
    return table.Row(name, "–", "", None, "", None, None, "", why)


if __name__ == "__main__":
    sys.exit(main())
