"""A study, its stakeholder groups and its consent texts."""

from __future__ import annotations

from django.db import models

from annotation.models.base import Coded


class Study(Coded):
    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        OPEN = "open", "Open"
        PAUSED = "paused", "Paused"
        CLOSED = "closed", "Closed"

    title = models.CharField(max_length=200)
    purpose = models.TextField(blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    # Shown wherever the study is shown, e.g. that its conversations were invented.
    notice = models.CharField(max_length=500, blank=True)
    is_invented = models.BooleanField(default=False)
    support_title = models.CharField(max_length=200, blank=True)
    support_text = models.TextField(blank=True)
    claim_minutes = models.PositiveIntegerField(default=60)
    # Where an import made the study: lets a second import find it again.
    source_key = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["-created_at", "id"]
        verbose_name_plural = "studies"


class Group(Coded):
    """A stakeholder group of a study."""

    class Kind(models.TextChoices):
        HUMAN = "human", "Human"
        JUDGE = "judge", "Judge model"

    study = models.ForeignKey(Study, models.CASCADE, related_name="groups")
    key = models.SlugField(max_length=40)
    name = models.CharField(max_length=100)
    singular = models.CharField(max_length=100, blank=True)
    kind = models.CharField(max_length=6, choices=Kind.choices, default=Kind.HUMAN)
    # What raters of this group are told about their part.
    words = models.TextField(blank=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["study_id", "position", "id"]
        constraints = [models.UniqueConstraint(fields=["study", "key"], name="group_key_unique_in_study")]


class ConsentVersion(Coded):
    """One published wording of the consent text. A rater agrees to the newest."""

    study = models.ForeignKey(Study, models.CASCADE, related_name="consent_versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    body = models.TextField()

    class Meta:
        ordering = ["study_id", "-number"]
        constraints = [models.UniqueConstraint(fields=["study", "number"], name="consent_number_unique")]


class Consent(models.Model):
    """A rater's agreement to one version."""

    rater = models.ForeignKey("annotation.Rater", models.CASCADE, related_name="consents")
    version = models.ForeignKey(ConsentVersion, models.PROTECT, related_name="consents")
    given_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rater", "version"], name="consent_given_once")]

    def __str__(self) -> str:
        return f"{self.rater_id}:{self.version_id}"
