"""What comes between two items of a rater: a check-in, a break."""

from __future__ import annotations

from django.utils import timezone

from annotation.models import Rater
from annotation.queries.care import Interlude, due_interlude


def interlude_before_next(rater: Rater) -> str | None:
    """Name of the page that comes before the rater's next item; None where the item comes at once."""
    return page_of(due_interlude(rater, now=timezone.now()))


def page_of(due: Interlude | None) -> str | None:
    """The name of an interlude's page."""
    if due is None:
        return None
    return "rate_checkin" if due is Interlude.CHECK_IN else "rate_break"
