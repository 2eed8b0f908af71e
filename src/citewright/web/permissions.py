"""Who may do what: the one table, and nothing beside it.

A role may do all that the roles before it may. Every route names its permission; see
:func:`citewright.web.guards.allow`.
"""

from __future__ import annotations

from typing import Literal

from citewright.model.community import Role, may_act_as

Permission = Literal[
    "public", "own account", "read", "review", "decide", "publish", "runs", "request",
    "suggestions", "administer",
]  # fmt: skip

LEAST: dict[Permission, Role | None] = {
    "public": None,
    "own account": "reader",
    "read": "reader",
    "review": "reviewer",
    "decide": "reviewer",
    "publish": "editor",
    "runs": "editor",
    "request": "editor",
    "suggestions": "editor",
    "administer": "administrator",
}
"""The least role that a permission asks for; None: nobody has to be signed in.

``own account``: sign out, one's own keys. ``read``: articles, versions and sources of any state.
``review``: the queue and what changed. ``decide``: comment, accept, reject, approve, return.
``publish``: submit, publish, withdraw, take rejected changes back. ``runs``: what runs cost and
where they stand. ``request``: ask for an article to be written anew.
``suggestions``: have readers' suggestions drafted, or decline them. ``administer``: accounts and
the audit log.
"""


def permits(role: Role | None, permission: Permission) -> bool:
    """Whether somebody of this role may do it; None stands for nobody signed in."""
    least = LEAST[permission]
    if least is None:
        return True
    return role is not None and may_act_as(role, least)
