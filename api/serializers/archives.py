"""Archives of a whole study."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from api.serializers.studies import JobSerializer
from rating.models import StudyArchive

Text = serializers.CharField


class SentArchiveSerializer(serializers.Serializer[Any]):
    with_wellbeing = serializers.BooleanField(required=False, default=False)
    with_incidents = serializers.BooleanField(required=False, default=False)
    reason = Text(
        required=False,
        default="",
        allow_blank=True,
        max_length=2000,
        help_text="Why these records must come along; needed with either.",
    )


class ArchiveSerializer(serializers.Serializer[Any]):
    code = Text()
    state = serializers.ChoiceField(choices=StudyArchive.State.choices)
    with_wellbeing = serializers.BooleanField()
    with_incidents = serializers.BooleanField()
    digest = Text(help_text="SHA-256 of the file.")
    size = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)
    job = JobSerializer(allow_null=True)
