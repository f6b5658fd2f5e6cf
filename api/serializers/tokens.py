"""A login's own tokens."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from annotation.models import ApiToken


class TokenSerializer(serializers.Serializer[ApiToken]):
    code = serializers.CharField()
    name = serializers.CharField()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)
    last_used_at = serializers.DateTimeField(allow_null=True)


class NewTokenSerializer(serializers.Serializer[Any]):
    token = TokenSerializer()
    secret = serializers.CharField(help_text="Shown this once: it is not stored.")


class SentTokenSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=100, help_text="What it is for, in your words.")
    expires_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
