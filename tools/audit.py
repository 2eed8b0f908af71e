"""``make audit``: known vulnerabilities of what is installed; what could not be looked up fails.

pip-audit says "No known vulnerabilities found" and ends with 0 where it found none of the packages
at its service. Here a package that was skipped is a failure, and so is a service out of reach.

    python -m tools.audit PIP_AUDIT SITE_PACKAGES
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from typing import Any

OWN = frozenset({"citewright"})
"""What no service can know."""

SECONDS = 600


def audited(program: str, folder: str) -> tuple[list[dict[str, Any]], str]:
    """What pip-audit says of each package in a folder, and what it said beside that."""
    done = subprocess.run(
        [program, "--path", folder, "--format", "json", "--progress-spinner", "off"],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    try:
        return json.loads(done.stdout)["dependencies"], done.stderr
    except (ValueError, KeyError):
        return [], done.stderr


def problems(packages: Iterable[dict[str, Any]]) -> list[str]:
    """A sentence for each package that is vulnerable or could not be looked up."""
    found = []
    for one in packages:
        if one["name"] in OWN:
            continue
        if "skip_reason" in one:
            found.append(f"{one['name']}: not audited: {one['skip_reason']}")
        for flaw in one.get("vulns", []):
            mended = ", ".join(flaw["fix_versions"]) or "no version yet"
            found.append(f"{one['name']} {one['version']}: {flaw['id']}, mended in {mended}")
    return found


def main(program: str, folder: str) -> int:
    """Print what is wrong; 0 where every package was looked up and none is vulnerable."""
    packages, said = audited(program, folder)
    if not packages:
        print(f"Nothing was audited: the vulnerability service cannot be reached.\n{said[-2000:]}")
        return 1
    found = problems(packages)
    skipped = sum("skip_reason" in one for one in packages)
    print("\n".join(found))
    print(f"{len(packages)} packages, {skipped} of them not audited, {len(found)} problems.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
