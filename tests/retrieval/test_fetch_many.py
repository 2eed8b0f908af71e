"""The benchmark's promises, on fewer sources."""

from __future__ import annotations

from benchmarks.fetching import measure


def test_no_body_is_downloaded_twice_and_no_host_is_asked_twice_at_once():
    figures = measure(sources=60, hosts=4, interval=0.02)
    assert figures["fetching.unchanged"] == figures["fetching.answers_304"] == 60
    assert figures["fetching.bodies"] == 60
    assert figures["fetching.most_at_once_per_host"] == 1
    # A server notes a request when it gets to it: its first one late on a busy machine.
    assert figures["fetching.least_mean_gap_ms"] > 10
