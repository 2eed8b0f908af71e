"""A hedged number may be rounded from the source's; without a hedge it may not."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citewright.checks.figures import compare_numbers
from citewright.checks.rounding import rounded_from

ROUNDED = [
    ("12", "About 12 % of them slept.", "It was 11.8 %.", "11.8"),
    ("12", "Roughly 12 per cent slept.", "It was 11.8 %.", "11.8"),
    ("12", "It was ~12 % of them.", "It was 12.3 % of all.", "12.3"),
    ("12", "Approximately 10-12 people came.", "There came 10 to 11.6 on average.", "11.6"),
    ("1200", "Around 1,200 adults took part.", "In all 1187 adults took part.", "1187"),
    ("1.5", "It rose by approximately 1.5 points.", "It rose by 1.47 points.", "1.47"),
    ("12", "Almost 12 % slept.", "It was 11.8 %.", "11.8"),
    ("3", "About 3 in ten came.", "On average 2.8 came.", "2.8"),
]
NOT_ROUNDED = [
    ("12", "Exactly 12 % slept.", "It was 11.8 %."),
    ("12", "12 % slept.", "It was 11.8 %."),
    ("12", "About 12 % slept, and 12 % woke.", "It was 11.8 %."),
    ("12", "About 12 % slept.", "It was 11.4 %."),
    ("12", "About 12 % slept.", "It took 11.8 weeks."),
    ("12", "About 12 people slept.", "There were 11 of them."),
    ("1", "About 1 mg was given.", "They gave 0.5 mg."),
    ("100", "About 100 came.", "There came 91."),
    ("12", "Almost 12 % slept.", "It was 12.3 %."),
    ("12", "It was about time: 12 % slept.", "It was 11.8 %."),
    ("12", "About 12 came.", "Nobody counted."),
]


@pytest.mark.parametrize(("number", "text", "quote", "exact"), ROUNDED)
def test_a_hedge_lets_a_number_be_rounded(number: str, text: str, quote: str, exact: str) -> None:
    assert rounded_from(number, text, [quote]) == exact
    found = {reason.code: reason for reason in compare_numbers(text, [quote])}
    assert "number-absent" not in found
    assert found["number-rounded"].certainty == "suspect"
    assert exact in found["number-rounded"].detail


@pytest.mark.parametrize(("number", "text", "quote"), NOT_ROUNDED)
def test_anything_else_is_another_number(number: str, text: str, quote: str) -> None:
    assert rounded_from(number, text, [quote]) is None
    certain = {one.code for one in compare_numbers(text, [quote]) if one.certainty == "certain"}
    assert certain & {"number-absent", "unit-absent"}


def test_a_number_with_another_unit_may_be_rounded_from_its_own() -> None:
    text, quotes = "About 12 % slept.", ["In 12 weeks 11.8 % slept."]
    assert [one.code for one in compare_numbers(text, quotes)] == ["number-rounded"]


@given(st.decimals("0.01", "99999", places=3))
def test_rounding_is_never_more_than_a_tenth_off(exact: Decimal) -> None:
    for unit in (Decimal("0.1"), Decimal(1), Decimal(100)):
        stated = (exact / unit).quantize(Decimal(1), ROUND_HALF_UP) * unit
        number = format(stated.normalize(), "f")
        found = rounded_from(number, f"About {number} came.", [f"Just {exact} came."])
        assert (found is None) or abs(exact - stated) <= stated / 10
        assert rounded_from(number, f"Just {number} came.", [f"Just {exact} came."]) is None
