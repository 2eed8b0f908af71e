"""What an article is expected to cost, recorded as it is begun, for the page of its run."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from citewright.errors import CitewrightError
from citewright.pipeline.estimating import Estimate, Steps, estimate_steps
from citewright.pipeline.workspace import Workspace
from citewright.versions.expected import ExpectedLog

log = logging.getLogger(__name__)


@contextmanager
def beside(workspace: Workspace, steps: Steps) -> Iterator[None]:
    """Estimate and record while something else is waited for.

    Around the first call of an article: the estimate is made before that is answered, so that it
    takes no time of its own.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="expecting") as pool:
        done = pool.submit(expect, workspace, steps)
        yield
        done.result()


def expect(workspace: Workspace, steps: Steps) -> None:
    """Record what drafting these sections is expected to cost: nothing is paid or asked for it.

    Where that cannot be told, the log says why, and the run goes on: the first call meets the
    same trouble, and tells it.
    """
    try:
        rehearsal = workspace.rehearse(steps.options)
        if rehearsal is None:
            found = Estimate(steps.slug, workspace.make_drafter(steps.options).name)
        else:
            found = estimate_steps(workspace, steps, rehearsal)
    except CitewrightError as error:
        log.warning("what %s will cost cannot be told: %s", steps.slug, error)
        return
    usd = found.usd
    expected = ExpectedLog(workspace.database, workspace.clock)
    expected.note(steps.options.run, steps.slug, found.drafter, usd.low, usd.expected, usd.worst)
