"""The sweep: what the library could carry that an article says without, or by a lesser source.

Offers are found by words and pass the certain checks of a draft; nothing is changed. Applied, they
make a new draft version, whose new citations were judged, or are not assessed and hold it back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from citewright.checks.examine import Corpus, examine
from citewright.checks.placing import Placed, as_draft, spec_of
from citewright.checks.support.model import SupportModel
from citewright.checks.verdicts import Judgement, unjudged
from citewright.model.assessment import Candidate
from citewright.model.brief import Outline
from citewright.model.outlay import Outlay, total_cost
from citewright.model.source import Source, Tier
from citewright.model.statement import Citation, SourceMarker, Statement
from citewright.model.version import Version
from citewright.pipeline.assessing import Assessor, pair_of
from citewright.pipeline.assessment_report import candidate_values
from citewright.pipeline.candidates import Finder, Library
from citewright.pipeline.desk import Desk
from citewright.pipeline.gating import outline_of
from citewright.pipeline.loading import load_checked
from citewright.pipeline.workspace import RunOptions, Workspace

Kind = Literal["completion", "promotion", "upgrade"]
"""``completion``: a citation without a passage gets one. ``promotion``: a statement tagged ``LLM``
gets a source. ``upgrade``: a source of a better tier takes the place of what is cited."""


@dataclass(frozen=True)
class Offer:
    """Evidence that could stand behind a statement, and what was judged of it.

    ``statement`` is the statement as it would be; ``was`` names the sources that it cites now.
    """

    kind: Kind
    section: str
    heading: str
    statement: Statement
    was: tuple[str, ...]
    candidate: Candidate
    judgement: Judgement

    def as_dict(self) -> dict[str, Any]:
        """The offer as plain values, for ``--json``."""
        return candidate_values(self.candidate) | {
            "kind": self.kind,
            "section": self.section,
            "text": self.statement.text,
            "was": list(self.was),
            "outcome": self.judgement.outcome,
            "checker": self.judgement.checker.model_dump(),
            "judged": [reason.model_dump() for reason in self.judgement.reasons],
        }


@dataclass(frozen=True)
class Sweep:
    """A version with what is offered for it.

    ``refused`` counts what a certain check spoke against; ``unread`` are the article's sources
    whose text could not be had, with the reason.
    """

    version: Version
    offers: tuple[Offer, ...]
    refused: int
    unread: dict[str, str]
    outlay: Outlay

    def as_dict(self) -> dict[str, Any]:
        """The sweep as plain values, for ``--json``."""
        return {
            "slug": self.version.slug,
            "version": self.version.number,
            "digest": self.version.digest,
            "offers": [one.as_dict() for one in self.offers],
            "refused": self.refused,
            "unread": self.unread,
            "cost_usd": float(total_cost(self.outlay.spending)),
        }

    def rows(self) -> list[tuple[str, str]]:
        """Names and what there is to say of each, for the terminal."""
        lines = [("article", f"{self.version.slug} {self.version.number}")]
        for one in self.offers:
            quote, source = one.candidate.evidence[0].quote.exact, one.candidate.source
            said = f"{one.section}: {one.statement.text}"
            score = f"offline score {one.candidate.score}, {one.judgement.outcome}"
            shown = f"“{' '.join(quote.split())}” ({source}, {one.candidate.tier}, {score})"
            lines += [(one.kind, said), ("", shown)]
        lines += [("unread", f"{source}: {why}") for source, why in self.unread.items()]
        told = f"{len(self.offers)} offered, {self.refused} refused by the certain checks"
        return [*lines, ("result", told)]


def sweep(workspace: Workspace, slug: str, number: str | None, options: RunOptions) -> Sweep:
    """Look through the library for better evidence for an article's statements.

    The article's own sources are retrieved where they never were; of the rest of the library the
    texts that are stored are looked through.

    :param options: who judges the offers, and what that may cost.
    :raises NotFound: for an unknown article or number.
    :raises CitewrightError: as a judge does.
    """
    judge = workspace.make_judge(options)
    version = load_checked(workspace, workspace.catalogue.version(slug, number).digest)
    seeker = _Seeker(workspace, version, outline_of(workspace, slug))
    offers = [offer for one in seeker.desk.statements for offer in seeker.offers(one)]
    assessor = Assessor(lambda: judge, slug=slug, section=None)
    pairs = [
        pair_of(
            one.statement.text,
            one.heading,
            _citation(one.candidate),
            seeker.corpus_of(one.candidate).passages,
        )
        for one in offers
    ]
    judged = assessor.judgements(pairs) if pairs else []
    return Sweep(
        version=version,
        offers=tuple(
            replace(one, judgement=found) for one, found in zip(offers, judged, strict=True)
        ),
        refused=seeker.refused,
        unread=seeker.library.unread,
        outlay=assessor.outlay,
    )


class _Seeker:
    def __init__(self, workspace: Workspace, version: Version, outline: Outline) -> None:
        self._workspace = workspace
        self._outline = outline
        self.library = Library(workspace)
        self._finder = Finder(self.library, SupportModel.load(), most=1)
        self.desk = Desk(workspace, version, outline, self._finder)
        self._sources = self._usable(version)
        self.refused = 0

    def _usable(self, version: Version) -> dict[str, Source]:
        """The article's sources, and those others of the library whose text is stored."""
        log, own = self._workspace.source_log, {one.key: one for one in version.article.sources}
        known = self._workspace.library()
        more = {key: one for key, one in known.items() if key not in own and log.snapshots(key)}
        return {**own, **more}

    def offers(self, one: Placed) -> Iterator[Offer]:
        """What is offered for a statement: at most one for each citation, else one."""
        statement = one.statement
        if not one.claims or statement.form == "quotation":
            return
        missing = [
            place
            for place, cited in enumerate(statement.citations)
            if cited.evidence.kind == "missing"
        ]
        if missing:
            yield from self._completions(one, missing)
            return
        cited = {citation.source for citation in statement.citations}
        tiers = self.desk.corpus.tiers
        best = min((tiers[source] for source in cited), default=None)
        found = (
            self._offer(one, "upgrade" if cited else "promotion", key, source.tier, None)
            for key, source in self._sources.items()
            if key not in cited and (best is None or source.tier < best)
        )
        ranked = [offer for offer in found if offer]
        if ranked:
            yield min(
                ranked, key=lambda offer: (offer.candidate.tier, -float(offer.candidate.score))
            )

    def _completions(self, one: Placed, missing: Sequence[int]) -> Iterator[Offer]:
        for place in missing:
            source = one.statement.citations[place].source
            tier = self.desk.corpus.tiers[source]
            offer = self._offer(one, "completion", source, tier, place)
            if offer:
                yield offer

    def _offer(
        self, one: Placed, kind: Kind, source: str, tier: Tier, place: int | None
    ) -> Offer | None:
        candidate = self._finder.find(one.statement, source, tier, place)
        # Below the threshold most statements of this kind were called unsupported by people.
        if candidate is None or float(candidate.score) < self._finder.model.coefficients.threshold:
            return None
        wanted = as_offered(one.statement, candidate)
        corpus = self.corpus_of(candidate)
        draft = as_draft(wanted, corpus.passages)
        spec = spec_of(self._outline, one.section)
        if examine(draft, one.role, spec, corpus, wanted.form).failures:
            self.refused += 1
            return None
        was = tuple(dict.fromkeys(cited.source for cited in one.statement.citations))
        return Offer(kind, one.section, one.heading, wanted, was, candidate, unjudged())

    def corpus_of(self, candidate: Candidate) -> Corpus:
        """What the version cites from, and the candidate's text beside it."""
        digest, known = candidate.evidence[0].snapshot, self.desk.corpus
        snapshot = self._workspace.snapshot(digest)
        passages = {passage.id: passage for passage in self._workspace.passages(digest)}
        standings = self._workspace.source_log.standings([candidate.source])
        return replace(
            known,
            passages={**known.passages, **passages},
            finders={**known.finders, digest: self._workspace.finder(digest)},
            tiers={**known.tiers, candidate.source: candidate.tier},
            coverage={**known.coverage, candidate.source: snapshot.covers},
            standings={**known.standings, **standings},
        )


def _citation(candidate: Candidate) -> Citation:
    return Citation(source=candidate.source, evidence=candidate.evidence[0])


def as_offered(statement: Statement, candidate: Candidate) -> Statement:
    """The statement with the candidate's quote; what it cited instead of it is gone."""
    cited = list(statement.citations)
    if candidate.citation is None:
        cited = [_citation(candidate)]
    else:
        cited[candidate.citation] = _citation(candidate)
    marker = SourceMarker(kind="sources", citations=tuple(cited))
    return statement.model_copy(update={"marker": marker})
