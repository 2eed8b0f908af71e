"""The people around a wiki: accounts, suggestions and what becomes of them, the review queue.

A suggestion's way::

    unconfirmed -> received -> drafting -> drafted -> endorsed -> published
                                  |
                                  +-> failed -> drafting …

From each of these but the last it may be withdrawn; it is declined once it was received, and
expires where an answer is waited for in vain. A draft that is in the way of something graver is
taken back, and the suggestion drafted anew. ``SUGGESTION_STEPS`` is the whole rule; everything
that is not in it is refused by :func:`suggestion_refusal`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from citewright.model.base import Digest, PlainText, Slug, UtcTime, Value, clean_text

Role = Literal["reader", "reviewer", "editor", "administrator"]

ROLES: tuple[Role, ...] = ("reader", "reviewer", "editor", "administrator")
"""Each may do what the ones before it may."""


def may_act_as(role: Role, needed: Role) -> bool:
    """Whether a role includes another one."""
    return ROLES.index(role) >= ROLES.index(needed)


def folded(name: str) -> str:
    """What two names or addresses are compared by: case and white space make no difference."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


@dataclass(frozen=True)
class Account:
    """Somebody who can sign in; ``name`` is the actor that logs name."""

    id: int
    email: str
    name: str
    role: Role
    disabled: bool = False


@dataclass(frozen=True)
class Session:
    """A browser that somebody is signed in with; ``csrf`` goes into each of its forms."""

    account: Account
    csrf: str
    opened: str


TokenPurpose = Literal["sign-in", "openid", "confirm", "suggestion", "api"]

REUSABLE: frozenset[TokenPurpose] = frozenset({"suggestion", "api"})
"""Tokens of these purposes may be used until they expire, the others once."""

SuggestionKind = Literal["error", "missing", "newer"]
Credit = Literal["name", "initials", "anonymous"]
SuggestionState = Literal[
    "unconfirmed", "received", "drafting", "drafted", "endorsed", "published", "declined",
    "withdrawn", "failed", "expired",
]  # fmt: skip
SuggestionAction = Literal[
    "confirm", "start", "finish", "endorse", "publish", "decline", "withdraw", "fail", "expire",
    "reset",
]  # fmt: skip
Party = Literal["suggester", "editor", "program"]
"""Who does something to a suggestion."""

SUGGESTION_STEPS: dict[SuggestionAction, dict[SuggestionState, SuggestionState]] = {
    "confirm": {"unconfirmed": "received"},
    "start": {"received": "drafting", "failed": "drafting"},
    "finish": {"drafting": "drafted"},
    "fail": {"drafting": "failed"},
    "endorse": {"drafted": "endorsed"},
    "publish": {"endorsed": "published"},
    "decline": {
        "received": "declined",
        "drafting": "declined",
        "drafted": "declined",
        "endorsed": "declined",
        "failed": "declined",
    },
    "withdraw": {
        "unconfirmed": "withdrawn",
        "received": "withdrawn",
        "drafting": "withdrawn",
        "drafted": "withdrawn",
        "endorsed": "withdrawn",
        "failed": "withdrawn",
    },
    "expire": {"unconfirmed": "expired", "drafted": "expired"},
    "reset": {"drafted": "drafting", "endorsed": "drafting"},
}
"""The state that an action leads to, by the state it starts from."""

CLOSED: frozenset[SuggestionState] = frozenset({"published", "declined", "withdrawn", "expired"})
"""The states that nothing leads out of."""

_SAID: dict[SuggestionState, str] = {
    "unconfirmed": "has not been confirmed by mail",
    "received": "was received and waits to be drafted",
    "drafting": "is being drafted",
    "drafted": "is drafted and waits for whoever suggested it",
    "endorsed": "waits for an editor",
    "published": "is published",
    "declined": "was declined",
    "withdrawn": "was withdrawn",
    "failed": "could not be drafted",
    "expired": "has expired",
}

_NEEDS: dict[SuggestionAction, str] = {
    "confirm": "only one that is not confirmed yet can be",
    "start": "only one that was received can be drafted",
    "finish": "only one that is being drafted can be finished",
    "fail": "only one that is being drafted can fail",
    "endorse": "only a drafted one can be approved by whoever suggested it",
    "publish": "only one that was approved by whoever suggested it can be published",
    "decline": "only one that was received and is still open can be declined",
    "withdraw": "only an open one can be withdrawn",
    "expire": "only one that waits for an answer can expire",
    "reset": "only one that is drafted can be drafted anew",
}


def suggestion_refusal(action: SuggestionAction, state: SuggestionState) -> tuple[str, str] | None:
    """Why an action is refused in a state, and what to do; None when it is not.

    The first text goes behind the suggestion's name: "is published: only …".
    """
    if state in SUGGESTION_STEPS[action]:
        return None
    hint = "It is closed; make another one." if state in CLOSED else "Look at where it stands now."
    return f"{_SAID[state]}: {_NEEDS[action]}.", hint


def _lines(text: str) -> str:
    if text != clean_lines(text):
        raise ValueError(f"text holds prohibited characters or needless white space: {text[:60]!r}")
    return text


def clean_lines(text: str) -> str:
    """Foreign text of several lines as :data:`Lines` wants it; may return an empty string.

    Each line as :func:`citewright.model.base.clean_text` makes it; empty ones only between others,
    and no two in a row.
    """
    kept: list[str] = []
    for line in text.splitlines():
        cleaned = clean_text(line)
        if cleaned or (kept and kept[-1]):
            kept.append(cleaned)
    return "\n".join(kept).strip("\n")


Lines = Annotated[str, StringConstraints(min_length=1), AfterValidator(_lines)]
"""Text of several lines without control or invisible characters."""

Email = Annotated[
    str,
    StringConstraints(
        max_length=254,
        # The addresses that HTML's forms accept, in ASCII: one "@", no white space, no brackets.
        pattern=r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@"
        r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
        r"(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$",
    ),
]
"""An e-mail address (WHATWG HTML, section 4.10.5.1.5)."""


class Proposal(Value):
    """What somebody suggests about an article, as it comes out of the form.

    ``version`` is the digest of the version that they read, ``statement`` and ``quote`` the
    statement that it is about and its words then. ``sources`` are URLs, DOIs or PMIDs as given.
    ``name`` stands on the page as ``credit`` says. Its text is data, never an instruction.
    """

    slug: Slug
    version: Digest
    statement: Annotated[str, StringConstraints(max_length=14)] | None = None
    quote: Annotated[PlainText, Field(max_length=4000)] | None = None
    kind: SuggestionKind
    text: Annotated[Lines, Field(max_length=8000)]
    sources: Annotated[
        tuple[Annotated[PlainText, Field(max_length=2000)], ...], Field(min_length=1, max_length=10)
    ]
    email: Email
    credit: Credit = "anonymous"
    name: Annotated[PlainText, Field(max_length=100)] | None = None


class Suggestion(Proposal):
    """A suggestion and where it stands.

    ``id`` is random and public. ``draft`` is the digest of the version that was made of it.
    ``email`` is empty once it was erased.
    """

    id: str
    at: UtcTime
    email: Email | Literal[""]
    state: SuggestionState
    draft: Digest | None = None

    @property
    def credited(self) -> str | None:
        """Whom the page thanks: the name, its initials, or nobody."""
        if self.credit == "anonymous" or not self.name:
            return None
        if self.credit == "name":
            return self.name
        return "".join(f"{word[0].upper()}." for word in self.name.replace("-", " ").split())


_NAMED = re.compile(r" \(suggestion [0-9a-f]{24}\)")


def cause_in_words(detail: str) -> str:
    """Why a version was made, without the id of the suggestion that it was made of, if it was."""
    return _NAMED.sub("", detail)


class Suggested(Value):
    """What of a suggestion goes into a draft; nothing in it says whose it is.

    ``about`` is the id of the statement that it is about, if it still stands; ``sources`` are the
    keys of its sources in the library.
    """

    id: str
    kind: SuggestionKind
    text: Lines
    about: str | None
    sources: tuple[Slug, ...]


@dataclass(frozen=True)
class SuggestionEvent:
    """One step of a suggestion, and who took it."""

    at: str
    action: SuggestionAction | Literal["send", "erase"]
    party: Party
    state: SuggestionState
    detail: str


@dataclass(frozen=True)
class Mail:
    """A message that is to go out: plain text to one address.

    ``message_id`` is the same at each try, so that a receiver can tell a second copy.
    """

    id: int
    key: str
    to: str
    subject: str
    body: str
    message_id: str
    made: str
    attempts: int


@dataclass(frozen=True)
class AuditEntry:
    """One line of the audit log: who did what to what."""

    id: int
    at: str
    actor: str
    action: str
    subject: str
    detail: str


QueueOrigin = Literal["schedule", "suggestion", "retraction", "model", "editor", "import"]


@dataclass(frozen=True)
class QueueItem:
    """A version that waits for review; the higher ``risk``, the sooner.

    ``meaning_changes`` and ``unsupported`` are counts against the live version, ``llm_change`` the
    change of the share of statements without a source (-1 to 1), ``since`` an RFC 3339 time.
    """

    version: str
    slug: str
    origin: QueueOrigin
    risk: int
    meaning_changes: int
    unsupported: int
    llm_change: float
    cost_usd: Decimal
    since: str
