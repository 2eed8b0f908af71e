"""Tests of one group stay together when several processes share the tests out."""

from __future__ import annotations

import pytest


@pytest.mark.xdist_group("groups")
def test_the_id_of_a_test_ends_with_its_group(request: pytest.FixtureRequest) -> None:
    if not request.config.getoption("loadgroup", default=False):
        pytest.skip("nothing is shared out by group")
    assert request.node.nodeid.endswith("@groups")
