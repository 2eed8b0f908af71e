"""Work on a shard of a large run, and then on whatever else of the run is free. Run by Prefect."""

from __future__ import annotations

from prefect import flow

from citewright.bootstrap import crews


@flow(name="work-shard", flow_run_name="shard {shard} of {run}")
def work_shard(
    run: str | None = None, shard: int | None = None, project: str = "."
) -> dict[str, int]:
    """Be one more worker of a run, until nothing is left for it to do.

    Without a run it looks for those whose workers were all lost, and finishes them.

    :param shard: the shard whose articles it takes first.
    """
    if run is None:
        return crews.go_on_with_abandoned(project)
    return crews.work_shard(project, run, shard)
