"""The tests of drafting import what they share by its bare name."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "drafting"))
