"""What becomes of a study's data: retention, requests for one's own data, protection, the record lock."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotation.models.base import Coded
from annotation.models.people import Rater, User
from annotation.models.studies import Study


class RetentionDate(models.Model):
    """The day on which a kind of data goes. Null `done_at`: it is still to be done."""

    class Kind(models.TextChoices):
        RAW = "raw", _("Ratings and answers")
        COMMENTS = "comments", _("Comments in free text")
        WELLBEING = "wellbeing", _("Wellbeing data")
        EXPORTS = "exports", _("Stored export files")
        AUDIT = "audit", _("Readable part of the audit trail")

    study = models.ForeignKey(Study, models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=9, choices=Kind.choices)
    due_on = models.DateField()
    done_at = models.DateTimeField(null=True, blank=True)
    n_done = models.PositiveIntegerField(default=0)
    # Who noted that something was done by hand; null where the program did it.
    done_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["study_id", "due_on", "kind"]
        constraints = [models.UniqueConstraint(fields=["study", "kind"], name="one_retention_date_per_kind")]

    def __str__(self) -> str:
        return f"{self.kind} {self.due_on}"


class DataRequest(Coded):
    """A rater asked for everything that is stored of them, and got it. Its content is not kept."""

    rater = models.ForeignKey(Rater, models.CASCADE, related_name="+")

    class Meta:
        ordering = ["-id"]


class ProtectionNote(models.Model):
    """What the team adds to one part of its data protection impact assessment."""

    study = models.ForeignKey(Study, models.CASCADE, related_name="+", db_index=False)
    key = models.SlugField(max_length=40)
    text = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["study", "key"], name="one_note_per_part")]

    def __str__(self) -> str:
        return self.key


class ProtectionSignature(Coded):
    """Somebody signed the assessment as it stood: `digest` of its words."""

    study = models.ForeignKey(Study, models.CASCADE, related_name="+")
    signed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    capacity = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["-id"]


class RecordLock(Coded):
    """A data set that two people sign. Locked from the second signature on, until lifted with a reason."""

    study = models.ForeignKey(Study, models.CASCADE, related_name="+")
    # Of the snapshot that is signed.
    digest = models.CharField(max_length=64)
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    locked_at = models.DateTimeField(null=True, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_why = models.CharField(max_length=500, blank=True)
    lifted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["study"], condition=Q(lifted_at__isnull=True), name="one_record_lock_at_a_time"
            )
        ]


class LockSignature(Coded):
    class Capacity(models.TextChoices):
        INVESTIGATOR = "investigator", _("Investigator")
        ANALYST = "analyst", _("Analyst")

    lock = models.ForeignKey(RecordLock, models.CASCADE, related_name="signatures", db_index=False)
    signed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    capacity = models.CharField(max_length=12, choices=Capacity.choices)
    name = models.CharField(max_length=200)
    meaning = models.CharField(max_length=500)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["lock", "capacity"], name="signed_once_in_each_capacity"),
            models.UniqueConstraint(fields=["lock", "signed_by"], name="signed_by_two_people"),
        ]
