"""The log of versions and the states it leads to: who did what to a version, when and why.

Each entry of an article's log holds the hash of the one before, so that none can be altered or
taken out unnoticed. A version's state is changed together with the entry that says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Connection, Row, Select, select

from citewright.database import Database, repeated
from citewright.database.tables import articles, events, versions
from citewright.database.times import as_text, now
from citewright.errors import InputError, NotFound
from citewright.model.canonical import tagged_digest
from citewright.model.review import EVENTS, STEPS, Action, EventKind, refusal
from citewright.model.version import State

TAG = "citewright/event/1"

MADE: tuple[EventKind, ...] = ("generated", "imported", "revised")
"""The entries that say that a version was made."""

_HASHED = ("sequence", "at", "kind", "slug", "version", "actor", "change", "state", "detail")


@dataclass(frozen=True)
class LogEntry:
    """One entry of an article's log.

    ``detail`` is the reason; ``actor`` who did it, None for the program itself. ``sequence`` and
    ``hash`` are None in entries of before the log was chained.
    """

    sequence: int | None
    at: str
    kind: EventKind
    slug: str
    version: str
    actor: str | None
    change: str | None
    state: State | None
    detail: str
    hash: str | None

    def derived_hash(self, previous: str | None) -> str:
        """The hash that this entry has behind the one of that hash."""
        values = {name: getattr(self, name) for name in _HASHED}
        return tagged_digest(TAG, values | {"previous": previous})


@dataclass(frozen=True)
class Tip:
    """An article's newest version, and the last entry of its log."""

    number: str
    version: str
    sequence: int
    hash: str


@dataclass(frozen=True)
class Act:
    """What somebody does to a version, and why; ``changes`` are the ids that it is about."""

    action: Action
    actor: str | None
    reason: str
    changes: tuple[str, ...] = ()


def append(
    connection: Connection,
    kind: EventKind,
    slug: str,
    version: str,
    detail: str,
    *,
    actor: str | None = None,
    change: str | None = None,
    state: State | None = None,
) -> None:
    """Add an entry to an article's log, inside the caller's transaction."""
    last = connection.execute(
        select(events.c.sequence, events.c.hash)
        .where(events.c.slug == slug, events.c.sequence.is_not(None))
        .order_by(events.c.sequence.desc())
        .limit(1)
    ).first()
    entry = LogEntry(
        sequence=1 if last is None else last.sequence + 1,
        at=as_text(now()),
        kind=kind,
        slug=slug,
        version=version,
        actor=actor,
        change=change,
        state=state,
        detail=detail[:4000],
        hash=None,
    )
    hashed = entry.derived_hash(None if last is None else last.hash)
    connection.execute(events.insert().values(**vars(entry) | {"hash": hashed}))


class Reviews:
    """The log, and the changes of state; each write is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @repeated
    def act(
        self,
        digest: str,
        acts: Sequence[Act],
        *,
        current_only: bool = True,
        seen: int | None = None,
    ) -> State:
        """Do one thing after another to a version, all or nothing; gives its state then.

        Publishing a version supersedes the article's published one.

        :param current_only: refuse when the article has a newer version by now.
        :param seen: the newest entry of the log that whoever decides has seen; refuse when
            somebody has decided something since that they should know of.
        :raises NotFound: for an unknown version.
        :raises InputError: when its state does not allow it, when somebody approves what they
            made, or when a version with rejected changes is to be approved.
        """
        with self._database.writing() as connection:
            for act in acts:
                row = _row(connection, digest)
                if current_only:
                    _refuse_stale(connection, row)
                if seen is not None:
                    _refuse_unseen(connection, row, act, seen)
                _refuse_step(act.action, row)
                if act.action == "approve":
                    _refuse_own(connection, row, act.actor)
                    _refuse_rejected(connection, row)
                _do(connection, row, act)
            return cast(State, _row(connection, digest).state)

    @repeated
    def publish(self, digest: str, actor: str | None, *, unreviewed: bool) -> None:
        """Publish a version, and supersede the article's published one; a published one stays so.

        :param unreviewed: let a draft pass that nobody reviewed; the log says so.
        :raises NotFound: for an unknown version.
        :raises InputError: when its state does not allow it.
        """
        with self._database.writing() as connection:
            row = _row(connection, digest)
            if row.state == "published":
                return
            reason = "Published."
            if unreviewed and row.state == "draft":
                reason = "Published without review."
            else:
                _refuse_step("publish", row)
            _do(connection, row, Act("publish", actor, reason))

    @repeated
    def log(
        self,
        slug: str | None = None,
        version: str | None = None,
        kinds: Iterable[str] | None = None,
    ) -> list[LogEntry]:
        """The entries of one article, of one version, or of all, oldest first.

        :param kinds: these kinds of entries only.
        """
        query = select(events).where(events.c.version.is_not(None)).order_by(events.c.id)
        if slug is not None:
            query = query.where(events.c.slug == slug)
        if version is not None:
            query = query.where(events.c.version == version)
        if kinds is not None:
            query = query.where(events.c.kind.in_(list(kinds)))
        with self._database.reading() as connection:
            return _entries(connection, query)

    @repeated
    def tip(self, slug: str) -> Tip | None:
        """Where an article stands now; None where it has no version, or no chained log."""
        current = (
            select(versions, events.c.sequence, events.c.hash)
            .join(articles, articles.c.current == versions.c.digest)
            .join(events, events.c.slug == versions.c.slug)
            .where(articles.c.slug == slug, events.c.sequence.is_not(None))
            .order_by(events.c.sequence.desc())
            .limit(1)
        )
        with self._database.reading() as connection:
            row = connection.execute(current).first()
        if row is None:
            return None
        return Tip(f"{row.major}.{row.minor}", row.digest, row.sequence, row.hash)

    @repeated
    def makers(self, digest: str) -> frozenset[str]:
        """Who made a version, and those before it that nobody has approved.

        :raises NotFound: for an unknown version.
        """
        with self._database.reading() as connection:
            return _makers(connection, _row(connection, digest))


def _do(connection: Connection, row: Row[Any], act: Act) -> None:
    if act.action == "publish":
        shown = select(versions).where(versions.c.slug == row.slug, versions.c.state == "published")
        for other in connection.execute(shown).all():
            number = f"{row.major}.{row.minor}"
            _do(connection, other, Act("supersede", act.actor, f"{number} was published."))
    state = "published" if act.action == "publish" else STEPS[act.action][row.state]
    connection.execute(versions.update().where(versions.c.digest == row.digest).values(state=state))
    new = None if state == row.state else state
    for change in act.changes or (None,):
        append(
            connection,
            EVENTS[act.action],
            row.slug,
            row.digest,
            act.reason,
            actor=act.actor,
            change=change,
            state=new,
        )


def _row(connection: Connection, digest: str) -> Row[Any]:
    row = connection.execute(select(versions).where(versions.c.digest == digest)).first()
    if row is None:
        raise NotFound(f"the catalogue has no version {digest}.")
    return row


def _name(row: Row[Any]) -> str:
    return f"{row.slug} {row.major}.{row.minor}"


def _refuse_stale(connection: Connection, row: Row[Any]) -> None:
    query = (
        select(versions)
        .join(articles, articles.c.current == versions.c.digest)
        .where(articles.c.slug == row.slug)
    )
    head = connection.execute(query).one()
    if head.digest != row.digest:
        raise InputError(
            f"{_name(row)} is not the current version any more: {head.major}.{head.minor} is.",
            hint="Look at that one and decide again.",
        )


def _refuse_unseen(connection: Connection, row: Row[Any], act: Act, seen: int) -> None:
    """Refuse what was decided without knowing the last word on the version or its change.

    What was said of other changes does not matter to a decision on one; comments do not matter.
    """
    query = select(events).where(events.c.version == row.digest, events.c.sequence > seen)
    for entry in _entries(connection, query.order_by(events.c.id)):
        other = act.changes and entry.change is not None and entry.change not in act.changes
        if entry.kind != "commented" and not other:
            raise InputError(
                f"{entry.actor or 'the program'} has {entry.kind} this in the meantime: "
                f"{entry.detail}",
                hint="Look at it again and decide then.",
            )


def _refuse_step(action: Action, row: Row[Any]) -> None:
    refused = refusal(action, row.state)
    if refused is not None:
        raise InputError(f"{_name(row)} {refused[0]}", hint=refused[1])


def _refuse_own(connection: Connection, row: Row[Any], actor: str | None) -> None:
    if actor is not None and _folded(actor) in {_folded(one) for one in _makers(connection, row)}:
        raise InputError(
            f"{actor} made {_name(row)} and cannot approve it.", hint="Ask somebody else to."
        )


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def _refuse_rejected(connection: Connection, row: Row[Any]) -> None:
    rejected = [
        one for one, kind in decisions(connection, row.digest).items() if kind == "rejected"
    ]
    if rejected:
        listed = ", ".join(rejected[:5])
        raise InputError(
            f"{_name(row)} has {len(rejected)} rejected changes: {listed}.",
            hint="Make a version without them: `citewright review revise`.",
        )


def decisions(connection: Connection, digest: str) -> dict[str, EventKind]:
    """The last decision on each change of a version that was decided on."""
    query = select(events).where(
        events.c.version == digest, events.c.kind.in_(("accepted", "rejected"))
    )
    return {
        one.change: one.kind
        for one in _entries(connection, query.order_by(events.c.id))
        if one.change is not None
    }


def _makers(connection: Connection, row: Row[Any]) -> frozenset[str]:
    found: set[str] = set()
    here: Row[Any] | None = row
    while here is not None:
        entries = _entries(connection, select(events).where(events.c.version == here.digest))
        if here is not row and any(one.kind in ("approved", "published") for one in entries):
            break
        found |= {one.actor for one in entries if one.kind in MADE and one.actor is not None}
        here = _row(connection, here.parent) if here.parent else None
    return frozenset(found)


def _entries(connection: Connection, query: Select[Any]) -> list[LogEntry]:
    return [
        LogEntry(**{name: getattr(row, name) for name in (*_HASHED, "hash")})
        for row in connection.execute(query)
    ]
