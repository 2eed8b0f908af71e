"""Where prompts, schemas and flows are found, and how documents are read.

A project's own copy of a file goes before the one that travels with the package. In a checkout
the packaged ones are the folders of the checkout; in an installed wheel they are package data.
"""

from __future__ import annotations

import json
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, TypeVar, cast

import jsonschema
import yaml
from jsonschema.protocols import Validator
from pydantic import BaseModel, ValidationError

from citewright.errors import CitewrightError, DocumentError, NotFound
from citewright.model.canonical import Json
from citewright.model.schema import MODELS, file_name

KINDS = ("flows", "prompts", "schemas")

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parent.parent

# libyaml's loader where PyYAML was built with it: the same documents, ten times as fast.
_YAML_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

DEEPEST = 50
"""Levels of nesting that a YAML file may have; ours have six."""

M = TypeVar("M", bound=BaseModel)


def packaged(kind: str) -> Path:
    """The folder of a kind of resource that came with the package.

    :raises NotFound: when the installation is incomplete.
    """
    for folder in (_PACKAGE / "_data" / kind, _CHECKOUT / kind):
        if folder.is_dir():
            return folder
    raise NotFound(f"the package's folder {kind!r} is missing.", hint="Install citewright again.")


def find(kind: str, name: str, project: Path | None) -> Path:
    """A resource's path: the project's own copy if there is one, else the packaged one.

    :raises NotFound: when there is neither.
    """
    folders = ([project / kind] if project else []) + [packaged(kind)]
    for folder in folders:
        if (folder / name).is_file():
            return folder / name
    raise NotFound(
        f"no file {name!r} in {' or '.join(str(folder) for folder in folders)}.",
        hint=f"Put one into the project's folder {kind!r}.",
    )


@cache
def _validator(path: Path) -> Validator:
    schema = json.loads(path.read_text(encoding="utf-8"))
    return jsonschema.Draft202012Validator(schema)


def validate(
    name: str,
    data: Any,  # noqa: ANN401 - a JSON value
    *,
    what: str,
    project: Path | None = None,
) -> None:
    """Check a JSON value against the committed schema of that name.

    :param what: what the value is, for the message.
    :raises DocumentError: naming the place of the first thing that does not fit.
    """
    validator = _validator(find("schemas", file_name(name), project))
    error = jsonschema.exceptions.best_match(validator.iter_errors(data))
    if error is not None:
        place = error.json_path.removeprefix("$").lstrip(".") or "the top level"
        raise DocumentError(
            f"{what} does not fit the schema {name!r}: at {place}, {_short(error.message)}."
        )


def parse(model: type[M], name: str, data: object, *, what: str, project: Path | None = None) -> M:
    """A JSON value as a model, checked by its schema first and by the model's own rules then.

    :raises DocumentError: when it does not fit.
    """
    validate(name, data, what=what, project=project)
    try:
        return model.model_validate_json(json.dumps(data))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the top level"
        raise DocumentError(f"{what} is not valid: at {place}, {_short(first['msg'])}.") from error


def read_json(model: type[M], data: bytes, *, what: str) -> M:
    """A stored JSON document as a model; the schema is the one generated from that model.

    :raises DocumentError: when the bytes are not JSON or do not fit.
    """
    try:
        value: Json = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise DocumentError(f"{what} is not JSON: {error}.") from error
    return parse(model, schema_name(model), value, what=what)


def read_yaml(model: type[M], path: Path, *, project: Path | None = None) -> M:
    """A YAML file of the project as a model.

    :raises NotFound: when there is no such file.
    :raises CitewrightError: when it cannot be read.
    :raises DocumentError: when it is not YAML or does not fit.
    """
    return cast(M, _from_yaml(model, read_bytes(path), path, project))


def read_bytes(path: Path) -> bytes:
    """What is in a file.

    :raises NotFound: when there is no such file.
    :raises CitewrightError: when it cannot be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise NotFound(f"there is no file {path}.") from error
    except OSError as error:
        raise CitewrightError(
            f"{path} cannot be read: {error.strerror}.",
            hint="See that it is a file, that you may read it, and that its disk is well.",
        ) from error


# The steps of a run read the same few files again and again, and reading YAML is slow. The file's
# bytes are part of the key, so a file that changes is read anew; what is kept is immutable.
@lru_cache(maxsize=4096)
def _from_yaml(model: type[BaseModel], data: bytes, path: Path, project: Path | None) -> BaseModel:
    try:
        text = data.decode()
        if _depth(text) > DEEPEST:
            raise DocumentError(f"{path} is nested deeper than {DEEPEST} levels.")
        value = yaml.load(text, Loader=_YAML_LOADER)  # noqa: S506 - a safe loader
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise DocumentError(f"{path} is not readable YAML: {_short(str(error))}.") from error
    return parse(model, schema_name(model), value, what=str(path), project=project)


def _depth(text: str) -> int:
    """How deep a YAML document is nested; loading one that is very deep ends the process."""
    depth = deepest = 0
    for token in yaml.parse(text, Loader=_YAML_LOADER):
        if isinstance(token, yaml.CollectionStartEvent):
            depth += 1
            deepest = max(deepest, depth)
            if deepest > DEEPEST:
                break
        elif isinstance(token, yaml.CollectionEndEvent):
            depth -= 1
    return deepest


def schema_name(model: type[BaseModel]) -> str:
    """The schema's name of a model."""
    return next(name for name, known in MODELS.items() if known is model)


def _short(message: str) -> str:
    flat = " ".join(message.split()).rstrip(".")
    return flat if len(flat) <= 240 else f"{flat[:237]}..."
