"""What a version cost, and why it is as it is: from its own document, the journal and the log."""

from __future__ import annotations

from typing import Any

from citewright.model.base import Value
from citewright.model.version import Version
from citewright.pipeline.report import money
from citewright.pipeline.workspace import Workspace
from citewright.versions.runs import RunLog

_NONE = {
    "generate": "All of it was drafted anew from its brief; there is nothing to compare it with.",
    "import": "It was read from a published page; there is nothing to compare it with.",
}
"""Why a version names no changes, by its cause."""


def account(workspace: Workspace, slug: str, number: str | None = None) -> dict[str, Any]:
    """What a version took and what led to it, as plain values.

    ``runs`` are those that paid for its answers, the first one first: an answer that was found
    again was paid by an earlier run. ``changes`` are the statements that differ from the parent's,
    each with its causes; where there are none, ``no_changes`` says why. ``log`` is what was done
    with it since.

    :param number: a version's number; the current one if None.
    :raises NotFound: when there is no such version.
    :raises IntegrityError: when what is stored of it was altered.
    """
    entry = workspace.catalogue.version(slug, number)
    version = workspace.version(entry.digest)
    log = workspace.catalogue.reviews.log(slug=slug, version=entry.digest)
    return {
        "slug": slug,
        "number": version.number,
        "state": entry.state,
        "created": _plain(version)["created"],
        "parent": None if version.parent is None else workspace.version(version.parent).number,
        "cause": _plain(version.cause),
        "generator": _plain(version.generator),
        **money(version),
        "runs": RunLog(workspace.database).that_paid(version.answers),
        "failed_sections": list(version.failed),
        "changes": [_plain(one) for one in version.changes],
        "no_changes": "" if version.changes else _without(version),
        "log": [
            {"at": one.at, "kind": one.kind, "actor": one.actor, "detail": one.detail}
            for one in log
        ],
    }


def _without(version: Version) -> str:
    if version.parent is None:
        return _NONE.get(version.cause.kind, "It is the article's first version.")
    return _NONE.get(version.cause.kind, "No statement differs from the version before it.")


def _plain(value: Value) -> dict[str, Any]:
    return value.model_dump(mode="json", by_alias=True)
