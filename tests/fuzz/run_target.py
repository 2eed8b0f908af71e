"""Fuzzes one target with atheris: ``python run_target.py NAME CORPUS [options of libFuzzer]``."""

from __future__ import annotations

import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS), str(TESTS.parent)]

import atheris  # noqa: E402 - the tests' folder has to be found first


def main(name: str, corpus: str, *options: str) -> None:
    """Run until the time is over or something is found; libFuzzer ends the process."""
    with atheris.instrument_imports(include=["citewright"]):
        from fuzz.targets import TARGETS

    target = TARGETS[name]
    folder = Path(corpus)
    folder.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(target.seeds()):
        (folder / f"seed-{number}").write_bytes(seed)
    atheris.Setup([sys.argv[0], str(folder), *options], target)
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
