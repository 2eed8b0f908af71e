"""A way to a PostgreSQL server that is cut at a commit: before the server has it, or after."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Literal

from sqlalchemy import make_url

Cut = Literal["before", "after"]


class Way:
    """Passes bytes on in both directions; ``cut`` says where the next commit's way ends."""

    def __init__(self, server: tuple[str, int]) -> None:
        self.cut: Cut | None = None
        self.cuts = 0
        self._server = server
        self._listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def close(self) -> None:
        with suppress(OSError):
            # Whoever waits for a connection is woken.
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(self._server)
                ended = threading.Event()
                for run in (self._out, self._back):
                    threading.Thread(target=run, args=(client, server, ended), daemon=True).start()

    def _out(self, client: socket.socket, server: socket.socket, ended: threading.Event) -> None:
        with suppress(OSError):
            while data := client.recv(65536):
                if self.cut is not None and b"COMMIT\0" in data:
                    after, self.cut = self.cut == "after", None
                    self.cuts += 1
                    ended.set()
                    if after:
                        # Its answer ends the way back.
                        server.sendall(data)
                        continue
                    break
                server.sendall(data)
        _end(client, server)

    def _back(self, client: socket.socket, server: socket.socket, ended: threading.Event) -> None:
        with suppress(OSError):
            while data := server.recv(65536):
                if ended.is_set():
                    break
                client.sendall(data)
        _end(client, server)


def _end(*ends: socket.socket) -> None:
    for end in ends:
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()


@contextmanager
def way_to(url: str) -> Iterator[tuple[str, Way]]:
    """The URL of the same database by a way that can be cut, and the way."""
    there = make_url(url)
    way = Way((there.host or "127.0.0.1", there.port or 5432))
    try:
        yield there.set(host="127.0.0.1", port=way.port).render_as_string(hide_password=False), way
    finally:
        way.close()
