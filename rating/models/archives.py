"""Archives of whole studies, and where a restored study came from."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotation.models import Job, Study, User
from annotation.models.base import Coded


class StudyArchive(Coded):
    """One ZIP with everything that a study needs to be made again elsewhere; made and kept like an export."""

    class State(models.TextChoices):
        MAKING = "making", _("Being made")
        READY = "ready", _("Ready")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        EXPIRED = "expired", _("Expired")

    study = models.ForeignKey(Study, models.PROTECT, related_name="+")
    # What stays outside unless an owner says why it must come along.
    with_wellbeing = models.BooleanField(default=False)
    with_incidents = models.BooleanField(default=False)
    reason = models.TextField(blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.MAKING)
    job = models.OneToOneField(Job, models.SET_NULL, null=True, blank=True, related_name="+")
    file_name = models.CharField(max_length=200, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    finished_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(with_wellbeing=False, with_incidents=False) | ~Q(reason=""),
                name="archive_of_more_has_a_reason",
            )
        ]


class StudyOrigin(Coded):
    """The study was restored from an archive: of which study, and what its audit trail was found to be."""

    study = models.ForeignKey(Study, models.CASCADE, related_name="origins")
    origin_code = models.CharField(max_length=12)
    archive_digest = models.CharField(max_length=64)
    archived_at = models.DateTimeField()
    software_version = models.CharField(max_length=40)
    n_events = models.PositiveBigIntegerField(default=0)
    # Of the origin's chain: number and digest of its last link, to be held against a note kept elsewhere.
    n_sealed = models.PositiveBigIntegerField(default=0)
    head = models.CharField(max_length=64)
    restored_at = models.DateTimeField()
    restored_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["id"]


class PastEvent(models.Model):
    """An audit event of the place a study was restored from. Append-only by database rule.

    It stands apart from the events of this place: those have a chain of their own, which begins at the
    restoring. `position` is the place in the origin's order; without `number` it was not sealed there.
    """

    origin = models.ForeignKey(StudyOrigin, models.CASCADE, related_name="events", db_index=False)
    position = models.PositiveBigIntegerField()
    number = models.PositiveBigIntegerField(null=True, blank=True)
    event_code = models.CharField(max_length=12)
    at = models.DateTimeField()
    kind = models.CharField(max_length=60)
    object_kind = models.CharField(max_length=40, blank=True)
    object_code = models.CharField(max_length=12, blank=True)
    # Who did it, as the archive names people: member-3.
    actor = models.CharField(max_length=40, blank=True)
    # What the seal covers of the actor (`annotation.services.audit_seals.actor_mark`).
    actor_mark = models.CharField(max_length=32, blank=True)
    commitment = models.CharField(max_length=64)
    # Null: erased there, or here since.
    salt = models.CharField(max_length=32, blank=True)
    data = models.JSONField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["origin_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["origin", "position"], name="past_event_has_its_place")
        ]

    def __str__(self) -> str:
        return f"{self.position}: {self.kind}"
