"""What a study asks of its exports, and comments that were held back."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

Text = serializers.CharField
MOST = 500


class PolicySerializer(serializers.Serializer[Any]):
    min_cell = serializers.IntegerField(
        min_value=1, max_value=100, help_text="A rater's group is told where so many share it."
    )
    days_kept = serializers.IntegerField(min_value=1, max_value=365, help_text="Of stored files.")


class HeldSerializer(serializers.Serializer[Any]):
    """A comment in which the scan found what may name somebody."""

    code = Text(source="held.code")
    item = Text(source="held.rating.slot.item.code")
    question = Text(source="held.question", help_text="Empty: the rating's own comment.")
    words = Text()
    released_at = serializers.DateTimeField(source="held.released_at", allow_null=True)


class SentReleaseSerializer(serializers.Serializer[Any]):
    codes = serializers.ListField(child=Text(max_length=12), min_length=1, max_length=MOST)


class ReleasedSerializer(serializers.Serializer[Any]):
    n_released = serializers.IntegerField()


class CardFilterSerializer(serializers.Serializer[Any]):
    stage = Text(required=False, max_length=20)
    analysis = Text(required=False, max_length=12, help_text="Code of a finished one.")
