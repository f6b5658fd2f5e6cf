"""Webhooks and what was sent to them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from annotation.hook_events import NAMES
from annotation.models import WebhookDelivery, WebhookEndpoint

Text = serializers.CharField


class SentWebhookSerializer(serializers.Serializer[Any]):
    label = Text(max_length=100, help_text="What it is for.")  # type: ignore[assignment]
    url = Text(max_length=500, help_text="Begins with https:// and is open to the internet.")
    events = serializers.ListField(
        child=serializers.ChoiceField(choices=list(NAMES)), min_length=1, max_length=len(NAMES)
    )


class WebhookSerializer(serializers.Serializer[Any]):
    code = Text()
    label = Text()  # type: ignore[assignment]
    url = Text()
    events = serializers.ListField(child=Text())
    is_on = serializers.SerializerMethodField()
    disabled_why = Text()

    def get_is_on(self, endpoint: WebhookEndpoint) -> bool:
        return endpoint.disabled_at is None


class MadeWebhookSerializer(WebhookSerializer):
    secret = serializers.SerializerMethodField(help_text="Told this once: it is stored nowhere.")

    def get_secret(self, endpoint: WebhookEndpoint) -> str:
        del endpoint
        return str(self.context["secret"])


class SwitchSerializer(serializers.Serializer[Any]):
    is_on = serializers.BooleanField()


class DeliverySerializer(serializers.Serializer[Any]):
    """One message: the outbox while it waits, the log afterwards."""

    code = Text()
    event = Text()
    body = serializers.DictField()
    state = serializers.ChoiceField(choices=WebhookDelivery.State.choices)
    n_attempts = serializers.IntegerField()
    next_at = serializers.DateTimeField()
    last_at = serializers.DateTimeField(allow_null=True)
    last_status = serializers.IntegerField(allow_null=True)
    last_error = Text()
