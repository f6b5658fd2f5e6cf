"""Adjudication: what somebody who did not rate an item judges, alone first and then with the raters' reasons.

Kept beside the ratings, never over them.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotation.models import Group, Item, Member, Plan, Question, RubricVersion, User
from annotation.models import Level as ScaleLevel
from annotation.models.base import Coded
from rating.models.ratings import Answer


class Adjudication(Coded):
    """An item of a stage that is to be settled by one adjudicator."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="+", db_index=False)
    item = models.ForeignKey(Item, models.PROTECT, related_name="+")
    # In whose wording, and with whose questions, the item is judged.
    as_group = models.ForeignKey(Group, models.PROTECT, related_name="+")
    # Why it was chosen, in words: a spread, or the coordinator's own.
    reason = models.CharField(max_length=300, blank=True)
    adjudicator = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    taken_at = models.DateTimeField(null=True, blank=True)
    added_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["plan", "item"], name="adjudicated_once_per_stage")]


class Judgement(Coded):
    """The adjudicator's own rating, or the decision. Never updated or deleted (database rule)."""

    class Step(models.TextChoices):
        OWN = "own", _("Own rating")
        DECISION = "decision", _("Decision")

    adjudication = models.ForeignKey(Adjudication, models.PROTECT, related_name="judgements", db_index=False)
    step = models.CharField(max_length=8, choices=Step.choices)
    rubric_version = models.ForeignKey(RubricVersion, models.PROTECT, related_name="+")
    # Of a decision: what it rests on.
    comment = models.TextField(blank=True)
    # Marked passages as their fields hold them: question, target, start, end, quote, label, severity.
    passages = models.JSONField(default=list, blank=True)
    judged_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["adjudication", "step"], name="judged_once_per_step"),
            models.CheckConstraint(
                condition=~Q(step="decision") | ~Q(comment=""), name="decision_says_what_it_rests_on"
            ),
        ]


class JudgementAnswer(models.Model):
    """One question's answer; fields as in `Answer`."""

    judgement = models.ForeignKey(Judgement, models.PROTECT, related_name="answers", db_index=False)
    question = models.ForeignKey(Question, models.PROTECT, related_name="+")
    target = models.CharField(max_length=40, default="item")
    part = models.CharField(max_length=60, blank=True)
    perspective = models.CharField(max_length=40, default="self")
    level = models.ForeignKey(ScaleLevel, models.PROTECT, null=True, blank=True, related_name="+")
    value = models.FloatField(null=True, blank=True)
    missing = models.CharField(max_length=14, choices=Answer.Missing.choices, blank=True)
    text = models.TextField(blank=True)
    confidence = models.FloatField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["judgement", "question", "target", "perspective", "part"],
                name="judgement_answer_once_per_part",
            ),
            models.CheckConstraint(
                condition=Q(missing="", value__isnull=False)
                | (Q(missing="", value__isnull=True) & ~Q(text=""))
                | (~Q(missing="") & Q(value__isnull=True)),
                name="judgement_answer_value_or_words_or_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.missing or (self.text[:40] if self.value is None else f"{self.value:g}")

    def as_answer(self) -> Answer:
        """The same as a rater's answer, of no rating."""
        return Answer(
            question=self.question,
            target=self.target,
            part=self.part,
            perspective=self.perspective,
            level=self.level,
            value=self.value,
            missing=self.missing,
            text=self.text,
            confidence=self.confidence,
        )
