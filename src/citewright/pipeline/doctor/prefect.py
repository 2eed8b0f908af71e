"""The Prefect server that flows are run by, and its workers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from importlib.metadata import version

import httpx2

from citewright.pipeline.doctor.clock import ahead
from citewright.pipeline.doctor.finding import Finding

POOL = "citewright"
"""The work pool that ``prefect.yaml`` names."""

SHARDS = "work-shard"
"""The flow and the deployment that share large runs."""

_SECONDS = 10.0
_START = "Start it: `prefect server start`; see docs/deploy.md. Or leave PREFECT_API_URL out."
_WORKER = f"Start one: `prefect worker start --pool {POOL} --type process`."


@dataclass
class Asked:
    """What asking the server gave; ``ahead`` is how far its clock is before this one."""

    findings: list[Finding] = field(default_factory=list)
    ahead: float | None = None


def check_prefect(environment: Mapping[str, str]) -> Asked:
    """Whether flows can be run: by a server of a command's own, or by the one that is named."""
    own, url = version("prefect"), environment.get("PREFECT_API_URL")
    if not url:
        said = f"Prefect {own}; each command starts a server of its own (no PREFECT_API_URL)."
        return Asked([Finding("Prefect", "ok", said)])
    asked = Asked()
    try:
        with httpx2.Client(timeout=_SECONDS, auth=_sign_in(environment)) as client:
            _ask(client, url.rstrip("/"), own, asked)
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
        said = f"PREFECT_API_URL does not answer as a Prefect server: {type(error).__name__}."
        asked.findings.append(Finding("Prefect", "failed", said, _START))
    return asked


def _ask(client: httpx2.Client, url: str, own: str, asked: Asked) -> None:
    before = datetime.now(UTC)
    answer = client.get(f"{url}/admin/version")
    asked.ahead = ahead(answer.headers.get("date", ""), before, datetime.now(UTC))
    if answer.status_code != HTTPStatus.OK:
        said = f"PREFECT_API_URL answered {answer.status_code} when asked for its version."
        do = "See its address, which ends with /api, and PREFECT_API_AUTH_STRING."
        asked.findings.append(Finding("Prefect", "failed", said, do))
        return
    theirs = answer.json()
    if theirs != own:
        said = f"The server is Prefect {theirs}, here is {own}."
        asked.findings.append(
            Finding("Prefect", "warning", said, "Install the same one on all machines.")
        )
    else:
        asked.findings.append(Finding("Prefect", "ok", f"The server is Prefect {theirs}, as here."))
    asked.findings.append(_pool(client, url))
    asked.findings.append(_shards(client, url))


def _pool(client: httpx2.Client, url: str) -> Finding:
    answer = client.get(f"{url}/work_pools/{POOL}")
    if answer.status_code == HTTPStatus.NOT_FOUND:
        do = f"`prefect work-pool create {POOL} --type process`, then `prefect deploy --all`."
        return Finding("workers", "warning", f"There is no work pool {POOL!r}.", do)
    answer.raise_for_status()
    state = answer.json().get("status") or "NOT_READY"
    said = f"The work pool {POOL!r} is {state}."
    if state == "READY":
        return Finding("workers", "ok", said)
    do = f"`prefect work-pool resume {POOL}`." if state == "PAUSED" else _WORKER
    return Finding("workers", "warning", said, do)


def _shards(client: httpx2.Client, url: str) -> Finding:
    """Whether large runs can be shared: without the deployment one worker does all of a run."""
    answer = client.get(f"{url}/deployments/name/{SHARDS}/{SHARDS}")
    if answer.status_code == HTTPStatus.NOT_FOUND:
        said = f"There is no deployment {SHARDS!r}: a large run stays with one worker."
        return Finding("shards", "warning", said, "`prefect deploy --all`.")
    answer.raise_for_status()
    if answer.json().get("paused"):
        said = f"The deployment {SHARDS!r} is paused: runs that were given up are not finished."
        return Finding("shards", "warning", said, "Resume its schedule.")
    return Finding("shards", "ok", "Large runs are shared by the workers.")


def _sign_in(environment: Mapping[str, str]) -> tuple[str, str] | None:
    # As Prefect's own client reads it: NAME:PASSWORD.
    name, _, password = environment.get("PREFECT_API_AUTH_STRING", "").partition(":")
    return (name, password) if name else None
