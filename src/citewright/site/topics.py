"""The topics that articles are classified by, such as modality, discipline and family."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from citewright.model.naming import slugify


def topic_path(steps: Sequence[str]) -> str:
    """The folder of a topic by its steps from the broadest on; different steps, different folders.

    A name that a slug does not hold whole is told apart by the beginning of its sha256.
    """
    return "topics/" + "".join(f"{_name(step)}/" for step in steps)


def topic_title(step: str) -> str:
    """A topic's name as pages show it: begun with a capital letter, unless its first word has one.

    ``modality`` becomes ``Modality``; ``iCBT programs`` stays as it is.
    """
    first = step.split(" ", 1)[0]
    return step[:1].upper() + step[1:] if first == first.lower() else step


def _name(step: str) -> str:
    name = slugify(step)
    if name and name.replace("-", " ") == step:
        return name
    mark = hashlib.sha256(step.encode()).hexdigest()[:6]
    return f"{name}-{mark}" if name else mark
