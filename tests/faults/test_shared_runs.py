"""A team's run that people interfere with: it is cancelled, or another one is begun beside it."""

from __future__ import annotations

import subprocess
import sys

import pytest
from faults.test_lost_worker import ARTICLES, library, wait_for_state

from benchmarks.team_library import Library, Opened

__all__ = ["library"]

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("team")]

COMMAND = "from citewright.cli.main import app; app()"


def test_a_run_is_cancelled(library: Library) -> None:
    with library.opened("cancelled") as opened:
        opened.start_workers(2)
        first = opened.together(2, opened.generate)
        opened.wait_for(lambda state: state.done >= 2)
        opened.team.prefect("flow-run", "cancel", first)
        state = opened.wait_for(lambda state: first in state.ended)
        [error] = state.stopped
        assert "the run was cancelled." in error
        wait_for_state(opened, first, "CANCELLED")
        done = opened.close()
        assert done.done < ARTICLES
        # What was made stays, and nothing is shown as under way or waits to be.
        assert done.versions >= done.done
        assert (done.twice, done.paid_twice, done.left_running) == (0, 0, 0)
        states = opened.team.tagged(f"run:{first}")
        assert states
        assert set(states.values()) <= {"CANCELLED", "COMPLETED"}


def test_a_second_refresh_waits_for_the_first(library: Library) -> None:
    with library.opened("refreshed") as opened:
        opened.start_workers(2)
        opened.generate()
        opened.wait_for(lambda state: bool(state.ended))
        opened.edit_briefs()
        first = opened.start("refresh-articles", check=False)
        opened.wait_for(lambda state: state.done > ARTICLES)
        # By a command: the limit of Prefect's deployment does not know of it.
        assert refresh_by_command(opened).wait(timeout=1200) == 0
        state = opened.wait_for(lambda state: first in state.ended)
        assert (state.done, state.stopped) == (2 * ARTICLES, ())
        # The second found nothing that was left to be done.
        assert len(state.ended) == 3
        done = opened.close()
        assert (done.versions, done.paid_twice, done.left_running) == (ARTICLES, 0, 0)


def test_a_second_refresh_goes_on_when_the_first_is_lost(library: Library) -> None:
    with library.opened("taken-over") as opened:
        opened.start_workers(2)
        opened.generate()
        opened.wait_for(lambda state: bool(state.ended))
        opened.edit_briefs()
        first = opened.together(2, lambda: opened.start("refresh-articles", check=False))
        opened.wait_for(lambda state: state.done > ARTICLES)
        command = refresh_by_command(opened)
        opened.team.stop_workers()
        assert command.wait(timeout=1200) == 0
        state = opened.wait_for(lambda state: first in state.ended)
        # Each article was refreshed once, by the one or by the other.
        assert (state.done, state.stopped) == (2 * ARTICLES, ())
        done = opened.close()
        assert (done.versions, done.paid_twice, done.left_running) == (ARTICLES, 0, 0)
        assert opened.team.states()[first] == "CRASHED"


def refresh_by_command(opened: Opened) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", COMMAND, "refresh", "--no-check"]
    return subprocess.Popen(
        [*command, "--project", str(opened.project)], env=opened.team.environment
    )
