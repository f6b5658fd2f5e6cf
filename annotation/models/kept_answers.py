"""Answers of the API that are kept, so that a request sent twice happens once."""

from __future__ import annotations

from django.db import models

from annotation.models.people import User


class KeptAnswer(models.Model):
    """What a POST with an idempotency key was answered. Written in the transaction of what it did."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=200)
    # SHA-256 of method, address and body: the same key with another request is a mistake.
    request_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    body = models.JSONField(null=True)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="answer_kept_once_per_key")]

    def __str__(self) -> str:
        return self.key
