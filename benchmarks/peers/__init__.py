"""The systems that do the same job, on the same article: sources, outline and model.

The peers' own pipeline steps run in environments of their own (``make bench-peers``) against a
loopback model that speaks OpenAI's API; ours against the tests' loopback server of Claude's. Both
models draft by rule from what the prompt offers and take a second a call. What needs a network,
such as searching the web, is left out of all: the sources are given. All may have 16 calls under
way at once, and make their sections side by side.

An honest model:

``calls``            of the model; embeddings are not counted
``input_tokens``     sent, four bytes each, whether or not a cache would have had them
``wall_seconds``     from the given sources to the article, libraries loaded
``calls_in_row``     the most calls of which each began after the one before had ended
``wall_over_calls``  the wall over these alone
``sentences``        of the article
``cited_share``      of the sentences that have a citation of a source that was given
``exact_share``      of these citations, those that keep texts which stand in the source, letter
                     for letter, so that a reader can check without the source
``kept_characters``  length of these texts, median: what a reader has to read to check

A model that tells one lie in every section, and again in every repair of it
(:mod:`benchmarks.peers.writing`, the same kinds in :mod:`benchmarks.peers.ours`):

``lies``             told
``lies_published``   the share of them that stands in the article with any citation, and that by
                     kind

A peer without a step that checks what was drafted leaves checking to its reader. Our judge is a
call of the same model that reads honestly; ``ours_unjudged`` is without it, and such an article is
not published.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.generated import make_project
from benchmarks.installing import Absent, python_of
from benchmarks.measuring import ROOT, Figures
from benchmarks.peers import ours
from benchmarks.peers.responder import Call, Responder
from benchmarks.peers.writing import KINDS, Liar, Lie, writer
from benchmarks.sizes import size

DRIVERS = {
    "knowledge-storm": "drive_storm.py",
    "paper-qa": "drive_paperqa.py",
    "gpt-researcher": "drive_gpt_researcher.py",
}
SOURCES, CHARACTERS = 6, 8_000
DELAY = 1.0
"""Seconds that a call of the model takes."""
AT_ONCE = 16
"""Calls that may be under way at once, for everybody."""
MINUTES = 10
NAMES = (
    "calls", "input_tokens", "wall_seconds", "calls_in_row", "wall_over_calls", "sentences",
    "cited_share", "exact_share", "kept_characters", "lies", "lies_published",
    *(f"lies_published.{kind}" for kind in KINDS),
)  # fmt: skip


@dataclass(frozen=True)
class Made:
    """An article as it came out of a system, and the calls of the model that it took.

    ``statements`` have a ``text`` and ``citations``, each with the ``source``'s key and the texts
    that are ``kept`` with it.
    """

    statements: Sequence[Mapping[str, Any]]
    seconds: float
    calls: Sequence[Call]
    lies: Sequence[Lie]


def run(_: Path) -> Figures:
    """The figures of each system under its name, ours first."""
    figures: dict[str, float | str] = {}
    with tempfile.TemporaryDirectory() as name:
        project = make_project(
            Path(name), sources=SOURCES, characters=size(CHARACTERS, 2_000), slugs=(ours.SLUG,)
        )
        texts = {
            path.stem: path.read_text(encoding="utf-8")
            for path in sorted((project / "documents").glob("*.txt"))
        }
        sections = ours.titles(project)
        systems: Mapping[str, Callable[[bool], Made]] = {
            "ours": partial(_ours, project, "claude"),
            "ours_unjudged": partial(_ours, project, "none"),
        } | {name: partial(_peer, name, texts, sections) for name in DRIVERS}
        for system, make in systems.items():
            figures |= {f"peers.{system}.{key}": one for key, one in _told(make, texts).items()}
    return figures


def _told(make: Callable[[bool], Made], texts: Mapping[str, str]) -> Figures:
    try:
        return {**_work(make(True), texts), **_trust(make(False))}
    except Absent as error:
        return dict.fromkeys(NAMES, str(error))


def _peer(name: str, texts: Mapping[str, str], sections: Sequence[str], honest: bool) -> Made:
    """The article by a peer.

    :raises Absent: when it is not installed, or did not get through; with the reason.
    """
    python = python_of(f"peers/{name}")
    liar = Liar(honest=honest)
    with Responder(writer(liar, sections), delay=DELAY).running() as server:
        job = {
            "topic": "An Invented Method",
            "sections": list(sections),
            "sources": [
                {"key": key, "title": f"Generated Text {key}", "text": text}
                for key, text in texts.items()
            ],
            "base_url": server.base_url,
            "key": "sk-loopback",
            "model": "gpt-4o",
            "at_once": AT_ONCE,
        }
        environment = {
            "OPENAI_API_KEY": "sk-loopback",
            "OPENAI_API_BASE": server.base_url,
            "OPENAI_BASE_URL": server.base_url,
            "HF_HUB_OFFLINE": "1",
            "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        }
        command = [str(python), str(Path(__file__).with_name(DRIVERS[name]))]
        found = _driven(command, job, environment)
    return Made(found["statements"], found["seconds"], server.calls, liar.lies)


def _ours(project: Path, judge: str, honest: bool) -> Made:
    """The article by this project, in a folder of its own.

    :raises Absent: when it did not get through; with the reason.
    """
    model = ours.Model(project)
    server = ours.fakes("claude_server").ClaudeServer(() if honest else model, delay=DELAY)
    with tempfile.TemporaryDirectory() as name, server:
        folder = Path(name)
        shutil.copytree(project, folder / "project")
        environment = {
            "ANTHROPIC_API_KEY": server.key,
            "ANTHROPIC_BASE_URL": server.base_url,
            "CITEWRIGHT_FEATURES": '"all"',
            "CITEWRIGHT_JUDGE": judge,
            "PREFECT_HOME": str(folder / "prefect"),
            "PYTHONPATH": str(ROOT),
        }
        job = {"project": str(folder / "project"), "at_once": AT_ONCE}
        command = [sys.executable, "-m", "benchmarks.peers.ours"]
        found = _driven(command, job, environment)
        calls = [
            Call(one.billed.total, one.output, one.ended - DELAY, one.ended)
            for one in server.ledger
        ]
    return Made(found["statements"], found["seconds"], calls, list(model.lies.values()))


def _driven(
    command: Sequence[str], job: Mapping[str, Any], environment: Mapping[str, str]
) -> dict[str, Any]:
    kept = {name: os.environ[name] for name in ("HOME", "PATH") if name in os.environ}
    with tempfile.TemporaryDirectory() as folder:
        try:
            done = subprocess.run(
                command,
                input=json.dumps(job),
                capture_output=True,
                text=True,
                check=True,
                cwd=folder,
                env={**kept, "DO_NOT_TRACK": "1", **environment},
                timeout=60 * MINUTES,
            )
        except subprocess.CalledProcessError as error:
            lines = [line for line in error.stderr.splitlines() if line.strip()]
            raise Absent(f"did not get through: {lines[-1] if lines else 'no reason'}") from error
        except subprocess.TimeoutExpired as error:
            raise Absent(f"was not done after {MINUTES} minutes") from error
    for line in reversed(done.stdout.splitlines()):
        with suppress(ValueError):
            found = json.loads(line)
            if isinstance(found, dict):
                return found
    raise Absent("printed no article")


def _work(made: Made, texts: Mapping[str, str]) -> dict[str, float | str]:
    known = [(one, _given(one, texts)) for one in made.statements]
    citations = [cited for _, found in known for cited in found]
    exact = [
        one["kept"]
        for one in citations
        if one["kept"] and all(text in texts[one["source"]] for text in one["kept"])
    ]
    row = in_row(made.calls)
    return {
        "calls": len(made.calls),
        "input_tokens": sum(call.input for call in made.calls),
        "wall_seconds": made.seconds,
        "calls_in_row": row,
        "wall_over_calls": _share(made.seconds, row * DELAY),
        "sentences": len(known),
        "cited_share": _share(sum(bool(found) for _, found in known), len(known)),
        "exact_share": _share(len(exact), len(citations)),
        "kept_characters": median(sum(map(len, kept)) for kept in exact) if exact else "none kept",
    }


def _trust(made: Made) -> dict[str, float | str]:
    published = [one for one in made.statements if one["citations"]]
    figures: dict[str, float | str] = {
        "lies": len(made.lies),
        "lies_published": _standing(made.lies, published),
    }
    for kind in KINDS:
        of = [lie for lie in made.lies if lie.kind == kind]
        figures[f"lies_published.{kind}"] = _standing(of, published)
    return figures


def _given(statement: Mapping[str, Any], texts: Mapping[str, str]) -> list[Mapping[str, Any]]:
    """The citations of a statement whose source was given."""
    return [cited for cited in statement["citations"] if cited["source"] in texts]


def in_row(calls: Sequence[Call]) -> int:
    """The most calls of which each began after the one before had ended."""
    found, free = 0, float("-inf")
    for call in sorted(calls, key=lambda one: one.ended):
        if call.began >= free:
            found, free = found + 1, call.ended
    return found


def _standing(lies: Sequence[Lie], published: Sequence[Mapping[str, Any]]) -> float | str:
    """The share of lies that stand with a citation, and not with the one that makes them true."""
    standing = [
        any(
            lie.text in one["text"]
            and not any(
                lie.truth and lie.truth in "".join(cited["kept"]) for cited in one["citations"]
            )
            for one in published
        )
        for lie in lies
    ]
    return _share(sum(standing), len(lies))


def _share(some: float, of: float) -> float | str:
    return some / of if of else "there are none"
