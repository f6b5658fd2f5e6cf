"""Stored exports, what a study asks of them, and the comments that were held back from them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotation.models import Job, Study, User
from annotation.models.base import Coded
from rating.models.ratings import Rating
from rating.models.results import Snapshot


class ExportPolicy(models.Model):
    """What a study asks of its exports; without a row, the defaults hold."""

    study = models.OneToOneField(Study, models.CASCADE, related_name="+")
    # A group with fewer raters than this is not told in a file; 1 tells every group.
    min_cell = models.PositiveIntegerField(default=5)
    # A stored file goes by itself after so many days; its row stays.
    days_kept = models.PositiveIntegerField(default=30)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(min_cell__gte=1, days_kept__gte=1), name="export_policy_positive"
            )
        ]

    def __str__(self) -> str:
        return f"{self.study_id}: k = {self.min_cell}"


class Export(Coded):
    """One file made from a study's ratings, in the background, stored behind the study's gate."""

    class State(models.TextChoices):
        MAKING = "making", _("Being made")
        READY = "ready", _("Ready")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        EXPIRED = "expired", _("Expired")

    study = models.ForeignKey(Study, models.PROTECT, related_name="+")
    # What it was made from: a snapshot, or the live ratings up to `last_key`, which no later one moves.
    snapshot = models.ForeignKey(Snapshot, models.SET_NULL, null=True, blank=True, related_name="exports")
    last_key = models.BigIntegerField(default=0)
    stage = models.CharField(max_length=13)
    format = models.CharField(max_length=40)
    # is_current_only, with_checks, is_public, with_restricted, and what the format itself asks.
    options = models.JSONField(default=dict, blank=True)
    # Why passages that describe ways to self-harm were unlocked; empty: they were not.
    unlock_reason = models.TextField(blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.MAKING)
    job = models.OneToOneField(Job, models.SET_NULL, null=True, blank=True, related_name="+")
    file_name = models.CharField(max_length=200, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    # Ratings, raters, comments held back, rubric versions: what the list says of it.
    description = models.JSONField(default=dict, blank=True)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    finished_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(state="ready"), name="export_stored"),
        ]


class HeldComment(Coded):
    """Words of a rater in which the identifier scan found something: masked until somebody releases them."""

    rating = models.ForeignKey(Rating, models.CASCADE, related_name="+", db_index=False)
    # Key of the question whose answer the words are; empty: the comment on the whole item.
    question = models.CharField(max_length=60, blank=True)
    target = models.CharField(max_length=40, blank=True)
    perspective = models.CharField(max_length=40, blank=True)
    # Of the words, so that a release holds for what was read and for nothing else.
    digest = models.CharField(max_length=64)
    # Kinds of identifiers found, in order, such as ["phone", "name"].
    kinds = models.JSONField(default=list)
    released_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["rating", "question", "target", "perspective"], name="comment_held_once"
            )
        ]
