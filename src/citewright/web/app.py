"""The application: its parts, its routers, and the shield around them.

A router of another module is added to ``ROUTERS``; each of its routes names its permission by
:func:`citewright.web.guards.allow`, else the application is not made.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from urllib.parse import urlsplit

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from citewright import __version__
from citewright.bootstrap.community import Postman, open_community
from citewright.community.openid import provider_of
from citewright.errors import SettingsError
from citewright.pipeline.workspace import Workspace
from citewright.web import failures
from citewright.web.guards import Guard
from citewright.web.parts import Parts
from citewright.web.permissions import Permission
from citewright.web.routes import (
    api,
    api_review,
    library,
    metrics,
    openid,
    people,
    queue,
    review,
    runs,
    signing_in,
    statics,
    suggesting,
    suggestions,
    votes,
)
from citewright.web.shield import Shield
from citewright.web.tending import Tender

ROUTERS: tuple[APIRouter, ...] = (
    statics.router,
    signing_in.router,
    openid.router,
    queue.router,
    review.router,
    library.router,
    runs.router,
    metrics.router,
    suggesting.router,
    suggestions.router,
    votes.router,
    people.router,
    api.router,
    api_review.router,
    # The last one: the published pages have any address that nothing else has.
    statics.site,
)

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def create_app(
    workspace: Workspace, *, address: str, serve_site: bool = False, deliver: bool = True
) -> FastAPI:
    """The application over one project.

    :param address: where people reach it, such as ``https://review.example.org``; plain ``http``
        is for loopback addresses only, since cookies would be sent in the clear.
    :param serve_site: whether it has the published pages too.
    :param deliver: whether it sends the mail that is due and looks after the review queue.
    :raises SettingsError: for an address that cannot be used, or unusable settings for mail
        or sign-in.
    :raises CitewrightError: when the application's secret can be neither read nor made.
    """
    host = _host(address)
    community = open_community(workspace)
    helpers = (Postman(workspace, community.outbox), Tender(workspace)) if deliver else ()
    app = FastAPI(
        title="citewright",
        version=__version__,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_lifespan(helpers),
    )
    own = address.rstrip("/")
    provider = provider_of(workspace.settings, own)
    parts = Parts(workspace, community, own, serve_site, provider)
    app.state.parts = parts
    failures.install(app)
    for router in ROUTERS:
        # Not included, which hides the routes behind another object: their permissions are read.
        app.router.routes.extend(router.routes)
    # Gone through once, so that a route without a permission keeps the application from starting.
    list(permissions(app))
    local = LOOPBACK if host in LOOPBACK else frozenset()
    hosts = frozenset({host, *workspace.settings.app_hosts}) | local
    app.add_middleware(Shield, hosts=hosts, https=parts.https, failure=failures.failure)
    return app


def permissions(app: FastAPI) -> Iterator[tuple[APIRoute, Permission]]:
    """Every route with the permission that it asks for.

    :raises TypeError: for a route that names none, or several.
    """
    for route in app.routes:
        assert isinstance(route, APIRoute), route
        named = [
            one.dependency.permission
            for one in route.dependencies
            if isinstance(one.dependency, Guard)
        ]
        if len(named) != 1:
            raise TypeError(f"the route {route.path!r} names {len(named)} permissions")
        yield route, named[0]


def _host(address: str) -> str:
    parts = urlsplit(address)
    host = parts.hostname
    if parts.scheme not in ("http", "https") or not host or parts.path.strip("/"):
        raise SettingsError(
            f"{address!r} is no address for the application.",
            hint="Give one like https://review.example.org (app_url).",
        )
    if parts.scheme == "http" and host not in LOOPBACK:
        raise SettingsError(
            f"{address!r} would send sign-in cookies in the clear.",
            hint="Use https for any address but this machine's own.",
        )
    return host


def _lifespan(
    helpers: tuple[Postman | Tender, ...],
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        for one in helpers:
            one.start()
        yield
        for one in helpers:
            await run_in_threadpool(one.stop)

    return lifespan
