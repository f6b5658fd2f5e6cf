"""Incidents as few people may see them: the list without words, one record for who has asked to read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from annotation.models import Incident, IncidentEntry, IncidentReading, Study, User

# Loading the page again within this time is the same reading.
READING_TIME = timedelta(minutes=15)


def incidents_of(study: Study) -> QuerySet[Incident]:
    """Newest first, with numbers of entries and readings. Nothing of what was written. One query."""
    counted = Incident.objects.filter(study=study).annotate(
        n_entries=_n_beside(IncidentEntry.objects.all()), n_readings=_n_beside(IncidentReading.objects.all())
    )
    return counted.order_by("-number")


def _n_beside(rows: QuerySet[Any]) -> Coalesce:
    """Counted for the incidents of a page alone."""
    of_it = rows.filter(incident=OuterRef("pk")).order_by().values("incident")
    return Coalesce(Subquery(of_it.annotate(n=Count("pk")).values("n")), 0)


def is_being_read(incident: Incident, reader: User, *, now: datetime) -> bool:
    """Whether this person has asked to read the record within the last quarter of an hour."""
    readings = IncidentReading.objects.filter(incident=incident, reader=reader)
    return readings.filter(created_at__gt=now - READING_TIME).exists()


@dataclass(frozen=True)
class IncidentRecord:
    """Everything about one incident, for who may read it."""

    incident: Incident
    entries: list[IncidentEntry]
    readings: list[IncidentReading]


def incident_record(incident: Incident) -> IncidentRecord:
    """Two queries."""
    entries = IncidentEntry.objects.filter(incident=incident).select_related("written_by", "corrects")
    readings = IncidentReading.objects.filter(incident=incident).select_related("reader")
    return IncidentRecord(incident, list(entries), list(readings))
