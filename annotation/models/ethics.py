"""What an ethics board asks of a study: its approval, who may take part, who answers for safeguarding."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from annotation.models.base import Coded
from annotation.models.people import Rater, User
from annotation.models.studies import ConsentVersion, Study


class EthicsApproval(Coded):
    """A board's approval, or its renewal. Both days are included; without an end it holds until withdrawn."""

    study = models.ForeignKey(Study, models.CASCADE, related_name="+")
    board = models.CharField(max_length=200)
    number = models.CharField(max_length=100)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    # Where the letter lies, what it was given for.
    note = models.TextField(blank=True)
    # Suspended by the board, or entered by mistake: the row stays, and holds no longer.
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    is_mistake = models.BooleanField(default=False)
    withdrawn_why = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["study_id", "-valid_from", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="approval_ends_after_it_begins",
            )
        ]


class EthicsSettings(models.Model):
    """Who may take part, and what a passed approval stops. A study without a row has the defaults."""

    study = models.OneToOneField(Study, models.CASCADE, related_name="+")
    # Otherwise raters who are enrolled finish, and nobody new begins.
    pauses_rating = models.BooleanField(default=False)
    minimum_age = models.PositiveSmallIntegerField(null=True, blank=True)
    asks_capacity = models.BooleanField(default=False)
    # Who is younger, or cannot decide alone, may assent while somebody else consents for them.
    takes_proxy = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "ethics settings"

    def __str__(self) -> str:
        return f"ethics of {self.study_id}"


class LegalScreen(models.Model):
    """Two answers given before consent. No age is stored: only whether it is reached."""

    rater = models.OneToOneField(Rater, models.CASCADE, related_name="+")
    is_of_age = models.BooleanField()
    has_capacity = models.BooleanField()
    answered_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.pk)


class ProxyConsent(Coded):
    """Somebody else's consent for a rater who assents. The name stands on the paper that the team keeps."""

    class Relationship(models.TextChoices):
        PARENT = "parent", _("Parent")
        GUARDIAN = "guardian", _("Legal guardian")
        REPRESENTATIVE = "representative", _("Appointed representative")
        OTHER = "other", _("Other, as the law allows")

    rater = models.ForeignKey(Rater, models.CASCADE, related_name="+")
    version = models.ForeignKey(ConsentVersion, models.PROTECT, related_name="+")
    relationship = models.CharField(max_length=14, choices=Relationship.choices)
    given_on = models.DateField()
    recorded_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rater", "version"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_proxy_consent_per_version",
            )
        ]


class SafeguardingLead(models.Model):
    """Who answers for the safety of raters: a name, when and how to reach them, how soon they answer."""

    study = models.OneToOneField(Study, models.CASCADE, related_name="safeguarding_lead")
    name = models.CharField(max_length=200)
    hours = models.CharField(max_length=300)
    contacts = models.TextField()
    response_time = models.CharField(max_length=300)

    def __str__(self) -> str:
        return f"safeguarding of {self.study_id}"
