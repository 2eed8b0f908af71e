"""Suggestions of readers: kept, moved from state to state, and forgotten who sent them."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, Row, Select, func, select

from citewright.database import Database, repeated
from citewright.database.community_tables import suggestion_events, suggestions
from citewright.database.tables import versions
from citewright.database.times import as_text, as_time, now
from citewright.errors import InputError, NotFound
from citewright.model.community import (
    CLOSED,
    SUGGESTION_STEPS,
    Party,
    Proposal,
    Suggestion,
    SuggestionAction,
    SuggestionEvent,
    SuggestionState,
    suggestion_refusal,
)


class Suggestions:
    """Reads and writes of suggestions; each write is one transaction."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = now) -> None:
        self._database = database
        self._clock = clock

    @repeated
    def add(self, proposal: Proposal, *, within: Connection | None = None) -> Suggestion:
        """Keep a suggestion, unconfirmed.

        :param within: a transaction of the caller's that it is to be part of, with the mail that
            asks for its confirmation.
        :raises NotFound: when the article has no such version.
        """
        if within is not None:
            return self._add(within, proposal)
        with self._database.writing() as connection:
            return self._add(connection, proposal)

    @repeated
    def step(
        self,
        name: str,
        action: SuggestionAction,
        *,
        seen: SuggestionState,
        party: Party,
        detail: str = "",
        draft: str | None = None,
        within: Connection | None = None,
    ) -> Suggestion:
        """Do something to a suggestion, and record it; of two at once one is done.

        :param name: its id.
        :param seen: the state that it was in when this was decided.
        :param detail: the reason; cut at 4000 characters.
        :param draft: the digest of the version that was made of it, to ``finish`` with.
        :param within: a transaction of the caller's that it is to be part of.
        :raises NotFound: for an unknown suggestion, or an unknown draft.
        :raises InputError: when it is in another state by now, or its state does not allow it.
        """
        step = _Step(action, seen, party, detail[:4000], draft)
        if within is not None:
            return self._step(within, name, step)
        with self._database.writing() as connection:
            return self._step(connection, name, step)

    @repeated
    def erase_email(self, name: str) -> None:
        """Forget who sent a closed suggestion: the address, and a name that no page shows.

        :raises NotFound: for an unknown suggestion.
        :raises InputError: when it is still open.
        """
        with self._database.writing() as connection:
            row = _row(connection, name)
            if row.state not in CLOSED:
                raise InputError(
                    f"the suggestion {name} is still open ({row.state}).", hint="Close it first."
                )
            shown = row.state == "published" and row.credit != "anonymous"
            mine = suggestions.update().where(suggestions.c.id == name)
            connection.execute(mine.values(email="", name=row.name if shown else None))
            self._record(connection, name, "erase", "program", row.state, "")

    def find(self, name: str) -> Suggestion | None:
        """The suggestion of that id."""
        return self._first(select(suggestions).where(suggestions.c.id == name))

    def by_draft(self, version: str) -> Suggestion | None:
        """The suggestion that a version was made of."""
        return self._first(select(suggestions).where(suggestions.c.draft == version))

    @repeated
    def listing(
        self,
        states: Collection[SuggestionState],
        *,
        slug: str | None = None,
        before: datetime | None = None,
        limit: int = 100,
    ) -> list[Suggestion]:
        """Suggestions in one of these states, oldest first.

        :param before: only those that were sent before then.
        """
        query = select(suggestions).where(suggestions.c.state.in_(list(states)))
        if slug is not None:
            query = query.where(suggestions.c.slug == slug)
        if before is not None:
            query = query.where(suggestions.c.at < as_text(before))
        query = query.order_by(suggestions.c.at, suggestions.c.id).limit(limit)
        with self._database.reading() as connection:
            return [_suggestion(row) for row in connection.execute(query)]

    @repeated
    def counts(self) -> dict[SuggestionState, int]:
        """How many suggestions are in which state."""
        query = select(suggestions.c.state, func.count()).group_by(suggestions.c.state)
        with self._database.reading() as connection:
            return {cast(SuggestionState, row[0]): row[1] for row in connection.execute(query)}

    @repeated
    def events(self, name: str) -> list[SuggestionEvent]:
        """What became of a suggestion, oldest first."""
        table = suggestion_events
        query = select(table).where(table.c.suggestion == name).order_by(table.c.id)
        with self._database.reading() as connection:
            return [
                SuggestionEvent(row.at, row.action, row.party, row.state, row.detail)
                for row in connection.execute(query)
            ]

    @repeated
    def _first(self, query: Select[Any]) -> Suggestion | None:
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        return None if row is None else _suggestion(row)

    def _add(self, connection: Connection, proposal: Proposal) -> Suggestion:
        _refuse_foreign(connection, proposal.slug, proposal.version)
        name = secrets.token_hex(12)
        values = proposal.model_dump() | {"id": name, "state": "unconfirmed"}
        values |= {"at": as_text(self._clock()), "sources": json.dumps(proposal.sources)}
        connection.execute(suggestions.insert().values(**values))
        self._record(connection, name, "send", "suggester", "unconfirmed", "")
        return _suggestion(_row(connection, name))

    def _step(self, connection: Connection, name: str, step: _Step) -> Suggestion:
        row = _row(connection, name)
        if row.state != step.seen:
            raise InputError(
                f"the suggestion {name} is not {step.seen} any more: it is {row.state}.",
                hint="Look at it again and decide anew.",
            )
        refused = suggestion_refusal(step.action, row.state)
        if refused is not None:
            raise InputError(f"the suggestion {name} {refused[0]}", hint=refused[1])
        values: dict[str, str] = {"state": SUGGESTION_STEPS[step.action][step.seen]}
        if (step.action == "finish") != (step.draft is not None):
            raise InputError("a draft is named when drafting is finished, and only then.")
        if step.draft is not None:
            _refuse_foreign(connection, row.slug, step.draft)
            values["draft"] = step.draft
        connection.execute(suggestions.update().where(suggestions.c.id == name).values(**values))
        self._record(connection, name, step.action, step.party, values["state"], step.detail)
        return _suggestion(_row(connection, name))

    def _record(
        self, connection: Connection, name: str, action: str, party: Party, state: str, detail: str
    ) -> None:
        connection.execute(
            suggestion_events.insert().values(
                suggestion=name,
                at=as_text(self._clock()),
                action=action,
                party=party,
                state=state,
                detail=detail,
            )
        )


@dataclass(frozen=True)
class _Step:
    action: SuggestionAction
    seen: SuggestionState
    party: Party
    detail: str
    draft: str | None


def _row(connection: Connection, name: str) -> Row[Any]:
    row = connection.execute(select(suggestions).where(suggestions.c.id == name)).first()
    if row is None:
        raise NotFound(f"there is no suggestion {name[:40]!r}.")
    return row


def _suggestion(row: Row[Any]) -> Suggestion:
    values = dict(row._mapping)
    values |= {"at": as_time(row.at), "sources": tuple(json.loads(row.sources))}
    return Suggestion.model_validate(values)


def _refuse_foreign(connection: Connection, slug: str, version: str) -> None:
    mine = select(versions.c.digest).where(versions.c.digest == version, versions.c.slug == slug)
    if connection.execute(mine).first() is None:
        raise NotFound(f"{slug!r} has no version {version}.")
