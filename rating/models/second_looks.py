"""Asking a rater to look at a rating again."""

from __future__ import annotations

from django.db import models

from annotation.models import User
from annotation.models.base import Coded
from rating.models.ratings import Rating


class SecondLook(Coded):
    """A coordinator asks a rater to look at one of their ratings again, and says why.

    The rating stays as it is. What the rater then submits is a revision of it, and both are kept.
    """

    rating = models.ForeignKey(Rating, models.CASCADE, related_name="second_looks")
    reason = models.TextField()
    asked_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField()
    # Set by a revision, by the rater's “it stays as it is”, or when the coordinator takes it back.
    closed_at = models.DateTimeField(null=True, blank=True)
    revision = models.ForeignKey(Rating, models.CASCADE, null=True, blank=True, related_name="+")
    is_withdrawn = models.BooleanField(default=False)

    class Meta:
        ordering = ["-asked_at", "-id"]
        # The team's list: open ones first (PostgreSQL puts them there by itself), the newest first.
        indexes = [models.Index(fields=["-closed_at", "-asked_at"], name="looks_in_order")]
        constraints = [
            models.UniqueConstraint(
                fields=["rating"],
                condition=models.Q(closed_at__isnull=True),
                name="one_open_second_look_per_rating",
            )
        ]
