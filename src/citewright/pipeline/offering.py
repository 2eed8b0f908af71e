"""Passages for a refresh: those that fit a section, and those behind what stands in it."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from citewright.model.community import Suggested
from citewright.model.statement import Statement
from citewright.model.version import Version
from citewright.pipeline.article_parts import by_section
from citewright.pipeline.evidence import Plan
from citewright.pipeline.workspace import Workspace
from citewright.retrieval.rank import PassageIndex


def with_standing(
    workspace: Workspace,
    offers: Plan,
    version: Version,
    snapshots: Iterable[str],
    touched: Collection[str],
) -> Plan:
    """The offers, with the passages that hold the quotes of the statements that stand.

    Without them a drafter could not hand those statements back: it may cite only what it is
    offered. A quote that runs over the border of two passages is left out.

    :param offers: passages by section; sections that are offered none stay so.
    :param snapshots: the present ones, at most one a source.
    """
    by_source = {workspace.snapshot(one).source: one for one in snapshots}
    made = dict(offers)
    for section, statements in by_section(version.article).items():
        if not made.get(section):
            continue
        more = [
            passage
            for one in statements
            if one.id not in touched
            for passage in _behind(workspace, one, by_source)
        ]
        made[section] = list(dict.fromkeys([*made[section], *more]))
    return made


def _behind(workspace: Workspace, one: Statement, by_source: dict[str, str]) -> list[str]:
    found = []
    for citation in one.citations:
        evidence, digest = citation.evidence, by_source.get(citation.source)
        if digest is None or evidence.kind == "missing":
            continue
        place = workspace.finder(digest).find(evidence.quote.exact)
        if place is not None:
            found += [
                passage.id
                for passage in workspace.passages(digest)
                if passage.start <= place[0] and place[1] <= passage.end
            ]
    return found


MOST_QUOTED = 3
"""Passages of a suggestion's sources for a drafter that only quotes: little is added."""

MOST_SUGGESTED = 12


def with_suggested(
    workspace: Workspace,
    offers: Plan,
    slug: str,
    suggested: Suggested,
    sections: Collection[str],
    snapshots: Iterable[str],
    *,
    exclusive: bool,
) -> Plan:
    """The offers, with what the sources of a suggestion say on it first in these sections.

    :param snapshots: the present ones; those of the suggestion's sources are looked through.
    :param exclusive: the drafter only quotes: it is offered these passages alone.
    """
    taken = [one for one in snapshots if workspace.snapshot(one).source in suggested.sources]
    passages = [passage for one in taken for passage in workspace.passages(one)]
    brief = workspace.brief(slug)
    outline = workspace.outline(brief.outline)
    made = dict(offers)
    for section in sections:
        spec = outline.section(section)
        allowed = [one for one in passages if workspace.source(one.source).tier in spec.tiers]
        limit = MOST_QUOTED if exclusive else MOST_SUGGESTED
        around = f"{spec.title} {' '.join(spec.terms)}"
        ranked = PassageIndex(allowed).rank(suggested.text, context=around, limit=limit)
        first = [passage.id for passage, _ in ranked]
        rest = [] if exclusive else made.get(section, [])
        made[section] = list(dict.fromkeys([*first, *rest]))
    return made
