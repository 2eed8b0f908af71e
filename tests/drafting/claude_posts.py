"""What the tests of the loopback server share: a client of the SDK, and requests to send."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import anthropic
import httpx2
from claude_tasks import spec, task
from fakes.claude_server import VERSION, ClaudeServer

from citewright.model.draft import SectionAnswer

MODEL = "claude-sonnet-5-5"
USER: list[Any] = [{"role": "user", "content": "Hello"}]
HELLO: dict[str, Any] = {"model": MODEL, "max_tokens": 8, "messages": USER}


@contextmanager
def client(server: ClaudeServer, *, timeout: float = 60) -> Iterator[anthropic.Anthropic]:
    # Loading the certificates of the machine takes longer than a call over loopback does.
    http = httpx2.Client(verify=False, follow_redirects=True)
    with anthropic.Anthropic(
        api_key=server.key,
        base_url=server.base_url,
        max_retries=0,
        timeout=timeout,
        http_client=http,
    ) as made:
        yield made


def post(server: ClaudeServer, params: dict[str, Any], **headers: str) -> httpx2.Response:
    sent = {"authorization": f"Bearer {server.key}", "anthropic-version": VERSION} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    data = {name: value for name, value in params.items() if value is not None}
    with httpx2.Client(verify=False, timeout=60) as http:
        return http.post(f"{server.base_url}/v1/messages", json=data, headers=sent)


def drafting(kind: str = "prose", **changed: Any) -> dict[str, Any]:
    """A request as the drafter makes it, with the prompt's lines that the model reads."""
    made = task(spec(kind))
    lines = [
        f'<passage-0123456789ab key="{one.id}">\nUnder the heading: none\nText: {one.text}\n'
        "</passage-0123456789ab>"
        for one in made.shared
    ]
    source = "\n".join(lines)
    sources = (
        '<source-0123456789ab key="trial">\nReference: Example (2013). A trial.\n'
        f"Tier: T1, a journal\nWhat was read: the abstract\n{source}\n</source-0123456789ab>"
    )
    offered = "\n".join(f"- {one.id}" for one in made.offered)
    own = (
        f"Section: Evidence base\nId: evidence-base\nKind: {kind}\n"
        "Tiers that may be cited in it: T1, T2\nForms it may take: paragraph, list, example\n"
        f"Statements tagged llm: allowed\n\n{offered}"
    )
    content = [{"type": "text", "text": sources}, {"type": "text", "text": own}]
    shape = anthropic.transform_schema(SectionAnswer)
    return {
        "model": MODEL,
        "max_tokens": 4096,
        "messages": [{"role": "user", "content": content}],
        "output_config": {"format": {"type": "json_schema", "schema": shape}},
    } | changed
