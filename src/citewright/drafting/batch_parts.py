"""What goes into a batch and what comes out of it: parts that fit, items, failures by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from http import HTTPStatus

from citewright.drafting.calls import Failed
from citewright.drafting.outcomes import Rejected
from citewright.model.batch import Refused, Result
from citewright.model.call import Order
from citewright.model.canonical import Json, canonical_json

SOME = 200
"""Results recorded by one transaction."""

_WHY = {
    "expired": "the batch's day was over before the API came to the request.",
    "canceled": "the request's batch was canceled.",
}

_STATUS = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "api_error": 500,
    "timeout_error": 504,
    "overloaded_error": 529,
}
"""The status that a direct call gets with each error (Anthropic, errors)."""


@dataclass(frozen=True)
class Limits:
    """The most requests and bytes of one batch; the service takes 100,000 and 256 MB."""

    requests: int = 100_000
    size: int = 240_000_000


USUAL = Limits()
"""Those of the public API, with room for what stands around the requests."""


def is_too_large(rejected: Rejected | None) -> bool:
    """Whether the service rejected a batch for its size."""
    return rejected is not None and rejected.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


def split(gathered: list[tuple[Order, Json]], limits: Limits) -> Iterator[list[tuple[Order, Json]]]:
    """What is gathered, in its order, in parts that a batch can hold."""
    some: list[tuple[Order, Json]] = []
    size = 0
    for one in gathered:
        more = size_of(one[1])
        if some and (len(some) == limits.requests or size + more > limits.size):
            yield some
            some, size = [], 0
        some.append(one)
        size += more
    if some:
        yield some


def size_of(params: Json) -> int:
    """Bytes that a request takes up in a batch: its own, and the envelope with its name."""
    return len(canonical_json(params)) + 100


def item(order: Order, params: Json) -> Json:
    """A request as it stands in a batch, named by its digest's 64 hex digits."""
    return {"custom_id": order.request.removeprefix("sha256:"), "params": params}


def failure(refused: Refused) -> Failed:
    """How a request's end without an answer is told, as that of a direct call would be."""
    if refused.ending != "errored":
        return Failed(_WHY[refused.ending], kind=refused.ending, retry=True)
    words = f"{refused.kind or 'error'}: {refused.message or 'no message'}"
    status = _STATUS.get(refused.kind)
    later = status is None or status >= HTTPStatus.TOO_MANY_REQUESTS
    why = f"the API could not answer the request in its batch ({words})."
    return Failed(why, status=status, kind=refused.kind, retry=later)


def pieces(results: Iterable[Result]) -> Iterator[list[Result]]:
    """Results in parts to be recorded together."""
    some: list[Result] = []
    for one in results:
        some.append(one)
        if len(some) == SOME:
            yield some
            some = []
    if some:
        yield some
