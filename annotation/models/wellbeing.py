"""How raters are: their health data. Own tables, own retention; no rating, export or event points here.

Rows of a rater are read by that rater's own pages and by the queue. Coordinators read `CareWeek`, which
holds totals over five raters or more, and the wishes for contact that raters chose to send them.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from annotation.models.base import Coded
from annotation.models.people import Rater
from annotation.models.studies import Study


class CareSettings(models.Model):
    """What a study does for its raters. A study without a row has the defaults; 0 switches a prompt off."""

    study = models.OneToOneField(Study, models.CASCADE, related_name="+")
    break_minutes = models.PositiveIntegerField(default=45)
    break_heavy_items = models.PositiveIntegerField(default=5)
    checkin_every = models.PositiveIntegerField(default=10)
    checkin_number = models.PositiveIntegerField(default=70)
    retention_days = models.PositiveIntegerField(default=90)
    # What raters are told when their work is over, e.g. which replies a machine wrote.
    debrief = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = "care settings"

    def __str__(self) -> str:
        return f"care of {self.study_id}"


class TopicOptOut(models.Model):
    """A topic that the queue never hands to this rater, folded by `annotation.queries.opt_outs.folded`."""

    rater = models.ForeignKey(Rater, models.CASCADE, related_name="+", db_index=False)
    topic = models.CharField(max_length=200)
    chosen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rater", "topic"], name="opt_out_once_per_topic")]

    def __str__(self) -> str:
        return str(self.pk)


class Exposure(models.Model):
    """What a rater has read since the last break or check-in; counters, no history."""

    rater = models.OneToOneField(Rater, models.CASCADE, related_name="+")
    n_since_checkin = models.PositiveIntegerField(default=0)
    n_heavy_in_row = models.PositiveIntegerField(default=0)
    # The stretch of work without a break that is under way.
    began_at = models.DateTimeField()
    last_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.pk)


class CheckIn(models.Model):
    """An answer to "How are you right now?". A check-in that was skipped leaves no row."""

    rater = models.ForeignKey(Rater, models.CASCADE, related_name="+", db_index=False)
    value = models.PositiveSmallIntegerField()
    # Judged once, by the number of that day: a coordinator who moves the number learns nothing from it.
    is_above = models.BooleanField()
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(value__lte=100), name="checkin_0_to_100")]
        indexes = [models.Index(fields=["rater", "answered_at"], name="checkin_of_rater")]

    def __str__(self) -> str:
        return str(self.pk)


class Pause(models.Model):
    rater = models.ForeignKey(Rater, models.CASCADE, related_name="+", db_index=False)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rater"], condition=Q(ended_at__isnull=True), name="one_pause_at_a_time"
            )
        ]
        indexes = [models.Index(fields=["rater", "began_at"], name="pause_of_rater")]

    def __str__(self) -> str:
        return str(self.pk)


class ContactWish(Coded):
    """A rater asked the coordinators to get in touch. It says nothing else, by the rater's own press."""

    rater = models.ForeignKey(Rater, models.CASCADE, related_name="+")
    # Where to, in the rater's words; empty where the login's e-mail address is enough.
    reach = models.CharField(max_length=200, blank=True)
    wished_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "contact wishes"
        constraints = [
            models.UniqueConstraint(
                fields=["rater"], condition=Q(answered_at__isnull=True), name="one_open_wish_per_rater"
            )
        ]


class CareWeek(models.Model):
    """Totals of a past week over all raters; None where fewer than five raters stand behind one.

    Written once, when the week is over, and never again: whatever a rater deletes later, and whatever
    retention takes away, changes no total, so that no difference of two totals is a person.
    """

    study = models.ForeignKey(Study, models.CASCADE, related_name="+", db_index=False)
    monday = models.DateField()
    n_pauses = models.PositiveIntegerField(null=True, blank=True)
    n_skips = models.PositiveIntegerField(null=True, blank=True)
    n_above = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["study_id", "-monday"]
        constraints = [models.UniqueConstraint(fields=["study", "monday"], name="care_week_once")]

    def __str__(self) -> str:
        return f"{self.study_id} {self.monday}"
