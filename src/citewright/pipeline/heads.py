"""Heads: where each article stands, kept in the store beside the catalogue and signed on request.

The catalogue is one file that an older copy can take the place of, versions, states and all. A
head says how far an article's log had come, and the store only grows: a catalogue whose log is
shorter than a head says, or that has another entry in that place, was rolled back or rewritten.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from citewright.errors import CitewrightError
from citewright.model.canonical import canonical_json, dump
from citewright.model.review import Head
from citewright.pipeline.queueing import settle
from citewright.pipeline.signing import is_signed, public_key, sign
from citewright.pipeline.workspace import Workspace
from citewright.versions.reviews import LogEntry

TAG = "citewright/head/1"
KIND = "head"


def seal(workspace: Workspace, slug: str) -> None:
    """Store where an article stands now, signed where there is a key, and bring its place in the
    review queue up to date.

    It follows the catalogue's transaction, so that a run that is killed between the two leaves a
    head that is behind, never one that is ahead.

    :raises SettingsError: when the key is none, or signing is not installed.
    """
    tip = workspace.catalogue.reviews.tip(slug)
    if tip is None:
        return
    head = Head(
        format=TAG,
        slug=slug,
        number=tip.number,
        version=tip.version,
        sequence=tip.sequence,
        log=tip.hash,
    )
    key = workspace.settings.signing_key
    if key is not None:
        private = key.get_secret_value()
        head = head.model_copy(update={"key": public_key(private)})
        head = head.model_copy(update={"signature": sign(private, _signed_part(head))})
    workspace.store.put_document(KIND, TAG, head)
    settle(workspace, slug)


def check_heads(
    workspace: Workspace, logs: dict[str, list[LogEntry]], only: str | None
) -> Iterator[str]:
    """What the stored heads say against the logs of these articles, one sentence each.

    :param logs: the entries of each article, oldest first.
    :param only: the article that is asked about; None for all.
    """
    heads, unreadable = _stored(workspace)
    yield from unreadable
    trusted = _trusted_key(workspace)
    for slug, entries in logs.items():
        chained = {entry.sequence: entry.hash for entry in entries if entry.sequence}
        for head in sorted(heads.get(slug, []), key=lambda one: one.sequence):
            if head.sequence not in chained:
                yield (
                    f"{slug}: the catalogue was rolled back: its log ends before entry "
                    f"{head.sequence}, which made {head.number} the current version."
                )
                break
            if chained[head.sequence] != head.log:
                yield f"{slug}: the log was rewritten at entry {head.sequence}."
                break
        if trusted is not None:
            yield from _signatures(slug, heads.get(slug, []), trusted)
    for slug in sorted(heads.keys() - logs.keys()) if only is None else ():
        yield f"{slug}: the catalogue was rolled back: it does not know this article any more."


def _signatures(slug: str, heads: list[Head], trusted: str) -> Iterator[str]:
    newest = max(heads, key=lambda head: head.sequence, default=None)
    if newest is None:
        yield f"{slug}: no head is stored, so none is signed."
    elif not any(
        head.sequence == newest.sequence
        and head.key == trusted
        and head.signature is not None
        and is_signed(trusted, head.signature, _signed_part(head))
        for head in heads
    ):
        yield f"{slug}: its newest head (entry {newest.sequence}) is not signed with the known key."


def _stored(workspace: Workspace) -> tuple[dict[str, list[Head]], list[str]]:
    found: dict[str, list[Head]] = defaultdict(list)
    problems = []
    for digest in workspace.store.digests(KIND):
        try:
            head = workspace.store.get_document(KIND, TAG, digest, Head)
        except CitewrightError as error:
            problems.append(error.message)
        else:
            found[head.slug].append(head)
    return found, problems


def _trusted_key(workspace: Workspace) -> str | None:
    settings = workspace.settings
    if settings.public_key is not None:
        return settings.public_key
    if settings.signing_key is not None:
        return public_key(settings.signing_key.get_secret_value())
    return None


def _signed_part(head: Head) -> bytes:
    return canonical_json(dump(head.model_copy(update={"signature": None})))
