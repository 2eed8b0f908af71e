"""Pages from templates: those of the application before those of the site, all escaped."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from jinja2 import Environment, pass_context
from jinja2.runtime import Context
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from citewright.site.templating import environment as site_environment
from citewright.web import wording
from citewright.web.guards import VISIT, Visitor
from citewright.web.parts import parts

ASSETS: Mapping[str, tuple[str, str]] = {
    "base.css": ("citewright.site", "static/base.css"),
    "app.css": ("citewright.web", "static/app.css"),
    "change.css": ("citewright.web", "static/change.css"),
    "app.js": ("citewright.web", "static/app.js"),
    "htmx.js": ("citewright.web", "static/vendor/htmx-2.0.11.min.js"),
}
"""The files that pages load, by the name in their address: package and path in it."""


@cache
def asset(name: str) -> bytes:
    """The bytes of a file that pages load; ``name`` is one of :data:`ASSETS`."""
    package, path = ASSETS[name]
    return files(package).joinpath(path).read_bytes()


@cache
def asset_href(name: str) -> str:
    """The address of a file that pages load; it changes with its content."""
    return f"/assets/{hashlib.sha256(asset(name)).hexdigest()[:12]}/{name}"


@cache
def environment() -> Environment:
    """The site's environment, which spells out what cannot be seen, with the own templates."""
    made = site_environment("citewright.web")
    made.globals |= {"asset": asset_href, "words": wording, "csrf": _csrf_field}
    return made


@pass_context
def _csrf_field(context: Context) -> Markup:
    """The field that every form of a page has to carry."""
    return Markup('<input type="hidden" name="csrf" value="{}">').format(context["visitor"].csrf)


def page(request: Request, template: str, status: int = 200, **values: object) -> Response:
    """A page of the application.

    :param values: what the template prints, beside the visitor and the application's own address.
    """
    here = parts(request)
    visitor: Visitor = getattr(request.state, "visitor", None) or Visitor(None, "")
    body = (
        environment()
        .get_template(template)
        .render(
            visitor=visitor,
            site_name=here.workspace.settings.site_name,
            path=request.url.path,
            sheet=asset_href("base.css"),
            **values,
        )
    )
    answer = HTMLResponse(body, status)
    if visitor.visit is not None:
        answer.set_cookie(
            here.cookie(VISIT), visitor.visit, path="/", secure=here.https, httponly=True,
            samesite="lax",
        )  # fmt: skip
    return answer


def see(path: str) -> Response:
    """Send the browser on after a form was taken, so that loading again repeats nothing."""
    return RedirectResponse(path, 303)
