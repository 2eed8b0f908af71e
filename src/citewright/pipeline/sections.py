"""Passages to checked sections: draft, check, repair as often as the drafter can, settle."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor

from citewright.checks.building import Review, event
from citewright.checks.examine import Corpus
from citewright.checks.policy import load_policy
from citewright.checks.section import make_ready, review, settle
from citewright.drafting.ports import Asked, Before, Problem, Proposed, SectionTask
from citewright.model.article import Section, Video
from citewright.model.brief import Brief, Outline, SectionSpec
from citewright.model.draft import SectionDraft
from citewright.model.evidence import Snapshot
from citewright.model.outcome import CheckedSection, Whole
from citewright.model.outlay import Outlay, together
from citewright.model.statement import Statement
from citewright.model.version import Event
from citewright.observe.tracing import traced
from citewright.pipeline.article_parts import by_section
from citewright.pipeline.assessing import Assessor
from citewright.pipeline.evidence import Plan
from citewright.pipeline.workspace import SECTION_TAG, RunOptions, Workspace

log = logging.getLogger(__name__)

DRAFT_TAG = "citewright/section-draft/1"
OUTLAY_TAG = "citewright/outlay/1"
WHOLE_TAG = "citewright/whole/1"

REVIEWS_KEPT = 128
"""First drafts whose review is kept in memory: those of some articles under way at once."""

NO_RESOURCES = "No resource has been chosen for this article."


@traced("prepare", "slug")
def prepare(
    workspace: Workspace, slug: str, plan: Plan, snapshots: list[str], options: RunOptions
) -> str:
    """Do once what all sections share; gives the digest of the stored outlay."""
    brief, outline = _order(workspace, slug)
    task = _task(workspace, brief, outline.lead, plan, snapshots, options)
    # What the checks need of the texts is made ready while the service is waited for.
    with ThreadPoolExecutor(max_workers=1) as pool:
        ready = pool.submit(lambda: make_ready(_corpus(workspace, task, snapshots)))
        outlay = workspace.make_drafter(options).prepare(task)
        ready.result()
    return workspace.store.put_document("outlay", OUTLAY_TAG, outlay, durable=False)


@traced("draft section", "slug", "section")
def draft_section(
    workspace: Workspace,
    slug: str,
    section: str,
    plan: Plan,
    snapshots: list[str],
    options: RunOptions,
) -> str:
    """Draft one section; gives the digest of the stored draft.

    :raises BudgetExceeded: when a call could cost more than what is left of the run's cap.
    :raises SettingsError: when no call to the model can succeed.
    :raises ModelError: when the model cannot be reached.
    """
    brief, outline = _order(workspace, slug)
    spec = outline.section(section)
    task = _task(workspace, brief, spec, plan, snapshots, options)
    draft = workspace.make_drafter(options).draft(task)
    return workspace.store.put_document("draft", DRAFT_TAG, draft, durable=False)


@traced("check section", "slug")
def check_section(
    workspace: Workspace,
    slug: str,
    draft: str,
    plan: Plan,
    snapshots: list[str],
    options: RunOptions,
) -> str:
    """Check a section's draft, have it repaired as needed; gives the digest of the outcome.

    Raises as :func:`draft_section` does.
    """
    brief, outline = _order(workspace, slug)
    drafted = workspace.store.get_document("draft", DRAFT_TAG, draft, SectionDraft)
    spec = outline.section(drafted.section)
    if spec.kind == "resources":
        outcome = _resources(brief, spec)
    else:
        task = _task(workspace, brief, spec, plan, snapshots, options)
        corpus = _corpus(workspace, task, snapshots)
        first = _first_look(workspace, spec, draft, corpus)
        outcome = _checked(workspace, task, first, corpus, options)
    log.info("%s: %s", spec.id, outcome.absent or f"{len(outcome.verdicts)} citations")
    return workspace.store.put_document("section", SECTION_TAG, outcome, durable=False)


@traced("read the whole", "slug")
def read_whole(
    workspace: Workspace,
    slug: str,
    drafts: list[str],
    plan: Plan,
    snapshots: list[str],
    options: RunOptions,
) -> str:
    """Have the drafter read what stands of all first drafts; gives the digest of what it saw.

    It reads while sections are still repaired: what it says of statements that do not last is
    left out when the version is made. Raises as :func:`draft_section` does.
    """
    brief, outline = _order(workspace, slug)
    if not workspace.settings.coherence:
        nothing = Whole(findings=(), outlay=Outlay())
        return workspace.store.put_document("whole", WHOLE_TAG, nothing, durable=False)
    said = []
    # What may be cited is the same for all sections.
    lead = _task(workspace, brief, outline.lead, plan, snapshots, options)
    corpus = _corpus(workspace, lead, snapshots)
    for digest in drafts:
        draft = workspace.store.get_document("draft", DRAFT_TAG, digest, SectionDraft)
        spec = outline.section(draft.section)
        result = _first_look(workspace, spec, digest, corpus)
        standing = tuple(settle(result, (), workspace.clock()).statements())
        said.append((spec.title, standing))
    whole = workspace.make_drafter(options).read_whole(brief, tuple(said))
    return workspace.store.put_document("whole", WHOLE_TAG, whole, durable=False)


def _order(workspace: Workspace, slug: str) -> tuple[Brief, Outline]:
    brief = workspace.brief(slug)
    return brief, workspace.outline(brief.outline)


def _task(
    workspace: Workspace,
    brief: Brief,
    spec: SectionSpec,
    plan: Plan,
    snapshots: list[str],
    options: RunOptions,
) -> SectionTask:
    passages = {p.id: p for digest in snapshots for p in workspace.passages(digest)}
    offered_anywhere = {key for keys in plan.values() for key in keys}
    taken = [workspace.snapshot(digest) for digest in snapshots]
    return SectionTask(
        brief=brief,
        spec=spec,
        offered=tuple(passages[key] for key in plan.get(spec.id, ())),
        # In the order of the sources and their text, which is the same for every section.
        shared=tuple(p for key, p in passages.items() if key in offered_anywhere),
        sources=tuple(workspace.source(key) for key in brief.sources),
        coverage={snapshot.source: snapshot.covers for snapshot in taken},
        before=_before(workspace, spec, taken, options),
        asked=_asked(workspace, spec, options),
        proposed=_proposed(workspace, spec, options),
    )


def _asked(workspace: Workspace, spec: SectionSpec, options: RunOptions) -> tuple[Asked, ...]:
    """What people asked to be looked at in this section, or in the whole article."""
    if not options.asked:
        return ()
    texts = {one.id: one.text for one in _said(workspace, spec, options)}
    return tuple(
        Asked(None if statement is None else texts[statement], why)
        for statement, why in options.asked
        if statement is None or statement in texts
    )


def _proposed(workspace: Workspace, spec: SectionSpec, options: RunOptions) -> Proposed | None:
    one = options.suggested
    if one is None:
        return None
    texts = {said.id: said.text for said in _said(workspace, spec, options)}
    return Proposed(one.kind, texts.get(one.about or ""), one.text, one.sources)


def _said(workspace: Workspace, spec: SectionSpec, options: RunOptions) -> list[Statement]:
    if options.previous is None:
        return []
    return by_section(workspace.version(options.previous).article).get(spec.id, [])


def _before(
    workspace: Workspace, spec: SectionSpec, taken: list[Snapshot], options: RunOptions
) -> tuple[Before, ...]:
    """What the version to go on from says in this section, and what of it the sources still say."""
    said = _said(workspace, spec, options)
    current = {snapshot.source: snapshot.digest for snapshot in taken}
    return tuple(
        Before(one, one.id not in options.touched and _stands(workspace, one, current))
        for one in said
    )


def _stands(workspace: Workspace, statement: Statement, current: dict[str, str]) -> bool:
    """Whether the quotes of all citations are found in the texts as they are now."""
    for citation in statement.citations:
        evidence, digest = citation.evidence, current.get(citation.source)
        if digest is None or evidence.kind == "missing":
            return False
        if workspace.finder(digest).find(evidence.quote.exact) is None:
            return False
    return True


def _first_look(workspace: Workspace, spec: SectionSpec, digest: str, corpus: Corpus) -> Review:
    """The review of a stored first draft, shared by the step that checks it and the one that reads
    the whole: made once as long as what it is held against is the same."""
    against = (spec, corpus)
    known = workspace.reviews.get(digest)
    if known is not None and known[0] == against:
        return known[1]
    draft = workspace.store.get_document("draft", DRAFT_TAG, digest, SectionDraft)
    made = review(spec, draft, corpus)
    if len(workspace.reviews) >= REVIEWS_KEPT:
        workspace.reviews.clear()
    workspace.reviews[digest] = (against, made)
    return made


def _checked(
    workspace: Workspace,
    task: SectionTask,
    first: Review,
    corpus: Corpus,
    options: RunOptions,
) -> CheckedSection:
    draft = first.draft
    drafter = workspace.make_drafter(options)
    assessor = Assessor(
        lambda: workspace.make_judge(options), slug=task.brief.slug, section=task.spec.id
    )

    def looked_at(draft: SectionDraft) -> Review:
        return assessor.look(review(task.spec, draft, corpus), corpus)

    result = assessor.look(first, corpus)
    history: list[Event] = []
    for attempt in range(drafter.repairs):
        if not result.failures and draft.unusable is None:
            break
        mended = drafter.repair(task, draft, _problems(result))
        if mended.body is None and draft.body is not None:
            # What was drafted before still stands, less the statements that failed.
            kept = {"body": draft.body, "failure": None, "unusable": None}
            result = looked_at(mended.model_copy(update=kept))
            break
        draft = mended
        history += [event(task.spec, one, "repaired", attempt) for one in result.failures]
        result = looked_at(draft)
    outcome = settle(result, tuple(history), workspace.clock())
    return outcome.model_copy(update=dict(together((outcome, assessor.outlay))))


def _corpus(workspace: Workspace, task: SectionTask, snapshots: list[str]) -> Corpus:
    return Corpus(
        passages={passage.id: passage for passage in task.shared},
        finders={digest: workspace.finder(digest) for digest in snapshots},
        tiers={source.key: source.tier for source in task.sources},
        coverage=task.coverage,
        standings=workspace.source_log.standings(source.key for source in task.sources),
        policy=load_policy(workspace.project),
    )


def _problems(result: Review) -> tuple[Problem, ...]:
    return tuple(Problem(one.draft.text, one.failures) for one in result.failures)


def _resources(brief: Brief, spec: SectionSpec) -> CheckedSection:
    video = brief.video
    blocks = (Video(type="video", label=video.label, url=video.url),) if video else ()
    absent = None if blocks else NO_RESOURCES
    return CheckedSection(
        id=spec.id,
        section=Section(id=spec.id, title=spec.title, kind=spec.kind, blocks=blocks, absent=absent),
        lead=(),
        absent=absent,
        failed=False,
        verdicts=(),
        history=(),
    )
