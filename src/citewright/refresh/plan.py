"""The edit plan of an article: what is kept, revised, replaced, dropped or new, by section.

Of the causes, those that the settings name lead to a new draft; the others are only told. A
section is drafted anew only when one of its statements is touched, when the outline asks otherwise
for it, or when what the whole article was made with has changed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from citewright.model.community import Suggested
from citewright.model.staleness import CauseKind
from citewright.refresh.causes import Anchor, Cause, gravest

Edit = Literal["keep", "revise", "replace", "drop", "new"]


@dataclass(frozen=True)
class SectionEdit:
    """What is done with a section; ``touched`` are the statements that do not stand as they are.

    ``keep``: it stays to the byte. ``revise``: the statements that are not touched stay to the
    byte. ``replace``: all of it is drafted anew, and what is handed back to the letter keeps its
    id. ``drop``: the outline has it no more. ``new``: the article does not have it yet.
    """

    section: str
    edit: Edit
    touched: tuple[str, ...] = ()


@dataclass(frozen=True)
class Present:
    """An article's current version as the plan needs it.

    ``sections`` are the ids of its statements by section in reading order, ``lead`` and ``figure``
    included where the version has them.
    """

    slug: str
    version: str
    number: str
    sections: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class ArticlePlan:
    """What is to be done with an article, and why.

    ``causes`` lead to a new draft, ``told`` do not: a person has to look, or the settings leave
    them out. ``anchors`` are the quotes that were found again in a source's present text.
    """

    slug: str
    version: str
    number: str
    causes: tuple[Cause, ...] = ()
    told: tuple[Cause, ...] = ()
    anchors: tuple[Anchor, ...] = ()
    edits: tuple[SectionEdit, ...] = ()

    @property
    def stale(self) -> bool:
        """Whether something has to be drafted."""
        return bool(self.causes)

    @property
    def touched(self) -> frozenset[str]:
        """The ids of the statements that do not stand as they are."""
        return frozenset(cause.statement for cause in self.causes if cause.statement)

    @property
    def drafted(self) -> tuple[str, ...]:
        """The sections that are drafted, in the outline's order."""
        return tuple(one.section for one in self.edits if one.edit in ("revise", "replace", "new"))

    @property
    def reordered(self) -> bool:
        """Whether what the article was made with has changed, and not only what it cites."""
        return any(cause.statement is None for cause in self.causes)

    @property
    def asked(self) -> tuple[tuple[str | None, str], ...]:
        """What people asked for, each with the statement that it is about, if any."""
        return tuple((one.statement, one.asked) for one in self.causes if one.asked is not None)

    @property
    def suggested(self) -> Suggested | None:
        """What a reader suggested, where that is what the plan carries out."""
        return next((one.suggested for one in self.causes if one.suggested), None)

    @property
    def counts(self) -> dict[Edit, int]:
        """How many sections are kept, revised, replaced, dropped and new."""
        edits = [one.edit for one in self.edits]
        return {name: edits.count(name) for name in get_args(Edit)}

    @property
    def detail(self) -> str:
        """The causes in one line, for the version that is made."""
        said = dict.fromkeys(cause.detail for cause in self.causes)
        return " ".join(said)

    def as_dict(self) -> dict[str, Any]:
        """The plan as plain values, for ``--json`` and artifacts."""
        return {
            "slug": self.slug,
            "version": self.version,
            "number": self.number,
            "stale": self.stale,
            "causes": [vars(cause) for cause in self.causes],
            "told": [vars(cause) for cause in self.told],
            "reanchored": len(self.anchors),
            "edits": self.counts,
            "sections": [vars(one) | {"touched": list(one.touched)} for one in self.edits],
        }


def plan_article(
    present: Present,
    found: Iterable[Cause],
    anchors: Iterable[Anchor],
    outline: Sequence[str],
    refresh_on: Collection[CauseKind],
) -> ArticlePlan:
    """Decide what is done with an article.

    :param found: everything that was found about it.
    :param anchors: its quotes that stand in a later text.
    :param outline: the ids of the sections that it is to have, in order.
    :param refresh_on: the causes that lead to a new draft.
    """
    ordered = sorted(found, key=lambda cause: (gravest([cause]), cause.statement or ""))
    causes = tuple(cause for cause in ordered if cause.kind in refresh_on)
    touched = {cause.statement for cause in causes if cause.statement}
    return ArticlePlan(
        slug=present.slug,
        version=present.version,
        number=present.number,
        causes=causes,
        told=tuple(cause for cause in ordered if cause.kind not in refresh_on),
        anchors=tuple(one for one in anchors if one.statement not in touched),
        edits=_edits(present, causes, touched, outline) if causes else (),
    )


def _edits(
    present: Present, causes: Sequence[Cause], touched: Collection[str], outline: Sequence[str]
) -> tuple[SectionEdit, ...]:
    anew = {name for cause in causes for name in cause.sections or ()}
    if any(cause.whole for cause in causes):
        anew = set(outline)
    gone = [section for section in present.sections if section not in outline]
    return tuple(_edit(present, section, touched, outline, anew) for section in [*outline, *gone])


def _edit(
    present: Present,
    section: str,
    touched: Collection[str],
    outline: Collection[str],
    anew: Collection[str],
) -> SectionEdit:
    said = present.sections.get(section)
    if said is None:
        return SectionEdit(section, "new")
    hit = tuple(statement for statement in said if statement in touched)
    if section not in outline:
        return SectionEdit(section, "drop", tuple(said))
    if section in anew or (hit and len(hit) == len(said)):
        return SectionEdit(section, "replace", hit)
    return SectionEdit(section, "revise" if hit else "keep", hit)


def in_order(plans: Iterable[ArticlePlan]) -> list[ArticlePlan]:
    """The plans by the gravest of their causes, then by how much is touched, then by name."""
    return sorted(plans, key=lambda one: (gravest(one.causes), -len(one.causes), one.slug))
