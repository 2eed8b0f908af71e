"""``prefect deploy --all``: every deployment names a flow that there is, as Prefect loads it."""

from __future__ import annotations

import inspect
import time
from typing import Any

import httpx
import pytest
import yaml
from prefect.client.schemas.objects import ConcurrencyLimitStrategy
from prefect.client.schemas.schedules import CronSchedule
from prefect.flows import load_flow_from_entrypoint
from shared import ROOT

from citewright.bootstrap import flow_runs
from citewright.pipeline.doctor.prefect import POOL, SHARDS

DOCUMENT = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))
DEPLOYMENTS: list[dict[str, Any]] = DOCUMENT["deployments"]


def test_every_flow_has_a_deployment_and_every_deployment_its_name() -> None:
    files = {path.stem for path in (ROOT / "flows").glob("*.py")}
    assert {one["entrypoint"] for one in DEPLOYMENTS} == {f"flows/{one}.py:{one}" for one in files}
    assert [one["name"] for one in DEPLOYMENTS] == [
        one["entrypoint"].rpartition(":")[2].replace("_", "-") for one in DEPLOYMENTS
    ]


@pytest.mark.parametrize("one", DEPLOYMENTS, ids=lambda one: str(one["name"]))
def test_a_deployment_can_be_run(one: dict[str, Any]) -> None:
    path, _, name = one["entrypoint"].partition(":")
    flow = load_flow_from_entrypoint(f"{ROOT / path}:{name}")
    assert flow.name == one["name"]
    parameters = one["parameters"]
    assert parameters["project"] == "{{ $PROJECT_FOLDER }}"
    flow.validate_parameters(parameters)
    # What is neither given nor has a default could not be run on a schedule.
    needed = {
        key
        for key, value in inspect.signature(flow.fn).parameters.items()
        if value.default is inspect.Parameter.empty
    }
    assert needed <= set(parameters)


@pytest.mark.parametrize("one", DEPLOYMENTS, ids=lambda one: str(one["name"]))
def test_a_deployment_has_its_pool_its_limit_and_its_times(one: dict[str, Any]) -> None:
    assert one["work_pool"]["name"] == POOL
    # Who is gone is told by the signs of life that do not come, of each flow alike.
    assert one["work_pool"]["job_variables"] == {
        "env": {
            "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
            "PREFECT_CLIENT_RETRY_EXTRA_CODES": "500",
        }
    }
    assert one["description"].endswith(".")
    # What shares its work needs no limit, and is to outlive what Prefect keeps of one in Redis.
    assert ("concurrency_limit" in one) == (one["name"] not in {"generate-articles", SHARDS})
    if "concurrency_limit" in one:
        assert one["concurrency_limit"]["limit"] == 1
        assert ConcurrencyLimitStrategy(one["concurrency_limit"]["collision_strategy"])
    for schedule in one.get("schedules", []):
        CronSchedule(cron=schedule["cron"], timezone=schedule["timezone"])
    # Only what spends on demand waits to be asked.
    assert bool(one.get("schedules")) == (one["name"] != "generate-articles")


def asked(client: httpx.Client, path: str, body: dict[str, Any]) -> Any:
    """What Prefect answers; as its own client does, a server that says 503 is asked again.

    It says so where two transactions of its SQLite file got into each other's way.
    """
    for _ in range(60):
        answer = client.post(path, json=body)
        if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
            break
        time.sleep(1)
    return answer.raise_for_status().json()


@pytest.mark.xdist_group("prefect")
def test_a_server_of_the_pinned_packages_plans_a_schedule(prefect_server: str) -> None:
    """What Prefect's server needs to begin runs by cron works with the packages as pinned."""
    schedule = {"schedule": {"cron": "0 3 * * *", "timezone": "UTC"}, "active": True}
    with httpx.Client(base_url=f"{prefect_server}/", timeout=60) as client:
        flow = asked(client, "flows/", {"name": "planned"})["id"]
        body = {"name": "planned", "flow_id": flow, "schedules": [schedule]}
        wanted = {"deployments": {"id": {"any_": [asked(client, "deployments/", body)["id"]]}}}
        for _ in range(300):
            planned = asked(client, "flow_runs/filter", wanted)
            if planned:
                break
            time.sleep(1)
    assert {run["state_type"] for run in planned} == {"SCHEDULED"}


def test_shards_are_given_to_a_deployment_that_there_is() -> None:
    flow, _, name = flow_runs.DEPLOYMENT.partition("/")
    assert flow == name == SHARDS
    assert name in [one["name"] for one in DEPLOYMENTS]


def test_runs_begin_in_the_folder_of_the_deployments() -> None:
    [step] = DOCUMENT["pull"]
    assert step == {"prefect.deployments.steps.set_working_directory": {"directory": "{{ $PWD }}"}}
