"""What makes the audit trail tell of its own changes, and who looked at what."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotation.models.people import User
from annotation.models.records import AuditEvent
from annotation.models.studies import Study


class AuditSeal(models.Model):
    """One link of a chain (append-only by database rule): its digest covers the link before and the event.

    A study has a chain of its own; events without a study share one. `number` is the chain's own order:
    ids of events are drawn before their transactions commit, so a lower id can come into sight later.
    """

    study = models.ForeignKey(Study, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    number = models.PositiveBigIntegerField()
    event = models.OneToOneField(AuditEvent, models.PROTECT, related_name="seal")
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    class Meta:
        ordering = ["study_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["study", "number"], name="seal_number_unique_in_study"),
            # Of a null every row is another one: the chain without a study needs its own rule.
            models.UniqueConstraint(
                fields=["number"], condition=Q(study__isnull=True), name="seal_number_unique_without_study"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.digest[:12]}"


class AccessEvent(models.Model):
    """Somebody of the team saw or took what is personal or restricted: who, what, when; no content.

    Append-only by database rule; rows older than the retention go under an erasure permit. The study is
    named by its code, so that writing a row asks the database for nothing else.
    """

    class Way(models.TextChoices):
        PAGE = "page", _("Page")
        DOWNLOAD = "download", _("Download")
        API = "api", _("API")

    study_code = models.CharField(max_length=12)
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    # What kind of thing it was: a key of annotation.access_log.WATCHED.
    what = models.CharField(max_length=40)
    object_code = models.CharField(max_length=12, blank=True)
    way = models.CharField(max_length=8, choices=Way.choices)
    at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["study_code", "-id"], name="access_study")]

    def __str__(self) -> str:
        return f"{self.what} {self.object_code}".strip()
