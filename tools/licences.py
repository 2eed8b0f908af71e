"""``make licences``: docs/licences.md, from the metadata of what is installed.

Each package that citewright needs, with or without extras, and each that works on it are listed
with the licence that it names itself. Versions are in constraints.txt.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

_ROOT = Path(__file__).resolve().parent.parent
FILE = _ROOT / "docs" / "licences.md"

RUNNING = ("postgres", "team", "objects", "observe", "search", "pdf", "sign", "oidc", "nli")
"""The extras of an installation that works; the others (``test``, ``lint``) only work on it."""

HEAD = """# Licences

What citewright is installed with, by the licence that each package names in its own metadata. Made by `make licences`; a test compares it with what is installed. Versions are in `constraints.txt`. Not here: `torch` and what it brings (the extra `nli-torch`), and the tools of `make audit`, which have an environment of their own.
"""  # noqa: E501 - a paragraph is one line

_LINE = re.compile(r"^\| `(?P<name>[^`]+)` \| (?P<licence>.*) \|$", re.MULTILINE)


def needed(extras: Iterable[str]) -> set[str]:
    """The names of all installed packages that citewright needs with these extras."""
    found: set[str] = set()
    waiting = [("citewright", frozenset(extras))]
    seen = set(waiting)
    while waiting:
        name, wanted = waiting.pop()
        try:
            requirements = _own() if name == "citewright" else distribution(name).requires or []
        except PackageNotFoundError:
            # Of an extra or a platform that is not here.
            continue
        found.add(canonicalize_name(name))
        for one in map(Requirement, requirements):
            step = (canonicalize_name(one.name), frozenset(one.extras))
            if _applies(one, wanted) and step not in seen:
                seen.add(step)
                waiting.append(step)
    return found - {"citewright"}


def _own() -> list[str]:
    """What citewright itself asks for, as its source says now and not when it was installed."""
    project = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    optional = [
        f"{one}; extra == '{extra}'"
        for extra, asked in project["optional-dependencies"].items()
        for one in asked
    ]
    return [*project["dependencies"], *optional]


def _applies(one: Requirement, extras: frozenset[str]) -> bool:
    if one.marker is None:
        return True
    return any(one.marker.evaluate({"extra": extra}) for extra in extras | {""})


def licence(name: str) -> str:
    """The licence that a package names: as an SPDX expression, by its classifiers, or in words."""
    data = distribution(name).metadata
    if "License-Expression" in data:
        return str(data["License-Expression"])
    named = [
        one.rpartition(" :: ")[2]
        for one in data.get_all("Classifier") or []
        if one.startswith("License ::") and one != "License :: OSI Approved"
    ]
    if named:
        return ", ".join(sorted(set(named)))
    said = data["License"].strip() if "License" in data else ""
    return said.splitlines()[0][:80] if said else _by_file(distribution(name))


def _by_file(found: Distribution) -> str:
    """The first line of its licence file, where the metadata say nothing."""
    for path in found.files or []:
        if re.match(r"(?i)licen[cs]e|copying", path.name):
            lines = path.read_text().splitlines()
            return next((line.strip() for line in lines if line.strip()), "not named")[:80]
    return "not named"


def page() -> str:
    """The whole page, for what is installed here."""
    running = needed(RUNNING)
    working = needed((*RUNNING, "test", "lint")) - running
    parts = [HEAD]
    for title, names in (("An installation", running), ("Tests and checks, beside that", working)):
        lines = [f"| `{name}` | {licence(name)} |" for name in sorted(names)]
        parts += [f"## {title}\n", "| package | licence |\n|---|---|", *lines, ""]
    return "\n".join(parts)


def listed(text: str) -> dict[str, str]:
    """The packages of such a page with their licences."""
    return {one["name"]: one["licence"] for one in _LINE.finditer(text)}


if __name__ == "__main__":
    FILE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{FILE.name}: {len(listed(FILE.read_text(encoding='utf-8')))} packages\n")
