"""Snapshots, analyses and their results, for researchers."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from annotation.models import Plan
from api.serializers.studies import JobSerializer
from rating.models import Analysis, Snapshot
from rating.services.numbers import LEVELS, MAX_PERMUTATIONS, MIN_PERMUTATIONS


class SnapshotSerializer(serializers.Serializer[Snapshot]):
    """The frozen input of an analysis. The same data have the same digest."""

    code = serializers.CharField()
    stage = serializers.CharField()
    digest = serializers.CharField()
    software_version = serializers.CharField()
    created_at = serializers.DateTimeField()
    description = serializers.DictField(
        help_text="Counts of items, raters, ratings and answers; what was left out; questions; groups."
    )


class AnalysisSerializer(serializers.Serializer[Analysis]):
    code = serializers.CharField()
    snapshot = serializers.CharField(
        source="snapshot.code", default=None, allow_null=True, help_text="Null until the ratings are frozen."
    )
    options = serializers.DictField()
    seed = serializers.IntegerField()
    software_version = serializers.CharField()
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    job = JobSerializer(allow_null=True)


class AnalysisResultSerializer(AnalysisSerializer):
    """An analysis with its numbers; `results` is empty until `finished_at` is set."""

    results = serializers.DictField()
    log = serializers.ListField(help_text="What was left out or could not be computed, and why.")


class AnalysisOptionsSerializer(serializers.Serializer[Any]):
    """Options of an analysis; those left out have their defaults."""

    stage = serializers.ChoiceField(
        choices=Plan.Stage.choices,
        required=False,
        help_text="Default: main, or imported where nothing else is.",
    )
    questions = serializers.ListField(
        child=serializers.CharField(max_length=100),
        required=False,
        max_length=1000,
        help_text="Keys; empty or left out: all.",
    )
    level = serializers.ChoiceField(
        choices=LEVELS, required=False, help_text="Level of measurement; scale: as each scale says."
    )
    n_permutations = serializers.IntegerField(
        required=False, min_value=MIN_PERMUTATIONS, max_value=MAX_PERMUTATIONS
    )
    confidence = serializers.FloatField(required=False)

    def to_internal_value(self, data: Any) -> Any:
        unknown = sorted(set(data) - set(self.fields)) if isinstance(data, dict) else []
        if unknown:
            raise serializers.ValidationError(dict.fromkeys(unknown, "There is no such option."))
        return super().to_internal_value(data)


class StartAnalysisSerializer(serializers.Serializer[Any]):
    """What to compute."""

    options = AnalysisOptionsSerializer(required=False, default=dict)
    seed = serializers.IntegerField(
        required=False,
        allow_null=True,
        default=None,
        min_value=0,
        max_value=2**63 - 1,
        help_text="Decides every resample; drawn and stored when left out.",
    )


class StartedSerializer(serializers.Serializer[Any]):
    analysis = AnalysisSerializer()
    job = JobSerializer()
