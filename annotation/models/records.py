"""Background jobs, the audit trail, and the one way to erase."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotation.models.base import Coded
from annotation.models.people import User
from annotation.models.studies import Study


class Job(Coded):
    """The truth about a piece of background work; the broker's message only wakes a worker."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    study = models.ForeignKey(Study, models.CASCADE, null=True, blank=True, related_name="jobs")
    # The Celery task's name.
    kind = models.CharField(max_length=100)
    state = models.CharField(max_length=9, choices=State.choices, default=State.QUEUED)
    payload = models.JSONField(default=dict, blank=True)
    result = models.JSONField(default=dict, blank=True)
    # Shown to the person who waits: fraction 0..1 and a sentence.
    progress = models.FloatField(default=0)
    message = models.CharField(max_length=300, blank=True)
    error = models.TextField(blank=True)
    is_cancel_requested = models.BooleanField(default=False)
    n_attempts = models.PositiveIntegerField(default=0)
    idempotency_key = models.CharField(max_length=100, blank=True)
    queued_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "idempotency_key"],
                condition=~Q(idempotency_key=""),
                name="job_once_per_idempotency_key",
            )
        ]
        indexes = [
            models.Index(
                fields=["state", "queued_at"],
                condition=Q(state__in=["queued", "running"]),
                name="job_unfinished",
            )
        ]

    @property
    def is_finished(self) -> bool:
        return self.state in {Job.State.DONE, Job.State.FAILED, Job.State.CANCELLED}


# Claims and ratings would drown the rest of what happened; what raters skip is theirs.
QUIET_KINDS = (
    "slot.claimed",
    "slot.released",
    "item.passed",
    "rating.submitted",
    "rating.revised",
    "rubric.edited",
)


class AuditEvent(Coded):
    """Append-only (database rule). Holds a salted commitment; the readable payload stands apart."""

    study = models.ForeignKey(Study, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    actor = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=60)
    object_kind = models.CharField(max_length=40, blank=True)
    object_code = models.CharField(max_length=12, blank=True)
    commitment = models.CharField(max_length=64)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["study", "-id"], name="audit_study"),
            # The trail by its filters, in a trail of millions: what kind, about what, on which days.
            models.Index(fields=["study", "kind", "-id"], name="audit_kind"),
            models.Index(fields=["object_code"], name="audit_about"),
            models.Index(fields=["study", "-created_at", "-id"], name="audit_days"),
            # What the overview tells: the newest among millions of claims and ratings.
            models.Index(fields=["study", "-id"], condition=~Q(kind__in=QUIET_KINDS), name="audit_told"),
        ]


class AuditPayload(models.Model):
    """What an event says in words. Erasable, so that a person's data can go while the chain stays."""

    event = models.OneToOneField(AuditEvent, models.CASCADE, related_name="payload")
    salt = models.CharField(max_length=32)
    data = models.JSONField(default=dict)

    def __str__(self) -> str:
        return str(self.event_id)


class ErasurePermit(models.Model):
    """While a row stands here, inside the erasing transaction, the database rules let deletes through."""

    reason = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.reason
