"""Ports of the loopback address that no other test of any process gets meanwhile."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def kept_port() -> Iterator[int]:
    """A port that nobody listens on until who is told its number does.

    It stays bound here, so that nobody else who asks for a free one is given it; a server may
    listen on it all the same, since both have ``SO_REUSEADDR`` and this socket does not listen.
    """
    with socket.socket() as keeper:
        keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        keeper.bind(("127.0.0.1", 0))
        yield int(keeper.getsockname()[1])
