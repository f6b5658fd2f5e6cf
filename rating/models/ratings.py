"""Presentations, drafts, ratings, answers and marked passages."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from annotation.models import Level as ScaleLevel
from annotation.models import Question, Rater, RubricVersion, Slot
from annotation.models.base import Coded


class Presentation(Coded):
    """What a rater actually saw: version, language, order, place in the rater's sequence."""

    slot = models.ForeignKey(Slot, models.PROTECT, related_name="+", db_index=False)
    rater = models.ForeignKey(Rater, models.PROTECT, related_name="+")
    rubric_version = models.ForeignKey(RubricVersion, models.PROTECT, related_name="+")
    language = models.CharField(max_length=12, default="en")
    # Key of the group whose own wording was shown; empty: everybody's.
    wording = models.CharField(max_length=40, blank=True)
    question_order = models.JSONField(default=list)
    # Positions of the responses in the order (from the left) in which they were shown.
    response_order = models.JSONField(default=list, blank=True)
    # The rater's n-th served item of the plan, from 1.
    position = models.PositiveIntegerField()
    shown_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["slot", "rater"], name="presentation_once")]


class Draft(models.Model):
    """What a rater has typed and not submitted."""

    slot = models.ForeignKey(Slot, models.CASCADE, related_name="+", db_index=False)
    rater = models.ForeignKey(Rater, models.CASCADE, related_name="+")
    payload = models.JSONField(default=dict)
    # Counts up with every save; a save that names an older number lost the race of two tabs.
    number = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["slot", "rater"], name="draft_once")]

    def __str__(self) -> str:
        return f"{self.slot_id}/{self.rater_id}"


class Rating(Coded):
    """A submitted judgement of a slot. Never updated or deleted (database rule)."""

    slot = models.ForeignKey(Slot, models.PROTECT, related_name="+", db_index=False)
    rater = models.ForeignKey(Rater, models.PROTECT, related_name="+", db_index=False)
    rubric_version = models.ForeignKey(RubricVersion, models.PROTECT, related_name="+")
    presentation = models.ForeignKey(
        Presentation, models.PROTECT, null=True, blank=True, related_name="ratings"
    )
    revision = models.PositiveIntegerField(default=1)
    # Made by the client: a request sent twice is stored once.
    client_id = models.UUIDField(unique=True)
    comment = models.TextField(blank=True)
    active_ms = models.PositiveIntegerField(null=True, blank=True)
    # {question: {target: milliseconds}} where the browser measured it.
    question_ms = models.JSONField(default=dict, blank=True)
    submitted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["slot", "revision"], name="rating_revision_unique")]
        indexes = [models.Index(fields=["rater", "-submitted_at"], name="rating_of_rater")]


class CurrentRating(models.Model):
    """The newest rating of a slot. A row of its own, because ratings never change."""

    slot = models.OneToOneField(Slot, models.CASCADE, related_name="+")
    rating = models.OneToOneField(Rating, models.CASCADE, related_name="current_of")

    def __str__(self) -> str:
        return str(self.rating_id)


class Answer(models.Model):
    """One question's answer: a value on its scale, or a reason why there is none."""

    class Missing(models.TextChoices):
        CANNOT_JUDGE = "cannot_judge", _("Cannot judge")
        NOT_APPLICABLE = "not_applicable", _("Not applicable")
        DECLINED = "declined", _("Declined")
        NOT_ASKED = "not_asked", _("Not asked")

    rating = models.ForeignKey(Rating, models.CASCADE, related_name="answers", db_index=False)
    question = models.ForeignKey(Question, models.PROTECT, related_name="+")
    # "item", "response:<position>", "turn:<position>" or "pair:<position>-<position>".
    target = models.CharField(max_length=40, default="item")
    # Key of the option, element or code in a question of several parts.
    part = models.CharField(max_length=60, blank=True)
    # "self", or the key of a group: how would they answer?
    perspective = models.CharField(max_length=40, default="self")
    level = models.ForeignKey(ScaleLevel, models.PROTECT, null=True, blank=True, related_name="+")
    # The level's value; also kept where an import declares values outside the scale (then no level).
    value = models.FloatField(null=True, blank=True)
    is_exception = models.BooleanField(default=False)
    missing = models.CharField(max_length=14, choices=Missing.choices, blank=True)
    # Free text; beside a reason for having no answer, the rater's own words for it.
    text = models.TextField(blank=True)
    # How sure the rater is, 0 to 100.
    confidence = models.FloatField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rating", "question", "target", "perspective", "part"], name="answer_once_per_part"
            ),
            models.CheckConstraint(
                condition=Q(missing="", value__isnull=False)
                | (Q(missing="", value__isnull=True) & ~Q(text=""))
                | (~Q(missing="") & Q(value__isnull=True)),
                name="answer_value_or_words_or_reason",
            ),
            models.CheckConstraint(
                condition=Q(confidence__isnull=True) | Q(confidence__gte=0, confidence__lte=100),
                name="answer_confidence_0_to_100",
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(level__isnull=False) | Q(is_exception=True),
                name="answer_on_scale_or_declared",
            ),
        ]

    def __str__(self) -> str:
        return self.missing or (self.text[:40] if self.value is None else f"{self.value:g}")


class Evidence(models.Model):
    """A marked passage. Offsets count code points of the stored raw text."""

    rating = models.ForeignKey(Rating, models.CASCADE, related_name="evidence")
    question = models.ForeignKey(Question, models.PROTECT, null=True, blank=True, related_name="+")
    # "response:<position>" or "turn:<position>"; empty where an imported quote does not occur.
    target = models.CharField(max_length=40, blank=True)
    # Code of the passage, one of its question's options, and how severe it is.
    label = models.CharField(max_length=60, blank=True)
    severity = models.FloatField(null=True, blank=True)
    start = models.PositiveIntegerField(null=True, blank=True)
    end = models.PositiveIntegerField(null=True, blank=True)
    quote = models.TextField()

    class Meta:
        verbose_name_plural = "evidence"
        constraints = [
            models.CheckConstraint(
                condition=Q(start__isnull=True, end__isnull=True) | Q(start__gte=0, end__gt=F("start")),
                name="evidence_span_is_whole",
            )
        ]

    def __str__(self) -> str:
        return self.quote[:40]
