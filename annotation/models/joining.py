"""How people come into a study besides by a link: public calls, applications, screening, messages."""

from __future__ import annotations

import secrets

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from annotation.models.base import ALPHABET, Coded
from annotation.models.people import Invitation, Rater, User
from annotation.models.studies import Group, Site, Study

ADDRESS_LENGTH = 20


def new_address() -> str:
    """Twenty characters, 100 random bits: nobody finds a call by trying."""
    return "".join(secrets.choice(ALPHABET) for _ in range(ADDRESS_LENGTH))


class JoiningSettings(models.Model):
    """How people join a study. A study without a row has the defaults."""

    class Screening(models.TextChoices):
        OFF = "off", _("Not asked")
        BEFORE = "before", _("Before the consent text")
        AFTER = "after", _("After the consent text")

    study = models.OneToOneField(Study, models.CASCADE, related_name="+")
    # Subject and words of invitations by e-mail; empty: the product's own.
    mail_subject = models.CharField(max_length=150, blank=True)
    mail_words = models.TextField(blank=True)
    screening = models.CharField(max_length=6, choices=Screening.choices, default=Screening.OFF)
    # Who joined before this is not asked: they were promised something else.
    screening_since = models.DateTimeField(null=True, blank=True)
    # All that is kept of people who did not fit.
    n_not_eligible = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "joining settings"

    def __str__(self) -> str:
        return f"joining of {self.study_id}"


class PublicCall(Coded):
    """A public address at which people ask to join a group of raters."""

    study = models.ForeignKey(Study, models.CASCADE, related_name="+")
    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    # Whoever joins by it belongs to this site.
    site = models.ForeignKey(Site, models.CASCADE, null=True, blank=True, related_name="+")
    # Stands on posters, so it is stored as it is: whoever knows it may apply, no more.
    address = models.CharField(max_length=ADDRESS_LENGTH, unique=True, default=new_address)
    words = models.TextField(blank=True)
    closes_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    max_waiting = models.PositiveIntegerField(default=100)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-id"]


class Application(Coded):
    """Somebody asks to join. Words and address go with the decision; the link's digest stays."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        APPROVED = "approved", _("Approved")
        DECLINED = "declined", pgettext_lazy("an application", "Declined")

    call = models.ForeignKey(PublicCall, models.CASCADE, related_name="applications", db_index=False)
    token_digest = models.CharField(max_length=64, unique=True)
    words = models.TextField(blank=True)
    email = models.EmailField(blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    # Made by the approval; opened by the applicant's own link.
    invitation = models.OneToOneField(
        Invitation, models.SET_NULL, null=True, blank=True, related_name="application"
    )

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["call", "state"], name="application_waiting")]


class ScreeningQuestion(models.Model):
    """One question of the study's screening, with its rule of who fits."""

    class Kind(models.TextChoices):
        SCALE = "scale", _("Scale item")
        CHOICE = "choice", _("Choice of one")
        NUMBER = "number", pgettext_lazy("kind of answer", "Number")
        TEXT = "text", _("Free text")

    study = models.ForeignKey(Study, models.CASCADE, related_name="+", db_index=False)
    key = models.SlugField(max_length=40)
    position = models.PositiveIntegerField(default=0)
    kind = models.CharField(max_length=6, choices=Kind.choices)
    words = models.CharField(max_length=500)
    help_text = models.CharField(max_length=500, blank=True)
    is_required = models.BooleanField(default=True)
    # Scale items of one name are read together; other questions stand for themselves.
    construct = models.CharField(max_length=60, blank=True)
    is_reversed = models.BooleanField(default=False)
    # Of a scale: its ends and their words. Of a number: what is taken.
    low = models.IntegerField(null=True, blank=True)
    high = models.IntegerField(null=True, blank=True)
    low_words = models.CharField(max_length=100, blank=True)
    high_words = models.CharField(max_length=100, blank=True)
    options = models.JSONField(default=list, blank=True)
    # Who fits: the answer is among these options; or it is at least this number. Empty: everybody.
    accepted = models.JSONField(default=list, blank=True)
    at_least = models.IntegerField(null=True, blank=True)

    class Meta:
        ordering = ["study_id", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["study", "key"], name="screening_key_unique_in_study"),
            models.CheckConstraint(
                condition=~Q(kind="scale") | Q(low__isnull=False, high__gt=models.F("low")),
                name="screening_scale_has_ends",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Screened(models.Model):
    """A rater has answered the screening and fits."""

    rater = models.OneToOneField(Rater, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "screened"

    def __str__(self) -> str:
        return str(self.rater_id)


class ScreeningAnswer(models.Model):
    rater = models.ForeignKey(Rater, models.CASCADE, related_name="+", db_index=False)
    question = models.ForeignKey(ScreeningQuestion, models.PROTECT, related_name="+")
    # A scale's point or a number; otherwise the chosen option or the text.
    value = models.FloatField(null=True, blank=True)
    text = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rater", "question"], name="screening_answered_once")]

    def __str__(self) -> str:
        return str(self.pk)


class RaterMessage(Coded):
    """What coordinators wrote to all who were behind at that moment."""

    study = models.ForeignKey(Study, models.CASCADE, related_name="+")
    subject = models.CharField(max_length=150)
    body = models.TextField()
    sent_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-id"]


class MessageCopy(models.Model):
    """A rater's copy on their start page until they put it away. No page tells who has one."""

    message = models.ForeignKey(RaterMessage, models.CASCADE, related_name="copies", db_index=False)
    rater = models.ForeignKey(Rater, models.CASCADE, related_name="+")
    mailed_at = models.DateTimeField(null=True, blank=True)
    put_away_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "message copies"
        constraints = [models.UniqueConstraint(fields=["message", "rater"], name="message_once_per_rater")]

    def __str__(self) -> str:
        return str(self.pk)


class MessageMute(models.Model):
    """A rater wants no such messages. Coordinators do not learn it."""

    rater = models.OneToOneField(Rater, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.rater_id)
