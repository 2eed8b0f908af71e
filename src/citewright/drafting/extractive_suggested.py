"""What a reader's source says on their suggestion: the sentences that share most words with it."""

from __future__ import annotations

from citewright.drafting.extractive_select import reader
from citewright.drafting.extractive_sentences import Sentence
from citewright.drafting.extractive_terms import stems
from citewright.drafting.ports import SectionTask

MOST = 2
"""Sentences that are added: as little as does the job."""

SHARED = 2
"""The fewest words that a sentence has to share with the suggestion."""


def suggested(task: SectionTask) -> list[Sentence]:
    """Sentences of the suggestion's sources, in the order of their text; none where none fits."""
    proposed = task.proposed
    assert proposed is not None
    sought = stems(proposed.text)
    read = reader(task)
    found = [
        (len(stems(sentence.text) & sought), sentence)
        for passage in task.offered
        if passage.source in proposed.sources
        for sentence in read.sentences(passage)
    ]
    fitting = [one for one in found if one[0] >= SHARED]
    best = sorted(fitting, key=lambda one: -one[0])[:MOST]
    return [sentence for score, sentence in fitting if (score, sentence) in best]
