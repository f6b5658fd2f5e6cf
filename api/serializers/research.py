"""Snapshots, analyses and their results, for researchers."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from annotation.models import Plan
from api.serializers.studies import JobSerializer
from rating.models import Analysis, Snapshot
from rating.queries.reports import report_of
from rating.queries.standing import standing_of, standing_words
from rating.services.options import (
    ADJUSTMENTS,
    BY_SCALE,
    LEVELS,
    MAX_PERMUTATIONS,
    MAX_RULES,
    MIN_PERMUTATIONS,
    RULES,
)

RULE_HELP = "What the main result leaves out. Each rule has a `rule` and its fields: " + "; ".join(
    f"{name} ({', '.join(fields)})" for name, fields in RULES.items()
)


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


class StandingSerializer(serializers.Serializer[Any]):
    word = serializers.ChoiceField(choices=["planned", "exploratory"])
    why = serializers.CharField()
    plan = serializers.CharField(allow_null=True, help_text="Code of the plan that it follows.")
    number = serializers.IntegerField(allow_null=True, help_text="Version of that plan.")
    locked_at = serializers.DateTimeField(allow_null=True)
    n_ratings_before = serializers.IntegerField(
        allow_null=True, help_text="Ratings when the plan was locked; 0: before the first rating."
    )


class AnalysisSerializer(serializers.Serializer[Analysis]):
    code = serializers.CharField()
    snapshot = serializers.CharField(
        source="snapshot.code", default=None, allow_null=True, help_text="Null until the ratings are frozen."
    )
    options = serializers.DictField()
    seed = serializers.IntegerField()
    standing = serializers.SerializerMethodField(help_text="Planned or exploratory, why, and by which plan.")
    software_version = serializers.CharField()
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    job = JobSerializer(allow_null=True)

    @extend_schema_field(StandingSerializer)
    def get_standing(self, analysis: Analysis) -> dict[str, Any]:
        return standing_words(standing_of(analysis))


class AnalysisResultSerializer(AnalysisSerializer):
    """An analysis with its numbers; `results` is empty until `finished_at` is set.

    Strata by a factor that raters must not see are left out for those who rate in the study.
    """

    results = serializers.SerializerMethodField(
        help_text="By question: within, pairs, overall, against, judges, labels, raters, strata, "
        "sensitivity; families of tests; what was excluded."
    )
    log = serializers.ListField(help_text="What was left out or could not be computed, and why.")

    @extend_schema_field(serializers.DictField())
    def get_results(self, analysis: Analysis) -> dict[str, Any]:
        if analysis.finished_at is None:
            return {}
        return report_of(analysis, sees_hidden=self.context["sees_hidden"]).visible_results()


class PrimarySerializer(serializers.Serializer[Any]):
    coefficient = serializers.CharField(max_length=100)
    variant = serializers.CharField(max_length=100, required=False, default="", allow_blank=True)
    level = serializers.ChoiceField(choices=LEVELS, required=False, default=BY_SCALE)


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
    pairs = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField(max_length=100), min_length=2, max_length=2),
        required=False,
        max_length=500,
        help_text="Declared pairs, as keys of groups; empty: all. Others are computed, and exploratory.",
    )
    primary = serializers.DictField(
        child=PrimarySerializer(), required=False, help_text="Primary coefficient by question."
    )
    exclusions = serializers.ListField(
        child=serializers.DictField(), required=False, max_length=MAX_RULES, help_text=RULE_HELP
    )
    sensitivity = serializers.ListField(
        child=serializers.DictField(),
        required=False,
        max_length=MAX_RULES,
        help_text="The same rules, each tried by itself beside the main result.",
    )
    strata = serializers.ListField(
        child=serializers.CharField(max_length=100),
        required=False,
        max_length=100,
        help_text="Keys of factors; empty: every factor with a handful of levels.",
    )
    watched = serializers.DictField(
        child=serializers.ListField(child=serializers.FloatField(), max_length=100),
        required=False,
        help_text="Answers to report whoever gave them, by question.",
    )
    epsilon = serializers.DictField(
        child=serializers.FloatField(),
        required=False,
        help_text="By group, how much less than a member of it a judge model may do.",
    )
    adjustment = serializers.ChoiceField(choices=ADJUSTMENTS, required=False)
    versions = serializers.DictField(
        required=False,
        help_text=(
            "Where ratings were made with rubric versions that differ: {“use”: “apart”}, {“use”: “only”, "
            "“version”: name}, or {“use”: “pooled”, “map”: {name: {question: {“to”: question, “levels”: "
            "{“1”: 1}}}}}. Left out: such ratings are refused."
        ),
    )

    def to_internal_value(self, data: Any) -> Any:
        unknown = sorted(set(data) - set(self.fields)) if isinstance(data, dict) else []
        if unknown:
            raise serializers.ValidationError(dict.fromkeys(unknown, "There is no such option."))
        return super().to_internal_value(data)


class StartAnalysisSerializer(serializers.Serializer[Any]):
    """What to compute: options and a seed, or a locked plan, which has both."""

    plan = serializers.CharField(
        required=False, allow_null=True, default=None, max_length=12, help_text="Code of a locked plan."
    )
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
