"""A page that stands alone, written in one step: a reader never meets half a page."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from citewright.model.version import Version
from citewright.site.context import PageContext
from citewright.site.frame import placed
from citewright.site.render import render_article
from citewright.site.view import article_view

READABLE = 0o644
"""mkstemp creates files that only their owner can read; a site is read by a web server."""


def write_article(folder: Path, version: Version, context: PageContext) -> Path:
    """Write ``<folder>/<slug>/index.html`` and give its path.

    :raises InputError: when a link of the context is not a web address or a relative path.
    :raises OSError: when it cannot be written; a page that was there is then untouched.
    """
    path = f"{version.slug}/index.html"
    page = placed(render_article(article_view(version, context)), path)
    return replace_file(folder / path, page.encode())


def replace_file(path: Path, data: bytes) -> Path:
    """Write a file whole, in place of what is there.

    :raises OSError: when it cannot be written; what was there is then untouched.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".page-", suffix=".tmp")
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.chmod(READABLE)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return path
