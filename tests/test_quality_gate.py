"""The quality gate: no figure of the support model under its floor, no floor lowered silently."""

from __future__ import annotations

import copy
import json
import subprocess
from datetime import date
from typing import Any

import pytest
from shared import ROOT, shared

from benchmarks import gate
from benchmarks.gate import Floor

REASON = "A sentence that says at some length why this floor is what it is."
PATH = gate.FLOORS.relative_to(ROOT).as_posix()


@pytest.mark.slow
def test_no_figure_is_under_its_floor() -> None:
    folder = shared("provenance_bench", "dev").parent.parent
    document = gate.load()
    assert gate.corpus(folder) == document["corpus"], "these are other data than the floors are for"
    measured = gate.run(folder)
    histories = gate.histories(document)
    assert measured.keys() == histories.keys()
    under = {
        name: (value, histories[name][-1].floor)
        for name, value in measured.items()
        if value < histories[name][-1].floor
    }
    assert under == {}


def test_every_floor_has_its_reason() -> None:
    histories = gate.histories(gate.load())
    assert {name: list(gate.faults(history)) for name, history in histories.items()} == {
        name: [] for name in histories
    }


def test_committed_floors_are_only_added_to() -> None:
    versions = _committed()
    now = gate.load()
    assert [fault for before in versions for fault in gate.altered(before, now)] == []


@pytest.mark.parametrize(
    ("history", "fault"),
    [
        ([(0.7, 0.72, 1, None), (0.6, 0.72, 2, None)], "below an earlier one, 0.7"),
        ([(0.7, 0.72, 1, None), (0.6, 0.72, 2, "why not")], "below an earlier one, 0.7"),
        ([(0.7, 0.72, 1, None), (0.6, 0.72, 2, REASON), (0.65, 0.7, 3, None)], "below an earlier"),
        ([(0.7, 0.69, 1, None)], "above what was measured"),
        ([(0.6, 0.72, 2, None), (0.7, 0.72, 1, None)], "stands behind a later one"),
    ],
)
def test_a_bad_history_is_found(history: list[tuple[Any, ...]], fault: str) -> None:
    floors = [
        Floor(floor, measured, date(2026, 1, day), REASON, lowered)
        for floor, measured, day, lowered in history
    ]
    found = list(gate.faults(floors))
    assert len(found) == 1
    assert fault in found[0]


def test_a_floor_lowered_with_its_reason_passes() -> None:
    first = Floor(0.7, 0.72, date(2026, 1, 1), REASON, None)
    assert not list(gate.faults([first, Floor(0.6, 0.65, date(2026, 1, 2), REASON, REASON)]))
    assert list(gate.faults([Floor(0.7, 0.72, date(2026, 1, 1), "because", None)]))


def test_an_altered_entry_is_found() -> None:
    before = gate.load()
    name = next(iter(before["figures"]))
    for change in ("floor", "measured", "date", "reason"):
        now = copy.deepcopy(before)
        now["figures"][name][0][change] = "another"
        assert len(list(gate.altered(before, now))) == 1
    now = copy.deepcopy(before)
    del now["figures"][name]
    assert len(list(gate.altered(before, now))) == 1
    now = copy.deepcopy(before)
    now["figures"][name].append(before["figures"][name][0])
    assert list(gate.altered(before, now)) == []
    assert len(list(gate.altered(before, before | {"corpus": {}}))) == 1


def _committed() -> list[dict[str, Any]]:
    """Every version of the file in the repository's history; the test is skipped without any."""
    listed = _git("log", "--format=%H", "--", PATH).split()
    if not listed:
        pytest.skip("the history of the floors is not at hand (no repository, or none committed)")
    return [json.loads(_git("show", f"{one}:{PATH}")) for one in listed]


def _git(*arguments: str) -> str:
    command = ["git", "-C", str(ROOT), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    except FileNotFoundError:
        return ""
    return done.stdout if done.returncode == 0 else ""
