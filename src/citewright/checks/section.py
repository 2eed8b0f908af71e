"""From a section's draft to what may stand of it.

A statement that failed its checks is handed back for repair by the caller; what still fails then
is demoted to ``LLM`` where the outline allows such statements and it states no number, or dropped.
Each step is kept as an event.
"""

from __future__ import annotations

from datetime import datetime

from citewright.checks.building import LEAD, Review, Settler, walk
from citewright.checks.examine import Corpus, examine
from citewright.checks.support.model import SupportModel
from citewright.model.article import Section
from citewright.model.brief import SectionSpec
from citewright.model.draft import SectionDraft
from citewright.model.figure import Figure
from citewright.model.outcome import CheckedSection
from citewright.model.outlay import Outlay
from citewright.model.version import Event

NOTHING_LEFT = "Nothing that was drafted for this section passed its checks."
NO_EVIDENCE = "No passage of this article's sources fits this section."


def make_ready(corpus: Corpus) -> None:
    """Read of the texts what the checks of every statement ask for, while there is time.

    No check depends on it: what was not read ahead is read when it is asked for.
    """
    for finder in corpus.finders.values():
        finder.runs(corpus.policy.copy_limit + 1)
        _ = finder.notice
    SupportModel.load()


def review(spec: SectionSpec, draft: SectionDraft, corpus: Corpus) -> Review:
    """Examine every statement of a draft, in the order of the draft."""
    examined = tuple(
        examine(statement, role, spec, corpus, draft.form) for statement, role in walk(draft, spec)
    )
    return Review(spec, draft, examined, corpus.policy)


def settle(result: Review, history: tuple[Event, ...], now: datetime) -> CheckedSection:
    """What stands of a reviewed draft: kept, demoted or dropped statement by statement.

    :param history: events of the repairs before.
    :param now: the time of the verdicts.
    """
    attempt = max((past.attempt for past in history), default=-1) + 1
    settler = Settler(result, now, attempt)
    blocks = settler.blocks()
    draft, spec = result.draft, result.spec
    figure = next((block for block in blocks if isinstance(block, Figure)), None)
    apart = spec.id == LEAD or spec.kind == "figure"
    absent = None
    if not blocks:
        absent = (
            draft.failure or draft.omitted or (NOTHING_LEFT if result.examined else NO_EVIDENCE)
        )
    return CheckedSection(
        id=spec.id,
        section=None
        if apart
        else Section(
            id=spec.id, title=spec.title, kind=spec.kind, blocks=tuple(blocks), absent=absent
        ),
        lead=tuple(settler.kept) if spec.id == LEAD else (),
        figure=figure,
        absent=absent,
        failed=draft.failure is not None,
        verdicts=tuple(settler.verdicts),
        history=history + tuple(settler.events),
        **{name: getattr(draft, name) for name in Outlay.model_fields},
    )
