"""Servers of sources that have not changed, in a process of their own: word of that, and no body.

Each stands for a host: one host is asked one request at a time, however many threads ask. They
answer 304 to who names a page's tag, 404 for robots.txt, and else a page that is none of the
library's, so that whatever is not asked by its tag counts as changed.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from urllib.parse import urlsplit

from citewright.model.canonical import bytes_digest

PAGE = b"This is another text than the one that was taken here, and it holds no quotation.\n"


@dataclass(frozen=True)
class SourceServers:
    """The servers while they run.

    :param hosts: their addresses.
    :param pid: their process.
    """

    hosts: tuple[str, ...]
    pid: int
    _pipe: Connection

    def answered(self) -> dict[int, int]:
        """How many answers of each status there were, those for robots.txt left out."""
        self._pipe.send("answered")
        found: dict[int, int] = self._pipe.recv()
        return found


@contextmanager
def source_servers(hosts: int) -> Iterator[SourceServers]:
    """Start so many, and end them."""
    ours, theirs = get_context("spawn").Pipe()
    process = get_context("spawn").Process(target=_serve, args=(theirs, hosts), daemon=True)
    process.start()
    addresses = ours.recv()
    assert process.pid is not None
    try:
        yield SourceServers(tuple(addresses), process.pid, ours)
    finally:
        ours.send("end")
        process.join()


def tag_of(url: str) -> str:
    """The entity tag of the page at an address."""
    return f'"{bytes_digest(urlsplit(url).path.encode())[7:23]}"'


def _serve(pipe: Connection, hosts: int) -> None:
    asyncio.run(_serving(pipe, hosts))


async def _serving(pipe: Connection, hosts: int) -> None:
    answered: Counter[int] = Counter()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        status, said = _answer((await reader.readuntil(b"\r\n\r\n")).decode("latin-1"))
        if status != 404:
            answered[status] += 1
        writer.write(said)
        await writer.drain()
        writer.close()

    servers = [await asyncio.start_server(answer, "127.0.0.1", 0) for _ in range(hosts)]
    pipe.send([f"http://127.0.0.1:{one.sockets[0].getsockname()[1]}" for one in servers])
    while await asyncio.to_thread(pipe.recv) != "end":
        pipe.send(dict(answered))
    for one in servers:
        one.close()


def _answer(request: str) -> tuple[int, bytes]:
    """The status and the whole answer to a request's head."""
    first, *lines = request.split("\r\n")
    path = first.split(" ")[1]
    headers = {name.lower(): value for name, _, value in (one.partition(": ") for one in lines)}
    tag = tag_of(path)
    if path == "/robots.txt":
        status, words, body = 404, "Not Found", b""
    elif headers.get("if-none-match") == tag:
        status, words, body = 304, "Not Modified", b""
    else:
        status, words, body = 200, "OK", PAGE
    head = [
        f"HTTP/1.1 {status} {words}",
        f"ETag: {tag}",
        "Content-Type: text/plain; charset=utf-8",
        *([] if status == 304 else [f"Content-Length: {len(body)}"]),
        "Connection: close",
    ]
    return status, "\r\n".join([*head, "", ""]).encode() + body
