"""A refresh's plan carried out: what it touches is drafted and put into what stands.

Everything here follows from the plan, the snapshots that may be cited, and the run's options: the
same steps make the version, gather its calls for a batch, tell what it would cost, and make it
again from its recipe.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial

from pydantic import TypeAdapter

from citewright.checks.coherence import CHECKER
from citewright.drafting.dry import DryCalls
from citewright.errors import AnswerPending, ModelError
from citewright.model.base import clean_text
from citewright.model.brief import Brief, Outline
from citewright.model.canonical import Json
from citewright.model.outcome import CheckedSection, Whole
from citewright.model.outlay import Outlay, total_cost
from citewright.model.statement import Statement
from citewright.model.version import Cause, Version
from citewright.pipeline import evidence, expecting, sections
from citewright.pipeline.article_parts import by_section
from citewright.pipeline.assembling import put_into
from citewright.pipeline.batching import Work, run_rounds
from citewright.pipeline.causing import refreshed_changes
from citewright.pipeline.commit import Committed, Onto, Parts, commit_version
from citewright.pipeline.estimating import Estimate, Rehearsal, Steps, estimate_steps
from citewright.pipeline.offering import with_standing, with_suggested
from citewright.pipeline.reassessing import reassessed
from citewright.pipeline.staleness import STANDINGS
from citewright.pipeline.workspace import SECTION_TAG, RunOptions, Workspace
from citewright.refresh.plan import ArticlePlan

_PLAN = TypeAdapter(ArticlePlan)


@dataclass(frozen=True)
class Ready:
    """A plan that is ready to be carried out.

    ``snapshots`` are those that may be cited, at most one a source; ``offers`` the passages of
    each section, and ``wanted`` the sections that are drafted, in the outline's order.
    ``assessment`` is the newest one of the version that is gone on from, by its digest: what
    stands keeps its verdicts.
    """

    plan: ArticlePlan
    snapshots: list[str]
    offers: evidence.Plan
    wanted: tuple[str, ...]
    options: RunOptions
    assessment: str | None

    @property
    def given(self) -> tuple[evidence.Plan, list[str], RunOptions]:
        """What the steps of a section are given."""
        return self.offers, self.snapshots, self.options


def make_ready(
    workspace: Workspace,
    plan: ArticlePlan,
    options: RunOptions,
    snapshots: list[str] | None = None,
) -> Ready:
    """What a plan needs before its first call.

    :param snapshots: those that may be cited; without them, the present ones of the sources.
    :raises NotFound: when nobody ordered the article: it has no brief.
    :raises SourceError: when a source of the article has no text at all.
    """
    brief, outline = evidence.read_order(workspace, plan.slug)
    options = replace(
        options,
        previous=plan.version,
        touched=plan.touched,
        asked=plan.asked,
        suggested=plan.suggested,
    )
    drafter = workspace.make_drafter(options)
    taken = _present(workspace, brief) if snapshots is None else snapshots
    ranked = evidence.select_evidence(
        workspace, plan.slug, taken, kinds=drafter.kinds, exclusive=drafter.exclusive
    )
    offers = with_standing(workspace, ranked, workspace.version(plan.version), taken, plan.touched)
    if plan.suggested is not None:
        offers = with_suggested(
            workspace, offers, plan.slug, plan.suggested, plan.drafted, taken,
            exclusive=drafter.exclusive,
        )  # fmt: skip
    wanted = tuple(one.id for one in evidence.to_draft(brief, outline) if one.id in plan.drafted)
    assessment = workspace.assessments.newest(plan.version)
    return Ready(plan, taken, offers, wanted, options, assessment)


def remake(workspace: Workspace, ready: Ready) -> tuple[Committed, Decimal]:
    """Draft what the plan touches, and make the version; gives it, and what was paid for it.

    :raises ModelError: when a section could not be drafted: the article stays as it is.
    :raises BudgetExceeded: when a call could cost more than what is left of the run's cap.
    """
    plan, slug = ready.plan, ready.plan.slug
    order = evidence.read_order(workspace, slug)
    if ready.wanted:
        with expecting.beside(workspace, _steps(workspace, ready)):
            outlay = sections.prepare(workspace, slug, *ready.given)
    else:
        outlay = workspace.store.put_document("outlay", sections.OUTLAY_TAG, Outlay())
    drafted = [_drafted(workspace, ready, one) for one in ready.wanted]
    for one in drafted:
        if one.failed:
            raise ModelError(
                f"the section {one.id!r} of {slug!r} could not be drafted: {one.absent}",
                hint="The article stays as it is; its answers are kept and not paid again.",
                retry=True,
            )
    outcomes = put_into(_base(workspace, ready), plan, drafted)
    parts = Parts(
        sections=[workspace.store.put_document("section", SECTION_TAG, one) for one in outcomes],
        snapshots=_held(ready.snapshots, outcomes),
        outlay=outlay,
        whole=_whole(workspace, order, outcomes, ready),
    )
    kind = "suggestion" if plan.suggested else "refresh"
    cause = Cause(kind=kind, detail=clean_text(plan.detail))
    old = workspace.version(plan.version).article
    onto = Onto(plan.version, as_recipe(ready), partial(refreshed_changes, plan, old))
    drafter = workspace.make_drafter(ready.options).name
    made = commit_version(workspace, slug, parts, drafter, cause, onto, ready.options)
    return made, _cost(workspace, parts, drafted)


def gather(workspace: Workspace, readies: Sequence[Ready], options: RunOptions) -> int:
    """Have all calls of these articles answered through batches; gives the number of rounds.

    Killed at any moment it is gone on with when it is called again, by whatever run.

    :raises InputError: when the run's drafter sends nothing.
    :raises CitewrightError: as :func:`citewright.pipeline.batching.draft_in_batches`.
    """
    for one in readies:
        if one.wanted:
            expecting.expect(workspace, _steps(workspace, one))
    works = [work for one in readies for work in _works(workspace, one)]
    return run_rounds(works, workspace.make_gathering(options))


def as_recipe(ready: Ready) -> Json:
    """What of a refresh its version does not hold, as a recipe keeps it."""
    plan = replace(ready.plan, anchors=())
    return {
        "plan": _PLAN.dump_python(plan, mode="json"),
        "snapshots": ready.snapshots,
        "assessment": ready.assessment,
    }


def from_recipe(workspace: Workspace, kept: Json, options: RunOptions) -> Ready:
    """The refresh that a recipe keeps."""
    plan = _PLAN.validate_python(kept["plan"])
    ready = make_ready(workspace, plan, options, kept["snapshots"])
    # Recipes of before assessments were gone on from name none.
    return replace(ready, assessment=kept.get("assessment"))


def _base(workspace: Workspace, ready: Ready) -> Version:
    """The version that is gone on from, with the verdicts that count."""
    return reassessed(workspace, workspace.version(ready.plan.version), ready.assessment)


def _works(workspace: Workspace, ready: Ready) -> Iterator[Work]:
    """One work for each section, and one that reads the whole."""
    drafted: dict[str, CheckedSection] = {}

    def section(name: str) -> None:
        drafted[name] = _drafted(workspace, ready, name)

    def whole() -> None:
        if len(drafted) < len(ready.wanted):
            raise AnswerPending(f"not all of {ready.plan.slug!r} is drafted.", retry=True)
        news = [drafted[name] for name in ready.wanted]
        if any(one.failed for one in news):
            return
        order = evidence.read_order(workspace, ready.plan.slug)
        outcomes = put_into(_base(workspace, ready), ready.plan, news)
        _whole(workspace, order, outcomes, ready)

    yield from (partial(section, name) for name in ready.wanted)
    if ready.wanted:
        yield whole


def _drafted(workspace: Workspace, ready: Ready, section: str) -> CheckedSection:
    draft = sections.draft_section(workspace, ready.plan.slug, section, *ready.given)
    digest = sections.check_section(workspace, ready.plan.slug, draft, *ready.given)
    return workspace.checked_section(digest)


def _cost(workspace: Workspace, parts: Parts, drafted: Iterable[CheckedSection]) -> Decimal:
    """What was drafted and read this time, as it was billed when its answers came."""
    shared = workspace.store.get_document("outlay", sections.OUTLAY_TAG, parts.outlay, Outlay)
    whole = workspace.store.get_document("whole", sections.WHOLE_TAG, parts.whole, Whole)
    return total_cost(entry for one in (shared, *drafted, whole.outlay) for entry in one.spending)


def estimate_refresh(
    workspace: Workspace, plan: ArticlePlan, options: RunOptions, rehearsal: Rehearsal | None
) -> Estimate:
    """What carrying a plan out would cost; nothing is retrieved for it.

    :param rehearsal: None for a drafter that pays for nothing.
    :raises CitewrightError: as :func:`citewright.pipeline.estimating.estimate`.
    """
    if rehearsal is None:
        return Estimate(plan.slug, workspace.make_drafter(options).name)
    drafter = rehearsal.make_drafter(DryCalls(rehearsal.find), False)
    brief, _ = evidence.read_order(workspace, plan.slug)
    held = {one.source: one.digest for one in workspace.version(plan.version).snapshots}
    dry = replace(workspace, make_drafter=lambda _: drafter)
    ready = make_ready(dry, plan, options, _present(workspace, brief, held))
    if not ready.wanted:
        return Estimate(plan.slug, drafter.name)
    return estimate_steps(workspace, _steps(dry, ready), rehearsal)


def _steps(workspace: Workspace, ready: Ready) -> Steps:
    """What of the article is drafted, for an estimate."""
    words = _standing(workspace, ready.plan)
    return Steps(ready.plan.slug, list(ready.wanted), *ready.given, standing=words)


def _standing(workspace: Workspace, plan: ArticlePlan) -> dict[str, int]:
    """The words of each section that is kept."""
    said = by_section(workspace.version(plan.version).article)
    return {
        one.section: sum(len(statement.text.split()) for statement in said[one.section])
        for one in plan.edits
        if one.edit == "keep"
    }


def _present(
    workspace: Workspace, brief: Brief, held: Mapping[str, str] | None = None
) -> list[str]:
    """The present snapshots of the brief's sources, those left out that may not be cited now.

    :param held: what stands for a source that was never checked; without it, it is retrieved.
    """
    known = workspace.source_log.standings(brief.sources)
    barred = {key for key, state in known.items() if STANDINGS.get(state) == "retraction"}
    found = []
    for key in brief.sources:
        if key in barred and "retraction" in workspace.settings.refresh_on:
            continue
        seen = workspace.source_log.last_seen(key)
        if seen is not None:
            found.append(seen.snapshot)
        elif held is None:
            found.append(evidence.snapshot_source(workspace, key))
        elif key in held:
            found.append(held[key])
    return found


def _held(snapshots: list[str], outcomes: Iterable[CheckedSection]) -> list[str]:
    """The present snapshots, and the earlier ones that kept evidence is from."""
    cited = (
        citation.evidence.snapshot
        for one in outcomes
        for statement in one.statements()
        for citation in statement.citations
        if citation.evidence.kind == "quote"
    )
    return list(dict.fromkeys([*snapshots, *cited]))


def _whole(
    workspace: Workspace,
    order: tuple[Brief, Outline],
    outcomes: Iterable[CheckedSection],
    ready: Ready,
) -> str:
    """The article read as a whole; where nothing was drafted or nobody reads, what was seen in
    what is kept.
    """
    brief, outline = order
    if not ready.wanted or not workspace.settings.coherence:
        kept = workspace.version(ready.plan.version).findings
        # What rules see is seen again when the version is made.
        left = tuple(one for one in kept if one.checker != CHECKER)
        whole = Whole(findings=left, outlay=Outlay())
    else:
        said: list[tuple[str, tuple[Statement, ...]]] = [
            (_title(one, outline), tuple(one.statements())) for one in outcomes
        ]
        whole = workspace.make_drafter(ready.options).read_whole(brief, tuple(said))
    return workspace.store.put_document("whole", sections.WHOLE_TAG, whole)


def _title(one: CheckedSection, outline: Outline) -> str:
    if one.section is not None:
        return one.section.title
    # A figure that the editor gave stands in no outline.
    spec = outline.lead if one.id == outline.lead.id else outline.figure
    return spec.title if spec else "Figure"
