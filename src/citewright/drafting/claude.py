"""The drafter that has a Claude model write sections from passages."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Literal

from citewright.drafting.answers import (
    AnswerError,
    CoherenceAnswer,
    Message,
    read_answer,
    read_body,
)
from citewright.drafting.asking import ask
from citewright.drafting.calls import Calls, Failed
from citewright.drafting.coherence import coherence_request, findings
from citewright.drafting.features import Server
from citewright.drafting.manner import Manner
from citewright.drafting.ports import Problem, SectionTask, Whole
from citewright.drafting.request import (
    Request,
    draft_request,
    prefix_bytes,
    repair_request,
    retry_request,
    warm_request,
)
from citewright.drafting.spent import Spent
from citewright.drafting.splitting import alone, halves, joined
from citewright.model.article import SectionKind
from citewright.model.base import clean_text
from citewright.model.brief import Brief
from citewright.model.draft import DraftBody, SectionDraft
from citewright.model.outlay import Outlay, Role
from citewright.model.statement import Statement
from citewright.model.verdict import Checker

log = logging.getLogger(__name__)

NOTHING_TO_WRITE = "The model found nothing in the passages that belongs in this section."
NOT_DRAFTED = "Sections of this kind are put together from the brief and not drafted."

BYTES_PER_TOKEN = 4
"""A prompt's UTF-8 bytes a token, about: enough to see whether a prefix is too short to cache."""

LEAST_CACHED: dict[str, int] = {
    "claude-opus-4-5": 4096,
    "claude-opus-4-6": 4096,
    "claude-opus-4-7": 2048,
    "claude-opus-4-8": 1024,
    "claude-haiku-4-5": 4096,
    "claude-sonnet-4-5": 1024,
    "claude-sonnet-4-6": 1024,
    "claude-sonnet-5": 1024,
}
"""The least tokens of a prefix that is cached (Anthropic, prompt caching, cache limitations)."""

LEAST_CACHED_ELSE = 512
"""The same for the models that are not listed: all those newer."""

Build = Callable[[SectionTask, Manner], Request]


class ClaudeDrafter:
    """Drafts by the Messages API; see :class:`citewright.drafting.ports.Drafter`.

    An answer that is cut off is asked for once more with twice the room, as far as the model can;
    a request that is too long, with the section's own passages alone. What is still too much for
    one call is drafted in two halves. An answer that is none is a draft marked ``unusable``, and
    :meth:`repair` asks for another.

    :param calls: makes the calls: at once, or gathered into batches.
    :param manners: how the calls of each role are made.
    :param server: what it lacks is asked before the first call.
    :param warm: fill the cache before the sections; of no use where calls are gathered.
    """

    name: Literal["claude"] = "claude"
    repairs: int = 2
    exclusive: bool = False
    kinds: frozenset[SectionKind] = frozenset(
        {"prose", "smart_table", "definitions", "questions", "examples", "misconceptions", "figure"}
    )

    def __init__(
        self, *, calls: Calls, manners: Mapping[Role, Manner], server: Server, warm: bool = True
    ) -> None:
        self._calls = calls
        self._manners = manners
        self._server = server
        self._warm = warm

    def prepare(self, task: SectionTask) -> Outlay:
        """Find out what the server lacks, and have it cache what the sections share.

        A cache that could not be filled is no failure: the sections fill it themselves.

        :raises CitewrightError: as :class:`citewright.drafting.ports.Drafter` says.
        """
        slug = task.brief.slug
        found = self._server.lacks(self._calls, self._manners["probe"], slug=slug)
        manner = self._manner("warm", slug)
        request = warm_request(task, manner)
        tokens = prefix_bytes(request) // BYTES_PER_TOKEN
        if not self._warm or "caching" in manner.without or tokens < least_cached(manner.model):
            return found.outlay
        spent = Spent(None)
        outcome = self._calls.call(request.params, role="warm", slug=slug, section=None)
        if isinstance(outcome, Failed):
            log.warning("%s: the cache was not filled: %s", slug, outcome.why)
        else:
            spent.add("warm", manner.model, outcome, request.files)
        return spent.outlay(found.outlay)

    def draft(self, task: SectionTask) -> SectionDraft:
        """The first draft of a section, or why there is none.

        :raises CitewrightError: as :class:`citewright.drafting.ports.Drafter` says.
        """
        if task.spec.kind not in self.kinds:
            return _nothing(task).model_copy(update={"omitted": NOT_DRAFTED})
        spent = Spent(task.spec.id)
        return self._drafted(task, _nothing(task), spent, lambda: self._first(task, spent))

    def repair(
        self, task: SectionTask, draft: SectionDraft, problems: tuple[Problem, ...]
    ) -> SectionDraft:
        """The draft with its problems mended, or another answer in the place of an unusable one.

        What has neither problems nor an unusable answer comes back as it is.

        :raises CitewrightError: as :class:`citewright.drafting.ports.Drafter` says.
        """
        body, reason = draft.body, draft.unusable
        if body is not None and problems:
            build: Build = partial(repair_request, body=body, problems=problems)
        elif reason is not None:
            build = partial(retry_request, reason=reason)
        else:
            return draft
        spent = Spent(task.spec.id)
        return self._drafted(task, draft, spent, lambda: self._body(task, build, "repair", spent))

    def read_whole(
        self, brief: Brief, sections: tuple[tuple[str, tuple[Statement, ...]], ...]
    ) -> Whole:
        """What a model notices when it reads all sections together, or why it could not.

        :raises CitewrightError: as :class:`citewright.drafting.ports.Drafter` says.
        """
        if not any(statements for _, statements in sections):
            return Whole(findings=(), outlay=Outlay())
        manner = self._manner("coherence", brief.slug)
        spent = Spent(None)
        try:
            request = coherence_request(brief, sections, manner)
            message = self._message(request, manner, "coherence", brief.slug, None, spent)
            answer = read_answer(message, CoherenceAnswer)
        except AnswerError as error:
            outlay = spent.outlay(without=manner.without)
            return Whole(findings=(), outlay=outlay, failure=_sentence(error.message))
        checker = Checker(name="coherence", version=clean_text(message.model) or manner.model)
        return Whole(
            findings=findings(answer, sections, checker),
            outlay=spent.outlay(without=manner.without),
        )

    def _drafted(
        self,
        task: SectionTask,
        before: SectionDraft,
        spent: Spent,
        write: Callable[[], DraftBody | None],
    ) -> SectionDraft:
        body, failure, unusable = None, None, None
        try:
            body = write()
        except AnswerError as error:
            failure = _sentence(error.message)
            unusable = failure if error.trouble == "unusable" else None
        outlay = spent.outlay(before, without=self._manner("draft", task.brief.slug).without)
        return SectionDraft(
            section=task.spec.id,
            form="own_words",
            body=body,
            failure=failure,
            omitted=None if body or failure else NOTHING_TO_WRITE,
            unusable=unusable,
            **{name: getattr(outlay, name) for name in Outlay.model_fields},
        )

    def _first(self, task: SectionTask, spent: Spent) -> DraftBody | None:
        try:
            return self._body(task, draft_request, "draft", spent)
        except AnswerError as error:
            parts = halves(task) if error.trouble in ("cut_off", "too_long") else None
            if parts is None:
                raise
        log.info("%s: too much for one call, drafted in two halves", task.spec.id)
        drafted = [self._body(part, draft_request, "draft", spent) for part in parts]
        return joined([body for body in drafted if body])

    def _body(self, task: SectionTask, build: Build, role: Role, spent: Spent) -> DraftBody | None:
        """What a model writes for a section; with its own passages alone where it must be."""
        manner = self._manner(role, task.brief.slug)
        try:
            message = self._message(
                build(task, manner), manner, role, task.brief.slug, task.spec.id, spent
            )
            return read_body(message, task.spec.kind, project=manner.project)
        except AnswerError as error:
            fewer = alone(task)
            if error.trouble != "too_long" or len(fewer.shared) == len(task.shared):
                raise
        return self._body(fewer, build, role, spent)

    def _message(
        self,
        request: Request,
        manner: Manner,
        role: Role,
        slug: str,
        section: str | None,
        spent: Spent,
    ) -> Message:
        return ask(self._calls, request, manner, role=role, slug=slug, section=section, spent=spent)

    def _manner(self, role: Role, slug: str) -> Manner:
        found = self._server.lacks(self._calls, self._manners["probe"], slug=slug)
        return replace(self._manners[role], without=found.without)


def least_cached(model: str) -> int:
    """The least tokens of a prefix that the service caches for a model."""
    undated = model.rpartition("-20")[0] or model
    return LEAST_CACHED.get(undated, LEAST_CACHED_ELSE)


def _nothing(task: SectionTask) -> SectionDraft:
    return SectionDraft(section=task.spec.id, form="own_words", body=None, failure=None)


def _sentence(why: str) -> str:
    """A reason as it stands on a page in the section's place."""
    plain = clean_text(why)
    return plain[:1].upper() + plain[1:]
