"""What the documentation claims of the flags and the word diff still holds."""

from __future__ import annotations

from shared import shared

from benchmarks import alignment, iterater, meaning, rivals


def test_planted_changes_are_flagged_and_harmless_edits_are_not():
    shared("sources")
    figures = meaning.run(shared("revisions").parent)
    assert figures["meaning.planted"] == 200
    assert figures["meaning.recall"] >= 0.95
    assert figures["meaning.edits"] == 235
    assert figures["meaning.false_flags"] <= 0.05
    assert figures["meaning.edits_of_meaning_not_flagged"] <= 3


def test_edits_by_people_are_touched():
    rows = iterater.rows(shared("revisions").parent)
    runs = [rivals.own_runs(row["old"], row["new"]) for row in rows]
    figures = alignment.reading("own", rows, runs)
    assert figures["own.edits_touched"] >= 0.98
    assert figures["own.one_word_islands"] == 0
    assert figures["own.words_cut"] == 0
