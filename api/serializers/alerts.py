"""What a member of the team hears by e-mail."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from annotation.models import AlertChoice


class AlertChoiceSerializer(serializers.Serializer[Any]):
    often = serializers.ChoiceField(choices=AlertChoice.Often.choices)
    incidents_at_once = serializers.BooleanField(
        default=False, help_text="A mail for each incident that is opened, for who may read them."
    )
