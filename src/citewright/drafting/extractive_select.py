"""What the sentences of an article's passages are worth to one section.

A sentence that says what another one said is left to one section: none quotes it again.
"""

from __future__ import annotations

from functools import lru_cache

from citewright.drafting.extractive_cover import FLOOR, NAMED_FLOOR, Scored, cover
from citewright.drafting.extractive_lists import is_goal, is_misconception, term_of
from citewright.drafting.extractive_sentences import Reader, Sentence, alike
from citewright.drafting.extractive_studies import (
    BARE_START,
    BEFORE,
    CARE,
    CONCLUSION,
    CONDUCT,
    MEASURING,
    METHODS,
    PLAN,
    STUDY,
    THIS_STUDY,
    manner,
)
from citewright.drafting.extractive_terms import (
    CUES,
    claims,
    headed,
    on_topic,
    owner,
    stems,
    subject,
    weights,
)
from citewright.drafting.ports import SectionTask
from citewright.model.evidence import Passage
from citewright.model.source import Tier

RANK_WEIGHT = 0.1
"""By how much each place in the ranking of its passage lessens a sentence's score."""

CLAIM = 2.0
"""What each word counts that tells a claim of the wanted kind, about as much as a rare word."""

MOST_CLAIMS = 3

FAR = 5
"""Places in the ranking beyond which a passage is no less fit."""

UNEXPLAINED = 0.6
"""What an abbreviation that nothing explains leaves of a score."""

TIERS: dict[Tier, float] = {"T1": 1.0, "T2": 0.9, "T3": 0.75}
"""What a source's tier leaves of a score."""

LEAD_SENTENCES = 2
LONG = 35
"""Words of a sentence from which on it is harder to read than it is worth."""


class Choice:
    """Chooses sentences for one section."""

    def __init__(self, task: SectionTask) -> None:
        self._task, self._spec = task, task.spec
        self._weights = weights(task.shared)
        self._subject = subject(task)
        self._own = stems(" ".join((task.spec.title, *task.spec.terms)))
        self._topic = stems(task.brief.topic)
        self._tiers = {source.key: source.tier for source in task.sources}
        self._on_topic = on_topic(task)
        self._reader = reader(task)
        self._studies = bool({"efficacy", "safety"} & set(task.spec.claims))

    def prose(self) -> list[Sentence]:
        """The sentences of a section of running text, the best first."""
        found = self._fitting()
        if self._spec.id == "lead":
            return self._lead(found)
        limit = max(self._spec.words[1], LONG)
        first = [one for one in found if self._tiers[one.sentence.passage.source] == "T1"]
        strict = bool({"efficacy", "safety"} & set(self._spec.claims))
        chosen = self._cover(first, [], limit) if strict else []
        return self._cover(found, chosen, limit)

    def _cover(self, found: list[Scored], chosen: list[Sentence], limit: int) -> list[Sentence]:
        sought = self._own | self._topic
        return cover(found, chosen, limit=limit, sought=sought, weights=self._weights)

    def sentences(self) -> list[Sentence]:
        """The sentences on the article's subject, of whatever passage, in the order of the sources.

        Notes are written section by section: of those only what is offered to this one.
        """
        allowed = set(self._spec.tiers)
        own = {passage.id for passage in self._task.offered}
        return [
            sentence
            for passage in self._task.shared
            if self._tiers[passage.source] in allowed
            and (passage.id in own or not self._is_noted(passage))
            and (self._named(passage) or not METHODS.search(passage.heading))
            and self._on_topic(passage)
            for sentence in self._reader.sentences(passage)
        ]

    def glossary(self) -> list[Sentence]:
        """The sentences that may define a key term.

        Those of the passages offered, and wherever they stand those that define another term than
        the article's subject, which no other section quotes.
        """
        own = {passage.id for passage in self._task.offered}
        found = [s for s in self.sentences() if s.passage.id in own or self._is_glossed(s)]
        return sorted(found, key=lambda one: one.passage.id not in own)

    def _is_glossed(self, sentence: Sentence) -> bool:
        """Whether a sentence belongs into a list of terms and nowhere else but the summary."""
        term = None if self._is_noted(sentence.passage) else term_of(sentence.text)
        return term is not None and not stems(term) & self._subject

    def _is_listed(self, sentence: Sentence) -> bool:
        """Whether a sentence is of a form that has a section of its own."""
        if self._is_noted(sentence.passage) or "misconc" in self._spec.title.casefold():
            return False
        text = sentence.text
        return self._is_glossed(sentence) or is_misconception(text) or is_goal(text)

    def _fitting(self) -> list[Scored]:
        scored = []
        for rank, passage in enumerate((*self._task.offered, *self._elsewhere())):
            if not self._open(passage) or not self._on_topic(passage):
                continue
            offered = rank < len(self._task.offered)
            noted = self._named(passage)
            for sentence in self._reader.sentences(passage):
                score = self._score(sentence) / (1 + RANK_WEIGHT * min(rank, FAR))
                if score > 0 and (offered or self._is_owned(sentence)):
                    scored.append(Scored(sentence, score, NAMED_FLOOR if noted else FLOOR))
        scored.sort(key=lambda one: (-one.score, one.sentence.passage.source, one.sentence.at))
        return self._without_repeats(scored)

    def _elsewhere(self) -> list[Passage]:
        """Passages that are not offered to this section and may hold what it alone may quote."""
        if self._spec.id == "lead":
            return []
        own = {passage.id for passage in self._task.offered}
        return [passage for passage in self._task.shared if passage.id not in own]

    def _named(self, passage: Passage) -> bool:
        return headed(passage, self._spec, noted=self._is_noted(passage))

    def _is_noted(self, passage: Passage) -> bool:
        """Whether a passage comes from notes, which are written section by section."""
        return self._task.coverage[passage.source] == "notes"

    def _is_owned(self, sentence: Sentence) -> bool:
        noted = self._is_noted(sentence.passage)
        return not noted and owner(sentence.text) in set(self._spec.claims)

    def _open(self, passage: Passage) -> bool:
        """Whether a passage stands under a heading that the section quotes from."""
        if self._named(passage):
            return True
        heading = passage.heading
        return not METHODS.search(heading) and (self._studies or not STUDY.search(heading))

    def _score(self, sentence: Sentence) -> float:
        """What a sentence is worth to the section; 0 where it makes no claim that it wants."""
        text, passage, spec = sentence.text, sentence.passage, self._spec
        named = self._named(passage)
        shared = sentence.stems | stems(passage.heading)
        if text.endswith("?") or not (named or self._is_claim(sentence)):
            return 0.0
        score = sum(self._weights.get(word, 0.0) for word in shared & (self._own | self._topic))
        score += CLAIM * min(MOST_CLAIMS, claims(text, spec))
        if CONCLUSION.search(passage.heading):
            score *= 1.25
        score *= TIERS[self._tiers[passage.source]]
        score *= min(1.0, LONG / len(text.split())) ** 0.5
        score *= UNEXPLAINED**sentence.unresolved
        if self._subject & sentence.stems or self._reader.names_one(text):
            score *= 1.25
        elif BARE_START.match(text):
            score *= 0.5
        return float(score) * (1.0 if named else manner(text, spec, studies=self._studies))

    def _is_claim(self, sentence: Sentence) -> bool:
        text = sentence.text
        whose = None if self._is_noted(sentence.passage) else owner(text)
        if whose and whose not in self._spec.claims:
            return False
        if self._is_listed(sentence) and self._spec.id != "lead":
            return False
        if not claims(text, self._spec) or MEASURING.search(text) or PLAN.search(text):
            return False
        named = self._subject & sentence.stems or self._reader.names_one(text)
        if not (named or CARE.search(text)):
            return False
        if THIS_STUDY.search(text):
            # In an introduction "this study" is the one told of before, which is another's.
            others = BEFORE.search(sentence.passage.heading)
            return "efficacy" in self._spec.claims and not others
        return self._studies or not CONDUCT.search(text)

    def _without_repeats(self, scored: list[Scored]) -> list[Scored]:
        """Without sentences that a passage of another section says too, and earlier.

        Sections are drafted side by side and see the same passages in the same order, so that of
        several sentences that say the same all of them leave the same one. The lead may repeat.
        """
        own = {passage.id for passage in self._task.offered}
        if self._spec.id == "lead":
            return scored
        others = [
            sentence
            for passage in self._task.shared
            if passage.id not in own
            for sentence in self._reader.sentences(passage)
        ]
        places = {passage.id: place for place, passage in enumerate(self._task.shared)}
        return [
            one
            for one in scored
            if not any(
                places[other.passage.id] < places[one.sentence.passage.id]
                and alike(one.sentence, other)
                for other in others
            )
        ]

    def _lead(self, found: list[Scored]) -> list[Sentence]:
        """What the subject is, then how far the evidence goes; each from where it is said best."""
        chosen: list[Sentence] = []
        for cue in (CUES["definition"], CUES["efficacy"], CUES["history"]):
            fitting = [
                one
                for one in found
                if cue.search(one.sentence.text)
                and not any(alike(one.sentence, old) for old in chosen)
                and (not self._subject or self._subject & self._opening(one.sentence))
            ]
            if cue is CUES["definition"]:
                fitting.sort(key=lambda one: -self._defines(one.sentence))
            if fitting and len(chosen) < LEAD_SENTENCES:
                chosen.append(fitting[0].sentence)
        return chosen

    def _defines(self, sentence: Sentence) -> int:
        """2 for a sentence that says what the subject is, 1 for one that says what anything is."""
        term = term_of(sentence.text)
        return 0 if term is None else 1 + bool(stems(term) & self._subject)

    def _opening(self, sentence: Sentence) -> set[str]:
        """What a sentence is about, as far as its first words tell."""
        return stems(" ".join(sentence.text.split()[:12]))


def reader(task: SectionTask) -> Reader:
    """A reader of the article's passages."""
    names = [task.brief.title, task.brief.topic, *(source.csl.title for source in task.sources)]
    return _reader(tuple(task.shared), tuple(names))


@lru_cache(maxsize=4)
def _reader(passages: tuple[Passage, ...], names: tuple[str, ...]) -> Reader:
    # The sections of an article read the same passages.
    return Reader(passages, names)
