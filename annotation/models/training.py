"""Items whose answer is known, what raters need before the study's own items, and hidden checks."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotation.models.items import Item
from annotation.models.people import Rater, User
from annotation.models.plans import Plan
from annotation.models.studies import Study


class KeyedItem(models.Model):
    """An item with a known answer and what it is for. Practice and examination never mix with the study."""

    class Use(models.TextChoices):
        PRACTICE = "practice", _("Practice")
        QUALIFICATION = "qualification", _("Qualification")
        GOLD = "gold", _("Gold")
        ATTENTION = "attention", _("Attention check")

    study = models.ForeignKey(Study, models.CASCADE, related_name="keyed_items")
    item = models.OneToOneField(Item, models.CASCADE, related_name="keyed")
    use = models.CharField(max_length=13, choices=Use.choices)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["study_id", "position", "id"]

    def __str__(self) -> str:
        return f"{self.item_id} {self.use}"


class GoldKey(models.Model):
    """The known answer to one question about an item: a value, or what a reference panel answered."""

    keyed = models.ForeignKey(KeyedItem, models.CASCADE, related_name="keys", db_index=False)
    # Keys are stable across versions of a rubric.
    question_key = models.SlugField(max_length=60)
    target = models.CharField(max_length=40, default="item")
    part = models.CharField(max_length=60, blank=True)
    value = models.FloatField(null=True, blank=True)
    panel_mean = models.FloatField(null=True, blank=True)
    panel_sd = models.FloatField(null=True, blank=True)
    panel_n = models.PositiveIntegerField(null=True, blank=True)
    # Why: shown to raters after a practice answer.
    explanation = models.TextField(blank=True)
    # Where the key comes from, e.g. "two supervisors, discussed".
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["keyed_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["keyed", "question_key", "target", "part"], name="gold_key_once_per_part"
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=False) | Q(panel_mean__isnull=False), name="gold_key_has_an_answer"
            ),
            models.CheckConstraint(
                condition=Q(panel_mean__isnull=True) | Q(panel_n__gte=2), name="gold_key_panel_of_two"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question_key} {self.target}: {self.value}"


class PassMark(models.Model):
    """What qualification asks of one question."""

    class Rule(models.TextChoices):
        EXACT = "exact", _("The same answer")
        WITHIN_ONE = "within_one", _("At most one step away")
        PANEL = "panel", _("Distance from the panel's mean")

    study = models.ForeignKey(Study, models.CASCADE, related_name="pass_marks", db_index=False)
    question_key = models.SlugField(max_length=60)
    rule = models.CharField(max_length=10, choices=Rule.choices)
    # Exact and within one: the share of answers that must be right. Panel: the largest mean distance.
    share = models.FloatField(null=True, blank=True)
    distance = models.FloatField(null=True, blank=True)

    class Meta:
        ordering = ["study_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["study", "question_key"], name="pass_mark_once_per_question"),
            models.CheckConstraint(
                condition=Q(rule="panel", distance__gte=0)
                | (~Q(rule="panel") & Q(share__gt=0, share__lte=1)),
                name="pass_mark_says_how_much",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question_key}: {self.rule}"


class CheckSettings(models.Model):
    """How a study examines raters and how often it checks. A rate of 0 is off, else one in so many."""

    study = models.OneToOneField(Study, models.CASCADE, related_name="check_settings")
    n_per_try = models.PositiveIntegerField(default=5)
    max_tries = models.PositiveIntegerField(default=2)
    retry_hours = models.PositiveIntegerField(default=24)
    gold_every = models.PositiveIntegerField(default=0)
    repeat_every = models.PositiveIntegerField(default=0)
    attention_every = models.PositiveIntegerField(default=0)
    # Others that a rater completes before meeting an item again.
    repeat_distance = models.PositiveIntegerField(default=5)
    shows_consistency = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "check settings"
        constraints = [
            models.CheckConstraint(
                condition=Q(n_per_try__gte=1, max_tries__gte=1, repeat_distance__gte=1),
                name="check_settings_at_least_one",
            )
        ]

    def __str__(self) -> str:
        return f"checks of {self.study_id}"


class Clearance(models.Model):
    """Where a rater stands before the study's own items. No row: nothing has happened yet."""

    class State(models.TextChoices):
        UNDER_WAY = "under_way", _("Under way")
        PASSED = "passed", _("Passed")
        NOT_PASSED = "not_passed", _("Not passed")
        BY_HAND = "by_hand", _("Let pass by hand")

    rater = models.OneToOneField(Rater, models.CASCADE, related_name="clearance")
    state = models.CharField(max_length=10, choices=State.choices, default=State.UNDER_WAY)
    # Which time the rater practises; a coordinator may invite to practise again.
    practice_round = models.PositiveIntegerField(default=1)
    practised_at = models.DateTimeField(null=True, blank=True)
    n_tries = models.PositiveIntegerField(default=0)
    # Tries that a coordinator has given beyond the study's number.
    n_more_tries = models.PositiveIntegerField(default=0)
    retry_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.rater_id}: {self.state}"


class QualificationTry(models.Model):
    """One try of a rater: which items were drawn, and what came of it."""

    class State(models.TextChoices):
        RUNNING = "running", _("Under way")
        PASSED = "passed", _("Passed")
        NOT_PASSED = "not_passed", _("Not passed")
        # Too much of it was skipped to say anything: it does not count as a try.
        UNDECIDED = "undecided", _("Not decided")

    rater = models.ForeignKey(Rater, models.CASCADE, related_name="qualification_tries", db_index=False)
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    # Keys of items in the order in which they are shown.
    items = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    # By question: rule, counts or distance, what was needed, whether it was reached.
    result = models.JSONField(default=list, blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "qualification tries"
        ordering = ["rater_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["rater", "number"], name="try_number_once_per_rater"),
            models.UniqueConstraint(
                fields=["rater"], condition=Q(state="running"), name="one_running_try_per_rater"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rater_id}: try {self.number}"
