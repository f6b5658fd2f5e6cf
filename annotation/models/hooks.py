"""Webhooks: where a study tells other programs what has happened, and what is still to be told."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotation.models.base import Coded
from annotation.models.people import User
from annotation.models.studies import Study


class WebhookEndpoint(Coded):
    """An address that is told. Its secret is derived from the server's key, its code and `secret_number`."""

    study = models.ForeignKey(Study, models.CASCADE, related_name="webhooks")
    label = models.CharField(max_length=100)
    url = models.CharField(max_length=500)
    # Names of events, as annotation.hook_events lists them.
    events = models.JSONField(default=list)
    secret_number = models.PositiveIntegerField(default=1)
    # Deliveries given up one after the other; any success sets it back.
    n_given_up = models.PositiveIntegerField(default=0)
    disabled_at = models.DateTimeField(null=True, blank=True)
    disabled_why = models.CharField(max_length=200, blank=True)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["study_id", "id"]


class WebhookDelivery(Coded):
    """One message for one endpoint: the outbox while it waits, the log afterwards."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Delivered")
        GIVEN_UP = "given_up", _("Given up")

    endpoint = models.ForeignKey(WebhookEndpoint, models.CASCADE, related_name="deliveries", db_index=False)
    event = models.CharField(max_length=40)
    # Code of the audit event that it tells of; empty for a test message.
    source = models.CharField(max_length=12, blank=True)
    body = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    n_attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField()
    last_at = models.DateTimeField(null=True, blank=True)
    last_status = models.PositiveIntegerField(null=True, blank=True)
    last_error = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["endpoint", "source"], condition=~Q(source=""), name="hook_tells_an_event_once"
            )
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state="waiting"), name="hook_waiting"),
            models.Index(fields=["endpoint", "-id"], name="hook_log"),
        ]
