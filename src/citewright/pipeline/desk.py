"""The certain checks of one stored version, with the texts they need at hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from citewright.checks.claims import claims_of
from citewright.checks.examine import Corpus, examine
from citewright.checks.numbers import missing_numbers
from citewright.checks.placing import Placed, as_draft, placed, quoted, spec_of
from citewright.checks.policy import load_policy
from citewright.checks.rounding import rounded_from
from citewright.checks.sourcing import claim_reasons, standing_reasons, tier_reasons
from citewright.checks.verdicts import certain
from citewright.model.assessment import Candidate
from citewright.model.base import clean_text
from citewright.model.brief import Outline
from citewright.model.verdict import Reason, Verdict
from citewright.model.version import Version
from citewright.pipeline.candidates import Finder, support_checker
from citewright.pipeline.workspace import Workspace


class Desk:
    """Checks the statements of one version without any judge.

    :param finder: looks through sources' texts where a citation's passage is missing.
    """

    def __init__(
        self, workspace: Workspace, version: Version, outline: Outline, finder: Finder
    ) -> None:
        self._workspace = workspace
        self._finder = finder
        self._outline = outline
        self._version = version
        self.statements = tuple(placed(version.article))

    @cached_property
    def corpus(self) -> Corpus:
        """What the version cites from, and what is known of its sources today."""
        sources, taken = self._version.article.sources, self._version.snapshots
        return Corpus(
            passages={
                passage.id: passage
                for snapshot in taken
                for passage in self._workspace.passages(snapshot.digest)
            },
            finders={one.digest: self._workspace.finder(one.digest) for one in taken},
            tiers={source.key: source.tier for source in sources},
            coverage={snapshot.source: snapshot.covers for snapshot in taken},
            standings=self._workspace.source_log.standings(source.key for source in sources),
            policy=load_policy(self._workspace.project),
        )

    def facts(self) -> dict[str, tuple[Reason, ...]]:
        """What the certain checks say of each sourced statement today, by its id."""
        return {
            one.statement.id: tuple(dict.fromkeys(self._facts(one)))
            for one in self.statements
            if one.statement.citations
        }

    def _facts(self, one: Placed) -> Iterator[Reason]:
        statement, spec = one.statement, spec_of(self._outline, one.section)
        if quoted(statement):
            draft = as_draft(statement, self.corpus.passages)
            seen = examine(draft, one.role, spec, self.corpus, statement.form)
            yield from (*seen.failures, *seen.notes)
            return
        tiers = {cited.source: self.corpus.tiers[cited.source] for cited in statement.citations}
        policy = self.corpus.policy
        yield from tier_reasons(tiers, spec, policy)
        yield from claim_reasons(claims_of(statement.text), tiers, self.corpus.coverage, policy)
        yield from standing_reasons(tiers, self.corpus.standings)
        yield from self._numbers(one)

    def _numbers(self, one: Placed) -> Iterator[Reason]:
        """The numbers that stand nowhere in the texts of a statement's sources."""
        sources = list(dict.fromkeys(cited.source for cited in one.statement.citations))
        read = [self._finder.library.snapshot(source) for source in sources]
        texts = [self._workspace.finder(digest).text for digest in read if digest]
        if len(texts) == len(sources):
            for number in missing_numbers(one.statement.text, texts):
                if rounded_from(number, one.statement.text, texts):
                    continue
                named = ", ".join(sources)
                detail = f"the number {number} is nowhere in the stored text of {named}"
                yield certain("number-absent", detail)

    def candidates(self) -> dict[tuple[str, int], Candidate]:
        """What could stand behind the citations whose passage is missing, as far as there is any.

        By the statement's id and the citation's place.
        """
        found = {}
        for one in self.statements:
            for place, cited in enumerate(one.statement.citations):
                if cited.evidence.kind == "missing":
                    tier = self.corpus.tiers[cited.source]
                    seen = self._finder.find(one.statement, cited.source, tier, place)
                    if seen is not None:
                        found[one.statement.id, place] = seen
        return found

    def with_candidates(
        self,
        verdicts: Sequence[Verdict],
        facts: Mapping[str, tuple[Reason, ...]],
        found: Mapping[tuple[str, int], Candidate],
    ) -> tuple[Verdict, ...]:
        """The verdicts, those on missing passages with what was found of their sources."""
        missing = {
            (one.statement.id, place)
            for one in self.statements
            for place, cited in enumerate(one.statement.citations)
            if cited.evidence.kind == "missing"
        }
        return tuple(
            self._looked_for(verdict, facts[verdict.statement], found)
            if (verdict.statement, verdict.citation) in missing
            else verdict
            for verdict in verdicts
        )

    def _looked_for(
        self,
        verdict: Verdict,
        facts: tuple[Reason, ...],
        found: Mapping[tuple[str, int], Candidate],
    ) -> Verdict:
        candidate = found.get((verdict.statement, verdict.citation))
        # That it was not judged goes without saying where there is nothing to judge.
        reasons = (verdict.reasons[0], *facts)
        if candidate is None:
            return verdict.model_copy(update={"reasons": (*reasons, self._nothing(verdict.source))})
        return verdict.model_copy(
            update={
                "checker": support_checker(self._finder.model),
                "score": candidate.score,
                "reasons": (*reasons, _offered(candidate)),
            }
        )

    def _nothing(self, source: str) -> Reason:
        why = self._finder.library.unread.get(source)
        if why is None:
            return certain("no-candidate", f"the stored text of {source} shares no word with it")
        return certain("source-unread", clean_text(f"the text of {source} is not at hand: {why}"))


def _offered(candidate: Candidate) -> Reason:
    count = len(candidate.evidence)
    sentences = "1 sentence bears" if count == 1 else f"{count} sentences bear"
    return Reason(
        code="candidate-found",
        certainty="suspect",
        detail=f"{sentences} on it in the stored text of {candidate.source} (offline score "
        f"{candidate.score}); nobody has judged that",
    )
