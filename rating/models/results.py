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


class AnalysisPart(models.Model):
    """A piece of an analysis under way, to be computed by any worker; gone once the analysis is stored.

    Whoever computes it holds it until `claimed_until` and renews that; when they die, the next takes it.
    """

    analysis = models.ForeignKey(Analysis, models.CASCADE, related_name="parts", db_index=False)
    # Which piece of which question; an empty question: a piece that takes all of them.
    question = models.CharField(max_length=60, blank=True)
    name = models.CharField(max_length=300)
    position = models.PositiveIntegerField()
    weight = models.PositiveIntegerField(default=1)
    # Pieces of a later stage rest on all those of earlier ones.
    stage = models.PositiveSmallIntegerField(default=0)
    # SHA-256 of the snapshot's file: a piece of other rows is of no use.
    source = models.CharField(max_length=64)
    claim = models.CharField(max_length=16, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    n_attempts = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)
    # None in a finished piece: it cannot be computed, and whoever puts the result together finds out why.
    result = models.BinaryField(null=True, blank=True)
    log = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["analysis_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["analysis", "question", "name"], name="analysis_part_once")
        ]
        indexes = [
            models.Index(
                fields=["analysis", "position"],
                condition=models.Q(finished_at__isnull=True),
                name="analysis_part_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.analysis_id}: {self.question} {self.name}"


class Figure(models.Model):
    """A drawn figure with the table of the same numbers."""

    analysis = models.ForeignKey(Analysis, models.CASCADE, related_name="figures", db_index=False)
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
