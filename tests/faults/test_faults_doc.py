"""The table in ``docs/faults.md`` and the tests that it names are the same."""

from __future__ import annotations

import re

from shared import ROOT

PAGE = ROOT / "docs" / "faults.md"
NAMED = re.compile(r"`([\w/]+\.py)::(test_\w+)`")


def table() -> list[list[str]]:
    matrix = PAGE.read_text(encoding="utf-8").partition("## The matrix")[2]
    lines = matrix.partition("\n## ")[0].splitlines()
    rows = [line.strip("|").split("|") for line in lines if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in rows[2:] if len(row) == 4]


def test_every_row_names_tests_that_exist_and_a_planted_defect() -> None:
    rows = table()
    assert len(rows) >= 40
    for fault, required, tests, defect in rows:
        assert fault
        assert required
        assert defect, fault
        found = NAMED.findall(tests)
        assert len(found) == tests.count("::"), fault
        assert found, fault
        for file, name in found:
            folder = ROOT / "tests" if "/" in file else ROOT / "tests" / "faults"
            text = (folder / file).read_text(encoding="utf-8")
            assert re.search(rf"^def {name}\(", text, re.MULTILINE), (file, name)


def test_every_scenario_of_the_matrix_is_in_the_table() -> None:
    told = {name for row in table() for _, name in NAMED.findall(row[2])}
    for file in sorted((ROOT / "tests" / "faults").glob("test_matrix_*.py")):
        text = file.read_text(encoding="utf-8")
        assert set(re.findall(r"^def (test_\w+)\(", text, re.MULTILINE)) <= told, file.name
        # All but one run with the defect planted as well.
        single = re.findall(r"(?<!both\n)(?<!\)\n)^def (test_\w+)\(", text, re.MULTILINE)
        assert set(single) <= {"test_a_body_without_end_ends_at_its_most_bytes"}, file.name
