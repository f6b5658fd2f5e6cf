"""Planned sequences: the seat that has one, and what coordinators decide by hand."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from annotation.models.base import Coded
from annotation.models.items import Item
from annotation.models.people import Rater, User
from annotation.models.plans import Plan
from annotation.models.studies import Group


class Seat(Coded):
    """A place in a plan that a rater fills. Its slots have an order; drop-outs free it, late joiners take it.

    In a pool a seat holds what was assigned to somebody by hand, and nothing else.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="seats", db_index=False)
    group = models.ForeignKey(Group, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    rater = models.ForeignKey(Rater, models.SET_NULL, null=True, blank=True, related_name="seats")
    filled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["plan_id", "group_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "group", "number"], name="seat_number_once"),
            models.UniqueConstraint(
                fields=["plan", "rater"], condition=Q(rater__isnull=False), name="seat_once_per_rater"
            ),
        ]


class Withheld(models.Model):
    """An item taken away from a rater by hand, not handed to them again. No Pass: that is the rater's."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="withheld", db_index=False)
    item = models.ForeignKey(Item, models.PROTECT, related_name="+")
    rater = models.ForeignKey(Rater, models.CASCADE, related_name="+")
    reason = models.TextField()
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "withheld"
        constraints = [models.UniqueConstraint(fields=["plan", "rater", "item"], name="withheld_once")]

    def __str__(self) -> str:
        return f"{self.item_id} from {self.rater_id}"
