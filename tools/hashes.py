"""``make hashes``: deploy/requirements.txt, what the image is installed from, with hashes.

pip checks hashes of all packages of an installation or of none, so citewright itself, which has no
file at a registry, is installed after them and without dependencies. Each package has the hash of
its wheel for each of the image's platforms, as pip finds them in the index that it is set to.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from packaging.utils import canonicalize_name

from tools.licences import needed

_ROOT = Path(__file__).resolve().parent.parent
FILE = _ROOT / "deploy" / "requirements.txt"

EXTRAS = ("team", "objects", "observe", "oidc", "pdf", "search", "sign")
"""What the image has beside citewright's own needs."""

BUILDS = "hatchling"
"""What makes citewright's own wheel in the image."""

PYTHON = "3.11"
MACHINES = ("x86_64", "aarch64")
GLIBC = range(17, 37)
"""The manylinux wheels that run in the image, whose Debian has glibc 2.36: PEP 600."""

HEAD = f"""\
# What the image is installed from, Python {PYTHON} on {" and ".join(MACHINES)}: `make hashes`.
"""


def _report(arguments: Iterable[str]) -> list[tuple[str, str, str]]:
    """What pip would install: names, versions and the sha256 of the files."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "report.json")
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run"]
        command += ["--ignore-installed", "--report", str(file), "--target", folder]
        subprocess.run([*command, "--only-binary", ":all:", *arguments], check=True)
        found = json.loads(file.read_text(encoding="utf-8"))["install"]
    return [
        (
            canonicalize_name(one["metadata"]["name"]),
            one["metadata"]["version"],
            one["download_info"]["archive_info"]["hashes"]["sha256"],
        )
        for one in found
    ]


def _on(machine: str) -> list[str]:
    tags = [f"manylinux_2_{minor}_{machine}" for minor in GLIBC]
    tags += [f"manylinux2014_{machine}", "any"]
    platforms = [word for tag in tags for word in ("--platform", tag)]
    return [*platforms, "--python-version", PYTHON, "--implementation", "cp", "--no-deps"]


def page() -> str:
    """The whole file.

    :raises subprocess.CalledProcessError: when pip finds no wheel for one of the platforms.
    """
    constraints = ["--constraint", str(_ROOT / "constraints.txt")]
    chosen = _report([*constraints, *sorted(needed(EXTRAS)), BUILDS])
    pins = [f"{name}=={version}" for name, version, _ in chosen]
    hashes: dict[str, set[str]] = defaultdict(set)
    for machine in MACHINES:
        for name, version, sha256 in _report([*_on(machine), *pins]):
            hashes[f"{name}=={version}"].add(sha256)
    lines = [
        " \\\n    ".join([pin, *(f"--hash=sha256:{one}" for one in sorted(hashes[pin]))])
        for pin in sorted(hashes)
    ]
    return HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    FILE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{FILE.name}: {FILE.read_text(encoding='utf-8').count('==')} packages\n")
