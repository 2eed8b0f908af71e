"""The sections of an article after a refresh: what stands, and what was drafted put into it."""

from __future__ import annotations

from collections.abc import Iterable

from citewright.model.outcome import CheckedSection
from citewright.model.version import Version
from citewright.pipeline.merging import (
    Elsewhere,
    merged_section,
    said_elsewhere,
    standing_section,
)
from citewright.pipeline.taking_up import taken_up
from citewright.refresh.plan import ArticlePlan


def put_into(
    version: Version, plan: ArticlePlan, drafted: Iterable[CheckedSection]
) -> list[CheckedSection]:
    """All sections of an article in the outline's order, as they stand or as they were drafted.

    :param version: what the plan goes on from.
    """
    news = {one.id: one for one in drafted}
    standing = [one.section for one in plan.edits if one.edit not in ("drop", "new")]
    old = {one: standing_section(version, one) for one in standing}
    outcomes: list[CheckedSection] = []
    for edit in plan.edits:
        section = edit.section
        if edit.edit == "drop":
            continue
        # What is not drafted, as a figure that the editor gave, stays too.
        if edit.edit == "keep" or section not in news:
            outcomes.append(old[section])
            continue
        # What stands before and behind it is not said again.
        others = _others(plan, section, outcomes, old)
        nothing = news[section].model_copy(update={"section": None, "lead": (), "figure": None})
        if plan.suggested is not None:
            outcomes.append(taken_up(old[section], news[section], plan.suggested, others))
            continue
        merged = merged_section(
            old.get(section, nothing),
            news[section],
            plan.touched,
            others,
            replace=edit.edit != "revise",
        )
        outcomes.append(merged)
    return outcomes


def _others(
    plan: ArticlePlan,
    section: str,
    outcomes: list[CheckedSection],
    old: dict[str, CheckedSection],
) -> Elsewhere:
    done = {one.id for one in outcomes}
    waiting = [
        old[one.section]
        for one in plan.edits
        if one.section in old and one.section not in done and one.section != section
        if one.edit in ("keep", "revise")
    ]
    ids = {one.id for other in old.values() for one in other.statements() if other.id != section}
    said = said_elsewhere([*outcomes, *waiting])
    return Elsewhere(said.ids | ids, said.texts)
