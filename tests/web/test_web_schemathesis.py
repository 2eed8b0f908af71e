"""Random requests, made by schemathesis from the interface's own description."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.web.desk import calls_of, opened, served, two

schemathesis = pytest.importorskip("schemathesis")


RANDOM = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def drive(operation: Any, key: dict[str, str]) -> int:
    """Send random requests of one kind; gives how many they were."""
    tried = 0

    @RANDOM
    @given(case=operation.as_strategy())
    def send(case: Any) -> None:
        nonlocal tried
        tried += 1
        answer = case.call(headers=key)
        assert answer.status_code < 500, (case.as_curl_command(), answer.text)
        case.validate_response(answer, checks=[schemathesis.checks.not_a_server_error, conforms])

    send()
    return tried


def conforms(_: Any, response: Any, case: Any) -> None:
    """What is answered fits the description."""
    case.operation.validate_response(response)


@pytest.mark.slow
def test_no_request_makes_it_fail(tmp_path: Path) -> None:
    workspace = opened(tmp_path / "project")
    two(workspace)
    calls_of(workspace)
    with served(workspace) as running:
        described = schemathesis.openapi.from_url(f"{running.address}/api/openapi.json")
        tried = 0
        for role in ("Ed", "Rea"):
            key = {"Authorization": f"Bearer {running.key(role)}"}
            tried += sum(drive(found.ok(), key) for found in described.get_all_operations())
        assert tried > 300
