"""Analysis plans and the statistics that they can name."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.serializers.research import AnalysisOptionsSerializer
from rating.models import AnalysisPlan
from rating.services.analysis_plans import plan_digest


class AnalysisPlanSerializer(serializers.Serializer[AnalysisPlan]):
    """One version. A draft may change; a locked one never does."""

    code = serializers.CharField()
    number = serializers.IntegerField()
    title = serializers.CharField()
    note = serializers.CharField()
    options = serializers.DictField()
    seed = serializers.IntegerField()
    state = serializers.CharField(help_text="draft or locked.")
    created_at = serializers.DateTimeField()
    locked_at = serializers.DateTimeField(allow_null=True)
    n_ratings_before = serializers.IntegerField(
        allow_null=True, help_text="Ratings when the plan was locked; 0: before the first rating."
    )
    digest = serializers.SerializerMethodField(help_text="SHA-256 of what the plan lays down.")

    @extend_schema_field(serializers.CharField())
    def get_digest(self, plan: AnalysisPlan) -> str:
        return plan_digest(plan)


class WritePlanSerializer(serializers.Serializer[Any]):
    """The draft's contents; written again, they take the place of the earlier ones."""

    title = serializers.CharField(max_length=200)
    note = serializers.CharField(required=False, default="", allow_blank=True, max_length=10_000)
    options = AnalysisOptionsSerializer(required=False, default=dict)
    seed = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=0, max_value=2**63 - 1
    )


class StatisticSerializer(serializers.Serializer[Any]):
    """A registered statistic and its properties."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    about = serializers.CharField(help_text="What it is computed of: within a group, across two, of raters …")
    levels = serializers.ListField(child=serializers.CharField())
    variants = serializers.ListField(child=serializers.CharField())
    choices = serializers.SerializerMethodField(help_text="The variants that a report prints.")
    intervals = serializers.ListField(child=serializers.CharField())
    is_symmetric = serializers.BooleanField()
    needs_complete_data = serializers.BooleanField()
    has_test = serializers.BooleanField()
    reference = serializers.CharField()

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_choices(self, entry: Any) -> list[str]:
        return [choice.name for choice in entry.choices if choice.name]
