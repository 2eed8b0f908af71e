"""Word diff: nothing lost, nothing cut, nothing to puzzle over."""

from __future__ import annotations

import gzip
import json

from hypothesis import given
from hypothesis import strategies as st
from shared import shared

from citewright.diff import words
from citewright.diff.tokens import is_word, tokens


def shown(old: str, new: str) -> list[tuple[str, str]]:
    return [(span.op, span.text) for span in words(old, new)]


def sides(old: str, new: str) -> tuple[str, str]:
    spans = words(old, new)
    return (
        "".join(span.text for span in spans if span.op != "inserted"),
        "".join(span.text for span in spans if span.op != "deleted"),
    )


def count(text: str) -> int:
    return sum(1 for token in tokens(text) if is_word(token))


SAMPLE = st.lists(
    st.sampled_from(
        [
            "a",
            "pulse",
            "fell",
            "by",
            "3.5",
            "beats",
            "don't",
            ",",
            ".",
            "ได้",
            "क्षि",
            "茶",
            "👩‍⚕️",
            "é",
        ]
    ),
    max_size=14,
).map(" ".join)


@given(SAMPLE | st.text(max_size=30), SAMPLE | st.text(max_size=30))
def test_both_texts_come_back_to_the_letter(old: str, new: str):
    assert sides(old, new) == (old, new)


@given(SAMPLE, SAMPLE)
def test_no_island_of_one_word_stands_between_two_changes(old: str, new: str):
    spans = words(old, new)
    for span in spans[1:-1]:
        if span.op == "equal":
            assert count(span.text) > 1


@given(SAMPLE | st.text(max_size=30), SAMPLE | st.text(max_size=30))
def test_where_more_than_two_thirds_changed_nothing_is_said_to_be_kept(old: str, new: str):
    spans = words(old, new)
    kept = sum(count(span.text) for span in spans if span.op == "equal")
    if any(span.op == "equal" for span in spans):
        assert 3 * kept >= max(count(old), count(new))
    else:
        assert [(span.op, span.text) for span in spans] == [
            (op, text) for op, text in (("deleted", old), ("inserted", new)) if text
        ]


@given(st.text())
def test_a_text_compared_with_itself_has_no_change(text: str):
    assert {span.op for span in words(text, text)} <= {"equal"}


def test_a_changed_word_is_shown_alone():
    assert shown(
        "The pulse fell by 3.5 beats a minute.", "The pulse fell by 4.5 beats a minute."
    ) == [
        ("equal", "The pulse fell by "),
        ("deleted", "3.5"),
        ("inserted", "4.5"),
        ("equal", " beats a minute."),
    ]


def test_an_island_between_changes_is_part_of_them():
    assert shown(
        "All of the adults slept badly in the first week of the course.",
        "All of the children slept soundly in the first week of the course.",
    )[1:3] == [("deleted", "adults slept badly"), ("inserted", "children slept soundly")]


def test_a_sentence_mostly_rewritten_is_shown_before_and_after():
    old, new = "The kettle stayed cold for nine nights.", "Nobody drank tea, yet the choir sang on."
    assert shown(old, new) == [("deleted", old), ("inserted", new)]


def test_no_letter_loses_its_mark():
    # Devanagari, Thai and an emoji: each change must keep a base and its marks together.
    old, new = "कि की गति बढ़ी और नींद अच्छी थी", "का की गति बढ़ी और नींद अच्छी थी"
    assert shown(old, new)[:2] == [("deleted", "कि"), ("inserted", "का")]
    assert "".join(tokens("น้ำ")) == "น้ำ"
    assert tokens("น้ำ") == ["น้ำ"]
    assert tokens("👩‍⚕️🇩🇪") == ["👩‍⚕️", "🇩🇪"]


def test_chinese_is_compared_by_character():
    assert shown("他们每天喝茶三次，每次一小杯。", "他们每天喝茶五次，每次一小杯。") == [
        ("equal", "他们每天喝茶"),
        ("deleted", "三"),
        ("inserted", "五"),
        ("equal", "次，每次一小杯。"),
    ]


def test_real_revisions_in_five_languages_come_back_to_the_letter():
    path = shared("revisions", "wikipedia", "pairs.jsonl.gz")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    assert {row["lang"] for row in rows} == {"en", "hi", "ru", "th", "zh"}
    for row in rows:
        assert sides(row["old"], row["new"]) == (row["old"], row["new"]), row["id"]
