"""Webhooks of a study and what was sent to them."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from annotation.models import Study, WebhookDelivery, WebhookEndpoint


def study_webhooks(study: Study) -> QuerySet[WebhookEndpoint]:
    """With the number of messages that wait. One query."""
    waiting = Count("deliveries", filter=Q(deliveries__state=WebhookDelivery.State.WAITING))
    return WebhookEndpoint.objects.filter(study=study).annotate(n_waiting=waiting).order_by("id")


def endpoint_log(endpoint: WebhookEndpoint) -> QuerySet[WebhookDelivery]:
    """The newest messages first."""
    return WebhookDelivery.objects.filter(endpoint=endpoint).order_by("-id")
