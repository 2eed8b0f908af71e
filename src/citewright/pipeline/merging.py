"""What was drafted anew put into what stands: statements that hold stay to the byte.

A drafted statement that says to the letter what a standing one says, from the same sources, is
that one: with its id, marker, evidence and verdicts. Where the draft hands back every standing
statement, its order is taken. Where it does not, the old section stands, and what is new takes the
places of what was touched. A statement that was reworded keeps its id.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from citewright.checks.section import NOTHING_LEFT
from citewright.diff import align
from citewright.diff.changes import FIGURE, LEAD
from citewright.model.article import (
    Block,
    DefinitionList,
    ListBlock,
    Paragraph,
    Questions,
    Section,
    Table,
    block_statements,
)
from citewright.model.figure import Figure
from citewright.model.outcome import CheckedSection
from citewright.model.statement import Statement, StatementIds
from citewright.model.verdict import Verdict
from citewright.model.version import Version
from citewright.pipeline.article_parts import rebuilt


@dataclass(frozen=True)
class Elsewhere:
    """What stands in the article's other sections: ids, and texts, which are not said twice."""

    ids: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()


@dataclass
class _Fresh:
    """What of a draft is new, and what of it is a standing statement handed back."""

    handed: dict[str, Statement] = field(default_factory=dict)
    new: list[Statement] = field(default_factory=list)
    ids: dict[str, str] = field(default_factory=dict)

    def of(self, drafted: Statement) -> Statement | None:
        """What stands for a drafted statement; None when it is left out."""
        if drafted.id in self.handed:
            return self.handed[drafted.id]
        name = self.ids.get(drafted.id)
        return drafted.model_copy(update={"id": name}) if name else None


def standing_section(version: Version, section: str) -> CheckedSection:
    """A section of a version as the outcome that it was; it took nothing this time."""
    article = version.article
    blocks: tuple[Block, ...] = ()
    lead: tuple[Statement, ...] = ()
    figure: Figure | None = None
    found: Section | None = None
    absent: str | None = None
    if section == LEAD:
        lead, absent = article.lead.statements, article.lead.absent
        ids = {one.id for one in lead}
    elif section == FIGURE:
        figure = article.figure
        ids = {one.id for one in figure.statements} if figure else set()
    else:
        found = next(one for one in article.sections if one.id == section)
        absent, blocks = found.absent, found.blocks
        ids = {one.id for block in blocks for one in block_statements(block)}
    return CheckedSection(
        id=section,
        section=found,
        lead=lead,
        figure=figure,
        absent=absent,
        failed=section in version.failed,
        verdicts=tuple(one for one in version.verdicts if one.statement in ids),
        history=(),
        models=version.generator.models,
        without=version.generator.without,
        files=tuple(one for one in version.files if not _is_order(one.name)),
    )


def merged_section(
    old: CheckedSection,
    new: CheckedSection,
    touched: Collection[str],
    elsewhere: Elsewhere,
    *,
    replace: bool,
    behind: bool = False,
) -> CheckedSection:
    """A section drafted anew, with what stands of the old one.

    :param touched: the ids of the old section's statements that do not stand.
    :param elsewhere: what stands in the other sections.
    :param replace: take the draft's statements alone, whatever it does not hand back.
    :param behind: put what is new and takes nobody's place behind what stands.
    """
    standing = [one for one in old.statements() if one.id not in touched]
    gone = [one for one in old.statements() if one.id in touched]
    fresh = _sorted_out(new, standing, gone, elsewhere)
    # A figure is one thing: of two that differ, the new one stands whole.
    redrawn = bool(touched) and new.figure is not None
    if replace or redrawn or len(fresh.handed) == len(standing):
        blocks = [rebuilt(block, fresh.of) for block in _blocks(new)]
    else:
        blocks = _filled(old, new, fresh, touched, behind=behind)
    kept = tuple(block for block in blocks if block is not None)
    return _outcome(old, new, kept, fresh)


def _sorted_out(
    new: CheckedSection,
    standing: Sequence[Statement],
    gone: Sequence[Statement],
    elsewhere: Elsewhere,
) -> _Fresh:
    fresh = _Fresh()
    known = {look(one): one for one in standing}
    for drafted in new.statements():
        same = known.pop(look(drafted), None)
        if same is not None:
            fresh.handed[drafted.id] = same
        elif new.id in (LEAD, FIGURE) or _plain(drafted.text) not in elsewhere.texts:
            fresh.new.append(drafted)
    taken = set(elsewhere.ids) | {one.id for one in standing}
    inherited = _inherited(gone, fresh.new)
    for drafted in fresh.new:
        name = inherited.get(drafted.id, drafted.id)
        if name in taken:
            ids = StatementIds(f"{new.id}/again")
            name = next(one for one in _minted(ids, drafted.text) if one not in taken)
        taken.add(name)
        fresh.ids[drafted.id] = name
    return fresh


def _minted(ids: StatementIds, text: str) -> Iterator[str]:
    while True:
        yield ids.mint(text)


def _inherited(gone: Sequence[Statement], new: Sequence[Statement]) -> dict[str, str]:
    """The ids that rewordings inherit: by the new statement's id, the old one's."""
    pairs = align([one.text for one in gone], [one.text for one in new])
    return {
        new[one.new[0]].id: gone[one.old[0]].id
        for one in pairs
        if len(one.old) == len(one.new) == 1
    }


def _filled(
    old: CheckedSection,
    new: CheckedSection,
    fresh: _Fresh,
    touched: Collection[str],
    *,
    behind: bool,
) -> list[Block | None]:
    """The old blocks, what was touched replaced; what has a label of its own is put behind."""
    left = {fresh.ids[one.id]: one for one in fresh.new}
    slots = [one.id for one in old.statements() if one.id in touched]
    rewordings = {name: left.pop(name) for name in slots if name in left}
    spare = list(left.values())
    empty: list[str] = []

    def put(one: Statement, *, plain: bool) -> Statement | None:
        if one.id not in touched:
            return one
        if one.id in rewordings:
            return fresh.of(rewordings[one.id])
        if plain and spare:
            return fresh.of(spare.pop(0))
        empty.append(one.id)
        return None

    blocks = [
        rebuilt(block, partial(put, plain=isinstance(block, Paragraph | ListBlock | Questions)))
        for block in _blocks(old)
    ]
    if behind:
        left_over = {one.id for one in spare}
        return blocks + [
            rebuilt(block, lambda one: fresh.of(one) if one.id in left_over else None)
            for block in _blocks(new)
        ]
    labelled = {one.id for one in spare[: len(empty)]}
    return blocks + [
        rebuilt(block, lambda one: fresh.of(one) if one.id in labelled else None)
        for block in _blocks(new)
        if isinstance(block, DefinitionList | Table)
    ]


def _outcome(
    old: CheckedSection, new: CheckedSection, blocks: tuple[Block, ...], fresh: _Fresh
) -> CheckedSection:
    """The outcome of these blocks, with the verdicts of what stands in them."""
    ids = {one.id for block in blocks for one in block_statements(block)}
    drafted = set(fresh.ids.values())
    renamed = [
        one.model_copy(update={"statement": fresh.ids[one.statement]})
        for one in new.verdicts
        if one.statement in fresh.ids
    ]
    verdicts: list[Verdict] = [one for one in old.verdicts if one.statement in ids - drafted]
    verdicts += [one for one in renamed if one.statement in ids]
    nothing = new.absent or NOTHING_LEFT
    lead = tuple(one for block in blocks for one in block_statements(block))
    update: dict[str, object] = {
        "absent": None if blocks else nothing,
        "verdicts": tuple(verdicts),
        "lead": lead if new.id == LEAD else (),
        "figure": next((one for one in blocks if isinstance(one, Figure)), None)
        if new.id == FIGURE
        else None,
        "section": None
        if new.section is None
        else Section.model_validate(
            dict(new.section) | {"blocks": blocks, "absent": None if blocks else nothing}
        ),
    }
    return CheckedSection.model_validate(dict(new) | update)


def _blocks(section: CheckedSection) -> tuple[Block, ...]:
    """A section's blocks; the lead as a paragraph, the figure as itself."""
    if section.id == LEAD:
        if not section.lead:
            return ()
        return (Paragraph(type="paragraph", label=None, statements=section.lead),)
    if section.figure is not None:
        return (section.figure,)
    return section.section.blocks if section.section else ()


def look(one: Statement) -> tuple[str, tuple[str, ...]]:
    """What two statements are the same by."""
    # A quotation that is handed back as words of one's own is the quotation.
    return one.text, tuple(citation.source for citation in one.citations)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def chosen(section: CheckedSection, wanted: Callable[[Statement], bool]) -> CheckedSection:
    """A section with the wanted statements alone; the verdicts are left as they are."""

    def kept_one(one: Statement) -> Statement | None:
        return one if wanted(one) else None

    blocks = [rebuilt(block, kept_one) for block in _blocks(section)]
    kept = tuple(block for block in blocks if block is not None)
    lead = tuple(one for one in section.lead if wanted(one))
    figure = section.figure if section.figure and section.figure in kept else None
    found = section.section and section.section.model_copy(update={"blocks": kept})
    return section.model_copy(update={"lead": lead, "figure": figure, "section": found})


def said_elsewhere(sections: Sequence[CheckedSection]) -> Elsewhere:
    """What these sections say; the lead may be repeated."""
    said = [(section.id, one) for section in sections for one in section.statements()]
    return Elsewhere(
        ids=frozenset(one.id for _, one in said),
        texts=frozenset(_plain(one.text) for name, one in said if name != LEAD),
    )


def _is_order(name: str) -> bool:
    """Whether a file is the brief or the outline, which are the whole article's."""
    return name.startswith(("sources/briefs/", "prompts/outlines/"))
