"""Fuzzes the targets one after the other: ``python -m fuzz [--seconds S] [--corpus DIR] [NAME …]``.

What is found stays in the target's corpus as ``crash-…``, ``timeout-…`` or ``oom-…``; the exit code
is then 1. A table of what was run goes to standard output.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from fuzz.targets import TARGETS

RUN = Path(__file__).with_name("run_target.py")
LONGEST = 25
"""Seconds that one input may take; the child that reads a document is ended after less."""

MEGABYTES = 2048
LARGEST = 20_000
"""Bytes of an input: enough for every seed, few enough to run many."""


@dataclass(frozen=True)
class Fuzzed:
    """What came of one target."""

    name: str
    runs: int
    rate: int
    features: int
    found: list[Path]

    def __str__(self) -> str:
        found = ", ".join(path.name for path in self.found) or "nothing"
        return f"| `{self.name}` | {self.runs} | {self.rate} | {self.features} | {found} |"


def fuzz(name: str, corpus: Path, seconds: int) -> Fuzzed:
    """Run one target in a process of its own."""
    folder, found = corpus / name, corpus / "found" / name
    found.mkdir(parents=True, exist_ok=True)
    options = [
        f"-max_total_time={seconds}", f"-timeout={LONGEST}", f"-rss_limit_mb={MEGABYTES}",
        f"-max_len={LARGEST}", f"-artifact_prefix={found}/", "-print_final_stats=1", "-seed=1",
        # A first input waits for its reader to be loaded.
        f"-report_slow_units={LONGEST}",
    ]  # fmt: skip
    command = [sys.executable, str(RUN), name, str(folder), *options]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace")
    (found.parent / f"{name}.log").write_text(done.stderr[-200_000:], encoding="utf-8")
    if done.returncode and not list(found.iterdir()):
        raise SystemExit(f"{name} did not run:\n{done.stderr[-3000:]}")
    # A target that found something ends without the line of its statistics.
    runs = re.findall(r"^#(\d+)\s", done.stderr, re.MULTILINE) or ["0"]
    rates = re.findall(r"exec/s: (\d+)", done.stderr) or ["0"]
    features = re.findall(r" ft: (\d+)", done.stderr)
    return Fuzzed(
        name,
        int(runs[-1]),
        int(rates[-1]),
        int(features[-1]) if features else 0,
        sorted(found.iterdir()),
    )


def main() -> int:
    """Fuzz what was named, or everything."""
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--corpus", type=Path, default=Path("build/fuzz"))
    given = parser.parse_args()
    unknown = set(given.names) - TARGETS.keys()
    if unknown:
        parser.error(f"no such target: {', '.join(sorted(unknown))}")
    print("| target | runs | runs a second | features | found |\n|---|---|---|---|---|")
    bad = False
    for name in given.names or TARGETS:
        result = fuzz(name, given.corpus, given.seconds)
        print(result, flush=True)
        bad = bad or bool(result.found)
    return int(bad)


if __name__ == "__main__":
    sys.exit(main())
