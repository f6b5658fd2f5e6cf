"""Messages to raters who are behind."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from annotation.services.messages import MAX_WORDS

Text = serializers.CharField


class SentMessageSerializer(serializers.Serializer[Any]):
    subject = Text(max_length=150)
    body = Text(max_length=MAX_WORDS)


class MessageSerializer(serializers.Serializer[Any]):
    """To whom it went is not told."""

    code = Text()
    subject = Text()
    body = Text()
    created_at = serializers.DateTimeField()


class BehindSerializer(serializers.Serializer[Any]):
    n_behind = serializers.IntegerField()
    next_at = serializers.DateTimeField(
        allow_null=True, help_text="When the next message may be written; null: now."
    )


class OwnMessageSerializer(serializers.Serializer[Any]):
    code = Text(source="message.code")
    subject = Text(source="message.subject")
    body = Text(source="message.body")
    created_at = serializers.DateTimeField(source="message.created_at")


class MuteSerializer(serializers.Serializer[Any]):
    is_muted = serializers.BooleanField(help_text="Only the rater knows.")
