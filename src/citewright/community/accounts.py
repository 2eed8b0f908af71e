"""Accounts: who may sign in, under which name and in which role."""

from __future__ import annotations

from typing import Any, cast

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import ColumnElement, Connection, Row, delete, func, select

from citewright.database import Database, repeated
from citewright.database.community_tables import accounts, sessions
from citewright.database.times import as_text, now
from citewright.errors import InputError, NotFound
from citewright.model.base import clean_text
from citewright.model.community import ROLES, Account, Email, Role, folded

_EMAIL: TypeAdapter[str] = TypeAdapter(Email)


class Accounts:
    """Reads and writes of accounts; each write is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @repeated
    def create(self, email: str, name: str, role: Role) -> Account:
        """Make an account.

        :param name: what logs call them; like the address it is nobody else's, in any case.
        :raises InputError: when the address or the name is none, or somebody has it already.
        """
        _refuse_unusable(email, name, role)
        values = {"email": email, "name": name, "role": role, "disabled": False}
        keys = {"email_folded": folded(email), "name_folded": folded(name)}
        with self._database.writing() as connection:
            for column, given in ((accounts.c.email_folded, email), (accounts.c.name_folded, name)):
                if _one(connection, column == folded(given)) is not None:
                    raise InputError(
                        f"there is an account with {given!r} already.", hint="Choose another."
                    )
            made = accounts.insert().values(**values, **keys, made=as_text(now()))
            number = connection.execute(made.returning(accounts.c.id)).scalar_one()
        return Account(id=number, email=email, name=name, role=role)

    def by_email(self, email: str) -> Account | None:
        """The account of an address, in whichever case it is written."""
        return self._found(accounts.c.email_folded == folded(email))

    def by_id(self, number: int) -> Account | None:
        """The account of that id."""
        return self._found(accounts.c.id == number)

    @repeated
    def listing(self) -> list[Account]:
        """All accounts, oldest first."""
        with self._database.reading() as connection:
            rows = connection.execute(select(accounts).order_by(accounts.c.id)).all()
        return [account_of(row) for row in rows]

    @repeated
    def change(
        self, number: int, *, role: Role | None = None, disabled: bool | None = None
    ) -> Account:
        """Change an account's role or whether it may sign in; who may not is signed out.

        :raises NotFound: when there is none of that id.
        :raises InputError: for an unknown role, and where no administrator would be left.
        """
        values: dict[str, Any] = {}
        if role is not None:
            _refuse_role(role)
            values["role"] = role
        if disabled is not None:
            values["disabled"] = disabled
        with self._database.writing() as connection:
            row = _one(connection, accounts.c.id == number)
            if row is None:
                raise NotFound(f"there is no account {number}.")
            if values:
                mine = accounts.c.id == number
                connection.execute(accounts.update().where(mine).values(**values))
                _refuse_headless(connection, row)
            if disabled:
                connection.execute(delete(sessions).where(sessions.c.account == number))
            changed = _one(connection, accounts.c.id == number)
            assert changed is not None
        return account_of(changed)

    @repeated
    def _found(self, condition: ColumnElement[bool]) -> Account | None:
        with self._database.reading() as connection:
            row = _one(connection, condition)
        return None if row is None else account_of(row)


def account_of(row: Row[Any]) -> Account:
    """The account in a row that has its columns."""
    return Account(
        id=row.id,
        email=row.email,
        name=row.name,
        role=cast(Role, row.role),
        disabled=bool(row.disabled),
    )


def _one(connection: Connection, condition: ColumnElement[bool]) -> Row[Any] | None:
    return connection.execute(select(accounts).where(condition)).first()


def _refuse_headless(connection: Connection, before: Row[Any]) -> None:
    if before.role != "administrator" or before.disabled:
        return
    left = select(func.count()).where(
        accounts.c.role == "administrator", accounts.c.disabled.is_(False)
    )
    if connection.execute(left).scalar_one() == 0:
        raise InputError(
            f"{before.name} is the last administrator.", hint="Make another one first."
        )


def _refuse_unusable(email: str, name: str, role: Role) -> None:
    try:
        _EMAIL.validate_python(email)
    except ValidationError as error:
        raise InputError(f"{email[:260]!r} is no e-mail address.") from error
    if not name or name != clean_text(name) or len(name) > 200:
        raise InputError(
            f"{name[:60]!r} cannot be a name.",
            hint="Up to 200 characters, none invisible, no white space at the ends.",
        )
    _refuse_role(role)


def _refuse_role(role: str) -> None:
    if role not in ROLES:
        raise InputError(f"there is no role {role!r}.", hint=f"Use one of {', '.join(ROLES)}.")
