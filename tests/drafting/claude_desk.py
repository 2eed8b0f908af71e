"""Claude drafters with a journal of their own, against the loopback server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import paid_calls
from fakes.claude_server import ClaudeServer

from citewright.drafting.calls import PaidCalls
from citewright.drafting.claude import ClaudeDrafter
from citewright.drafting.features import Server
from citewright.drafting.manner import manners
from citewright.model.draft import DraftStatement
from citewright.settings import Settings


class Desk(paid_calls.Desk):
    """A folder with a journal; drafters made here find each other's answers in it."""

    def drafter(
        self,
        server: ClaudeServer,
        *,
        hasty: int = 0,
        deadline: float = 20.0,
        warm: bool = True,
        project: Path | None = None,
        **changed: Any,
    ) -> ClaudeDrafter:
        """A drafter with these settings in the place of the usual ones.

        :param hasty: how many of its first requests are given up soon.
        """
        settings = Settings(**({"features": "all", "max_tokens": 4096} | changed))
        calls = PaidCalls(
            messages=paid_calls.Hasty(server, first=hasty),
            log=self.journal(),
            deadline=deadline,
            project=project,
            clock=self.clock,
            sleep=self.clock.sleep,
        )
        return ClaudeDrafter(
            calls=calls,
            manners=manners(settings, project),
            server=Server(server.base_url, settings.features),
            warm=warm,
        )


def statements(value: Any) -> list[DraftStatement]:
    """All statements in a draft's body, in their order."""
    if isinstance(value, DraftStatement):
        return [value]
    if isinstance(value, tuple):
        return [found for item in value for found in statements(item)]
    fields = type(value).model_fields if hasattr(type(value), "model_fields") else ()
    return [found for name in fields for found in statements(getattr(value, name))]
