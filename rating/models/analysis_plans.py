"""What was laid down before the results were known."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotation.models import Study, User
from annotation.models.base import Coded


class AnalysisPlan(Coded):
    """One version of a study's analysis plan. A draft may change; locked it never does (database rule).

    `options` and `seed` are those of `rating.services.options`: an analysis that follows the plan has no
    others.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        LOCKED = "locked", _("Locked")

    study = models.ForeignKey(Study, models.PROTECT, related_name="+", db_index=False)
    # Counts the study's versions from 1.
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    # Why these choices, or what is different from the version before.
    note = models.TextField(blank=True)
    options = models.JSONField(default=dict)
    seed = models.PositiveBigIntegerField()
    state = models.CharField(max_length=6, choices=State.choices, default=State.DRAFT)
    locked_at = models.DateTimeField(null=True, blank=True)
    locked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    # Ratings of its stage that counted when it was locked: 0 says that nobody could know a result.
    n_ratings_before = models.PositiveIntegerField(null=True, blank=True)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["study", "number"], name="analysis_plan_number_unique"),
            models.UniqueConstraint(
                fields=["study"], condition=Q(state="draft"), name="analysis_plan_one_draft"
            ),
            models.CheckConstraint(
                condition=Q(state="draft", locked_at__isnull=True, n_ratings_before__isnull=True)
                | Q(state="locked", locked_at__isnull=False, n_ratings_before__isnull=False),
                name="analysis_plan_locked_at_a_time",
            ),
        ]

    @property
    def is_locked(self) -> bool:
        return self.state == self.State.LOCKED
