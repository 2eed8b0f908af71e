"""Run a benchmark: a table, or with ``--json`` one object of named figures on the last line."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
NAMES = (
    "alignment",
    "database",
    "drafting",
    "example",
    "fetching",
    "gate",
    "meaning",
    "phi",
    "quotes",
    "refresh",
    "retractions",
    "retrieval",
    "site",
    "store",
    "support",
    "web",
)


def main() -> int:
    """Parse the arguments, run, print. Exit code 2 when the data is not at hand."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", choices=(*NAMES, "all"))
    parser.add_argument("--json", action="store_true", dest="as_json")
    arguments = parser.parse_args()
    shared = Path(os.environ.get("CITEWRIGHT_SHARED") or ROOT.parent / "shared")
    figures: dict[str, float] = {}
    for name in NAMES if arguments.name == "all" else (arguments.name,):
        try:
            figures |= importlib.import_module(f"benchmarks.{name}").run(shared)
        except FileNotFoundError as error:
            sys.stderr.write(f"{name}: {error.filename} is not at hand (set CITEWRIGHT_SHARED)\n")
            if arguments.name != "all":
                return 2
    if arguments.as_json:
        sys.stdout.write(json.dumps(figures) + "\n")
    else:
        _print(figures)
    return 0


def _print(figures: dict[str, float]) -> None:
    table = Table("figure", "value")
    for name, value in figures.items():
        table.add_row(name, f"{value:.4g}")
    Console().print(table)


if __name__ == "__main__":
    sys.exit(main())
