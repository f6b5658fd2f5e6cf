"""How far a study's set-up is, and what it begins with."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from api.serializers.studies import JobSerializer

Text, Whole = serializers.CharField, serializers.IntegerField


class LackSerializer(serializers.Serializer[Any]):
    label = Text()  # type: ignore[assignment]  # a field, not the serializer's own
    is_required = serializers.BooleanField(help_text="False: only good to have.")


class SetUpStepSerializer(serializers.Serializer[Any]):
    key = Text()
    number = Whole()
    label = Text()  # type: ignore[assignment]
    is_done = serializers.BooleanField()
    lacks = LackSerializer(many=True)


class CopiedShapeSerializer(serializers.Serializer[Any]):
    """Of a study made from an earlier one: what its stage was like."""

    quotas = serializers.DictField(child=Whole(), help_text="Ratings per item, by group.")
    design = Text()


class SetUpSerializer(serializers.Serializer[Any]):
    """Read from the study itself: nothing of it is stored. `current`: the first step that lacks something."""

    state = Text(help_text="Of the study; the set-up is over when it is no draft any more.")
    current = Text(source="setup.current.key")
    is_ready = serializers.BooleanField(source="setup.is_ready", help_text="Nothing required is missing.")
    steps = SetUpStepSerializer(many=True, source="setup.steps")
    preview = Text(
        source="setup.preview.code",
        default=None,
        allow_null=True,
        help_text="Rubric version that raters would see now.",
    )
    copied = CopiedShapeSerializer()
    import_at_work = JobSerializer(allow_null=True)


class ConsentTemplateSerializer(serializers.Serializer[Any]):
    body = Text(help_text="Markdown. True as it stands; a study adds what its board asks for.")


class ChangedGroupSerializer(serializers.Serializer[Any]):
    words = Text(allow_blank=True, max_length=10_000, help_text="What the group is told about its part.")


class CareWeekSerializer(serializers.Serializer[Any]):
    """Totals of a week over all raters; null where fewer than five stand behind one."""

    monday = serializers.DateField()
    n_pauses = Whole(allow_null=True)
    n_skips = Whole(allow_null=True)
    n_above = Whole(allow_null=True, help_text="Check-ins above the number that the study has set.")
