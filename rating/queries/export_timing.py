"""When ratings were shown, as an export tells it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rating.models import Rating


def shown_rows(keys: Sequence[int]) -> dict[int, tuple[int, datetime]]:
    """By rating: its place among what the rater was served, and when it was shown. One query."""
    ratings = Rating.objects.filter(pk__in=keys, presentation__isnull=False)
    rows = ratings.values_list("pk", "presentation__position", "presentation__shown_at")
    return {key: (position, shown_at) for key, position, shown_at in rows}
