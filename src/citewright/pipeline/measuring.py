"""What a project has done and what waits in it, as figures for a monitoring system.

All of it is read from the database, so that it is the sum over all workers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from citewright.community.outbox import Outbox
from citewright.model.outlay import Usage
from citewright.observe.exposition import Family
from citewright.pipeline.workspace import Workspace
from citewright.versions.totals import CallTotal, article_states, call_totals

KINDS = {
    "input_tokens": "input",
    "cache_creation_input_tokens": "cache_write",
    "cache_read_input_tokens": "cache_read",
    "output_tokens": "output",
}
"""What the fields of a call's usage are called among the figures."""


def figures(workspace: Workspace, outbox: Outbox) -> tuple[Family, ...]:
    """Calls, tokens, cost, the share of input from the cache, the review queue, mail, articles."""
    totals = call_totals(workspace.database)
    states = article_states(workspace.database)
    return (
        *_spent(totals),
        _tokens(totals),
        _cache_share(totals),
        _gauge("queue_items", "Versions that wait for review.", "origin", workspace.queue.counts()),
        _gauge("outbox_messages", "Mail by what became of it.", "state", outbox.counts()),
        _gauge("articles", "Articles by the state of their current version.", "state", states),
    )


def _spent(totals: list[CallTotal]) -> tuple[Family, Family]:
    labels = ("role", "model", "state")
    told = [((one.role, one.model, one.state), one) for one in totals]
    number = tuple((key, float(one.calls)) for key, one in told)
    cost = tuple((key, one.cost_usd) for key, one in told)
    said = "US dollars spent, or reserved for calls under way and lost ones."
    return (
        # Gauges: a call changes its state, and costs less in the end than was reserved for it.
        Family("citewright_model_calls", "Calls to the model.", "gauge", labels, number),
        Family("citewright_model_cost_usd", said, "gauge", labels, cost),
    )


def _tokens(totals: list[CallTotal]) -> Family:
    sums: Counter[tuple[str, ...]] = Counter()
    for one in totals:
        for field, kind in KINDS.items():
            sums[one.role, one.model, kind] += getattr(one.usage, field)
    values = tuple((key, float(count)) for key, count in sums.items())
    labels = ("role", "model", "kind")
    return Family("citewright_model_tokens", "Tokens billed.", "counter", labels, values)


def _cache_share(totals: list[CallTotal]) -> Family:
    share = sum((one.usage for one in totals), Usage()).cache_share
    values: tuple[tuple[tuple[str, ...], float], ...] = () if share is None else (((), share),)
    said = "The share of all input tokens that was read from the cache."
    return Family("citewright_model_cache_share", said, "gauge", (), values)


def _gauge(name: str, said: str, label: str, counts: Mapping[Any, int]) -> Family:
    values = tuple(((key,), float(count)) for key, count in sorted(counts.items()))
    return Family(f"citewright_{name}", said, "gauge", (label,), values)
