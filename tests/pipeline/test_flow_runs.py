"""The flow runs of a large run, on a Prefect server that is not always there."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from catalogues import open_workspace
from prefect.settings import PREFECT_API_URL, temporary_settings

from citewright.bootstrap.flow_runs import FlowRuns
from citewright.model.shares import Lost
from citewright.versions.shares import ShareLog

NOBODY = "http://127.0.0.1:9/api"

pytestmark = pytest.mark.xdist_group("prefect")


@pytest.fixture
def client(prefect_server: str) -> httpx.Client:
    return httpx.Client(base_url=f"{prefect_server}/", timeout=60)


def made(client: httpx.Client, path: str, body: dict[str, Any]) -> str:
    return str(client.post(path, json=body).raise_for_status().json()["id"])


def states(client: httpx.Client, run: str) -> list[str]:
    wanted = {"flow_runs": {"tags": {"all_": [f"run:{run}"]}}, "sort": "NAME_ASC"}
    found = client.post("flow_runs/filter", json=wanted).raise_for_status().json()
    return [one["state_type"] for one in found]


def test_shards_are_handed_out_as_soon_as_there_is_a_server(
    prefect_server: str, client: httpx.Client, tmp_path: Path
) -> None:
    flow = made(client, "flows/", {"name": "work-shard"})
    made(client, "deployments/", {"name": "work-shard", "flow_id": flow})
    run = str(uuid4())
    watcher = FlowRuns(ShareLog(open_workspace(tmp_path).database))
    with temporary_settings({PREFECT_API_URL: NOBODY}):
        watcher.hand_out(run, tmp_path, [1, 2])
    assert states(client, run) == []
    with temporary_settings({PREFECT_API_URL: prefect_server}):
        watcher.look(run)
        watcher.look(run)
        assert states(client, run) == ["SCHEDULED"] * 2
        # What has not begun when all is done need not begin.
        watcher.ended(run)
    assert states(client, run) == ["CANCELLED"] * 2


@pytest.mark.parametrize(
    ("was", "becomes"),
    [("RUNNING", "CRASHED"), ("CANCELLING", "CANCELLED"), ("COMPLETED", "COMPLETED")],
)
def test_the_server_is_told_of_a_lost_worker_as_soon_as_it_is_there(
    prefect_server: str, client: httpx.Client, tmp_path: Path, was: str, becomes: str
) -> None:
    flow = made(client, "flows/", {"name": "lost"})
    body = {"flow_id": flow, "state": {"type": was, "name": was.title()}}
    [known, gone] = [made(client, "flow_runs/", body), str(uuid4())]
    watcher = FlowRuns(ShareLog(open_workspace(tmp_path).database))
    with temporary_settings({PREFECT_API_URL: NOBODY}):
        # One of them was deleted meanwhile, and keeps the other from nothing.
        watcher.lost(known, [Lost(1, gone, "it is gone"), Lost(2, known, "it is gone")])
    with temporary_settings({PREFECT_API_URL: prefect_server}):
        watcher.look(known)
    found = client.get(f"flow_runs/{known}").raise_for_status().json()
    assert found["state_type"] == becomes
