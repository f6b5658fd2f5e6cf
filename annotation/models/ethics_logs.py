"""What happened and who acted: incidents, which few may read, and the study's further logs.

Entries are never changed (database rules): a correction is a further entry that points at the first.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from annotation.models.base import Coded
from annotation.models.items import Item
from annotation.models.people import Rater, User
from annotation.models.studies import Study


class Incident(Coded):
    """Somebody at risk, or a disclosure. What was written stands in its entries."""

    study = models.ForeignKey(Study, models.CASCADE, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    # Null once the rater is erased, or where it is about nobody who rates.
    rater = models.ForeignKey(Rater, models.SET_NULL, null=True, blank=True, related_name="+")
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["study", "number"], name="incident_number_unique")]


class IncidentEntry(Coded):
    class Kind(models.TextChoices):
        OPENED = "opened", pgettext_lazy("entry of an incident", "Opened")
        ACTED = "acted", _("Acted")
        CORRECTED = "corrected", _("Correction")
        CLOSED = "closed", _("Closed")
        REOPENED = "reopened", _("Opened again")

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="entries")
    kind = models.CharField(max_length=9, choices=Kind.choices)
    text = models.TextField()
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    corrects = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "incident entries"


class IncidentReading(Coded):
    """Somebody opened an incident to read it."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="readings")
    reader = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-id"]


class LogEntry(Coded):
    """Adverse events, deviations from the protocol, unblindings: each numbered in its own log."""

    class Kind(models.TextChoices):
        ADVERSE = "adverse", _("Adverse event")
        DEVIATION = "deviation", _("Deviation from the protocol")
        UNBLINDING = "unblinding", _("Unblinding")

    study = models.ForeignKey(Study, models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    number = models.PositiveIntegerField()
    happened_on = models.DateField()
    text = models.TextField()
    # Of an adverse event or deviation what was done about it, of an unblinding why.
    reason = models.TextField()
    rater = models.ForeignKey(Rater, models.SET_NULL, null=True, blank=True, related_name="+")
    item = models.ForeignKey(Item, models.SET_NULL, null=True, blank=True, related_name="+")
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    corrects = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "log entries"
        constraints = [
            models.UniqueConstraint(fields=["study", "kind", "number"], name="log_number_unique"),
            models.CheckConstraint(condition=~Q(reason=""), name="log_entry_says_why"),
        ]
