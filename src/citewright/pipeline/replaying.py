"""A version made again from what is stored, to show that it is what came of its sources."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from citewright.errors import InputError, IntegrityError, NotFound
from citewright.model.canonical import dump
from citewright.model.review import Recipe
from citewright.model.version import Version
from citewright.pipeline import evidence, sections
from citewright.pipeline.commit import Parts, commit_version
from citewright.pipeline.reassessing import reassessed_by
from citewright.pipeline.recipes import INPUT, KIND, TAG, read_options
from citewright.pipeline.remaking import from_recipe, remake
from citewright.pipeline.restoring import restored
from citewright.pipeline.reviewing import under_review
from citewright.pipeline.revising import rejections, revised
from citewright.pipeline.undoing import undo
from citewright.pipeline.workspace import RunOptions, Workspace
from citewright.versions.sources import Happening

Reopen = Callable[[Workspace, Recipe, Path, datetime], Workspace]
"""Opens a workspace in another folder that calls no model and knows one moment only."""


@dataclass(frozen=True)
class Replayed:
    """What came of making a version again.

    ``made`` is the digest of what was made; ``differs`` the fields in which it is another one,
    none when it is equal to the byte.
    """

    slug: str
    number: str
    digest: str
    made: str
    differs: tuple[str, ...]

    @property
    def exact(self) -> bool:
        """Whether the same version was made, to the byte."""
        return self.made == self.digest


def replay(workspace: Workspace, slug: str, number: str, reopen: Reopen) -> Replayed:
    """Make a version again: no network, no call, nothing written to the project.

    Its snapshots, the journal's answers, and the files, settings and standings of its recipe take
    the place of today's. Times of verdicts are taken over from the version.

    :raises NotFound: for an unknown version, or when a stored input or answer is gone.
    :raises InputError: when the version keeps no recipe, or was not drafted.
    :raises IntegrityError: when what is stored is damaged.
    """
    entry = workspace.catalogue.version(slug, number)
    version = workspace.version(entry.digest)
    if version.cause.kind == "revision":
        made = _revised_again(workspace, version)
    elif version.cause.kind == "restoration":
        made = _restored_again(workspace, version)
    elif entry.recipe is None:
        raise InputError(
            f"{slug} {number} keeps no recipe, so it cannot be made again.",
            hint="Imported pages have none, nor have versions made before recipes were kept.",
        )
    else:
        recipe = workspace.store.get_document(KIND, TAG, entry.recipe, Recipe)
        made = _drafted_again(workspace, version, recipe, reopen)
    made = _with_times(made, version)
    differs = () if made.digest == version.digest else tuple(_differing(made, version))
    return Replayed(slug, number, version.digest, made.digest, differs)


def _restored_again(workspace: Workspace, version: Version) -> Version:
    assert version.parent is not None
    new = old = workspace.version(version.parent)
    while old.content != version.content:
        assert old.parent is not None
        old = workspace.version(old.parent)
    return restored(
        old,
        new,
        number=version.number,
        created=version.created,
        detail=version.cause.detail,
    )


def _revised_again(workspace: Workspace, version: Version) -> Version:
    assert version.parent is not None
    parent = workspace.version(version.parent)
    shown = under_review(workspace, version.slug, parent.number)
    rejected = [
        one.change for one in shown.changes if one.decision and one.decision.kind == "rejected"
    ]
    if parent.parent is None or shown.difference is None or not rejected:
        raise InputError(
            f"{version.slug} {version.number} was made by a sweep, which keeps no recipe, so it "
            "cannot be made again.",
            hint="Make the version again that it went on from.",
        )
    old = workspace.version(parent.parent)
    article = undo(old.article, parent.article, rejected, shown.difference.statements)
    return revised(
        reassessed_by(workspace, old, version.created),
        reassessed_by(workspace, parent, version.created),
        article,
        parent=parent.digest,
        number=version.number,
        created=version.created,
        cause=version.cause,
        # Versions of before causes were kept have none.
        changes=rejections(parent.article, article, shown.changes) if version.changes else (),
    )


def _drafted_again(
    workspace: Workspace, version: Version, recipe: Recipe, reopen: Reopen
) -> Version:
    if recipe.onto is not None and recipe.refresh is None:
        raise InputError(
            f"{version.slug} {version.number} was made by a refresh that kept no plan, so it "
            "cannot be made again.",
            hint="Make the version again that it went on from.",
        )
    with tempfile.TemporaryDirectory(prefix="citewright-replay-") as name:
        folder = Path(name)
        _lay_out(workspace, version, recipe, folder)
        copy = reopen(workspace, recipe, folder, version.created)
        _tell_before(workspace, copy, version, recipe)
        options = read_options(recipe, "replay")
        if recipe.refresh is None:
            return copy.version(_made(copy, version, options))
        ready = from_recipe(copy, recipe.refresh, options)
        return copy.version(remake(copy, ready)[0].digest)


def _made(copy: Workspace, version: Version, options: RunOptions) -> str:
    """The steps of a run, one after another; gives the digest of the version."""
    slug, snapshots = version.slug, [one.digest for one in version.snapshots]
    drafter = copy.make_drafter(options)
    brief, outline = evidence.read_order(copy, slug)
    plan = evidence.select_evidence(
        copy, slug, snapshots, kinds=drafter.kinds, exclusive=drafter.exclusive
    )
    outlay = sections.prepare(copy, slug, plan, snapshots, options)
    drafts, outcomes = [], []
    for spec in evidence.to_draft(brief, outline):
        draft = sections.draft_section(copy, slug, spec.id, plan, snapshots, options)
        drafts.append(draft)
        outcomes.append(sections.check_section(copy, slug, draft, plan, snapshots, options))
    whole = sections.read_whole(copy, slug, drafts, plan, snapshots, options)
    parts = Parts(outcomes, snapshots, outlay, whole)
    return commit_version(copy, slug, parts, drafter.name, version.cause).digest


def _lay_out(workspace: Workspace, version: Version, recipe: Recipe, folder: Path) -> None:
    """The project's files as they were, in a folder of their own."""
    missing = []
    for file in recipe.inputs:
        path = PurePosixPath(file.name)
        if path.is_absolute() or ".." in path.parts:
            raise IntegrityError(f"a recipe names the file {file.name!r}.")
        try:
            data = workspace.store.get(INPUT, file.sha256)
        except NotFound:
            missing.append(f"{file.name} ({file.sha256})")
        else:
            _write(folder / path, data)
    if missing:
        raise NotFound(
            f"{len(missing)} inputs of {version.slug} {version.number} are not stored: "
            f"{', '.join(missing)}.",
            hint="They were altered while the version was being made.",
        )
    for source in version.article.sources:
        text = json.dumps(dump(source), ensure_ascii=False)
        _write(folder / "sources" / "library" / f"{source.key}.yaml", text.encode())


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _tell_before(workspace: Workspace, copy: Workspace, version: Version, recipe: Recipe) -> None:
    """What stood in the catalogue then: the versions before, and what had befallen the sources."""
    before = []
    parent = version.parent
    while parent is not None:
        before.append(workspace.version(parent))
        parent = before[-1].parent
    for one in reversed(before):
        with copy.catalogue.writing(version.slug) as writer:
            writer.add(one, "generated")
    for source, what in recipe.standings.items():
        happening = Happening(kind="standing", service=None, detail=what)
        copy.source_log.record(source, [happening], version.created)


def _with_times(made: Version, version: Version) -> Version:
    """The version with the times of the original's verdicts, where these are the same verdicts."""
    times = {(one.statement, one.citation): one.assessed for one in version.verdicts}
    verdicts = tuple(
        one.model_copy(update={"assessed": times.get((one.statement, one.citation), one.assessed)})
        for one in made.verdicts
    )
    return made.model_copy(update={"verdicts": verdicts})


def _differing(made: Version, version: Version) -> list[str]:
    ours, theirs = dump(made), dump(version)
    return [name for name in ours | theirs if ours.get(name) != theirs.get(name)]
