"""The table of all measurements is whole: what is lacking is a line that says why."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from shared import ROOT

from benchmarks.measuring import Measured, run
from benchmarks.peers import in_row
from benchmarks.peers.responder import Call
from benchmarks.registry import BENCHMARKS
from benchmarks.table import Shown, rows


def measured(figures: dict[str, float | str], failed: str | None = None) -> Measured:
    return Measured("one", "python -m benchmarks one", figures, failed, 1.0, 1.0, 1.0, 0.0)


def test_each_figure_and_each_rival_has_a_line() -> None:
    shown = (
        Shown("ms", "ms", "less", {"faster": "faster.ms", "absent": "absent.ms"}),
        Shown("share", "share", "more"),
    )
    figures: dict[str, float | str] = {"ms": 2.0, "faster.ms": 1.0, "absent.ms": "not installed"}
    faster, absent, share = rows(measured(figures), shown)
    assert (faster.ratio, faster.ours_is) == (2.0, "worse")
    assert (absent.theirs, absent.ours_is, absent.note) == (None, "", "not installed")
    assert (share.ours, share.note) == (None, "share was not measured")


@pytest.mark.parametrize(
    ("better", "ours", "said"),
    [("less", 1.0, "better"), ("more", 1.0, "worse"), ("less", 2.0, "equal"), ("none", 1.0, "")],
)
def test_what_is_better_goes_by_the_figure(better: str, ours: float, said: str) -> None:
    [line] = rows(measured({"a": ours, "b": 2.0}), [Shown("a", "s", better, {"other": "b"})])
    assert line.ours_is == said


def test_a_benchmark_that_failed_is_one_line_with_its_reason() -> None:
    [line] = rows(measured({}, "it broke"), [Shown("a", "s", "less"), Shown("b", "s", "less")])
    assert (line.benchmark, line.ours, line.note) == ("one", None, "it broke")


@pytest.mark.skipif(not Path("/proc/self/stat").is_file(), reason="needs /proc")
def test_a_command_is_measured_with_all_its_children(tmp_path: Path) -> None:
    # Both are up before either may end.
    child = "x = bytearray(80_000_000); print(len(x), flush=True); input()"
    parent = f"""
import subprocess, sys, time
pipe = {{"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}}
both = [subprocess.Popen([sys.executable, "-c", {child!r}], **pipe) for _ in range(2)]
assert all(one.stdout.readline() for one in both)
time.sleep(2)
for one in both:
    one.communicate(b"end\\n")
"""
    ended = run([sys.executable, "-c", parent], seconds=300, folder=tmp_path)
    assert ended.why is None
    assert ended.peak_mb > 160


def test_a_command_that_fails_says_why_and_one_that_hangs_is_ended(tmp_path: Path) -> None:
    broken = run([sys.executable, "-c", "raise SystemExit('no disk')"], seconds=300)
    assert broken.why == "no disk"
    hung = run([sys.executable, "-c", "import time; time.sleep(600)"], seconds=0.5)
    assert hung.why is not None
    assert "not done" in hung.why


def test_calls_in_a_row_are_those_that_wait_for_one_another() -> None:
    side_by_side = [Call(1, 1, 0.0, 1.0), Call(1, 1, 0.1, 1.1), Call(1, 1, 0.2, 1.2)]
    assert in_row(side_by_side) == 1
    assert in_row([*side_by_side, Call(1, 1, 1.2, 2.2)]) == 2


@pytest.mark.slow
def test_the_short_form_has_a_line_for_every_benchmark(tmp_path: Path) -> None:
    out = tmp_path / "bench.json"
    command = [sys.executable, "-m", "benchmarks", "all", "--quick", "--out", str(out)]
    environment = os.environ | {"CITEWRIGHT_BENCH_CACHE": str(tmp_path / "none")}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=900
    )
    document = json.loads(out.read_text(encoding="utf-8"))
    lines = document["rows"]
    assert {line["benchmark"] for line in lines} == set(BENCHMARKS)
    assert all(line["ours"] is not None or line["note"] for line in lines)
    assert all(line["theirs"] is not None or line["note"] for line in lines if line["rival"])
    assert any("is not installed" in line["note"] for line in lines)
    assert done.returncode == any(one["failed"] for one in document["benchmarks"].values())
    for one in document["benchmarks"].values():
        assert one["peak_mb"] > 0
    assert document["versions"]["project"]["pydantic"]
    assert "ours/theirs" in done.stdout
