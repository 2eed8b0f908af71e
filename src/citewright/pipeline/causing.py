"""Why each statement of a version differs from its parent's: the causes, put to the changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from citewright.model.article import Article
from citewright.model.base import clean_text
from citewright.model.staleness import ChangeCause, Why
from citewright.model.statement import Statement
from citewright.model.version import Version
from citewright.pipeline.article_parts import by_section
from citewright.refresh.causes import Cause
from citewright.refresh.plan import ArticlePlan

Reasons = Callable[[str, str], Sequence[Why]]
"""Why a statement (its id) of a section was changed; never empty for what was."""


def refreshed_changes(plan: ArticlePlan, old: Article, new: Article) -> tuple[ChangeCause, ...]:
    """What a refresh changed, each with the causes of its plan that led to it."""
    own: dict[str, list[Why]] = {}
    for cause in plan.causes:
        if cause.statement is not None:
            own.setdefault(cause.statement, []).append(_why(cause))
    edits = {edit.section: edit for edit in plan.edits}
    whole = [_why(cause) for cause in plan.causes if cause.whole]
    every = [_why(cause) for cause in plan.causes]
    outline = [_why(one) for one in (*plan.causes, *plan.told) if one.kind == "outline"]

    def reasons(statement: str, section: str) -> Sequence[Why]:
        if statement in own:
            return own[statement]
        edit = edits.get(section)
        if edit is not None and edit.edit in ("drop", "new"):
            return outline or whole or every
        touched = [why for name in edit.touched for why in own.get(name, ())] if edit else []
        asked = [
            _why(cause)
            for cause in plan.causes
            if cause.sections is not None and section in cause.sections
        ]
        return [*touched, *asked, *whole] or every

    return _changes(old, new, reasons)


def decided_changes(
    old: Article, new: Article, told: Mapping[str, Sequence[str]], every: Sequence[str]
) -> tuple[ChangeCause, ...]:
    """What a revision changed.

    :param told: the decisions on each statement, in words; ``every``: all of them.
    """

    def reasons(statement: str, _: str) -> Sequence[Why]:
        said = told.get(statement) or every
        return [Why(kind="decision", detail=clean_text(one)) for one in said]

    return _changes(old, new, reasons)


def changes_between(versions: Sequence[Version]) -> tuple[ChangeCause, ...]:
    """What these versions, one after another, each record of their changes."""
    return tuple(change for version in versions for change in version.changes)


def _changes(old: Article, new: Article, reasons: Reasons) -> tuple[ChangeCause, ...]:
    before, after = _placed(old), _placed(new)
    found = []
    for name, (section, statement) in after.items():
        known = before.get(name)
        if known is None or known[1] != statement:
            change = "added" if known is None else "changed"
            found.append((name, section, change))
    found += [
        (name, section, "dropped") for name, (section, _) in before.items() if name not in after
    ]
    return tuple(
        ChangeCause.model_validate(
            {
                "statement": name,
                "section": section,
                "change": change,
                "causes": tuple(dict.fromkeys(reasons(name, section))),
            }
        )
        for name, section, change in found
    )


def _placed(article: Article) -> dict[str, tuple[str, Statement]]:
    return {
        one.id: (section, one)
        for section, statements in by_section(article).items()
        for one in statements
    }


def _why(cause: Cause) -> Why:
    return Why(
        kind=cause.kind,
        detail=clean_text(cause.detail),
        source=cause.source,
        request=cause.request,
        snapshot=cause.snapshot,
    )
