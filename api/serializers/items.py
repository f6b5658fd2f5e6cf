"""Items as coordinators and researchers see them: texts, factors, coverage; sources once they said why."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from annotation.models import Item, Response, ResponseSource


class TurnSerializer(serializers.Serializer[Any]):
    position = serializers.IntegerField()
    speaker = serializers.CharField(help_text="seeker or supporter")
    text = serializers.CharField()


class SourceSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField()
    name = serializers.CharField()
    condition = serializers.CharField()


class SourcedResponseSerializer(serializers.Serializer[Response]):
    position = serializers.IntegerField()
    text = serializers.CharField()
    source = serializers.SerializerMethodField(  # type: ignore[assignment]
        help_text="Null until you have said why you need to know (`sources/`), and for whoever rates here."
    )

    @extend_schema_field(SourceSerializer(allow_null=True))
    def get_source(self, response: Response) -> dict[str, Any] | None:
        is_shown = response.item_id in self.context["sources_of"]
        source = getattr(response, "source", None) if is_shown else None
        return None if source is None else dict(SourceSerializer(source).data)


class CoverageSerializer(serializers.Serializer[Any]):
    stage = serializers.CharField()
    group = serializers.CharField()
    n_planned = serializers.IntegerField()
    n_done = serializers.IntegerField()


class ItemSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    external_id = serializers.CharField()
    conversation = serializers.CharField(source="conversation.external_id")
    language = serializers.CharField()
    has_text = serializers.BooleanField()
    is_heavy = serializers.BooleanField()
    content_notes = serializers.ListField(child=serializers.CharField())
    factors = serializers.SerializerMethodField()
    turns = TurnSerializer(source="conversation.turns.all", many=True)
    responses = SourcedResponseSerializer(source="responses.all", many=True)
    coverage = serializers.SerializerMethodField(
        help_text="Planned and finished ratings by stage and group; repeats and surplus apart."
    )

    def get_factors(self, item: Item) -> dict[str, str]:
        sees = self.context["sees_hidden"]
        return {
            value.factor.key: value.value
            for value in item.factors.all()
            if sees or not value.factor.is_hidden
        }

    @extend_schema_field(CoverageSerializer(many=True))
    def get_coverage(self, item: Item) -> list[dict[str, Any]]:
        rows = self.context["coverage"].get(item.pk, [])
        return [dict(row) for row in CoverageSerializer(rows, many=True).data]


class SentReasonSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(
        max_length=500, help_text="It stands in the log of unblindings, with your name and the time."
    )


class SentItemSerializer(serializers.Serializer[Any]):
    """An item as somebody types it. Without a reply the conversation itself is judged."""

    conversation = serializers.CharField(
        max_length=500_000, help_text="Lines that begin with “Seeker:” or “Supporter:”."
    )
    response = serializers.CharField(required=False, default="", allow_blank=True, max_length=100_000)
    external_id = serializers.CharField(required=False, default="", allow_blank=True, max_length=200)
    source_kind = serializers.ChoiceField(
        choices=ResponseSource.Kind.choices, required=False, default=ResponseSource.Kind.UNKNOWN
    )
    source_name = serializers.CharField(required=False, default="", allow_blank=True, max_length=200)
    content_notes = serializers.ListField(
        child=serializers.CharField(max_length=40), required=False, default=list, max_length=20
    )
    is_heavy = serializers.BooleanField(required=False, default=False)
