"""A study, its stakeholder groups and its consent texts."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from annotation.models.base import Coded


class Study(Coded):
    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        OPEN = "open", _("Open")
        PAUSED = "paused", _("Paused")
        CLOSED = "closed", _("Closed")

    title = models.CharField(max_length=200)
    purpose = models.TextField(blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    # Shown wherever the study is shown, e.g. that its conversations were invented.
    notice = models.CharField(max_length=500, blank=True)
    is_invented = models.BooleanField(default=False)
    support_title = models.CharField(max_length=200, blank=True)
    support_text = models.TextField(blank=True)
    claim_minutes = models.PositiveIntegerField(default=60)
    # Who answers questions about the study and takes withdrawals; stands on every receipt.
    contact = models.TextField(blank=True)
    # From then on nothing is erased any more; null: as long as the study exists, everything can be.
    data_freeze_at = models.DateTimeField(null=True, blank=True)
    # Where an import made the study: lets a second import find it again.
    source_key = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["-created_at", "id"]
        verbose_name_plural = "studies"


class Group(Coded):
    """A stakeholder group of a study."""

    class Kind(models.TextChoices):
        HUMAN = "human", _("Human")
        JUDGE = "judge", _("Judge model")

    study = models.ForeignKey(Study, models.CASCADE, related_name="groups", db_index=False)
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


class Site(Coded):
    """A place of a study with several: a hospital, a centre. A study without any is one place."""

    study = models.ForeignKey(Study, models.CASCADE, related_name="sites", db_index=False)
    key = models.SlugField(max_length=20)
    name = models.CharField(max_length=100)
    # Nobody new is put there; who belongs to it stays.
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["study", "key"], name="site_key_unique_in_study")]


class ConsentVersion(Coded):
    """One published wording of the consent text; it never changes. Raters agree to the newest."""

    study = models.ForeignKey(Study, models.CASCADE, related_name="consent_versions", db_index=False)
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    body = models.TextField()
    language = models.CharField(max_length=12, default="en")
    # What is new since the version before, in the coordinator's words.
    changes = models.TextField(blank=True)

    class Meta:
        ordering = ["study_id", "-number"]
        constraints = [models.UniqueConstraint(fields=["study", "number"], name="consent_number_unique")]


class ConsentTick(models.Model):
    """One thing of a consent text that a rater ticks by itself. Never ticked beforehand."""

    version = models.ForeignKey(ConsentVersion, models.CASCADE, related_name="ticks", db_index=False)
    position = models.PositiveIntegerField()
    # The software acts on some keys (`annotation.queries.consent`); others are the study's own.
    key = models.SlugField(max_length=40)
    words = models.CharField(max_length=500)
    is_required = models.BooleanField(default=True)

    class Meta:
        ordering = ["version_id", "position"]
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="tick_key_unique_in_version")]

    def __str__(self) -> str:
        return self.key


class Consent(models.Model):
    """A rater's agreement to one version, in the language in which it was read."""

    rater = models.ForeignKey("annotation.Rater", models.CASCADE, related_name="consents", db_index=False)
    version = models.ForeignKey(ConsentVersion, models.PROTECT, related_name="consents")
    language = models.CharField(max_length=12, default="en")
    given_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rater", "version"], name="consent_given_once")]

    def __str__(self) -> str:
        return f"{self.rater_id}:{self.version_id}"


class TickAnswer(models.Model):
    """Whether a rater ticked. The newest of a tick holds; earlier ones stay on record."""

    consent = models.ForeignKey(Consent, models.CASCADE, related_name="answers")
    tick = models.ForeignKey(ConsentTick, models.PROTECT, related_name="+")
    is_agreed = models.BooleanField()
    answered_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.tick_id}: {self.is_agreed}"
