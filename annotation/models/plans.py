"""How items meet raters: plan, quota, slot, a rater's way through the pool, passes, problems."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotation.models.base import Coded
from annotation.models.items import ImportBatch, Item
from annotation.models.people import Rater, User
from annotation.models.rubrics import RubricVersion
from annotation.models.studies import Group, Study

# Before the study's own items: beside an open stage of work, never in its numbers.
TRAINING_STAGES = ("training", "qualification")


class PlanQuerySet(models.QuerySet["Plan"]):
    def visible(self) -> PlanQuerySet:
        """Plans of finished imports and all that were not imported."""
        return self.filter(Q(batch__isnull=True) | Q(batch__state=ImportBatch.State.VISIBLE))

    def of_work(self) -> PlanQuerySet:
        """Stages of the study's own items, not practice and qualification."""
        return self.exclude(stage__in=TRAINING_STAGES)


class Plan(Coded):
    class Stage(models.TextChoices):
        TRAINING = "training", _("Training")
        QUALIFICATION = "qualification", _("Qualification")
        PILOT = "pilot", _("Pilot")
        MAIN = "main", _("Main")
        ADJUDICATION = "adjudication", _("Adjudication")
        IMPORTED = "imported", _("Imported")

    class State(models.TextChoices):
        DRAFT = "draft", _("Not started")
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")

    study = models.ForeignKey(Study, models.CASCADE, related_name="plans")
    batch = models.ForeignKey(ImportBatch, models.CASCADE, null=True, blank=True, related_name="+")
    rubric_version = models.ForeignKey(RubricVersion, models.PROTECT, related_name="plans")
    stage = models.CharField(max_length=13, choices=Stage.choices)
    state = models.CharField(max_length=6, choices=State.choices, default=State.DRAFT)
    # One of `annotation.design.layout`; "pool" has no planned sequences.
    design = models.CharField(max_length=20, default="pool")
    # What the design was made with: batch size, anchors, the factor whose order is counterbalanced.
    options = models.JSONField(default=dict, blank=True)
    # Who may rate which items: factor, value, groups, needs (`annotation.design.eligibility`).
    rules = models.JSONField(default=list, blank=True)
    seed = models.PositiveBigIntegerField()

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering = ["study_id", "id"]
        constraints = [
            # Raters claim from the one open plan of work: stages cannot run into each other.
            models.UniqueConstraint(
                fields=["study"],
                condition=Q(state="open") & ~Q(stage__in=TRAINING_STAGES),
                name="one_open_plan_of_work",
            ),
            models.UniqueConstraint(
                fields=["study", "stage"], condition=Q(state="open"), name="one_open_plan_per_stage"
            ),
        ]

    @property
    def is_training(self) -> bool:
        return self.stage in TRAINING_STAGES

    @property
    def is_seated(self) -> bool:
        """Whether raters follow planned sequences."""
        return self.design != "pool"


class PlanQuota(models.Model):
    """How many ratings each item needs from a group."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="quotas", db_index=False)
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

    def judging_with(self, slot: Slot) -> SlotQuerySet:
        """Slots that are the same judgement as this one, were they the same rater's.

        A late rating lies in another slot of the quota or beyond it; a repeat is a judgement of its own.
        """
        same = self.filter(plan=slot.plan_id, item=slot.item_id)
        if slot.is_own:
            return same.filter(purpose=slot.purpose, occurrence=slot.occurrence)
        return same.filter(purpose__in=[Slot.Purpose.QUOTA, Slot.Purpose.SURPLUS])


class Slot(Coded):
    """One planned judgement of one item by some rater of one group."""

    class Purpose(models.TextChoices):
        QUOTA = "quota", _("Quota")
        REPEAT = "repeat", _("Repeat")
        GOLD = "gold", _("Gold")
        ATTENTION = "attention", _("Attention check")
        PRACTICE = "practice", _("Practice")
        SURPLUS = "surplus", _("Surplus")

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        CLAIMED = "claimed", _("Claimed")
        DONE = "done", _("Done")

    class Needs(models.TextChoices):
        """What a rater must have behind them before the slot is handed out."""

        NOTHING = "", _("Nothing")
        PRACTISED = "practised", _("Practice")
        CLEARED = "cleared", _("Qualification")

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="slots", db_index=False)
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
    # The planned sequence it stands in, and where; null in a pool.
    seat = models.ForeignKey(
        "annotation.Seat", models.RESTRICT, null=True, blank=True, related_name="slots", db_index=False
    )
    position = models.PositiveIntegerField(null=True, blank=True)
    # Whether any rater of the group may take it: always in a pool, in a sequence once its rater will not.
    is_shared = models.BooleanField(default=True)
    needs = models.CharField(max_length=9, choices=Needs.choices, default=Needs.NOTHING, blank=True)
    # Which of two replies stands first, where the design balances sides: 0 as stored, 1 the other way round.
    side = models.PositiveSmallIntegerField(null=True, blank=True)
    state = models.CharField(max_length=7, choices=State.choices, default=State.OPEN)
    rater = models.ForeignKey(
        Rater, models.PROTECT, null=True, blank=True, related_name="slots", db_index=False
    )
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
            models.UniqueConstraint(
                fields=["seat", "item"], condition=Q(seat__isnull=False), name="slot_item_once_per_seat"
            ),
            # A rater's own sequence is walked by this one, in its order.
            models.UniqueConstraint(
                fields=["seat", "position"], condition=Q(seat__isnull=False), name="slot_place_once_per_seat"
            ),
            models.CheckConstraint(
                condition=Q(seat__isnull=True, position__isnull=True, is_shared=True)
                | Q(seat__isnull=False, position__isnull=False),
                name="slot_in_sequence_or_shared",
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

    @property
    def is_own(self) -> bool:
        """Made for one rater (`number`: the rater's key); nobody else can take it."""
        return self.purpose not in {Slot.Purpose.QUOTA, Slot.Purpose.SURPLUS}


class QueueCursor(models.Model):
    """A rater's way through a plan's pool: seeded start, last key served, how many served.

    Locking this row serialises one rater's own claims (two tabs, a double click).
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="cursors", db_index=False)
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

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="passes", db_index=False)
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
        OPEN = "open", _("Open")
        ANSWERED = "answered", _("Answered")

    study = models.ForeignKey(Study, models.CASCADE, related_name="problems", db_index=False)
    item = models.ForeignKey(Item, models.PROTECT, related_name="problems")
    rater = models.ForeignKey(Rater, models.CASCADE, related_name="problems")
    text = models.TextField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["state", "-created_at"]
        # The study's page: those without an answer first, the newest first.
        indexes = [models.Index(fields=["study", "-state", "-created_at", "id"], name="problems_in_order")]
