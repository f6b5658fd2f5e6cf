"""How items meet raters: plan, quota, slot, a rater's way through the pool, passes, problems."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q

from annotation.models.base import Coded
from annotation.models.items import ImportBatch, Item
from annotation.models.people import Rater, User
from annotation.models.rubrics import RubricVersion
from annotation.models.studies import Group, Study


class PlanQuerySet(models.QuerySet["Plan"]):
    def visible(self) -> PlanQuerySet:
        """Plans of finished imports and all that were not imported."""
        return self.filter(Q(batch__isnull=True) | Q(batch__state=ImportBatch.State.VISIBLE))


class Plan(Coded):
    class Stage(models.TextChoices):
        TRAINING = "training", "Training"
        QUALIFICATION = "qualification", "Qualification"
        PILOT = "pilot", "Pilot"
        MAIN = "main", "Main"
        ADJUDICATION = "adjudication", "Adjudication"
        IMPORTED = "imported", "Imported"

    class State(models.TextChoices):
        DRAFT = "draft", "Not started"
        OPEN = "open", "Open"
        CLOSED = "closed", "Closed"

    study = models.ForeignKey(Study, models.CASCADE, related_name="plans")
    batch = models.ForeignKey(ImportBatch, models.CASCADE, null=True, blank=True, related_name="+")
    rubric_version = models.ForeignKey(RubricVersion, models.PROTECT, related_name="plans")
    stage = models.CharField(max_length=13, choices=Stage.choices)
    state = models.CharField(max_length=6, choices=State.choices, default=State.DRAFT)
    design = models.CharField(max_length=20, default="pool")
    seed = models.PositiveBigIntegerField()

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering = ["study_id", "id"]
        constraints = [
            # Raters claim from the one open plan: stages cannot run into each other.
            models.UniqueConstraint(
                fields=["study"], condition=Q(state="open"), name="one_open_plan_per_study"
            )
        ]


class PlanQuota(models.Model):
    """How many ratings each item needs from a group."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="quotas")
    group = models.ForeignKey(Group, models.PROTECT, related_name="+")
    per_item = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "group"], name="quota_once_per_group")]

    def __str__(self) -> str:
        return f"{self.group_id}: {self.per_item}"


class SlotQuerySet(models.QuerySet["Slot"]):
    def open_at(self, now: datetime) -> SlotQuerySet:
        """Free, or claimed by somebody whose time is up: decided by time at read."""
        return self.filter(Q(state=Slot.State.OPEN) | Q(state=Slot.State.CLAIMED, claim_expires_at__lte=now))

    def claimed_by(self, rater: Rater, now: datetime) -> SlotQuerySet:
        return self.filter(state=Slot.State.CLAIMED, rater=rater, claim_expires_at__gt=now)

    def done(self) -> SlotQuerySet:
        return self.filter(state=Slot.State.DONE)

    def counting(self) -> SlotQuerySet:
        """What counts toward coverage: planned judgements, not repeats, practice or surplus."""
        return self.filter(purpose=Slot.Purpose.QUOTA)


class Slot(Coded):
    """One planned judgement of one item by some rater of one group."""

    class Purpose(models.TextChoices):
        QUOTA = "quota", "Quota"
        REPEAT = "repeat", "Repeat"
        GOLD = "gold", "Gold"
        ATTENTION = "attention", "Attention check"
        PRACTICE = "practice", "Practice"
        SURPLUS = "surplus", "Surplus"

    class State(models.TextChoices):
        OPEN = "open", "Open"
        CLAIMED = "claimed", "Claimed"
        DONE = "done", "Done"

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="slots")
    item = models.ForeignKey(Item, models.PROTECT, related_name="slots")
    group = models.ForeignKey(Group, models.PROTECT, related_name="+")
    rubric_version = models.ForeignKey(RubricVersion, models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=9, choices=Purpose.choices, default=Purpose.QUOTA)
    # Which of the planned ratings of this item and group: 1..per_item.
    number = models.PositiveIntegerField(default=1)
    # Which time the same rater meets the item: 1, or 2.. for repeats.
    occurrence = models.PositiveIntegerField(default=1)
    # The item's random place in the pool, 0 <= key < 2**31, the same for all its slots.
    random_key = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=7, choices=State.choices, default=State.OPEN)
    rater = models.ForeignKey(Rater, models.PROTECT, null=True, blank=True, related_name="slots")
    claimed_at = models.DateTimeField(null=True, blank=True)
    claim_expires_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)

    objects = SlotQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "item", "group", "purpose", "occurrence", "number"], name="slot_planned_once"
            ),
            models.UniqueConstraint(
                fields=["plan", "rater", "item", "purpose", "occurrence"],
                condition=Q(rater__isnull=False),
                name="slot_item_once_per_rater",
            ),
            models.CheckConstraint(
                condition=Q(state="open", rater__isnull=True) | (~Q(state="open") & Q(rater__isnull=False)),
                name="slot_open_or_somebodys",
            ),
        ]
        indexes = [
            # The queue walks this one in key order; done slots are not in it.
            models.Index(
                fields=["plan", "group", "random_key", "number"],
                condition=~Q(state="done"),
                name="slot_queue",
            ),
            models.Index(fields=["rater", "state"], name="slot_rater_state"),
        ]


class QueueCursor(models.Model):
    """A rater's way through a plan's pool: seeded start, last key served, how many served.

    Locking this row serialises one rater's own claims (two tabs, a double click).
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="cursors")
    rater = models.ForeignKey(Rater, models.CASCADE, related_name="cursors")
    offset = models.PositiveIntegerField()
    last_key = models.PositiveIntegerField(null=True, blank=True)
    n_served = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "rater"], name="cursor_once_per_rater")]

    def __str__(self) -> str:
        return f"{self.plan_id}/{self.rater_id}: {self.n_served}"


class Pass(models.Model):
    """A rater's decision not to rate an item. A reason is welcome, never required."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="passes")
    item = models.ForeignKey(Item, models.PROTECT, related_name="+")
    rater = models.ForeignKey(Rater, models.CASCADE, related_name="passes")
    reason = models.TextField(blank=True)
    passed_at = models.DateTimeField()
    # Set when the rater asks to see it after all.
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "passes"
        constraints = [models.UniqueConstraint(fields=["plan", "item", "rater"], name="pass_once")]

    def __str__(self) -> str:
        return f"{self.rater_id} passes {self.item_id}"


class ProblemReport(Coded):
    """A rater says that something is wrong with an item; a coordinator answers."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        ANSWERED = "answered", "Answered"

    study = models.ForeignKey(Study, models.CASCADE, related_name="problems")
    item = models.ForeignKey(Item, models.PROTECT, related_name="problems")
    rater = models.ForeignKey(Rater, models.CASCADE, related_name="problems")
    text = models.TextField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["state", "-created_at"]
