"""Figures for Prometheus: requests by path template and status, the ledger's position and queue, the figures' lag."""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from api.access_log import Served
from api.deployment import DATABASE_FAULTS, Deployment

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)

METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
"""Whatever else a stranger makes up is counted as one, so that nobody can fill the memory with meters."""


class Meters:
    """The meters of one application, in a registry of their own."""

    def __init__(self, deployment: Deployment) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "linli_requests", "Answered requests", ["method", "path", "status"], registry=self._registry
        )
        self._seconds = Histogram(
            "linli_request_seconds", "Time to answer", ["method", "path"], buckets=SECONDS, registry=self._registry
        )
        self._registry.register(_Standing(deployment))

    def observe(self, served: Served) -> None:
        """Count one answered request."""
        method = served.method if served.method in METHODS else "other"
        self._requests.labels(method, served.path, str(served.status)).inc()
        self._seconds.labels(method, served.path).observe(served.seconds)

    def text(self) -> bytes:
        """Everything, as Prometheus reads it."""
        return generate_latest(self._registry)


class _Standing(Collector):
    """Asked anew at each reading, so that no thread has to keep these figures."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment

    def collect(self) -> Iterable[Metric]:
        deployment = self._deployment
        yield _gauge("linli_writer_queue", "Calls that wait for the writer", deployment.ledger.queue_length())
        yield _gauge("linli_clock_right", "Whether the clock may date events", deployment.clock_watch.is_right())
        try:
            known = list(self._from_databases())
        except DATABASE_FAULTS:
            known = []
        yield _gauge("linli_database_up", "Whether the databases answer", bool(known))
        yield from known

    def _from_databases(self) -> Iterable[Metric]:
        deployment = self._deployment
        yield _gauge("linli_ledger_position", "Position of the newest event", deployment.feed.position())
        lag = GaugeMetricFamily("linli_figures_lag_events", "Events not yet in a read model", labels=["projection"])
        for name, events in deployment.figures.lag().items():
            lag.add_metric([name], events)
        yield lag
        parked = deployment.figures.parked()
        yield _gauge("linli_figures_parked", "Read models that stopped at an event", len(parked))
        stopped = GaugeMetricFamily("linli_figures_parked_at", "Which event it stopped at", labels=["projection"])
        for one in parked:
            stopped.add_metric([one.name], one.parked_at or 0)
        yield stopped

    def describe(self) -> Iterable[Metric]:
        """Named without asking the databases, which may not be there yet when the application is built."""
        return ()


def _gauge(name: str, help_text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, help_text, value=value)
