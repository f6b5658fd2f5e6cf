"""Exports, which the background makes."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from annotation.models import Plan
from api.serializers.studies import JobSerializer
from rating.models import Export

Text = serializers.CharField


class PairRulesSerializer(serializers.Serializer[Any]):
    """What makes a pair of a preference set; what is left out is as usual."""

    min_raters = serializers.IntegerField(required=False, min_value=1, max_value=1000)
    min_margin = serializers.FloatField(required=False, min_value=0.01, max_value=1)
    veto_share = serializers.FloatField(required=False, min_value=0.01, max_value=1)


class SentExportSerializer(serializers.Serializer[Any]):
    format = Text(max_length=40, help_text="Key of a format, such as csv-long.")
    stage = serializers.ChoiceField(
        choices=Plan.Stage.choices, required=False, help_text="Default: main, or imported where that is all."
    )
    all_revisions = serializers.BooleanField(required=False, default=False)
    is_public = serializers.BooleanField(
        required=False,
        default=False,
        help_text="Only raters who agreed to public sharing.",
    )
    with_checks = serializers.BooleanField(
        required=False, default=False, help_text="Repeats, gold items and attention checks among the others."
    )
    unlock_reason = Text(
        required=False,
        default="",
        allow_blank=True,
        max_length=500,
        help_text="Why restricted passages are needed outside the program; coordinators only.",
    )
    preferences = PairRulesSerializer(required=False, default=dict, help_text="Of preference sets.")


class ExportSerializer(serializers.Serializer[Export]):
    code = Text()
    format = Text()
    stage = Text()
    state = serializers.ChoiceField(choices=Export.State.choices)
    digest = Text()
    size = serializers.IntegerField()
    description = serializers.DictField()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)
    job = JobSerializer(allow_null=True)


class StageFilterSerializer(serializers.Serializer[Any]):
    stage = serializers.ChoiceField(
        choices=Plan.Stage.choices, required=False, help_text="Default: main, or imported where that is all."
    )


class ScopeFilterSerializer(StageFilterSerializer):
    """Which ratings files hold."""

    all_revisions = serializers.BooleanField(required=False, default=False)
    with_checks = serializers.BooleanField(required=False, default=False)
    is_public = serializers.BooleanField(required=False, default=False)


class FormatSerializer(serializers.Serializer[Any]):
    key = Text()
    label = Text()  # type: ignore[assignment]  # a field, not the serializer's own
    words = Text()
    ending = Text()
    lacks = Text(help_text="Why there is nothing to write in it; empty where there is.")


class FileNoteSerializer(serializers.Serializer[Any]):
    name = Text()
    columns = serializers.DictField(child=Text(), help_text="What each column holds, by name.")


class CodebookQuestionSerializer(serializers.Serializer[Any]):
    key = Text()
    kind = Text()
    text = Text()
    rubric_version = serializers.IntegerField(source="version.number")


class CodebookSerializer(serializers.Serializer[Any]):
    """What the columns of every file hold; as a table: `files/codebook.csv/`."""

    files = FileNoteSerializer(many=True)
    questions = CodebookQuestionSerializer(many=True)
    reasons = serializers.DictField(child=Text(), help_text="Why a value is missing.")


class FileNameSerializer(serializers.Serializer[Any]):
    name = Text()
    title = Text()
    words = Text()
