"""Figures in the text form that Prometheus reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from citewright.errors import SettingsError


@dataclass(frozen=True)
class Family:
    """One figure with a value for each combination of labels; ``labels`` are their names."""

    name: str
    help: str
    kind: Literal["counter", "gauge"]
    labels: tuple[str, ...]
    values: tuple[tuple[tuple[str, ...], float], ...]


def exposition(families: Iterable[Family]) -> tuple[bytes, str]:
    """The text and its media type.

    :raises SettingsError: when the extra ``observe`` is not installed.
    """
    try:
        from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
        from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
        from prometheus_client.registry import Collector
    except ImportError as error:
        raise SettingsError(
            "the setting 'metrics' needs Prometheus's client.",
            hint="Install it: pip install 'citewright[observe]'.",
        ) from error

    class Given(Collector):
        """What was given, once."""

        def collect(self) -> Iterator[Metric]:
            for one in families:
                form = CounterMetricFamily if one.kind == "counter" else GaugeMetricFamily
                metric = form(one.name, one.help, labels=one.labels)
                for labels, value in one.values:
                    metric.add_metric(labels, value)
                yield metric

    registry = CollectorRegistry(auto_describe=False)
    registry.register(Given())
    return generate_latest(registry), CONTENT_TYPE_LATEST
