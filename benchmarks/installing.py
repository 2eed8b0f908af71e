"""Put what the benchmarks are set beside into environments of their own, outside the project's.

``python -m benchmarks.installing rivals`` takes the libraries of ``rivals.txt``; ``… peers`` the
systems that do the same job, each alone, for they do not agree on versions. What does not install
is left out with its reason, which the table then says. They lie in ``build/bench``, or where
``CITEWRIGHT_BENCH_CACHE`` says.
"""

from __future__ import annotations

import argparse
import importlib
import os
import subprocess
import sys
import venv
from pathlib import Path
from types import ModuleType

from benchmarks.measuring import ROOT

PEERS = {
    "knowledge-storm": "knowledge-storm==1.1.1 litellm==1.70.4 openai==1.109.1 torch==2.13.0",
    "paper-qa": "paper-qa==2026.8.12",
    "gpt-researcher": "gpt-researcher==0.15.1",
}
"""What an environment of a peer holds. STORM's pins beside its own keep pip from trying
out hundreds of versions, and torch to one build."""
MINUTES = 20
"""After so long an installation is given up."""


class Absent(Exception):
    """A rival that is not at hand; it says why, and how to have it."""


def cache() -> Path:
    """Where the environments are."""
    return Path(os.environ.get("CITEWRIGHT_BENCH_CACHE") or ROOT / "build" / "bench")


def library(module: str) -> ModuleType:
    """A library from the project's environment, or from that of the rivals.

    :raises Absent: when it is in neither.
    """
    for folder in sorted((cache() / "rivals").glob("lib/python3.*/site-packages")):
        if str(folder) not in sys.path:
            # Behind everything: what the project uses itself stays what it is.
            sys.path.append(str(folder))
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError:
        raise Absent(f"{module} is not installed (make bench-rivals)") from None


def python_of(environment: str) -> Path:
    """The interpreter of an environment.

    :raises Absent: when it was not made, or did not come about; with the reason.
    """
    folder = cache() / environment
    why = folder / "why-not.txt"
    if why.is_file():
        raise Absent(why.read_text(encoding="utf-8").strip())
    if not (folder / "ready").is_file():
        raise Absent(f"{environment} is not installed (make bench-rivals bench-peers)")
    return folder / "bin" / "python"


def install(environment: str, requirements: list[str]) -> str | None:
    """Make an environment with these requirements, unless it is there.

    :returns: why it did not come about, if it did not.
    """
    folder = cache() / environment
    ready, why = folder / "ready", folder / "why-not.txt"
    if ready.is_file() and ready.read_text(encoding="utf-8") == "\n".join(requirements):
        return None
    venv.create(folder, with_pip=True, clear=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet"]
    try:
        for wanted in (["--upgrade", "pip"], requirements):
            subprocess.run(
                [*pip, *wanted], check=True, capture_output=True, text=True, timeout=60 * MINUTES
            )
    except subprocess.CalledProcessError as error:
        reason = f"pip could not install it: {error.stderr.strip().splitlines()[-1]}"
    except subprocess.TimeoutExpired:
        reason = f"pip was not done after {MINUTES} minutes"
    else:
        ready.write_text("\n".join(requirements), encoding="utf-8")
        return None
    why.write_text(reason, encoding="utf-8")
    return reason


def main() -> int:
    """Install what is named; what fails is told, and is no failure of this command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.installing", description=__doc__)
    parser.add_argument("what", choices=("rivals", "peers"))
    listed = Path(__file__).with_name("rivals.txt").read_text(encoding="utf-8").splitlines()
    wanted = {"rivals": [line for line in listed if line and not line.startswith("#")]}
    if parser.parse_args().what == "peers":
        wanted = {f"peers/{name}": pins.split() for name, pins in PEERS.items()}
    for environment, requirements in wanted.items():
        sys.stderr.write(f"{environment} … ")
        sys.stderr.flush()
        sys.stderr.write(f"{install(environment, requirements) or 'ready'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
