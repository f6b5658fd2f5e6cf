"""Snapshots, analyses of them, and their figures."""

from __future__ import annotations

from django.db import models

from annotation.models import Job, Study, User
from annotation.models.base import Coded
from rating.models.analysis_plans import AnalysisPlan


class Snapshot(Coded):
    """The frozen, digested input of an analysis. Never updated or deleted (database rule).

    The rows lie in a Parquet file named after their digest in the default storage.
    """

    study = models.ForeignKey(Study, models.PROTECT, related_name="+")
    stage = models.CharField(max_length=13)
    digest = models.CharField(max_length=64)
    file_name = models.CharField(max_length=200)
    software_version = models.CharField(max_length=40)
    # Counts of items, raters, ratings, answers; what was left out; rubric versions; scales; groups.
    description = models.JSONField(default=dict)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-id"]


class SnapshotReduction(models.Model):
    """Somebody withdrew and was taken out of a snapshot: the single exception to its never changing."""

    snapshot = models.ForeignKey(Snapshot, models.CASCADE, related_name="reductions")
    reduced_at = models.DateTimeField()
    n_ratings = models.PositiveIntegerField()
    digest_before = models.CharField(max_length=64)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.snapshot_id}: {self.n_ratings}"


class Analysis(Coded):
    snapshot = models.ForeignKey(Snapshot, models.PROTECT, null=True, blank=True, related_name="analyses")
    study = models.ForeignKey(Study, models.PROTECT, related_name="+")
    # The locked plan it follows: its options and seed are the plan's own.
    plan = models.ForeignKey(AnalysisPlan, models.PROTECT, null=True, blank=True, related_name="analyses")
    job = models.OneToOneField(Job, models.SET_NULL, null=True, blank=True, related_name="+")
    options = models.JSONField(default=dict)
    seed = models.PositiveBigIntegerField()
    software_version = models.CharField(max_length=40, blank=True)
    results = models.JSONField(default=dict, blank=True)
    log = models.JSONField(default=list, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "analyses"


class Figure(models.Model):
    """A drawn figure with the table of the same numbers."""

    analysis = models.ForeignKey(Analysis, models.CASCADE, related_name="figures")
    key = models.SlugField(max_length=120)
    position = models.PositiveIntegerField()
    question_key = models.CharField(max_length=60, blank=True)
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    spec = models.JSONField(default=dict)
    # Inlined in the page: colours are classes of the stylesheet, so one drawing follows light and dark.
    svg = models.TextField()
    png = models.BinaryField()
    # {"columns": [...], "rows": [[...], ...]}: what the figure shows, as numbers.
    table = models.JSONField(default=dict)

    class Meta:
        ordering = ["analysis_id", "position"]
        constraints = [models.UniqueConstraint(fields=["analysis", "key"], name="figure_key_unique")]

    def __str__(self) -> str:
        return self.key
