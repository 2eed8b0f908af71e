"""What changed of the citations of statements that belong together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from citewright.diff.changes import CitationAspect, CitationChange, Cited
from citewright.model.source import Source
from citewright.model.statement import Citation, Statement
from citewright.model.verdict import Verdict
from citewright.model.version import Version


@dataclass(frozen=True)
class Cites:
    """Looks up what a version says of its citations."""

    verdicts: dict[tuple[str, int], Verdict]
    sources: dict[str, Source]

    @classmethod
    def of(cls, version: Version) -> Cites:
        """The verdicts and sources of a version."""
        return cls(
            {(verdict.statement, verdict.citation): verdict for verdict in version.verdicts},
            {source.key: source for source in version.article.sources},
        )

    def by_source(self, statements: Sequence[Statement]) -> dict[str, list[tuple[Citation, Cited]]]:
        """All citations by source, in their order."""
        found: dict[str, list[tuple[Citation, Cited]]] = defaultdict(list)
        for statement in statements:
            for index, citation in enumerate(statement.citations):
                verdict = self.verdicts[statement.id, index]
                found[citation.source].append((citation, self._cited(citation, verdict)))
        return found

    def _cited(self, citation: Citation, verdict: Verdict) -> Cited:
        evidence = citation.evidence
        return Cited(
            quote=evidence.quote.exact if evidence.kind == "quote" else None,
            snapshot=evidence.snapshot if evidence.kind == "quote" else None,
            tier=self.sources[citation.source].tier,
            outcome=verdict.outcome,
            reasons=tuple(reason.code for reason in verdict.reasons),
        )


def compare_citations(
    old: Sequence[Statement], new: Sequence[Statement], before: Cites, after: Cites
) -> tuple[CitationChange, ...]:
    """The citations that differ, by source in the old statements' order, then the new ones'.

    Where statements cite a source several times, equal evidence is paired first, then in order.
    """
    olds, news = before.by_source(old), after.by_source(new)
    changes = []
    for source in dict.fromkeys([*olds, *news]):
        for one, other in _paired(olds.get(source, []), news.get(source, [])):
            aspects = _aspects(one, other)
            if aspects:
                changes.append(
                    CitationChange(
                        source=source,
                        aspects=aspects,
                        old=one[1] if one else None,
                        new=other[1] if other else None,
                    )
                )
    return tuple(changes)


_Entry = tuple[Citation, Cited]


def _paired(olds: list[_Entry], news: list[_Entry]) -> list[tuple[_Entry | None, _Entry | None]]:
    pairs: list[tuple[_Entry | None, _Entry | None]] = []
    left = list(news)
    rest = []
    for old in olds:
        same = next((new for new in left if new[0].evidence == old[0].evidence), None)
        if same:
            left.remove(same)
            pairs.append((old, same))
        else:
            rest.append(old)
    return pairs + list(zip_longest(rest, left))


def _aspects(one: _Entry | None, other: _Entry | None) -> tuple[CitationAspect, ...]:
    if one is None:
        return ("added",)
    if other is None:
        return ("removed",)
    old, new = one[1], other[1]
    found: list[CitationAspect] = []
    if one[0].evidence != other[0].evidence:
        found.append("evidence changed")
    if (old.outcome, old.reasons) != (new.outcome, new.reasons):
        found.append("verdict changed")
    if old.tier != new.tier:
        found.append("tier changed")
    return tuple(found)
