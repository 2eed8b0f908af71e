"""The markers behind statements, and the card of evidence that each of them opens."""

from __future__ import annotations

import re
from dataclasses import dataclass

from citewright.model.assessment import Assessment, Candidate
from citewright.model.evidence import Snapshot, TextPositionSelector
from citewright.model.source import TIER_MEANING
from citewright.model.statement import Citation, Statement
from citewright.model.verdict import Outcome, Verdict
from citewright.model.version import Version
from citewright.site.passages import passage_href
from citewright.site.plain import clipped, day, short_digest
from citewright.site.reference import link, reference
from citewright.site.wording import COVERAGE, FLAGS, OUTCOMES, STANDS_IN_NOTES

# Stored texts mark headings as Markdown does; a reader of a card needs the words alone.
_HEADING = re.compile(r"(?:^|\n)#{1,6} ")

LLM_CARD = "card-llm"
"""The id of the one card that all ``LLM`` markers open."""


@dataclass(frozen=True)
class MarkerView:
    """A marker: ``LLM``, or a source's number with a flag for what is not plainly supported.

    ``letter`` tells the passages of one source apart, in print and in the back-links; ``name`` is
    what a screen reader says.
    """

    label: str
    flag: str
    outcome: Outcome | None
    letter: str
    card: str
    name: str


@dataclass(frozen=True)
class QuoteView:
    """The exact quote with what stands around it, and where."""

    before: str
    exact: str
    after: str
    place: str


@dataclass(frozen=True)
class CandidateView:
    """A sentence that could stand behind the statement, and who says so."""

    exact: str
    place: str


@dataclass(frozen=True)
class ReadView:
    """What was read of a source: in words, when, from where."""

    words: str
    notes: bool
    retrieved: str
    digest: str


@dataclass(frozen=True)
class CardView:
    """Everything that is known of one citation of one statement.

    ``candidates`` are sentences that were found for it where its passage is missing; ``passage``
    opens the source at the passage. ``in_notes`` says that the verdict is of notes and says so.
    """

    id: str
    label: str
    anchor: str
    statement: str
    number: int
    reference: str
    href: str | None
    tier: str
    tier_meaning: str
    quote: QuoteView | None
    read: ReadView | None
    outcome: Outcome
    verdict: str
    reasons: tuple[str, ...]
    checked: str
    candidates: tuple[CandidateView, ...] = ()
    passage: str | None = None
    in_notes: bool = False


@dataclass(frozen=True)
class Evidence:
    """The markers by the anchor they stand at, and the cards in reading order."""

    markers: dict[str, tuple[MarkerView, ...]]
    cards: tuple[CardView, ...]


def llm_marker() -> MarkerView:
    """The marker of what has no source."""
    return MarkerView("LLM", "", None, "", LLM_CARD, "LLM: no source")


def evidence(version: Version, assessment: Assessment | None = None) -> Evidence:
    """All markers and cards of a version.

    :param assessment: the newest one of it, whose verdicts take the place of its own.
    """
    desk = _Desk(version, assessment)
    markers: dict[str, tuple[MarkerView, ...]] = {}
    cards: list[CardView] = []
    for statement in version.article.statements():
        own = [desk.card(statement, i, c) for i, c in enumerate(statement.citations)]
        markers[statement.id] = tuple(_source_marker(card) for card in own) or (llm_marker(),)
        cards += own
    return Evidence(markers, tuple(cards))


def read_view(snapshot: Snapshot) -> ReadView:
    """What a snapshot holds of its source."""
    return ReadView(
        words=COVERAGE[snapshot.covers],
        notes=snapshot.covers == "notes",
        retrieved=day(snapshot.retrieved),
        digest=short_digest(snapshot.digest),
    )


def _as_said(statement: Statement) -> str:
    return f"“{statement.text}”" if statement.form == "quotation" else statement.text


def _source_marker(card: CardView) -> MarkerView:
    return MarkerView(
        label=str(card.number),
        flag=FLAGS[card.outcome],
        outcome=card.outcome,
        letter=card.label.removeprefix(str(card.number)),
        card=card.id,
        name=f"Source {card.number}: {OUTCOMES[card.outcome].lower()}",
    )


class _Desk:
    """Makes the cards of one version, lettering the passages of each source as they come."""

    def __init__(self, version: Version, assessment: Assessment | None) -> None:
        # Found out once for each source and snapshot, not for each card.
        self._sources = {
            source.key: (number, source, reference(source), link(source))
            for number, source in enumerate(version.article.sources, 1)
        }
        self._snapshots = {snapshot.digest: snapshot for snapshot in version.snapshots}
        self._reads = {digest: read_view(one) for digest, one in self._snapshots.items()}
        newer = assessment.verdicts if assessment else ()
        self._verdicts = {(v.statement, v.citation): v for v in (*version.verdicts, *newer)}
        found = assessment.candidates if assessment else ()
        self._candidates = {(one.statement, one.citation): one for one in found}
        self._passages: dict[str, int] = {}

    def card(self, statement: Statement, index: int, citation: Citation) -> CardView:
        number, source, told, href = self._sources[citation.source]
        nth = self._passages[citation.source] = self._passages.get(citation.source, 0) + 1
        evidence = citation.evidence
        snapshot = None if evidence.kind == "missing" else self._snapshots[evidence.snapshot]
        outcome, verdict, reasons, checked = self._judgement(statement.id, index, citation)
        in_notes = snapshot is not None and snapshot.covers == "notes" and outcome == "supported"
        return CardView(
            id=f"ev-{statement.id}-{index + 1}",
            label=f"{number}{_letters(nth)}",
            anchor=statement.id,
            statement=clipped(_as_said(statement)),
            number=number,
            reference=told,
            href=href,
            tier=source.tier,
            tier_meaning=TIER_MEANING[source.tier],
            quote=_quote(citation, snapshot),
            read=None if evidence.kind == "missing" else self._reads[evidence.snapshot],
            outcome=outcome,
            verdict=STANDS_IN_NOTES if in_notes else verdict,
            reasons=reasons,
            checked=checked,
            candidates=_candidates(self._candidates.get((statement.id, index))),
            passage=(
                passage_href(evidence, snapshot)
                if snapshot is not None and evidence.kind == "quote"
                else None
            ),
            in_notes=in_notes,
        )

    def _judgement(
        self, statement: str, index: int, citation: Citation
    ) -> tuple[Outcome, str, tuple[str, ...], str]:
        verdict = self._verdicts[statement, index]
        missing = citation.evidence.reason if citation.evidence.kind == "missing" else None
        # A verdict cannot stand on evidence that is not there, whatever it says.
        outcome: Outcome = "not_assessed" if missing else verdict.outcome
        reasons = tuple(_reason(reason.detail, reason.certainty) for reason in verdict.reasons)
        if missing and missing not in reasons:
            reasons = (missing, *reasons)
        return outcome, OUTCOMES[outcome], reasons, _checked(verdict)


def _reason(detail: str, certainty: str) -> str:
    return detail if certainty == "certain" else f"{detail} (a sign, not a proof: look yourself)"


def _checked(verdict: Verdict) -> str:
    score = f", score {verdict.score}" if verdict.score else ""
    checker = f"{verdict.checker.name} {verdict.checker.version}"
    return f"{day(verdict.assessed)}, by the checker {checker}{score}"


def _candidates(found: Candidate | None) -> tuple[CandidateView, ...]:
    return tuple(
        CandidateView(_HEADING.sub(" ", one.quote.exact), _place(one.position))
        for one in (found.evidence if found else ())
    )


def _place(position: TextPositionSelector) -> str:
    return f"characters {position.start:,}–{position.end:,} of the stored text"


def _quote(citation: Citation, snapshot: Snapshot | None) -> QuoteView | None:
    if snapshot is None or citation.evidence.kind == "missing":
        return None
    quote, position = citation.evidence.quote, citation.evidence.position
    begins = position.start <= len(quote.prefix)
    ends = position.end + len(quote.suffix) >= snapshot.length
    return QuoteView(
        before=_HEADING.sub(" ", quote.prefix if begins else _from_word(quote.prefix)),
        exact=quote.exact,
        after=_HEADING.sub(" ", quote.suffix if ends else _to_word(quote.suffix)),
        place=_place(position),
    )


def _from_word(prefix: str) -> str:
    """What stands before a quote, from the first whole word on."""
    return f"… {prefix.partition(' ')[2] or prefix}"


def _to_word(suffix: str) -> str:
    """What stands behind a quote, up to the last whole word."""
    return f"{suffix.rpartition(' ')[0] or suffix} …"


def _letters(nth: int) -> str:
    """1 gives a, 26 z, 27 aa."""
    letters = ""
    while nth:
        nth, rest = divmod(nth - 1, 26)
        letters = chr(ord("a") + rest) + letters
    return letters
