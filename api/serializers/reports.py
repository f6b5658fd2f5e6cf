"""What a report holds beside its numbers: tables, figures, single items and raters."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from rating.reporting.tables import Table

Text, Whole = serializers.CharField, serializers.IntegerField


class TableNameSerializer(serializers.Serializer[Any]):
    key = Text()
    title = Text()
    question = Text(help_text="Empty: over all questions.")
    status = Text(help_text="Planned, partly planned or exploratory.")


class TableSerializer(TableNameSerializer):
    """Rounded, as pages show it; unrounded as a file."""

    columns = serializers.SerializerMethodField()
    rows = serializers.SerializerMethodField()
    notes = serializers.SerializerMethodField()

    @extend_schema_field(serializers.ListField(child=Text()))
    def get_columns(self, table: Table) -> list[str]:
        return table.shown().columns

    @extend_schema_field(serializers.ListField(child=serializers.ListField(child=Text(allow_null=True))))
    def get_rows(self, table: Table) -> list[list[str | None]]:
        return table.shown().rows

    @extend_schema_field(serializers.ListField(child=Text()))
    def get_notes(self, table: Table) -> list[str]:
        return table.shown().notes


class FigureNameSerializer(serializers.Serializer[Any]):
    key = Text()
    title = Text()
    question = Text(source="question_key", help_text="Empty: over all questions.")


class TableEndingSerializer(serializers.Serializer[Any]):
    ending = serializers.ChoiceField(choices=["csv", "tex"], required=False, default="csv")


class FigureEndingSerializer(serializers.Serializer[Any]):
    ending = serializers.ChoiceField(choices=["svg", "png"], required=False, default="svg")


class ItemQuestionSerializer(serializers.Serializer[Any]):
    """One question's ratings of the item. `rank`: by how far groups pull apart on it."""

    question = Text(source="question.key")
    rank = Whole()
    n_items = Whole()
    words = Text()
    columns = serializers.ListField(child=Text(), source="figure.table.columns")
    rows = serializers.ListField(
        child=serializers.ListField(child=Text(allow_null=True)), source="figure.table.rows"
    )
    notes = serializers.ListField(child=Text(), source="figure.table.notes")


class AnalysedItemSerializer(serializers.Serializer[Any]):
    item = Text(source="item.code")
    external_id = Text(source="item.external_id")
    questions = ItemQuestionSerializer(many=True, source="page.questions")
    flags = TableSerializer(source="page.flags", allow_null=True)


class GroupReadinessSerializer(serializers.Serializer[Any]):
    name = Text()
    n_items = Whole(help_text="Items that the group has rated.")
    n_twice = Whole(help_text="Of them by two raters or more.")


class ReadinessSerializer(serializers.Serializer[Any]):
    """What an analysis would find now. Comparing needs two groups with two ratings on an item."""

    stage = Text()
    groups = GroupReadinessSerializer(many=True)
    has_ratings = serializers.BooleanField()
    can_compare = serializers.BooleanField()
