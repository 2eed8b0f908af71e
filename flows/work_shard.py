"""Work on a shard of a large run, and then on whatever else of the run is free. Run by Prefect."""

from __future__ import annotations

from prefect import flow
from prefect.runtime import flow_run

from citewright.bootstrap import crews


def run_name() -> str:
    """What the flow run is called: by its shard, or by what the schedule begins it for."""
    asked = flow_run.get_parameters()
    run, shard = asked.get("run"), asked.get("shard")
    return "look for runs that were given up" if run is None else f"shard {shard} of {run}"


@flow(name="work-shard", flow_run_name=run_name)
def work_shard(
    run: str | None = None, shard: int | None = None, project: str = "."
) -> dict[str, int]:
    """Be one more worker of a run, until nothing is left for it to do.

    Without a run it looks for those whose workers were all lost, and finishes them; and has Prefect
    show flow runs of which nothing is left as crashed.

    :param shard: the shard whose articles it takes first.
    """
    if run is None:
        return crews.go_on_with_abandoned(project)
    return crews.work_shard(project, run, shard)
