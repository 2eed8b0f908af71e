"""Traces of what takes time: calls to the model, retrievals, the steps of an article.

Without :func:`send_to` a span is nothing and costs nothing; OpenTelemetry is not even imported.
"""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from inspect import signature
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from citewright import __version__
from citewright.errors import CitewrightError, SettingsError

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

P = ParamSpec("P")
R = TypeVar("R")

Value = str | int | float | bool | None
Told = Callable[[str, Value], None]
"""Adds an attribute to a span."""

_LOCK = threading.Lock()
_tracer: Tracer | None = None


def send_to(address: str) -> None:
    """Send traces to an OTLP collector from now on; a second call changes nothing.

    Headers (a collector's key) are read by OpenTelemetry from ``OTEL_EXPORTER_OTLP_HEADERS``.

    :param address: where it takes them over HTTP: ``http://collector:4318/v1/traces``.
    :raises SettingsError: when the extra ``observe`` is not installed.
    """
    global _tracer  # noqa: PLW0603 - one for the process, as its exporter's thread is
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise SettingsError(
            "the setting 'trace_to' needs OpenTelemetry.",
            hint="Install it: pip install 'citewright[observe]'.",
        ) from error
    with _LOCK:
        if _tracer is not None:
            return
        resource = Resource.create({"service.name": "citewright", "service.version": __version__})
        # Its own provider, not the process's: Prefect's spans would name what they were given.
        provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=address)))
        atexit.register(provider.shutdown)
        _tracer = provider.get_tracer("citewright", __version__)


@contextmanager
def span(name: str, **attributes: Value) -> Iterator[Told]:
    """Something that takes time, with what it is about; gives what adds to that.

    Attributes are ids, names and numbers: no text of a source, a draft or a person.
    """
    if _tracer is None:
        yield _nothing
        return
    from opentelemetry.trace import StatusCode

    with _tracer.start_as_current_span(
        name, record_exception=False, set_status_on_exception=False
    ) as opened:

        def tell(key: str, value: Value) -> None:
            if value is not None:
                opened.set_attribute(f"citewright.{key}", value)

        for key, value in attributes.items():
            tell(key, value)
        try:
            yield tell
        except BaseException as error:
            # The kind alone: a message may hold what was worked on.
            opened.set_status(StatusCode.ERROR, type(error).__name__)
            tell("retry", error.retry if isinstance(error, CitewrightError) else None)
            raise


def traced(name: str, *told: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A function each call of which is a span.

    :param told: the parameters whose values the span is to have.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        form = signature(function)

        @wraps(function)
        def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
            if _tracer is None:
                return function(*args, **kwargs)
            given = form.bind(*args, **kwargs).arguments
            with span(name, **{one: given.get(one) for one in told}):
                return function(*args, **kwargs)

        return wrapper

    return decorate


def current_ids() -> dict[str, str]:
    """The ids of the span under way, as logs name them; empty where there is none."""
    if _tracer is None:
        return {}
    from opentelemetry.trace import get_current_span

    context = get_current_span().get_span_context()
    if not context.is_valid:
        return {}
    return {"trace_id": f"{context.trace_id:032x}", "span_id": f"{context.span_id:016x}"}


def _nothing(_: str, __: Value) -> None:
    """Adds nothing to no span."""
