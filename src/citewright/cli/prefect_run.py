"""Running a flow from the command line, without a server to set up."""

from __future__ import annotations

import logging
import os
from contextlib import nullcontext
from pathlib import Path
from typing import Any, cast

from citewright.resources import find

log = logging.getLogger(__name__)

DEFAULTS = {
    # Nothing is reported to anyone.
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    # Without PREFECT_API_URL a flow starts its own server; on a slow machine the first start,
    # which creates its database, takes longer than the default of 20 seconds.
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "true",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
    # Failures are told in one sentence by the command; tracebacks stay out of its way.
    "PREFECT_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_INTERNAL_LEVEL": "CRITICAL",
    # Its own server logs what the end of the process cuts off, which concerns nobody any more.
    "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
}


def run_flow(
    name: str, project: Path, parameters: dict[str, Any], *, concurrency: int
) -> list[dict[str, Any]]:
    """Run ``flows/<name>.py:<name>`` in this process and give what it returns.

    :raises CitewrightError: as the flow's steps do.
    """
    for variable, value in DEFAULTS.items():
        os.environ.setdefault(variable, value)
    # Its client warns outside its own loggers while it sends its last events at the end.
    logging.getLogger("EventsWorker").setLevel(logging.CRITICAL)
    # Prefect reads its settings when it is imported.
    from prefect.flows import Flow, load_flow_from_entrypoint
    from prefect.settings import temporary_settings
    from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

    alone = "PREFECT_API_URL" not in os.environ
    if alone:
        log.info("starting Prefect's own server for this run; this takes some seconds")
    flow: Flow[..., Any] = load_flow_from_entrypoint(
        f"{find('flows', f'{name}.py', project)}:{name}"
    )
    runner = cast(TaskRunner[Any], ThreadPoolTaskRunner(max_workers=concurrency))
    # Nobody watches a server of one run; waiting for the thread that sends the signs of life would
    # hold every run's end up for as much as a second. Another server may be watched, so there it
    # is waited for; reading the settings once more, which takes a third of a second, is not needed.
    unwatched = temporary_settings({"flows.heartbeat_frequency": None})
    with unwatched if alone else nullcontext():
        result: list[dict[str, Any]] = flow.with_options(task_runner=runner)(**parameters)
    return result
