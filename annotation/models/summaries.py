"""Counts of large stages, taken from time to time: whoever reads them says as of when they are."""

from __future__ import annotations

from django.db import models

from annotation.models.people import Rater
from annotation.models.plans import Plan
from annotation.models.studies import Study


class StageSummary(models.Model):
    """What pages show of a stage too large to be counted for each of them: see `queries.stage_counts`."""

    plan = models.OneToOneField(Plan, models.CASCADE, related_name="summary")
    taken_at = models.DateTimeField()
    # How long counting took: a stage is counted the less often, the longer it takes.
    seconds = models.FloatField(default=0)
    numbers = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "stage summaries"

    def __str__(self) -> str:
        return f"{self.plan_id} at {self.taken_at:%Y-%m-%d %H:%M}"


class StagePace(models.Model):
    """A rater's line in the pace table of a large stage; those behind come first."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="+", db_index=False)
    rater = models.ForeignKey(Rater, models.CASCADE, related_name="+")
    position = models.PositiveIntegerField()
    is_behind = models.BooleanField()
    last_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["plan_id", "position"]
        constraints = [models.UniqueConstraint(fields=["plan", "position"], name="pace_has_its_place")]

    def __str__(self) -> str:
        return f"{self.position}: {self.rater_id}"


class StudySummary(models.Model):
    """What pages show of a study too large to be counted for each of them, by name of the number: see
    `annotation.study_numbers`."""

    study = models.OneToOneField(Study, models.CASCADE, related_name="+")
    taken_at = models.DateTimeField()
    seconds = models.FloatField(default=0)
    numbers = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "study summaries"

    def __str__(self) -> str:
        return f"{self.study_id} at {self.taken_at:%Y-%m-%d %H:%M}"
