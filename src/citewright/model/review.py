"""Review: what may be done with a version in which state, and what vouches for it later.

::

    draft -> in_review -> approved -> published -> superseded
      ^          |
      +- return -+          any state but withdrawn -> withdrawn

``STEPS`` is the whole rule; everything that is not in it is refused by :func:`refusal`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from citewright.model.base import Digest, PlainText, Slug, Value
from citewright.model.outlay import FileHash
from citewright.model.version import State, VersionNumber

Action = Literal[
    "submit", "return", "comment", "accept", "reject", "approve", "publish", "supersede",
    "withdraw",
]  # fmt: skip

EventKind = Literal[
    "generated", "imported", "revised", "reaffirmed", "submitted", "returned", "commented",
    "accepted", "rejected", "approved", "published", "superseded", "withdrawn",
]  # fmt: skip
"""What the catalogue's log records of versions."""

EVENTS: dict[Action, EventKind] = {
    "submit": "submitted",
    "return": "returned",
    "comment": "commented",
    "accept": "accepted",
    "reject": "rejected",
    "approve": "approved",
    "publish": "published",
    "supersede": "superseded",
    "withdraw": "withdrawn",
}
"""How the log names an action that was done."""

STEPS: dict[Action, dict[State, State]] = {
    "submit": {"draft": "in_review"},
    "return": {"in_review": "draft"},
    "comment": {
        "draft": "draft",
        "in_review": "in_review",
        "approved": "approved",
        "published": "published",
    },
    "accept": {"in_review": "in_review"},
    "reject": {"in_review": "in_review"},
    "approve": {"in_review": "approved"},
    "publish": {"approved": "published"},
    "supersede": {"published": "superseded"},
    "withdraw": {
        "draft": "withdrawn",
        "in_review": "withdrawn",
        "approved": "withdrawn",
        "published": "withdrawn",
        "superseded": "withdrawn",
    },
}
"""The state that an action leads to, by the state it starts from."""

_SAID: dict[State, str] = {
    "draft": "is a draft",
    "in_review": "is in review",
    "approved": "is approved",
    "published": "is published",
    "superseded": "was superseded by another version",
    "withdrawn": "was withdrawn",
}

_NEEDS: dict[Action, str] = {
    "submit": "only a draft can be submitted",
    "return": "only a version in review can be returned",
    "comment": "nothing can be said any more of a version that is superseded or withdrawn",
    "accept": "changes are accepted in review only",
    "reject": "changes are rejected in review only",
    "approve": "only a version in review can be approved",
    "publish": "only an approved version can be published",
    "supersede": "only a published version can be superseded",
    "withdraw": "it cannot be withdrawn once more",
}

_NEXT: dict[State, str] = {
    "draft": "Submit it first.",
    "in_review": "It has to be approved or returned first.",
    "approved": "It can be published or withdrawn.",
    "published": "Make and submit another version.",
    "superseded": "Review the article's current version instead.",
    "withdrawn": "A withdrawn version stays so; make another one.",
}


def refusal(action: Action, state: State) -> tuple[str, str] | None:
    """Why an action is refused in a state, and what to do; None when it is not.

    The first text goes behind the version's name: "is a draft: only …".
    """
    if state in STEPS[action]:
        return None
    return f"{_SAID[state]}: {_NEEDS[action]}.", _NEXT[state]


class Recipe(Value):
    """What a version was made from, beside its snapshots and the answers in the journal.

    ``inputs`` are the files by the names that they have in a project, their bytes stored by hash.
    ``settings`` are those that shape a draft; ``options`` what the run differed in from them.
    ``standings`` say what had befallen the sources by then. ``onto``: the version gone on from, and
    ``refresh`` what the refresh did to it: its plan, and the snapshots that could be cited.
    """

    format: Literal["citewright/recipe/1"]
    inputs: tuple[FileHash, ...]
    settings: dict[str, Any]
    options: dict[str, Any]
    standings: dict[str, PlainText]
    onto: Digest | None
    refresh: dict[str, Any] | None = None


class Head(Value):
    """Where an article stood at one time: its newest version and the end of its log.

    ``sequence`` counts the log's entries, ``log`` is the hash of the last one, which covers all
    before it. Heads are stored apart from the catalogue, so that an old copy of the catalogue is
    found out. ``signature`` is Ed25519 (RFC 8032) over the canonical JSON of the head without it,
    in base64; ``key`` the public key, in base64; both null where heads are not signed.
    """

    format: Literal["citewright/head/1"]
    slug: Slug
    number: VersionNumber
    version: Digest
    sequence: Annotated[int, Field(ge=1)]
    log: Digest
    key: str | None = None
    signature: str | None = None
