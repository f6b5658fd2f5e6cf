"""Restoring a study from its archive."""

from __future__ import annotations

from rest_framework import serializers

from api.serializers.studies import JobSerializer


class RestoringSerializer(JobSerializer):
    study = serializers.CharField(
        source="study.code", default=None, allow_null=True, help_text="Once it is there."
    )
