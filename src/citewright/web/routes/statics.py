"""Files: what pages load, and the published site where no other server has it."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

from fastapi import APIRouter, HTTPException
from starlette.responses import FileResponse, RedirectResponse, Response

from citewright.web.guards import Here, Who, allow
from citewright.web.parts import Parts
from citewright.web.shield import POLICY
from citewright.web.templating import ASSETS, asset, asset_href

router = APIRouter()
site = APIRouter()

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".jsonld": "application/ld+json",
    ".xml": "application/xml",
    ".atom": "application/atom+xml",
    ".txt": "text/plain; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".pdf": "application/pdf",
    ".wasm": "application/wasm",
}
"""The kinds of files that a site has; anything else is sent as bytes without a kind."""

_OWN_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">')


@router.get("/assets/{version}/{name}", dependencies=allow("public"))
def load(version: str, name: str) -> Response:
    """A file that pages load; its address changes with its content, so it may be kept."""
    if name not in ASSETS or asset_href(name) != f"/assets/{version}/{name}":
        raise HTTPException(404)
    return Response(
        asset(name),
        media_type=TYPES[Path(name).suffix],
        headers={"Cache-Control": "public, max-age=31536000, immutable"},
    )


@router.get("/healthz", dependencies=allow("public"))
def health(here: Here) -> dict[str, str]:
    """Whether the application can reach its database."""
    here.workspace.catalogue.heads(limit=1)
    return {"status": "ok"}


@router.get("/", dependencies=allow("public"))
def start(here: Here, who: Who) -> Response:
    """The published site's home page; without one here, where this visitor's work is."""
    if here.serve_site and (here.workspace.site / "index.html").is_file():
        return _file(here, "index.html")
    return RedirectResponse(who.first_page, 303)


@site.get("/{path:path}", dependencies=allow("public"))
def published(here: Here, path: str) -> Response:
    """A page of the published site."""
    if not here.serve_site:
        raise HTTPException(404)
    folder = here.workspace.site
    if path and not path.endswith("/") and (folder / path).is_dir() and _inside(folder, path):
        # The path is the application's own again: two slashes would name another host.
        return RedirectResponse(f"/{path.lstrip('/')}/", 308)
    return _file(here, f"{path}index.html" if path.endswith("/") else path)


def _file(here: Parts, path: str) -> Response:
    folder = here.workspace.site
    wanted = folder / path
    if not _inside(folder, path) or not wanted.is_file():
        raise HTTPException(404)
    return FileResponse(
        wanted,
        media_type=TYPES.get(wanted.suffix, "application/octet-stream"),
        headers={
            "Content-Security-Policy": _policy(wanted),
            "Cache-Control": "public, max-age=60",
            "Referrer-Policy": "no-referrer",
        },
    )


def _policy(file: Path) -> str:
    """What a published page says that it may do, and that nobody may frame it."""
    if file.parent.name == "pagefind" and file.suffix == ".js":
        # A worker has the policy that came with its script, not that of the search page.
        return POLICY.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")
    with file.open("rb") as opened:
        head = opened.read(4096).decode("utf-8", "replace")
    found = _OWN_POLICY.search(head) if file.suffix == ".html" else None
    return f"{unescape(found[1])}; frame-ancestors 'none'" if found else POLICY


def _inside(folder: Path, path: str) -> bool:
    """Whether a path stays in the folder, links followed, and names nothing that is hidden."""
    if "\0" in path or any(part.startswith(".") for part in path.split("/")):
        return False
    return (folder / path).resolve().is_relative_to(folder.resolve())
