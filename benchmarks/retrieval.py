"""Extraction and ranking against gold that people marked.

``html_…``: :mod:`benchmarks.html_text`; ``evidence_…`` and ``rank_…``:
:mod:`benchmarks.evidence_spans`; ``heading_…``: :mod:`benchmarks.section_headings`.
"""

from __future__ import annotations

from pathlib import Path

from benchmarks import evidence_spans, html_text, section_headings
from benchmarks.measuring import Figures


def run(shared: Path) -> Figures:
    """All figures by name.

    :param shared: the folder that holds ``sources/``.
    :raises FileNotFoundError: when the data is not at hand.
    """
    return {
        **html_text.run(shared),
        **evidence_spans.run(shared),
        **section_headings.run(shared),
    }
