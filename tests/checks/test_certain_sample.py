"""Certain reasons are true: a drawn sample, a second method, and a table of what was read."""

from __future__ import annotations

import pytest
from checks.certain_facts import FROM_CLAIMS, SIZE, Fact, confirmed, sample, spelled, value_of
from shared import ROOT

from citewright.model.verdict import Reason

# Drawing the sample takes seconds: one process does it.
pytestmark = pytest.mark.xdist_group("certain-sample")

TABLE = ROOT / "docs" / "certain-sample.md"


def read() -> dict[tuple[str, str, str], str]:
    """The table's verdicts by claim, code and value."""
    rows = (line.split(" | ") for line in TABLE.read_text(encoding="utf-8").splitlines())
    kept = [row for row in rows if len(row) == 6 and row[-1] in {"true |", "false |"}]
    return {
        (row[0].removeprefix("| "), row[1], row[2].strip()): row[-1].removesuffix(" |")
        for row in kept
    }


def key(fact: Fact) -> tuple[str, str, str]:
    return fact.name.partition(":")[0], fact.reason.code, value_of(fact.reason)


def test_certain_reasons_are_true_in_at_least_995_of_a_thousand() -> None:
    facts = sample()
    assert len(facts) == SIZE
    verdicts = read()
    # Where neither has a word on a fact, read it, and add it to the table with what you saw.
    unread = [fact for fact in facts if key(fact) not in verdicts and not confirmed(fact)]
    assert unread == []
    true = [fact for fact in facts if verdicts.get(key(fact), "true") == "true"]
    assert len(true) >= 0.995 * SIZE


def test_the_table_lists_the_sample() -> None:
    drawn = {key(fact) for fact in sample()}
    verdicts = read()
    assert len(drawn) == SIZE
    assert len(drawn & verdicts.keys()) >= 0.9 * SIZE, sorted(drawn - verdicts.keys())[:20]
    counted = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if "| all |" in line]
    true = list(verdicts.values()).count("true")
    assert counted == [f"| all | {len(verdicts)} | {true} | {len(verdicts) - true} |"]


def test_the_sample_has_every_kind_of_fact() -> None:
    codes = [fact.reason.code for fact in sample()]
    assert len(codes[:FROM_CLAIMS]) == FROM_CLAIMS
    for code in ("number-absent", "unit-absent", "quote-absent", "copied", "prohibited-character"):
        assert codes.count(code) >= 20, code


FALSE = [
    ("number-absent", "the number 8 is not in the quotes", "It took eight weeks."),
    ("number-absent", "the number 1200 is not in the quotes", "Some 1,200 came."),
    ("number-absent", "the number 0.5 is not in the quotes", "Some .50 of it."),
    ("unit-absent", "8 weeks is not in the quotes, which have 8 months", "Eight (8) weeks."),
    ("quote-absent", "the quote 'a b' is not in the text of x", "So: they felt CALM again."),
]


@pytest.mark.parametrize(("code", "detail", "text"), FALSE)
def test_the_second_method_sees_what_is_false(code: str, detail: str, text: str) -> None:
    reason = Reason(code=code, certainty="certain", detail=detail)
    assert not confirmed(Fact("x", reason, "they felt calm", (text,)))
    assert confirmed(Fact("x", reason, "they felt calm", ("Nothing of it.",)))


def test_numbers_are_spelled() -> None:
    assert spelled(17) == "seventeen"
    assert spelled(42) == "forty two"
    assert spelled(120305) == "one hundred twenty thousand three hundred five"
