"""``/metrics``: only where it is set, and only for the key of an editor."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.web.desk import calls_of, opened, served, two

parser = pytest.importorskip("prometheus_client.parser")


def asked(address: str, key: str | None) -> httpx.Response:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return httpx.get(f"{address}/metrics", headers=headers)


def test_figures_are_shown_to_an_editors_key_only(tmp_path: Path) -> None:
    workspace = opened(tmp_path / "project", metrics=True)
    two(workspace)
    calls_of(workspace)
    with workspace.database.writing() as connection:
        connection.exec_driver_sql(
            "UPDATE calls SET input_tokens = 10, cache_read_input_tokens = 30, output_tokens = 7,"
            " cache_creation_input_tokens = 0 WHERE state = 'answered'"
        )
    with served(workspace) as running:
        assert asked(running.address, None).status_code == 401
        assert asked(running.address, running.key("Bo")).status_code == 403
        answer = asked(running.address, running.key("Ed"))
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    samples = {
        (one.name, *sorted(one.labels.items())): one.value
        for family in parser.text_string_to_metric_families(answer.text)
        for one in family.samples
    }
    names = {key[0] for key in samples}
    assert names == {
        "citewright_model_calls",
        "citewright_model_cost_usd",
        "citewright_model_tokens_total",
        "citewright_model_cache_share",
        "citewright_queue_items",
        "citewright_articles",
    }, names
    assert sum(samples[key] for key in samples if key[0] == "citewright_model_calls") == 4
    cost = {key: samples[key] for key in samples if key[0] == "citewright_model_cost_usd"}
    assert sum(cost.values()) == 0.25 + 0.25 + 0.5 + 0.5
    assert samples["citewright_model_cache_share",] == 0.75
    out = [
        value
        for key, value in samples.items()
        if key[0] == "citewright_model_tokens_total" and ("kind", "output") in key
    ]
    assert sum(out) == 2 * 7


def test_without_the_setting_there_is_nothing(tmp_path: Path) -> None:
    with served(opened(tmp_path / "project")) as running:
        assert asked(running.address, running.key("Ada")).status_code == 404
