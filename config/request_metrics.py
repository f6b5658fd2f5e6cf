"""Requests counted and timed, and what the database tells, for Prometheus. Loaded where metrics are on.

With PROMETHEUS_MULTIPROC_DIR in the environment (config/gunicorn_conf.py sets it) the processes of one server
count into files of that folder, and any of them tells the sum.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils import timezone
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from rating.queries.operations import Measure

CONTENT_TYPE = CONTENT_TYPE_LATEST
# Around what a rater feels: a tenth of a second, a quarter, one.
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}

REQUESTS = Counter("attune_requests", "Requests answered", ["route", "method", "status"])
SECONDS = Histogram("attune_request_seconds", "Seconds until the answer was made", ["route"], buckets=BUCKETS)


def count_request(*, route: str, method: str, status: int, seconds: float) -> None:
    # A method is what the client says: an invented one must not make a row of its own.
    REQUESTS.labels(route, method if method in METHODS else "other", str(status)).inc()
    SECONDS.labels(route).observe(seconds)


def _family(measure: Measure) -> Metric:
    names = list(measure.rows[0][0]) if measure.rows else []
    kind = CounterMetricFamily if measure.only_grows else GaugeMetricFamily
    family = kind(measure.name, measure.words, labels=names)
    for labels, value in measure.rows:
        family.add_metric(list(labels.values()), value)
    return family


class FromDatabase(Collector):
    """Asked anew at each scrape: the same whichever process answers."""

    def collect(self) -> Iterator[Metric]:
        from rating.queries.operations import operational_measures

        yield from map(_family, operational_measures(now=timezone.now()))


def metrics_text() -> bytes:
    registry = CollectorRegistry()
    registry.register(FromDatabase())
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return generate_latest(REGISTRY) + generate_latest(registry)
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
