"""Two versions of an article compared: statements, sources, and everything else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain, pairwise

from citewright.diff.align import kind, moved_groups
from citewright.diff.changes import (
    FIGURE,
    LEAD,
    Aspect,
    CitationChange,
    FieldChange,
    Place,
    SourceChange,
    StatementChange,
    VersionDiff,
    VersionSide,
)
from citewright.diff.citations import Cites, compare_citations
from citewright.diff.fields import compare_fields
from citewright.diff.flags import flags
from citewright.diff.matching import Group, match
from citewright.diff.words import words
from citewright.errors import InputError
from citewright.model.article import Article, block_statements
from citewright.model.canonical import Json, dump
from citewright.model.source import Source
from citewright.model.statement import Statement
from citewright.model.version import Version


def compare(old: Version, new: Version) -> VersionDiff:
    """What changed from one version to another of the same article.

    Statements with one id belong together, then equal texts, then similar ones, whatever section
    they stand in.

    :raises InputError: when they are versions of two articles.
    """
    if old.slug != new.slug:
        raise InputError(
            f"{old.slug!r} and {new.slug!r} are two articles.",
            hint="Compare two versions of one article.",
        )
    sides = _Side(old), _Side(new)
    groups = _groups(*sides)
    return VersionDiff(
        format="citewright/diff/1",
        slug=old.slug,
        old=_figures(old),
        new=_figures(new),
        statements=tuple(_changes(groups, *sides)),
        sources=tuple(_source_changes(old, new)),
        fields=(*compare_fields(old, new), *_regrouped(groups, *sides)),
    )


class _Side:
    """One version, with its statements in reading order and where each stands."""

    def __init__(self, version: Version) -> None:
        self.cites = Cites.of(version)
        located = list(_located(version.article))
        self.statements = [statement for _, _, statement in located]
        self.sections = [section for section, _, _ in located]
        self.blocks = [block for _, block, _ in located]
        self.texts = [statement.text for statement in self.statements]

    def places(self, indices: Sequence[int]) -> tuple[Place, ...]:
        return tuple(
            Place(
                section=self.sections[index],
                id=statement.id,
                text=statement.text,
                form=statement.form,
                marker=statement.marker.kind,
                sources=tuple(citation.source for citation in statement.citations),
            )
            for index in indices
            for statement in [self.statements[index]]
        )


def _located(article: Article) -> Iterator[tuple[str, int, Statement]]:
    """Section, number of the block in it, and statement, in reading order."""
    yield from ((LEAD, 0, statement) for statement in article.lead.statements)
    if article.figure:
        yield from ((FIGURE, 0, statement) for statement in article.figure.statements)
    for section in article.sections:
        for number, block in enumerate(section.blocks):
            yield from ((section.id, number, statement) for statement in block_statements(block))


def _groups(old: _Side, new: _Side) -> list[Group]:
    reached = {statement.id: j for j, statement in enumerate(new.statements)}
    anchors = [
        (i, reached[statement.id])
        for i, statement in enumerate(old.statements)
        if statement.id in reached
    ]
    return match(old.texts, new.texts, anchors)


def _moved(groups: Sequence[Group], old: _Side, new: _Side) -> frozenset[Group]:
    """Groups that left their section, or the order within it."""
    within: dict[str, list[Group]] = defaultdict(list)
    moved: set[Group] = set()
    for group in groups:
        if group.old and group.new:
            section = old.sections[group.old[0]]
            if new.sections[group.new[0]] == section:
                within[section].append(group)
            else:
                moved.add(group)
    return frozenset(moved.union(*(moved_groups(stay, old.texts) for stay in within.values())))


def _changes(groups: Sequence[Group], old: _Side, new: _Side) -> Iterator[StatementChange]:
    moved = _moved(groups, old, new)
    for group in groups:
        before, after = (
            [side.statements[index] for index in indices]
            for side, indices in ((old, group.old), (new, group.new))
        )
        texts = [" ".join(one.text for one in side) for side in (before, after)]
        both = bool(before and after)
        reworded = both and texts[0] != texts[1]
        cited = compare_citations(before, after, old.cites, new.cites) if both else ()
        yield StatementChange(
            kind=kind(group, old.texts, new.texts, moved=group in moved),
            moved=group in moved,
            aspects=tuple(_aspects(before, after, cited)) if both else (),
            old=old.places(group.old),
            new=new.places(group.new),
            spans=words(*texts) if reworded else (),
            flags=flags(*texts) if reworded else (),
            citations=cited,
        )


def _aspects(
    before: Sequence[Statement], after: Sequence[Statement], cited: Sequence[CitationChange]
) -> Iterator[Aspect]:
    found = set(chain.from_iterable(change.aspects for change in cited))
    if found & {"added", "removed"} or _marked(before) != _marked(after):
        yield "re-sourced"
    for aspect in ("evidence changed", "verdict changed", "tier changed"):
        if aspect in found:
            yield aspect
    if {one.form for one in before} != {one.form for one in after}:
        yield "form"
    same_texts = [one.text for one in before] == [one.text for one in after]
    if same_texts and [one.id for one in before] != [one.id for one in after]:
        yield "id"


def _marked(statements: Sequence[Statement]) -> tuple[set[str], list[str]]:
    """The kinds of marker, and the sources in the order in which they are first cited."""
    cited = chain.from_iterable(one.citations for one in statements)
    sources = list(dict.fromkeys(citation.source for citation in cited))
    return {one.marker.kind for one in statements}, sources


def _source_changes(old: Version, new: Version) -> Iterator[SourceChange]:
    before, after = _entries(old), _entries(new)
    before_at, after_at = ({key: n for n, key in enumerate(side, 1)} for side in (before, after))
    for key in dict.fromkeys([*after, *before]):
        one, other = before.get(key, {}), after.get(key, {})
        differing = [name for name in {**one, **other} if one.get(name) != other.get(name)]
        numbers = before_at.get(key), after_at.get(key)
        if differing or numbers[0] != numbers[1]:
            yield SourceChange(
                source=key,
                title=(other or one)["title"],
                old=numbers[0],
                new=numbers[1],
                fields=tuple(differing) if one and other else (),
            )


def _entries(version: Version) -> dict[str, Json]:
    """What is known of each source, by its key and then by the name of the field."""
    texts: dict[str, list[str]] = defaultdict(list)
    for snapshot in version.snapshots:
        texts[snapshot.source].append(snapshot.text)
    return {
        source.key: {**_entry(source), "snapshot": sorted(texts[source.key])}
        for source in version.article.sources
    }


def _entry(source: Source) -> Json:
    entry = dump(source)
    return {**entry.pop("csl"), **entry}


def _regrouped(groups: Sequence[Group], old: _Side, new: _Side) -> Iterator[FieldChange]:
    """Kept statements that stand in other blocks of their section than before."""
    before: dict[str, list[int]] = defaultdict(list)
    after: dict[str, list[int]] = defaultdict(list)
    kept = [group for group in groups if len(group.old) == len(group.new) == 1]
    for group in sorted(kept):
        section = old.sections[group.old[0]]
        if section == new.sections[group.new[0]]:
            before[section].append(old.blocks[group.old[0]])
            after[section].append(new.blocks[group.new[0]])
    for section, blocks in before.items():
        if _borders(blocks) != _borders(after[section]):
            yield FieldChange(
                name=f"{section}: kept statements by block",
                old=_numbered(blocks),
                new=_numbered(after[section]),
            )


def _borders(blocks: Sequence[int]) -> list[bool]:
    return [one != other for one, other in pairwise(blocks)]


def _numbered(blocks: Sequence[int]) -> str:
    """``1 2 | 3``: the first two statements share a block."""
    parts = ["1"] if blocks else []
    for number, border in enumerate(_borders(blocks), 2):
        parts += ["|", str(number)] if border else [str(number)]
    return " ".join(parts)


def _figures(version: Version) -> VersionSide:
    statements = list(version.article.statements())
    return VersionSide(
        number=version.number,
        digest=version.digest,
        content=version.content,
        created=version.created,
        cost_usd=version.cost_usd,
        statements=len(statements),
        llm=sum(1 for statement in statements if statement.marker.kind == "llm"),
    )
