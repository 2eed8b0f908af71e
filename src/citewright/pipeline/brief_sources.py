"""Sources put into an article's brief, and taken out again: lines of it, the rest to the byte."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Sequence
from pathlib import Path

import yaml

from citewright.errors import InputError
from citewright.pipeline.workspace import Workspace

_LIST = re.compile(r"^sources:[ \t]*\n((?:[ \t]*(?:-[^\n]*|#[^\n]*)?\n)*)", re.MULTILINE)
_ITEM = re.compile(r"^([ \t]*)-[ \t]+([a-z0-9-]+)[ \t]*(?:#.*)?$")


def add_to_brief(workspace: Workspace, slug: str, keys: Sequence[str]) -> None:
    """Put sources behind those that a brief names; those that it has are let be.

    :param keys: keys of the library's sources.
    :raises InputError: when the brief's list is not written one source a line.
    """
    has = workspace.brief(slug).sources
    new = [key for key in dict.fromkeys(keys) if key not in has]
    if new:
        _write(workspace, slug, (*has, *new))


def take_from_brief(workspace: Workspace, slug: str, keys: Collection[str]) -> None:
    """Take sources out of a brief, if they are in it.

    :raises InputError: as :func:`add_to_brief` does.
    """
    has = workspace.brief(slug).sources
    left = tuple(key for key in has if key not in keys)
    if left != has and left:
        _write(workspace, slug, left)


def _write(workspace: Workspace, slug: str, wanted: Sequence[str]) -> None:
    path = workspace.project / "sources" / "briefs" / f"{slug}.yaml"
    text = path.read_text(encoding="utf-8")
    text = text if text.endswith("\n") else f"{text}\n"
    match = _LIST.search(text)
    if match is None:
        raise _unusual(path)
    changed = text[: match.start(1)] + _edited(match[1], wanted) + text[match.end(1) :]
    before, after = yaml.safe_load(text), yaml.safe_load(changed)
    if after != before | {"sources": list(wanted)}:
        raise _unusual(path)
    new = path.with_name(f".{path.name}.{os.getpid()}")
    new.write_text(changed, encoding="utf-8")
    new.replace(path)


def _edited(block: str, wanted: Sequence[str]) -> str:
    lines, known, indent, last = [], set(), "  ", 0
    for line in block.splitlines(keepends=True):
        item = _ITEM.match(line.rstrip("\n"))
        if item is None:
            lines.append(line)
            continue
        indent = item[1]
        if item[2] in wanted:
            known.add(item[2])
            lines.append(line)
            last = len(lines)
    lines[last:last] = [f"{indent}- {key}\n" for key in wanted if key not in known]
    return "".join(lines)


def _unusual(path: Path) -> InputError:
    return InputError(
        f"the list 'sources' in {path} cannot be edited.", hint="Write one source a line in it."
    )
