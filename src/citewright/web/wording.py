"""What the application calls things: states, kinds of changes, events, and times."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from citewright.model.community import QueueOrigin
from citewright.model.community import cause_in_words as cause_in_words
from citewright.model.version import State

STATES: Mapping[State, str] = {
    "draft": "draft",
    "in_review": "in review",
    "approved": "approved",
    "published": "published",
    "superseded": "superseded",
    "withdrawn": "withdrawn",
}

KINDS: Mapping[str, str] = {
    "unchanged": "unchanged",
    "reworded": "reworded",
    "moved": "moved",
    "moved_and_reworded": "moved and reworded",
    "added": "added",
    "removed": "removed",
    "split": "split in two or more",
    "merged": "merged into one",
    "re-sourced": "other sources",
    "evidence changed": "other passage behind it",
    "verdict changed": "judged otherwise",
    "tier changed": "a source's tier changed",
    "form": "quotation and own words exchanged",
    "id": "kept under another id",
}
"""What happened to a statement, by the names that the diff has for it."""

FLAGS: Mapping[str, str] = {
    "number": "a number",
    "unit": "a unit",
    "dose": "a dose",
    "date": "a date",
    "negation": "a negation",
    "hedging": "how certain it is",
    "population": "whom it is about",
    "causal language": "cause and effect",
}

OUTCOMES: Mapping[str, str] = {
    "supported": "supported",
    "partial": "partly supported",
    "not_supported": "not supported",
    "contradicted": "contradicted",
    "not_assessed": "not assessed",
}

EVENTS: Mapping[str, str] = {
    "generated": "was drafted",
    "imported": "was imported",
    "revised": "was made without the rejected changes",
    "reaffirmed": "was made again with the same result",
    "submitted": "was submitted for review",
    "returned": "was returned",
    "commented": "comment",
    "accepted": "change accepted",
    "rejected": "change rejected",
    "approved": "was approved",
    "published": "was published",
    "superseded": "was superseded",
    "withdrawn": "was withdrawn",
}

ORIGINS: Mapping[QueueOrigin, str] = {
    "schedule": "scheduled refresh",
    "suggestion": "reader’s suggestion",
    "retraction": "retracted source",
    "model": "model or prompt change",
    "editor": "an editor",
    "import": "imported page",
}


def kind(name: str) -> str:
    """A change's kind in words."""
    return KINDS.get(name, name.replace("_", " "))


def kinds(names: Iterable[str]) -> str:
    """All that happened to a statement, in words."""
    told = " · ".join(map(kind, names))
    return told[:1].upper() + told[1:]


def flag(name: str) -> str:
    """What of the meaning may have changed, in words."""
    return FLAGS.get(name, name.replace("_", " "))


def counted(number: int, noun: str, rest: str = "") -> str:
    """Such as ``2 changes may alter the meaning``."""
    return f"{number} {noun}{'' if number == 1 else 's'} {rest}".strip()


def article_name(slug: str, title: str = "") -> str:
    """An article's title; its slug as words where a list has no title."""
    if title:
        return title
    words = slug.replace("-", " ")
    return words[:1].upper() + words[1:]


def moment(text: str | None) -> str:
    """A stored time as ``2026-06-04 09:30`` in UTC."""
    return text[:16].replace("T", " ") if text else "–"


def age(since: str, now: datetime) -> str:
    """How long ago a stored time is, in its largest unit."""
    seconds = max(0.0, (now - datetime.fromisoformat(since).astimezone(UTC)).total_seconds())
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = int(seconds // size)
            return f"{count} {unit}" + ("s" if count != 1 else "")
    return "under a minute"


def usd(amount: object) -> str:
    """An amount of US dollars, to the cent or, where it is less, to the hundredth of a cent."""
    value = float(str(amount))
    return f"${value:.2f}" if value >= 0.01 or not value else f"${value:.4f}"
