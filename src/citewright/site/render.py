"""View data as HTML pages: no script but the search page's, and nothing from anybody else.

A page that stands alone carries its style sheet; pages of a site share one.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from markupsafe import Markup

from citewright.site.frame import Frame
from citewright.site.templating import environment
from citewright.site.view import ArticleView

STYLE_SHEETS = (
    "base.css", "article.css", "evidence.css", "lists.css", "changes.css", "print.css",
)  # fmt: skip


def render_article(view: ArticleView) -> str:
    """The page of a version."""
    return render("article.html", view.frame, styles=(_page_foot(view.running),), view=view)


def render(
    template: str,
    frame: Frame,
    *,
    styles: Sequence[str] = (),
    scripts: bool = False,
    **values: object,
) -> str:
    """A page of this template; its links are to be made relative by
    :func:`citewright.site.frame.placed`.

    :param styles: more style sheets of this package, to stand in the page.
    :param scripts: whether the page may load scripts of the site and run WebAssembly.
    """
    if not frame.whole:
        styles = (style_sheet(), *styles)
    page = environment().get_template(template)
    return page.render(
        frame=frame,
        styles=[Markup(style) for style in styles],  # noqa: S704 - the package's own style sheets
        sheet=frame.file(f"assets/{sheet_name()}") if frame.whole else None,
        policy=Markup(_policy(frame, styles, scripts=scripts)),  # noqa: S704 - its quotes must stay
        **values,
    )


@cache
def sheet_name() -> str:
    """The name of the style sheet's file, which changes with its content."""
    return f"site-{hashlib.sha256(style_sheet().encode()).hexdigest()[:12]}.css"


def _policy(frame: Frame, styles: Sequence[str], *, scripts: bool) -> str:
    """The content security policy: the site's own style sheets and nothing else.

    Forms go to the application only. Pagefind needs ``wasm-unsafe-eval``, on the search page.
    """
    allowed = " ".join(f"'{_csp_hash(style)}'" for style in styles)
    own = "'self' " if frame.whole else ""
    rules = [
        "default-src 'none'",
        f"style-src {own}{allowed}".strip(),
        "img-src data:",
        "base-uri 'none'",
        # Searching stays here; a vote goes to the application and leads back.
        f"form-action {_form_targets(frame)}",
    ]
    if scripts:
        rules += ["script-src 'self' 'wasm-unsafe-eval'", "connect-src 'self'", "worker-src 'self'"]
    return "; ".join(rules)


def _form_targets(frame: Frame) -> str:
    if not frame.whole:
        return "'none'"
    return f"'self' {_origin(frame.app_url)}" if frame.app_url else "'self'"


def _origin(address: str) -> str:
    return "/".join(address.split("/")[:3])


def _csp_hash(text: str) -> str:
    """A hash source as in Content Security Policy Level 3, 2.3.1."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def style_sheet() -> str:
    """All style sheets in one."""
    folder = files("citewright.site") / "static"
    sheets = ((folder / name).read_text(encoding="utf-8") for name in STYLE_SHEETS)
    return "\n" + "\n".join(sheets)


def _page_foot(running: str) -> str:
    """A rule that puts the version at the foot of each printed page."""
    # The text is a slug, a number, a date and a hash: nothing that would end a CSS string.
    return f'\n@page {{ @bottom-left {{ content: "{running}"; }} }}\n'
