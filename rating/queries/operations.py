"""Numbers for whoever runs the server: work done, work waiting, work that hangs. Of no person."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection
from django.db.models import Count, Min, Q

from annotation.broker import NoBrokerError, n_waiting
from annotation.models import Job, Lease, Slot, WebhookDelivery
from rating.models import Rating

Row = tuple[dict[str, str], float]


@dataclass(frozen=True)
class Measure:
    """One number, or several told apart by labels. `only_grows`: of interest is how fast it does."""

    name: str
    words: str
    rows: list[Row] = field(default_factory=list)
    only_grows: bool = False


def n_ratings_ever() -> int:
    """How many numbers for ratings were drawn: what the database counts by itself, so that nobody reads a
    million rows. Erasing lowers it never; what was rolled back leaves a gap, and counts."""
    table = Rating._meta.db_table  # noqa: SLF001
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT pg_sequence_last_value(pg_get_serial_sequence(%s, 'id')::regclass)", [table]
            )
        else:
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        row = cursor.fetchone()
    return int(row[0] or 0) if row else 0


def _claims(now: datetime) -> list[Row]:
    claimed = Slot.objects.filter(state=Slot.State.CLAIMED).aggregate(
        outstanding=Count("id", filter=Q(claim_expires_at__gt=now)),
        expired=Count("id", filter=Q(claim_expires_at__lte=now)),
    )
    return [({"state": state}, n) for state, n in claimed.items()]


def _jobs(now: datetime) -> tuple[list[Row], list[Row]]:
    """How many by kind and state, and how long the oldest unfinished one of each has waited or run."""
    counted = Job.objects.order_by().values_list("kind", "state").annotate(n=Count("id"))
    unfinished = Job.objects.filter(state__in=[Job.State.QUEUED, Job.State.RUNNING])
    oldest = unfinished.order_by().values_list("kind", "state").annotate(since=Min("queued_at"))
    return (
        [({"kind": kind, "state": state}, n) for kind, state, n in counted],
        [({"kind": kind, "state": state}, _age(since, now)) for kind, state, since in oldest],
    )


def _age(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0


def _queue_depth() -> list[Row]:
    """Nothing is said where the broker is gone: no number is better than an old one."""
    try:
        return [({}, n_waiting())]
    except NoBrokerError:
        return []


def operational_measures(*, now: datetime) -> list[Measure]:
    jobs, ages = _jobs(now)
    leases = Lease.objects.values_list("name", "renewed_at")
    deliveries = WebhookDelivery.objects.filter(state=WebhookDelivery.State.WAITING).count()
    return [
        Measure("attune_ratings", "Ratings submitted or imported", [({}, n_ratings_ever())], only_grows=True),
        Measure("attune_claims", "Items in raters' hands, by whether their time is up", _claims(now)),
        Measure("attune_jobs", "Background jobs by kind and state", jobs),
        Measure("attune_job_age_seconds", "Age of the oldest unfinished job of a kind", ages),
        Measure("attune_queue_messages", "Messages that no worker has taken", _queue_depth()),
        Measure("attune_webhooks_waiting", "Webhook messages not sent yet", [({}, deliveries)]),
        Measure(
            "attune_lease_age_seconds",
            "Since the holder of a lease last said that it lives",
            [({"name": name}, _age(at, now)) for name, at in leases],
        ),
    ]
