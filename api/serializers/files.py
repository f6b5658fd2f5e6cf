"""Imports and exports, which the background makes."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from annotation.models import ImportBatch, Plan
from api.serializers.studies import JobSerializer
from rating.models import Export

Text = serializers.CharField


class SentImportSerializer(serializers.Serializer[Any]):
    """A file of items as text: CSV, JSON or JSON lines (docs/data-formats.md)."""

    content = Text(trim_whitespace=False, max_length=4_000_000)
    name = Text(required=False, default="items.csv", max_length=100)


class ImportSerializer(serializers.Serializer[Any]):
    code = Text(source="batch.code")
    state = serializers.ChoiceField(source="batch.state", choices=ImportBatch.State.choices)
    job = JobSerializer()


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
