"""Setting a study up: what is sent, and what is told of groups and texts."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from annotation.models import Group, Study
from annotation.services.consent_ticks import Tick

Text = serializers.CharField


class SentStudySerializer(serializers.Serializer[Any]):
    title = Text(max_length=200)
    purpose = Text(required=False, default="", allow_blank=True, max_length=10_000)
    support_title = Text(required=False, default="", allow_blank=True, max_length=200)
    support_text = Text(
        required=False, default="", allow_blank=True, max_length=10_000, help_text="Whom raters can turn to."
    )


class ChangedStudySerializer(serializers.Serializer[Any]):
    """What is left out stays as it is."""

    title = Text(required=False, max_length=200)
    purpose = Text(required=False, allow_blank=True, max_length=10_000)
    support_title = Text(required=False, allow_blank=True, max_length=200)
    support_text = Text(required=False, allow_blank=True, max_length=10_000)
    claim_minutes = serializers.IntegerField(
        required=False, min_value=5, max_value=10_080, help_text="How long an item stays in a rater's hands."
    )


class SentStateSerializer(serializers.Serializer[Any]):
    state = serializers.ChoiceField(choices=[one for one in Study.State.choices if one[0] != "draft"])


class SentGroupSerializer(serializers.Serializer[Any]):
    name = Text(max_length=100)
    key = serializers.RegexField(
        r"^[-a-zA-Z0-9_]+$", required=False, max_length=40, help_text="Made of the name when left out."
    )
    singular = Text(required=False, default="", allow_blank=True, max_length=100)
    kind = serializers.ChoiceField(choices=Group.Kind.choices, required=False, default=Group.Kind.HUMAN)
    words = Text(required=False, default="", allow_blank=True, max_length=10_000)


class TickSerializer(serializers.Serializer[Any]):
    key = Text(max_length=40)
    words = Text(max_length=500)
    is_required = serializers.BooleanField(required=False, default=True)


class SentConsentSerializer(serializers.Serializer[Any]):
    title = Text(max_length=200)
    body = Text(max_length=100_000)
    language = Text(required=False, default="en", max_length=12)
    changes = Text(required=False, default="", allow_blank=True, max_length=10_000)
    ticks = TickSerializer(
        many=True, required=False, allow_null=True, default=None, help_text="Left out: those that are usual."
    )

    def tick_list(self) -> list[Tick] | None:
        ticks = self.validated_data["ticks"]
        return None if ticks is None else [Tick(**tick) for tick in ticks]


class ConsentSerializer(serializers.Serializer[Any]):
    code = Text()
    number = serializers.IntegerField()
    title = Text()
    body = Text()
    language = Text()
    changes = Text()
    created_at = serializers.DateTimeField()
