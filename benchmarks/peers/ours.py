"""The same article by this project, against the tests' loopback server of Claude's API."""

from __future__ import annotations

import importlib
import json
import re
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from benchmarks.measuring import ROOT
from benchmarks.peers.writing import KINDS, NEGATED, Lie
from citewright.bootstrap import open_workspace
from citewright.pipeline import evidence

SLUG = "invented-method"
_NUMBER = re.compile(r"\d+")


def titles(project: Path) -> list[str]:
    """The titles of the sections of the article's outline."""
    brief, outline = evidence.read_order(open_workspace(project), SLUG)
    return [spec.title for spec in evidence.to_draft(brief, outline)]


class Model:
    """The loopback server's script: in every section, and in its repairs, the first is a lie."""

    def __init__(self, project: Path) -> None:
        self.lies: dict[str, Lie] = {}
        brief, outline = evidence.read_order(open_workspace(project), SLUG)
        self._places = {
            spec.id: place for place, spec in enumerate(evidence.to_draft(brief, outline))
        }
        self._guard = threading.Lock()
        self._fakes = fakes("claude_lies")
        self._judge = fakes("claude_judge")

    def __call__(self, received: Any) -> Any:  # noqa: ANN401 - the tests' fakes have no types here
        """A step that lies, where a section is drafted or mended."""
        asked = received.params
        if self._judge.read_pair(asked) is not None or received.section not in self._places:
            return None
        place = self._places[received.section]
        return self._fakes.drafted(lambda draft: self._lie(draft, received.section, place))

    def _lie(self, draft: dict[str, Any], section: str, place: int) -> None:
        cited = self._fakes.sourced(draft)
        if not cited:
            return
        kind = KINDS[place % len(KINDS)]
        first, truth = cited[0], ""
        if kind in ("absent-source", "other-source"):
            truth = str(first["citations"][0]["quote"])
        if kind == "absent-source":
            first["citations"][0]["passage"] = "p-0badc0de0badc0de"
        elif kind == "wrong-number":
            first["text"] = _NUMBER.sub(
                lambda found: str(int(found[0]) + 101), first["text"], count=1
            )
        elif kind == "negated":
            first["text"] = NEGATED.sub(r"never \g<0>", first["text"], count=1)
        else:
            passages = [one["citations"][0] for one in cited[1:]]
            others = [one for one in passages if one["passage"] != first["citations"][0]["passage"]]
            if not others:
                return
            first["citations"] = [dict(others[-1])]
        with self._guard:
            self.lies[section] = Lie(kind, first["text"], truth)


def fakes(name: str) -> Any:  # noqa: ANN401 - a module of the tests
    """A module of the tests' fakes."""
    folder = str(ROOT / "tests")
    if folder not in sys.path:
        sys.path.append(folder)
    return importlib.import_module(f"fakes.{name}")


def main() -> None:
    """Make the article of a job from standard input; print its statements as JSON.

    The clock starts with the libraries loaded and Prefect's server up, by a run that calls no
    model.
    """
    from citewright.cli.prefect_run import run_flow

    job = json.load(sys.stdin)
    project = Path(job["project"])
    for library in ("citewright.bootstrap.claude", "citewright.drafting.messages", "anthropic"):
        importlib.import_module(library)
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "sources", Path(folder, "sources"))
        first = {"slugs": ["mindful-self-compassion"], "project": folder, "drafter": "extractive"}
        run_flow("generate_articles", Path(folder), first, concurrency=job["at_once"])
    parameters = {"slugs": [SLUG], "project": str(project), "drafter": "claude"}
    began = time.perf_counter()
    run_flow("generate_articles", project, parameters, concurrency=job["at_once"])
    seconds = time.perf_counter() - began
    workspace = open_workspace(project)
    version = workspace.version(workspace.catalogue.currents()[SLUG])
    print(json.dumps({"seconds": seconds, "statements": statements(version.article.statements())}))


def statements(found: Iterable[Any]) -> list[dict[str, Any]]:
    """The statements with what stands behind their citations: the quote."""
    return [
        {
            "text": one.text,
            "citations": [
                {"source": cited.source, "kept": [cited.evidence.quote.exact]}
                for cited in one.citations
                if cited.evidence.kind == "quote"
            ],
        }
        for one in found
    ]


if __name__ == "__main__":
    main()
