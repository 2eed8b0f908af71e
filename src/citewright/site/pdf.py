"""A version's page as PDF by WeasyPrint: the extra ``pdf``; tagged, passages as endnotes."""

from __future__ import annotations

from citewright.errors import InputError
from citewright.model.version import Version
from citewright.site.context import PageContext
from citewright.site.frame import placed
from citewright.site.render import render_article
from citewright.site.view import article_view

# WeasyPrint paints shapes without the page's colours; the counts under the bar say the same. Of
# the two drawings it would take the narrow one, since it measures no screen.
_INSTEAD = """
.share svg, .diagram.narrow { display: none !important }
.diagram.wide { display: block !important }
"""


def render_pdf(version: Version, context: PageContext) -> bytes:
    """The page of a version as PDF; nothing is fetched for it.

    :param context: that of a page which stands alone.
    :raises InputError: when WeasyPrint or a library that it needs is not there.
    """
    try:
        # It takes more than a second, which no other command is to wait for.
        from weasyprint import CSS, HTML
    except (ImportError, OSError) as error:
        raise InputError(
            f"there is no PDF without WeasyPrint: {error}.",
            hint="Install citewright[pdf], and Pango where the system has none.",
        ) from error
    page = placed(render_article(article_view(version, context)), "index.html")
    document = HTML(string=page, url_fetcher=_refuse)
    # Tagged, so that it can be read aloud (ISO 14289-1).
    made: bytes = document.write_pdf(
        pdf_variant="pdf/ua-1", stylesheets=[CSS(string=_INSTEAD, url_fetcher=_refuse)]
    )
    return made


def _refuse(url: str) -> dict[str, object]:
    raise ValueError(f"a page asks for {url!r}, and nothing is fetched for it")
