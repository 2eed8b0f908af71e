"""Judging what was drafted: what the offline signs say, and what a judge says.

A judge's objections are failures like any other: they go back to the drafter, with its reasons.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from citewright.checks.building import Review
from citewright.checks.examine import Corpus, Examined
from citewright.checks.judging import Judge, judged
from citewright.checks.support.model import SupportModel
from citewright.checks.verdicts import Judgement, unjudged
from citewright.model.evidence import Passage
from citewright.model.judging import Pair, Shown
from citewright.model.outlay import Outlay, together
from citewright.model.statement import Citation

MakeJudge = Callable[[], Judge | None]
"""Gives the judge when there is something to judge; None where nobody judges."""


class Assessor:
    """Judges the pairs of one piece of work, each of them once, and keeps account.

    :param make_judge: the judge; asked for with the first pair.
    :param slug: the article; so is the ``section``, None for all of it.
    """

    def __init__(self, make_judge: MakeJudge, *, slug: str, section: str | None) -> None:
        self._make_judge = make_judge
        self._slug = slug
        self._section = section
        self._known: dict[Pair, Judgement] = {}
        self._outlay = Outlay()

    @property
    def outlay(self) -> Outlay:
        """What the judging took so far."""
        return self._outlay

    def judgements(self, pairs: Sequence[Pair]) -> list[Judgement]:
        """A judgement for each pair, with the offline signs; without a judge, the signs alone.

        :raises CitewrightError: as :class:`citewright.checks.judging.Judge` says.
        """
        fresh = tuple(dict.fromkeys(pair for pair in pairs if pair not in self._known))
        if fresh:
            self._known |= zip(fresh, self._judged(fresh), strict=True)
        return [self._known[pair] for pair in pairs]

    def look(self, result: Review, corpus: Corpus) -> Review:
        """A review with its sourced statements judged, those that failed already left out.

        What was judged to fail is a failure now, unless the policy leaves it to a person.
        """
        pairs = {
            place: [
                pair_of(one.text, result.spec.title, cited, corpus.passages)
                for cited in one.citations
            ]
            for place, one in enumerate(result.examined)
            if _is_open(one)
        }
        self.judgements([pair for cited in pairs.values() for pair in cited])
        examined = list(result.examined)
        for place, cited in pairs.items():
            examined[place] = _with(examined[place], self.judgements(cited), corpus)
        return replace(result, examined=tuple(examined))

    def _judged(self, pairs: Sequence[Pair]) -> list[Judgement]:
        judge = self._make_judge()
        if judge is None:
            found = tuple(unjudged() for _ in pairs)
        else:
            heard = judged(judge, pairs, slug=self._slug, section=self._section)
            self._outlay = together((self._outlay, heard.outlay))
            found = heard.judgements
        return [_with_signs(*one) for one in zip(pairs, found, strict=True)]


def pair_of(claim: str, heading: str, cited: Citation, passages: Mapping[str, Passage]) -> Pair:
    """What a judge is asked about a citation: its quote, in the passage that it stands in.

    :param passages: by their ids; where the quote's is not among them, the words around the quote
        are shown, as they stand in the evidence itself.
    :raises ValueError: when the citation has no evidence.
    """
    evidence = cited.evidence
    if evidence.kind == "missing":
        raise ValueError(f"no passage of {cited.source!r} is at hand: {evidence.reason}")
    quote, home = evidence.quote, passages.get(evidence.passage)
    shown = Shown(
        key=evidence.passage,
        heading=home.heading if home else "",
        text=home.text if home else f"{quote.prefix}{quote.exact}{quote.suffix}",
        cited=(quote.exact,),
    )
    return Pair(claim, heading, (shown,))


def _is_open(one: Examined) -> bool:
    """Whether it is for a judge to say whether a statement may stand."""
    sourced = one.draft.marker == "sources" and one.form == "own_words"
    return sourced and bool(one.citations) and not one.failures


def _with(one: Examined, found: Sequence[Judgement], corpus: Corpus) -> Examined:
    reasons = [reason for judgement in found for reason in judgement.failures]
    failing = [reason for reason in reasons if corpus.policy.action(reason.code) != "review"]
    failures = tuple(dict.fromkeys(failing))
    return replace(one, judgements=tuple(found), failures=failures)


def _with_signs(pair: Pair, found: Judgement) -> Judgement:
    """The judgement with what the offline checker sees against the claim."""
    passages = [shown.text for shown in pair.passages]
    signs = SupportModel.load().assess(pair.claim, passages, most=1).signs
    return replace(found, reasons=(*found.reasons, *signs))
