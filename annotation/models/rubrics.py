"""The form: rubric, version, questions, scales and their anchored levels."""

from __future__ import annotations

from django.db import models

from annotation.models.base import Coded
from annotation.models.studies import Study


class Rubric(Coded):
    study = models.ForeignKey(Study, models.CASCADE, related_name="rubrics")
    key = models.SlugField(max_length=60)
    name = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["study", "key"], name="rubric_key_unique_in_study")]


class RubricVersion(Coded):
    """Immutable once published (database rule)."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published"

    rubric = models.ForeignKey(Rubric, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    language = models.CharField(max_length=12, default="en")
    note = models.TextField(blank=True)
    guidelines = models.TextField(blank=True)
    digest = models.CharField(max_length=64, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    # A typo fix is a new version declared equivalent: analyses may pool the two.
    equivalent_to = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["rubric_id", "-number"]
        constraints = [models.UniqueConstraint(fields=["rubric", "number"], name="rubric_version_unique")]


class Scale(models.Model):
    """The answer set of one or more questions; carries the level of measurement."""

    class Measurement(models.TextChoices):
        NOMINAL = "nominal", "Nominal"
        ORDINAL = "ordinal", "Ordinal"
        INTERVAL = "interval", "Interval"
        RATIO = "ratio", "Ratio"

    version = models.ForeignKey(RubricVersion, models.CASCADE, related_name="scales")
    key = models.SlugField(max_length=60)
    measurement = models.CharField(max_length=8, choices=Measurement.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="scale_key_unique_in_version")]

    def __str__(self) -> str:
        return self.key


class Level(models.Model):
    """An anchored point of a scale. `label` is the plain wording, `definition` the standard one."""

    scale = models.ForeignKey(Scale, models.CASCADE, related_name="levels")
    value = models.FloatField()
    label = models.CharField(max_length=200)
    definition = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["scale_id", "value"]
        constraints = [models.UniqueConstraint(fields=["scale", "value"], name="level_value_unique")]

    def __str__(self) -> str:
        return f"{self.value:g} {self.label}"


class Question(models.Model):
    """One thing asked about a target, with a key that is stable across versions."""

    class Kind(models.TextChoices):
        SCALE = "scale", "Scale"
        FLAG = "flag", "Flag"

    class Target(models.TextChoices):
        ITEM = "item", "The conversation"
        RESPONSE = "response", "The response"

    class Polarity(models.TextChoices):
        HIGHER = "higher_is_better", "Higher is better"
        LOWER = "lower_is_better", "Lower is better"
        NEUTRAL = "neutral", "Neither"

    version = models.ForeignKey(RubricVersion, models.CASCADE, related_name="questions")
    scale = models.ForeignKey(Scale, models.PROTECT, related_name="questions")
    key = models.SlugField(max_length=60)
    position = models.PositiveIntegerField()
    construct = models.CharField(max_length=60, blank=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    target = models.CharField(max_length=8, choices=Target.choices)
    layer = models.CharField(max_length=4, blank=True)
    polarity = models.CharField(max_length=16, choices=Polarity.choices, default=Polarity.NEUTRAL)
    is_reversed = models.BooleanField(default=False)
    is_required = models.BooleanField(default=True)
    allows_cannot_judge = models.BooleanField(default=True)
    allows_evidence = models.BooleanField(default=False)
    # A passage marked here may describe ways to self-harm: it never leaves in an export.
    is_restricted = models.BooleanField(default=False)
    text = models.CharField(max_length=500)
    standard_text = models.CharField(max_length=500, blank=True)
    help = models.TextField(blank=True)
    examples = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["version_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="question_key_unique_in_version"),
            models.UniqueConstraint(fields=["version", "position"], name="question_position_unique"),
        ]

    def __str__(self) -> str:
        return self.key
