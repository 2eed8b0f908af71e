"""A paid call: found again, or claimed, sent, tried anew within one deadline, and settled.

The order of the records is what keeps the promises: the intent and its worst-case cost before a
request is sent, the raw answer before anybody reads it for content, and a request whose outcome
is unknown counts as paid before it is sent again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from http import HTTPStatus
from pathlib import Path
from typing import Protocol

from citewright.drafting import prices
from citewright.drafting.answers import Message, read_message
from citewright.drafting.outcomes import Answered, Lost, Outcome, Rejected, Unsent
from citewright.drafting.patience import Patience, is_later, said, tried
from citewright.drafting.ports import CallLog
from citewright.errors import ModelError, SettingsError
from citewright.model.call import Busy, Claim, GivenUp, Order, Stored
from citewright.model.canonical import Json, canonical_json, digest_of, tagged_digest
from citewright.model.outlay import Role, Usage
from citewright.observe.tracing import span

TAG = "citewright/request/1"

NO_MESSAGE = "no_message"
"""The kind of a failure whose answer came and is no message: a page, half a message, ``{}``."""

NO_ANSWER = "no_answer"
"""The kind of a failure without an answer: nobody knows what became of the request."""

_IN_A_BATCH = (
    "the request is in a batch whose results nobody has fetched yet; "
    "a run in batches (--batch) waits for them."
)

_NEVER = {
    401: ("the API refused the key", "Set ANTHROPIC_API_KEY to a valid key."),
    402: ("the API asks for payment first", "See to the account's billing."),
    403: ("the API forbids this call", "Check what the key and its workspace may use."),
    404: ("the API does not know the model {model!r}", "Check the model and the API's address."),
}


@dataclass(frozen=True)
class Paid:
    """A stored answer that is a message."""

    digest: str
    message: Message
    usage: Usage
    cost_usd: Decimal


@dataclass(frozen=True)
class Failed:
    """No answer that is a message, and why.

    ``status`` is the API's where it rejected the request, and ``kind`` its name for the error (or
    one of this module's). ``retry`` says whether the same request may succeed at another time.
    """

    why: str
    status: int | None = None
    kind: str = ""
    retry: bool = False


class Calls(Protocol):
    """Makes paid calls; each request is paid once, whoever asks for it."""

    def call(self, params: Json, *, role: Role, slug: str, section: str | None) -> Paid | Failed:
        """The stored answer to this request, or a new one.

        :param params: the arguments of ``messages.create``; their digest names the request.
        :param role: what the call is for; so are the article's ``slug`` and the ``section``, None
            for the whole article.
        :raises BudgetExceeded: when the worst case of the call is more than what is left.
        :raises SettingsError: when no such call can succeed, or its price is unknown.
        :raises ModelError: when the server cannot be reached; ``retry`` is set.
        :raises AnswerPending: when the request was only gathered, to be sent with others.
        """
        ...


class Sender(Protocol):
    """Sends one request, once; :class:`citewright.drafting.messages.Messages` does."""

    def send(self, params: Json, *, seconds: float) -> Outcome:
        """What became of it within so many seconds of wall-clock time."""
        ...


class PaidCalls:
    """Makes calls to the Messages API through a :class:`CallLog`; safe to use from threads.

    :param deadline: seconds of wall-clock time for one call, its retries and pauses and the wait
        for somebody else's call of the same request included.
    """

    def __init__(
        self,
        *,
        messages: Sender,
        log: CallLog,
        deadline: float,
        project: Path | None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._messages = messages
        self._log = log
        self._deadline = deadline
        self._project = project
        self._clock = clock
        self._sleep = sleep

    def call(self, params: Json, *, role: Role, slug: str, section: str | None) -> Paid | Failed:
        """See :meth:`Calls.call`; the answer is never pending."""
        order = order_of(params, role=role, slug=slug, section=section, project=self._project)
        patience = Patience(end=self._clock() + self._deadline)
        while True:
            claimed = self._log.claim(order)
            found = self._sent(claimed, params, patience) if isinstance(claimed, Claim) else claimed
            match found:
                case Stored():
                    return read_stored(found, params, self._log, self._project)
                case Failed():
                    return found
                case GivenUp():
                    return given_up_before(found)
                case Busy(batch=True):
                    return Failed(_IN_A_BATCH, retry=True)
            if self._clock() + found.seconds >= patience.end:
                return Failed("another call of the same request has not ended in time.", retry=True)
            self._sleep(found.seconds)

    def _sent(self, claim: Claim, params: Json, patience: Patience) -> Stored | Busy | Failed:
        """The answer that stands; Busy when the request is to be claimed anew after a pause."""
        try:
            with span("model call", **_about(claim.order)) as tell:
                outcome, pause = tried(
                    lambda seconds: self._messages.send(params, seconds=seconds),
                    patience,
                    clock=self._clock,
                    sleep=self._sleep,
                )
                tell("outcome", type(outcome).__name__)
            if isinstance(outcome, Answered):
                return self._log.received(claim, outcome.raw)
        except BaseException as error:
            self._log.failed(claim, why=f"broken off by {type(error).__name__}", spent=True)
            raise
        self._log.failed(claim, why=said(outcome), spent=isinstance(outcome, Lost))
        return given_up(outcome, params["model"]) if pause is None else Busy(pause)


def _about(order: Order) -> dict[str, str | None]:
    """What a trace tells of a call: names, and nothing that was asked."""
    return {
        "model": order.model, "role": order.role, "slug": order.slug, "section": order.section,
    }  # fmt: skip


def order_of(
    params: Json,
    *,
    role: Role,
    slug: str,
    section: str | None,
    project: Path | None,
    batch: bool = False,
) -> Order:
    """The call as it is recorded before it is sent; see :meth:`Calls.call`.

    :param batch: it goes out in a batch, at half the price.
    :raises SettingsError: when its price is unknown.
    """
    body = canonical_json(params)
    return Order(
        request=digest_of(TAG, body),
        model=params["model"],
        role=role,
        slug=slug,
        section=section,
        worst_usd=prices.worst_cost(
            params["model"],
            request_bytes=len(body),
            max_tokens=params["max_tokens"],
            project=project,
            ttl=cache_ttl(params),
            batch=batch,
        ),
    )


def read_stored(stored: Stored, params: Json, log: CallLog, project: Path | None) -> Paid | Failed:
    """A stored answer as a message, billed where that was not done yet."""
    try:
        message = read_message(stored.raw)
    except ModelError as error:
        if stored.unsettled:
            # What was billed for it cannot be read, so the reserved cost stands.
            log.failed(stored.unsettled, why=error.message, spent=True)
        return Failed(error.message, kind=NO_MESSAGE, retry=True)
    usage, cost = message.usage.usage(), stored.cost_usd
    if cost is None:
        ttl = cache_ttl(params)
        cost = prices.cost(params["model"], usage, project, ttl=ttl, batch=stored.batch)
        if stored.unsettled:
            log.billed(stored.unsettled, usage, cost)
    return Paid(stored.digest, message, usage, cost)


def request_digest(params: Json) -> str:
    """The digest that names a request in the journal."""
    return tagged_digest(TAG, params)


def cache_ttl(params: object) -> prices.Ttl:
    """How long what the request writes to the cache is kept there; the longest that it names."""
    inner: Iterable[object] = ()
    if isinstance(params, dict):
        own = params.get("cache_control")
        if isinstance(own, dict) and own.get("ttl") == "1h":
            return "1h"
        inner = params.values()
    elif isinstance(params, list | tuple):
        inner = params
    return "1h" if any(cache_ttl(value) == "1h" for value in inner) else "5m"


def given_up(outcome: Rejected | Unsent | Lost, model: str) -> Failed:
    """How a call ends that is not tried again.

    :raises SettingsError: when no such call can succeed.
    :raises ModelError: when the server cannot be reached; ``retry`` is set.
    """
    match outcome:
        case Unsent():
            raise ModelError(
                f"the API cannot be reached: {outcome.why}.",
                hint="Check the network and the API's address, then call again.",
                retry=True,
            )
        case Lost():
            why = f"the request was sent and no answer came: {outcome.why}."
            return Failed(why, kind=NO_ANSWER, retry=True)
        case Rejected() if outcome.status in _NEVER:
            what, hint = _NEVER[outcome.status]
            raise SettingsError(f"{what.format(model=model)} ({said(outcome)}).", hint=hint)
        case Rejected() if outcome.status < HTTPStatus.BAD_REQUEST:
            raise SettingsError(
                f"the API's address leads elsewhere ({said(outcome)}).",
                hint="Set ANTHROPIC_BASE_URL to the address itself.",
            )
        case Rejected():
            later = is_later(outcome)
            what = "did not take the request in time" if later else "rejected the request"
            why = f"the API {what} ({said(outcome)})."
            return Failed(why, status=outcome.status, kind=outcome.kind, retry=later)


def given_up_before(found: GivenUp) -> Failed:
    """How a call ends that the run has sent too often already."""
    return Failed(
        f"the request was sent {found.times} times in this run and no answer came.",
        kind=NO_ANSWER,
        retry=True,
    )
