"""What a team wants of a stage, by when it should be done, and who hears by e-mail what wants attention."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from annotation.models.base import Coded
from annotation.models.ethics_logs import Incident
from annotation.models.people import Member
from annotation.models.plans import Plan


class StageTarget(models.Model):
    """The day by which a stage should have all its ratings."""

    plan = models.OneToOneField(Plan, models.CASCADE, related_name="target")
    due_on = models.DateField()

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.due_on}"


class AlertChoice(models.Model):
    """What a member wants to hear by e-mail. Who has no row hears nothing."""

    class Often(models.TextChoices):
        NEVER = "never", _("Never")
        DAILY = "daily", _("Once a day, while something wants attention")

    member = models.OneToOneField(Member, models.CASCADE, related_name="+")
    often = models.CharField(max_length=5, choices=Often.choices, default=Often.NEVER)
    # Only of use to who may read incidents: one mail for each that is opened, at once.
    incidents_at_once = models.BooleanField(default=False)
    # Of this site and of whoever chose: mails are written where no request tells either.
    root = models.CharField(max_length=300)
    language = models.CharField(max_length=10, default="en")
    # The last day whose mail was written, whether there was anything to say or not.
    told_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.member_id}: {self.often}"


class IncidentNotice(Coded):
    """A mail that says that an incident was opened: written with it, sent after it."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="+", db_index=False)
    member = models.ForeignKey(Member, models.CASCADE, related_name="+")
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incident", "member"], name="incident_told_once_to_a_member")
        ]
        indexes = [
            models.Index(
                fields=["created_at"], condition=models.Q(mailed_at__isnull=True), name="notice_unsent"
            )
        ]
