"""The template environment: everything escaped, what cannot be seen spelled out.

``base.html`` is the frame of every page, also of the web application's. It has the blocks
``title``, ``head`` (more of the head), ``nav`` (the masthead), ``main`` (inside
``<main id="main">``), ``main_class`` and ``foot``; ``body`` holds these four. It takes ``frame`` (a
:class:`~citewright.site.frame.Frame`), and where they are given ``styles`` (style sheets to stand
in the page), ``sheet`` (the address of one) and ``policy`` (a content security policy; an
application sends its own in a header).

Another package adds its templates with ``environment("citewright.web")``: those in its folder
``templates`` come first, and may extend and include the ones here.
"""

from __future__ import annotations

from functools import cache

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from citewright.site.plain import visible


@cache
def environment(*packages: str) -> Environment:
    """The environment of the site's templates and of these packages' own.

    Every value a template prints goes through :func:`~citewright.site.plain.visible` and is then
    escaped, unless it is markup of this package's own.

    :param packages: names of packages with a folder ``templates``, the first one first.
    """
    loaders = [PackageLoader(name, "templates") for name in (*packages, "citewright.site")]
    return Environment(
        loader=ChoiceLoader(loaders),
        autoescape=True,
        # The templates are the package's: looking whether they changed takes as long as rendering.
        auto_reload=False,
        finalize=_seen,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _seen(value: object) -> object:
    if type(value) is str:
        # As `visible` does, without a call: a page prints thousands of values.
        return value if value.isascii() and value.isprintable() else visible(value)
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value
