"""What articles were ordered and made with, against what they would be made with now."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import PurePosixPath

import yaml
from pydantic import ValidationError

from citewright.errors import InputError, NotFound
from citewright.model.brief import Outline
from citewright.model.canonical import bytes_digest
from citewright.model.staleness import CauseKind
from citewright.pipeline.recipes import INPUT
from citewright.pipeline.workspace import Workspace
from citewright.refresh.causes import Cause
from citewright.refresh.outlines import outline_cause
from citewright.resources import find

DRAFTERS = frozenset({"claude", "extractive", "import"})
"""What stands in the place of a model's name where no model drafted anything."""


def changed(name: str, values: Collection[str], today: Today) -> Cause | None:
    """Why an article that was made with these values is not what would be made now.

    :param name: the file, or ``model``.
    :return: None where it still is: what no model drafted was not drafted by another one than
        today's, and an outline that was only written otherwise asks for the same.
    """
    if name == "model" and DRAFTERS.intersection(values):
        return None
    kind = _kind(name)
    if kind == "outline":
        pairs = [(today.outline(name, value), today.outline(name)) for value in values]
        if all(old and new for old, new in pairs):
            causes = [outline_cause(old, new) for old, new in pairs if old and new]
            return next((cause for cause in causes if cause), None)
    what = "the model" if name == "model" else name
    return Cause(kind, f"Changed since then: {what}.")


def made_now(workspace: Workspace, names: Iterable[str]) -> dict[str, frozenset[str]]:
    """What the same files and the model are now, by name; what cannot be told is left out."""
    today = Today(workspace)
    values = {name: today.of(name) for name in names}
    return {name: frozenset({value}) for name, value in values.items() if value is not None}


class Today:
    """What a version would be made with now; each file is read once."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._known: dict[str, str | None] = {}
        self._outlines: dict[tuple[str, str | None], Outline | None] = {}

    def of(self, name: str) -> str | None:
        """The model, or a file's sha256; None where it cannot be told or does not matter."""
        if name not in self._known:
            self._known[name] = self._read(name)
        return self._known[name]

    def outline(self, name: str, digest: str | None = None) -> Outline | None:
        """The outline as it was when its file had this hash, or as it is; None where it is lost."""
        key = name, digest
        if key not in self._outlines:
            self._outlines[key] = self._read_outline(name, digest)
        return self._outlines[key]

    def _read_outline(self, name: str, digest: str | None) -> Outline | None:
        workspace = self._workspace
        try:
            if digest is None:
                return workspace.outline(PurePosixPath(name).stem)
            return Outline.model_validate(yaml.safe_load(workspace.store.get(INPUT, digest)))
        except (InputError, NotFound, ValidationError):
            # Without the two there is no telling what is another: all of it is taken to be.
            return None

    def _read(self, name: str) -> str | None:
        settings = self._workspace.settings
        folder, _, rest = name.partition("/")
        if name == "model":
            return settings.roles.draft.model or settings.model
        try:
            if folder == "prompts":
                path = find("prompts", rest, self._workspace.project)
            elif name.startswith("sources/briefs/"):
                path = self._workspace.project / name
            else:
                return None
            return bytes_digest(path.read_bytes())
        except (NotFound, FileNotFoundError):
            # A prompt or a brief that there is no more changes nothing of what was written.
            return None


def _kind(name: str) -> CauseKind:
    if name == "model":
        return "model"
    if name.startswith("prompts/outlines/"):
        return "outline"
    return "prompt" if name.startswith("prompts/") else "brief"
