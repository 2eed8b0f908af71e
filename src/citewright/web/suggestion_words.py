"""What the pages call the states, kinds and steps of suggestions."""

from __future__ import annotations

from collections.abc import Mapping

from citewright.model.community import Credit, Party, SuggestionKind, SuggestionState

KINDS: Mapping[SuggestionKind, str] = {
    "error": "An error",
    "missing": "Something is missing",
    "newer": "Newer evidence",
}

CREDITS: Mapping[Credit, str] = {
    "anonymous": "Anonymously",
    "initials": "By initials",
    "name": "By name",
}

STATES: Mapping[SuggestionState, str] = {
    "unconfirmed": "waits to be confirmed by mail",
    "received": "received",
    "drafting": "being drafted",
    "drafted": "drafted, and waits for your answer",
    "endorsed": "approved by you, and waits for an editor",
    "published": "published",
    "declined": "declined",
    "withdrawn": "withdrawn",
    "failed": "could not be drafted; an editor looks at it",
    "expired": "put aside",
}
"""As whoever suggested it reads them."""

SHORT: Mapping[SuggestionState, str] = {
    "unconfirmed": "unconfirmed",
    "received": "received",
    "drafting": "to be drafted",
    "drafted": "with its suggester",
    "endorsed": "waits for review",
    "published": "published",
    "declined": "declined",
    "withdrawn": "withdrawn",
    "failed": "failed",
    "expired": "expired",
}
"""As editors read them."""

ACTIONS: Mapping[str, str] = {
    "send": "sent",
    "confirm": "confirmed by mail",
    "start": "handed over to be drafted",
    "finish": "drafted",
    "fail": "could not be drafted",
    "endorse": "the draft was approved by whoever suggested it",
    "publish": "published",
    "decline": "declined",
    "withdraw": "withdrawn",
    "expire": "put aside: nobody answered",
    "reset": "the draft was taken back, to be drafted anew",
    "erase": "the address was erased",
}

PARTIES: Mapping[Party, str] = {
    "suggester": "whoever suggested it",
    "editor": "an editor",
    "program": "citewright",
}

WAY: tuple[tuple[SuggestionState, str], ...] = (
    ("received", "Received"),
    ("drafted", "Drafted"),
    ("endorsed", "You approve"),
    ("published", "An editor approves: published"),
)
"""The way of a suggestion, as its page shows it."""

PLACE: Mapping[SuggestionState, int] = {
    "received": 0, "drafting": 0, "failed": 0, "drafted": 1, "endorsed": 2, "published": 3,
}  # fmt: skip
"""How far along its way a suggestion is."""
