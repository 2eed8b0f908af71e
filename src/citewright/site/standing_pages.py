"""The pages and files of a site that no article changes: about, search, not found, styles."""

from __future__ import annotations

from importlib.resources import files

from citewright.model.source import TIER_MEANING
from citewright.site.builder import Builder
from citewright.site.frame import ROOT, Frame
from citewright.site.render import render, sheet_name, style_sheet
from citewright.site.search import SCRIPT

FLAGS = (
    ("no sign", "The passage was found to support the statement."),
    ("~", "The passage supports it in part."),
    ("!", "The passage does not support it, or contradicts it."),
    ("?", "The source is named, and nothing was assessed."),
)
"""What the signs behind a source's number mean."""


def build_standing_pages(builder: Builder, frame: Frame, lacking: tuple[str, ...]) -> None:
    """These pages, the style sheet and the search page's script."""
    builder.file(f"assets/{sheet_name()}", "", ["style"], lambda: style_sheet().encode())
    builder.page("about/index.html", "", ["about", lacking], lambda: _about(frame, lacking))
    builder.file("404.html", "", ["404"], lambda: _missing(frame).encode())
    if frame.search:
        script = (files("citewright.site") / "static" / SCRIPT).read_bytes()
        builder.file(f"assets/{SCRIPT}", "", ["script"], lambda: script)
        builder.page(
            "search/index.html",
            "",
            ["search"],
            lambda: render("search.html", frame, scripts=True, script=SCRIPT),
        )


def _about(frame: Frame, lacking: tuple[str, ...]) -> str:
    return render(
        "about.html", frame, flags=FLAGS, tiers=tuple(TIER_MEANING.items()), lacking=lacking
    )


def _missing(frame: Frame) -> str:
    """Shown at addresses of any depth, so its links begin at the site's address or the host's."""
    page = render("missing.html", frame)
    return page.replace(ROOT, frame.site_url or "/")
