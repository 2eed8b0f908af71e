"""Wheels out of sentences: only of those that count their parts and name as many."""

from __future__ import annotations

import pytest

from citewright.checks.examine import Corpus
from citewright.checks.quotes import QuoteFinder
from citewright.checks.section import review, settle
from citewright.drafting.extractive_figure import figure
from citewright.drafting.extractive_sentences import Sentence
from citewright.model.draft import FigureDraft, SectionDraft
from citewright.model.evidence import Passage
from citewright.model.figure import Diagram
from tests.checks.desk import spec
from tests.model.values import NOW

PASSAGE = "p-0123456789abcdef"
BEFORE = "Mindfulness is old. "
OPPOSED = (
    "Self-compassion consists of three components: self-kindness versus self-judgment, common "
    "humanity versus isolation, and mindfulness versus over-identification."
)


def sentence(text: str) -> Sentence:
    start = len(BEFORE)
    passage = Passage.model_construct(
        id=PASSAGE, source="page", snapshot="sha256:" + "0" * 64, start=0, end=start + len(text),
        heading="", text=BEFORE + text, sentences=((0, start - 1), (start, start + len(text))),
    )  # fmt: skip
    return Sentence(passage, 1, text, text, frozenset(), 0)


def wheel(text: str) -> FigureDraft | None:
    return figure([sentence("A sentence of another kind."), sentence(text)])


def test_parts_and_their_opposites_are_named_in_the_sentences_words() -> None:
    made = wheel(OPPOSED)
    assert made is not None
    told = {part.id: (part.statement.text, part.under) for part in made.parts}
    assert told == {
        "hub": ("Self-compassion", ""),
        "0": ("self-kindness", "hub"),
        "0-against": ("self-judgment", "0"),
        "1": ("common humanity", "hub"),
        "1-against": ("isolation", "1"),
        "2": ("mindfulness", "hub"),
        "2-against": ("over-identification", "2"),
    }
    assert made.caption.text == OPPOSED
    assert all(part.statement.citations[0].quote == OPPOSED for part in made.parts)


def test_each_label_quotes_its_words_in_the_sentence_that_names_them() -> None:
    drawn, found = wheel(OPPOSED), sentence(OPPOSED)
    text = found.passage.text
    corpus = Corpus(
        passages={PASSAGE: found.passage},
        finders={found.passage.snapshot: QuoteFinder(text)},
        tiers={"page": "T1"},
    )
    draft = SectionDraft(section="figure", form="quotation", body=drawn, failure=None)
    outcome = settle(review(spec(id="figure", kind="figure"), draft, corpus), (), NOW)
    assert outcome.figure is not None, outcome.history
    assert isinstance(outcome.figure.data, Diagram)
    for label in outcome.figure.data.labels:
        (citation,) = label.citations
        assert label.form == "quotation"
        assert citation.evidence.kind == "quote"
        place = citation.evidence.position
        assert text[place.start : place.end] == label.text
        assert place.start >= len(BEFORE)
    assert {verdict.outcome for verdict in outcome.verdicts} == {"supported"}
    assert len(outcome.verdicts) == 8


@pytest.mark.parametrize(
    "text",
    [
        "The approach has four components: rest, calm, and sleep.",
        "Her model has four elements: kindness and humanity go up, judgment and isolation down.",
        "The course has three parts: the first, the second, and the third.",
        "It has two parts: a morning that is spent in silence on a hill and rest.",
        "The program lasts eight weeks and has many components.",
    ],
)
def test_other_sentences_make_no_figure(text: str) -> None:
    assert wheel(text) is None


def test_two_parts_and_numbers_in_digits() -> None:
    made = wheel("The training comprises 2 main elements: paced walking and slow reading.")
    assert made is not None
    assert [part.statement.text for part in made.parts][1:] == ["paced walking", "slow reading"]
