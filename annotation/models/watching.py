"""What a team wants of a stage: by when it should be done."""

from __future__ import annotations

from django.db import models

from annotation.models.plans import Plan


class StageTarget(models.Model):
    """The day by which a stage should have all its ratings."""

    plan = models.OneToOneField(Plan, models.CASCADE, related_name="target")
    due_on = models.DateField()

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.due_on}"
