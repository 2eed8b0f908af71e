"""A loopback server that answers in the place of the bibliographic services."""

from __future__ import annotations

from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, unquote, urlsplit

from fakes.loopback import Loopback


@dataclass(frozen=True)
class Reply:
    """A body under a status."""

    body: bytes
    status: int = 200
    media_type: str = "application/json"


@dataclass
class ServiceServer(Loopback):
    """Answers by the beginning of the unquoted path; the longest one that fits wins.

    ``asked`` holds path and query of every request but robots.txt's, unquoted, in order. What no
    route fits gets 404 and a text, as Crossref does it.
    """

    routes: dict[str, Reply]
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def handler(self) -> type[BaseHTTPRequestHandler]:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                path = unquote(parts.path)
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                if path != "/robots.txt":
                    outer.asked.append((path, query))
                fitting = [start for start in outer.routes if path.startswith(start)]
                missing = Reply(b"Resource not found.", 404, "text/plain")
                reply = outer.routes[max(fitting, key=len)] if fitting else missing
                self.send_response(reply.status)
                self.send_header("Content-Type", reply.media_type)
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Tests print nothing."""

        return Handler
