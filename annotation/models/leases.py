"""Who does what only one process at a time shall do."""

from __future__ import annotations

from django.db import models


class Lease(models.Model):
    """`holder` may act under `name` until `expires_at`; then whoever asks first has it."""

    name = models.CharField(max_length=40, unique=True)
    holder = models.CharField(max_length=40)
    expires_at = models.DateTimeField()
    # When its holder last said that it lives: a scheduler that stands still is seen by it.
    renewed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
