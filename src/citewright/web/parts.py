"""What the routes work with: the opened project, the stores of accounts, and the own address."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.requests import Request

from citewright.bootstrap.community import Community
from citewright.community.openid import Provider
from citewright.community.secret import pseudonym
from citewright.pipeline.workspace import Workspace


@dataclass(frozen=True)
class Parts:
    """What every route can reach.

    ``address`` is where people reach the application, such as ``https://review.example.org``.
    ``serve_site`` says whether the published pages stand at the same address. ``provider`` is the
    one of OpenID Connect that people may sign in with, if one is set.
    """

    workspace: Workspace
    community: Community
    address: str
    serve_site: bool
    provider: Provider | None = None

    @property
    def https(self) -> bool:
        """Whether the application is reached by https."""
        return self.address.startswith("https://")

    @property
    def origin(self) -> str:
        """The own address without a path, as browsers put it into ``Origin``."""
        parts = urlsplit(self.address)
        return f"{parts.scheme}://{parts.netloc}"

    def cookie(self, name: str) -> str:
        """A cookie's name; by https with the prefix that binds it to this very host."""
        return f"__Host-{name}" if self.https else name

    def sealed(self, purpose: str, value: str) -> str:
        """A code that only this application can make of a value."""
        return pseudonym(self.community.secret, purpose, value)


def parts(request: Request) -> Parts:
    """The parts of the application that a request came to."""
    found: Parts = request.app.state.parts
    return found
