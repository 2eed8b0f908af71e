"""The screen: each kind found and blocking, literature left alone, offsets, redaction, time."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.phi import notes
from citewright.privacy import Certainty, Finding, Kind, Screening, redact, screen
from citewright.privacy.findings import settled
from citewright.privacy.forms import iban, luhn

ROWS = list(notes())
WIDE = "\uff12\uff11\uff19\u201109\u20119999"
"""A number with digits and hyphens of other kinds."""

HOSTILE = (
    "0", "1 ", "a",
    "A ", "Aa ", "Aa. ", "a.a@", "+1 ", "(0", "- ", "-", " ", "\n", "1-", "1.", "1:",
    "MRN ", "MRN # is ", "my patient ", "Apt 1 ", "12 Aa ", "born on ", "name is ", "de ", "A. ",
    "10.1000/", "http://", "call ", "fax ", "number is ", "card ", "rue de la ", "corner of a and ",
    "address is ", "she is ", "on 1 May ", "@a", "a at b dot ", "\u0301", "ISBN 9", "1 (2), ",
)  # fmt: skip


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_is_found_in_the_notes(kind: Kind) -> None:
    rows = [(row.text, span) for row in ROWS for span in row.spans if span[0] == kind]
    assert len(rows) > 1
    for text, (_, start, end) in rows:
        over = [one for one in screen(text).findings if one.start < end and start < one.end]
        assert over, text


def test_clean_notes_are_left_alone() -> None:
    found = {row.text: screen(row.text).findings for row in ROWS if row.clean}
    assert len(found) > 100
    assert {text: findings for text, findings in found.items() if findings} == {}


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("My patient Jane Doe improved.", "Jane Doe", Kind.NAME),
        ("Mr. Smith was admitted.", "Smith", Kind.NAME),
        ("a client named Ana", "Ana", Kind.NAME),
        ("Her SSN is 219-09-9999.", "219-09-9999", Kind.SSN),
        (f"SSN: {WIDE}", WIDE, Kind.SSN),
        ("MRN 44\u200b71902", "44\u200b71902", Kind.RECORD),
        ("e-mail: jane.doe@example.org", "jane.doe@example.org", Kind.EMAIL),
        ("card 4111 1111 1111 1111", "4111 1111 1111 1111", Kind.CARD),
        ("DOB 04/12/1985", "04/12/1985", Kind.DATE),
        ("see https://www.facebook.com/j.doe.7", "https://www.facebook.com/j.doe.7", Kind.URL),
        ("https://example.org/?m=jane@example.org", "jane@example.org", Kind.EMAIL),
    ],
)  # fmt: skip
def test_what_blocks(text: str, value: str, kind: Kind) -> None:
    screening = screen(text)
    assert screening.blocked
    certain = [one for one in screening.findings if one.certainty is Certainty.CERTAIN]
    assert (value, kind) in {(text[one.start : one.end], one.kind) for one in certain} or any(
        value in text[one.start : one.end] and one.kind is kind for one in certain
    )
    assert value not in redact(text, screening)


@pytest.mark.parametrize(
    ("number", "right"),
    [("4111 1111 1111 1111", True), ("4111 1111 1111 1112", False), ("79927398713", True)],
)
def test_check_digits_of_cards(number: str, right: bool) -> None:
    assert luhn(number) is right


def test_check_digits_of_accounts() -> None:
    assert iban("DE89 3704 0044 0532 0130 00")
    assert not iban("DE89 3704 0044 0532 0130 01")


def test_a_name_of_an_author_does_not_block() -> None:
    for text in ("Neff & Germer (2013) found this.", "Rogers (1957) was a psychologist."):
        assert screen(text) == Screening(())


def test_a_certain_finding_makes_those_within_superfluous() -> None:
    sure = Finding(0, 9, Kind.PHONE, Certainty.CERTAIN, "a")
    within = Finding(2, 5, Kind.NAME, Certainty.POSSIBLE, "b")
    same = Finding(1, 9, Kind.FAX, Certainty.CERTAIN, "c")
    beyond = Finding(7, 12, Kind.NAME, Certainty.POSSIBLE, "d")
    assert settled([within, beyond, same, sure]) == (sure, beyond)
    assert redact("0123456789abcdef", Screening((sure, beyond))) == "[phone]cdef"


@given(st.lists(st.sampled_from([row.text for row in ROWS] + list(HOSTILE)), max_size=12))
@settings(max_examples=60, deadline=None)
def test_findings_lie_in_the_text_and_are_ordered(parts: list[str]) -> None:
    text = " ".join(parts)
    found = screen(text).findings
    assert list(found) == sorted(found)
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert len(redact(text, Screening(()))) == len(text)


@given(st.text())
@settings(max_examples=100, deadline=None)
def test_no_text_is_too_odd(text: str) -> None:
    assert all(one.end <= len(text) for one in screen(text).findings)


@given(st.lists(st.sampled_from(HOSTILE), min_size=1, max_size=3))
@settings(max_examples=25, deadline=None)
def test_the_time_does_not_explode(parts: list[str]) -> None:
    assert _seconds("".join(parts), 5_000) < 60


@pytest.mark.slow
@pytest.mark.parametrize("part", HOSTILE)
def test_forty_thousand_characters_of_one_beginning(part: str) -> None:
    assert _seconds(part, 40_000) < 150


@pytest.mark.slow
def test_two_hundred_thousand_characters() -> None:
    assert _seconds("".join(row.text + " " for row in ROWS) + "".join(HOSTILE), 200_000) < 400


def _seconds(part: str, length: int) -> float:
    text = (part * (length // len(part) + 1))[:length]
    began = time.process_time()
    screen(text)
    return time.process_time() - began
