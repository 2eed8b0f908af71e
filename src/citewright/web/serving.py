"""The application behind a server of its own (uvicorn)."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI

from citewright.errors import CitewrightError
from citewright.pipeline.workspace import Workspace
from citewright.web.app import create_app


def run(workspace: Workspace, *, host: str, port: int, told: Callable[[str], None]) -> None:
    """Serve until the process is told to end.

    :param told: gets the address once it is served.
    :raises CitewrightError: when the port cannot be had.
    :raises SettingsError: as :func:`~citewright.web.app.create_app` does.
    """
    with listening(host, port) as listener:
        taken = listener.getsockname()[1]
        shown = f"[{host}]" if ":" in host else host
        address = workspace.settings.app_url or f"http://{shown}:{taken}"
        app = create_app(workspace, address=address, serve_site=workspace.settings.serve_site)
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
        told(f"citewright is at {address}")
        uvicorn.Server(configured(app, workspace.settings.app_proxies)).run(sockets=[listener])


def configured(app: FastAPI, proxies: tuple[str, ...] = ()) -> uvicorn.Config:
    """How the application is served.

    :param proxies: the addresses whose word on where a request comes from is taken.
    """
    return uvicorn.Config(
        app,
        # Addresses of requests hold sign-in tokens; the audit log says who did what.
        access_log=False,
        server_header=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=list(proxies),
        timeout_keep_alive=15,
        h11_max_incomplete_event_size=32 * 1024,
        limit_concurrency=200,
        log_config=None,
    )


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens on an address.

    :param port: 0 takes a free one.
    :raises CitewrightError: when it cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named, asyncio turns Nagle's algorithm off; without, each page takes 40 ms
    # more, for which the other side holds back its acknowledgement.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        # Who is told the address may ask at once: what comes before the server runs waits for it.
        listener.listen(2048)
    except OSError as error:
        listener.close()
        raise CitewrightError(
            f"{host}:{port} cannot be listened on: {error.strerror}.",
            hint="Choose another --port, or end what has it.",
        ) from error
    return listener
