"""Recipes: all that a version depends on and does not hold, kept so that it can be made again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from citewright.checks.policy import PACKAGED
from citewright.errors import CitewrightError, NotFound
from citewright.model.brief import Brief
from citewright.model.canonical import Json, bytes_digest
from citewright.model.outlay import FileHash
from citewright.model.review import Recipe
from citewright.pipeline.workspace import RunOptions, Workspace
from citewright.resources import find, read_bytes
from citewright.settings import Settings

TAG = "citewright/recipe/1"
KIND = "recipe"
INPUT = "input"

POLICY = "policy.yaml"

SHAPING = (
    "drafter", "model", "roles", "max_tokens", "cache_ttl", "coherence", "features",
    "passages_per_section", "judge", "judge_samples", "judge_second",
)  # fmt: skip
"""The settings that a draft depends on; all others say where and how fast."""


def store_recipe(
    workspace: Workspace,
    brief: Brief,
    files: Iterable[FileHash],
    options: RunOptions,
    onto: tuple[str, Json] | None,
) -> str:
    """Store what a version is made from; gives the recipe's digest.

    A file that was altered since it was used is not stored: replaying tells that it is missing.

    :param files: the brief, the outline and the prompts, as they were used.
    :param onto: the version that a refresh went on from, and what it did.
    """
    policy = workspace.project / POLICY
    data = read_bytes(policy if policy.is_file() else PACKAGED)
    inputs = [*files, FileHash(name=POLICY, sha256=workspace.store.put(INPUT, data))]
    for file in files:
        found = _read(workspace, file.name)
        if found is not None and bytes_digest(found) == file.sha256:
            workspace.store.put(INPUT, found)
    recipe = Recipe(
        format=TAG,
        inputs=tuple(inputs),
        settings=shaping(workspace.settings),
        options={
            "drafter": options.drafter,
            "previous": options.previous,
            "touched": sorted(options.touched),
            "asked": [list(one) for one in options.asked],
            "batch": options.batch,
            "judge": options.judge,
        },
        standings=workspace.source_log.standings(brief.sources),
        onto=onto[0] if onto else None,
        refresh=onto[1] if onto else None,
    )
    return workspace.store.put_document(KIND, TAG, recipe)


def read_options(recipe: Recipe, run: str) -> RunOptions:
    """The options of the run that a recipe is of."""
    given = dict(recipe.options)
    asked = tuple((statement, why) for statement, why in given.pop("asked", ()))
    touched = frozenset(given.pop("touched"))
    return RunOptions(run=run, touched=touched, asked=asked, **given)


def shaping(settings: Settings) -> Json:
    """The settings that shape a draft, whether there is a key, and whose server was asked.

    What a server can do is asked by its address, so the answers are found by it again.
    """
    values = settings.model_dump(mode="json", include=set(SHAPING))
    return values | {
        "has_key": settings.anthropic_api_key is not None,
        "address": _without_user(settings.anthropic_base_url),
    }


def _without_user(address: str | None) -> str | None:
    """The address without a name and a password, which are stored nowhere."""
    if address is None:
        return None
    parts = urlsplit(address)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def check_recipe(workspace: Workspace, digest: str) -> Iterator[str]:
    """What does not hold of a stored recipe and its inputs, one sentence each."""
    try:
        recipe = workspace.store.get_document(KIND, TAG, digest, Recipe)
    except CitewrightError as error:
        yield error.message
        return
    for file in recipe.inputs:
        try:
            workspace.store.get(INPUT, file.sha256)
        except CitewrightError as error:
            yield f"{file.name}: {error.message}"


def _read(workspace: Workspace, name: str) -> bytes | None:
    if name.startswith("prompts/"):
        try:
            path = find("prompts", name.removeprefix("prompts/"), workspace.project)
        except NotFound:
            return None
    else:
        path = workspace.project / Path(name)
    return read_bytes(path) if path.is_file() else None
