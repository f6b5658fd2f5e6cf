"""Signing a data set and locking its records."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from annotation.models import LockSignature

Text = serializers.CharField


class SignatureSerializer(serializers.Serializer[Any]):
    capacity = serializers.ChoiceField(choices=LockSignature.Capacity.choices)
    name = Text()
    meaning = Text()
    signed_at = serializers.DateTimeField(source="created_at")


class LockSerializer(serializers.Serializer[Any]):
    """A data set that is up for signing; with the second signature its study's records are locked."""

    code = Text()
    digest = Text(help_text="Of the snapshot that is signed.")
    opened_at = serializers.DateTimeField(source="created_at")
    locked_at = serializers.DateTimeField(allow_null=True)
    lifted_at = serializers.DateTimeField(allow_null=True)
    lifted_why = Text()
    signatures = SignatureSerializer(source="signatures.all", many=True)


class LocksSerializer(serializers.Serializer[Any]):
    current = LockSerializer(allow_null=True)
    earlier = LockSerializer(many=True, help_text="Lifted ones, the newest first.")


class SentLockSerializer(serializers.Serializer[Any]):
    snapshot = Text(max_length=12, help_text="Code of the snapshot that is signed.")


class SignSerializer(serializers.Serializer[Any]):
    """A signature, as on paper."""

    capacity = serializers.ChoiceField(choices=LockSignature.Capacity.choices)
    name = Text(max_length=200, help_text="Your full name.")
    meaning = Text(max_length=500, help_text="What you sign for.")
    is_meant = serializers.BooleanField(help_text="Must be true.")

    def validate_is_meant(self, value: bool) -> bool:  # noqa: FBT001 (the framework's form)
        if not value:
            raise serializers.ValidationError("A signature has to be meant.")
        return value


class LiftSerializer(serializers.Serializer[Any]):
    why = Text(max_length=500)
