"""A run's calls sent together: all articles are gone through, again and again, until none waits.

Each round is the usual work of every section. What is in the journal is found; what is not is
gathered and sent in batches. The first round gathers first drafts, the next their repairs and the
reading of each whole, and so on. Afterwards the usual steps find every answer, or know by name why
there is none.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from citewright.drafting.ports import Gathering
from citewright.errors import AnswerPending
from citewright.pipeline import evidence, expecting, sections
from citewright.pipeline.estimating import Steps
from citewright.pipeline.workspace import RunOptions, Workspace

log = logging.getLogger(__name__)

Work = Callable[[], object]
"""Makes calls, and raises AnswerPending where it cannot go on without an answer."""


@dataclass(frozen=True)
class Planned:
    """An article whose sources are retrieved and whose passages are dealt out."""

    slug: str
    plan: evidence.Plan
    snapshots: list[str]


def draft_in_batches(workspace: Workspace, articles: Sequence[Planned], options: RunOptions) -> int:
    """Have all calls of these articles answered through batches; gives the number of rounds.

    Killed at any moment it is gone on with when it is called again, by whatever run.

    :raises InputError: when the run's drafter sends nothing.
    :raises BudgetExceeded: when a batch could cost more than what is left of the run's cap.
    :raises SettingsError: when no call to the model can succeed.
    :raises ModelError: when the service does not answer; what was sent goes on there meanwhile.
    """
    for one in articles:
        ids = _ids(workspace, one.slug)
        expecting.expect(workspace, Steps(one.slug, ids, one.plan, one.snapshots, options))
    works = [work for one in articles for work in _works(workspace, one, options)]
    return run_rounds(works, workspace.make_gathering(options))


def run_rounds(works: Sequence[Work], calls: Gathering) -> int:
    """Do works until none of them is pending any longer; gives the number of rounds."""
    left, rounds = list(works), 0
    while True:
        rounds += 1
        left = [work for work in left if _is_pending(work, calls)]
        if not left:
            return rounds
        log.info("round %d: %d of %d wait for answers", rounds, len(left), len(works))
        calls.send()
        calls.wait()


def _is_pending(work: Work, calls: Gathering) -> bool:
    try:
        work()
    except AnswerPending:
        if calls.full:
            calls.send()
        return True
    return False


def _works(workspace: Workspace, article: Planned, options: RunOptions) -> Iterator[Work]:
    """One work for each section, and one that reads the whole."""
    ids = _ids(workspace, article.slug)
    drafts: dict[str, str] = {}
    given = (article.plan, article.snapshots, options)

    def section(name: str) -> None:
        if name not in drafts:
            drafts[name] = sections.draft_section(workspace, article.slug, name, *given)
        sections.check_section(workspace, article.slug, drafts[name], *given)

    def whole() -> None:
        if len(drafts) < len(ids):
            raise AnswerPending(f"not all sections of {article.slug!r} are drafted.", retry=True)
        sections.read_whole(workspace, article.slug, [drafts[name] for name in ids], *given)

    yield from (partial(section, name) for name in ids)
    yield whole


def _ids(workspace: Workspace, slug: str) -> list[str]:
    """The sections of an article that are drafted."""
    return [spec.id for spec in evidence.to_draft(*evidence.read_order(workspace, slug))]
