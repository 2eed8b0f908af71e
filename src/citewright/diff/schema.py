"""The JSON Schema of a comparison, which is written but never read by this program.

``python -m citewright.diff.schema FOLDER`` writes it, as :mod:`citewright.model.schema` does the
others: the model may not know of comparisons.
"""

from __future__ import annotations

import sys
from pathlib import Path

from citewright.diff.changes import VersionDiff
from citewright.model.schema import write

MODELS = {"version_diff": VersionDiff}
"""What ``citewright diff --json`` prints, by the name of its schema."""

if __name__ == "__main__":
    write(Path(sys.argv[1]), MODELS)
