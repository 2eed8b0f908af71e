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


def _name(step: str) -> str:
    name = slugify(step)
    if name and name.replace("-", " ") == step:
        return name
    mark = hashlib.sha256(step.encode()).hexdigest()[:6]
    return f"{name}-{mark}" if name else mark
